"""Units as people write them -> UCUM -> the unit in which a test is compared.

Owns the spellings (K/uL, x10^9/L, G/L, cells/mm3 …) and the mass of a mole for tests that are reported both ways; the
arithmetic is that of a UCUM library (ucumvert on pint), imported only when `SETTLED` does not already answer. Must not
know thresholds, nor which test a value belongs to beyond its kind of quantity.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from kg.exceptions import InputError, MissingExtraError

# The commonest pairs, so that a short question needs no unit library; a test holds each against that library.
SETTLED: dict[tuple[str, str], float] = {
    ("10*3/uL", "10*9/L"): 1.0,
    ("/uL", "10*9/L"): 0.001,
    ("10*6/uL", "10*12/L"): 1.0,
    ("g/L", "g/dL"): 0.1,
    ("ug/L", "ng/mL"): 1.0,
    ("ng/L", "pg/mL"): 1.0,
    ("mg/dL", "mg/L"): 10.0,
    ("g/L", "mg/dL"): 100.0,
}
# Grams of a mole, for conversions between amount and mass. From the factors of the sources that `tests.tsv` names (B12,
# folate, copper, zinc, cortisol, bilirubin, creatinine, hemoglobin as monomer); the others follow from the formula.
MOLAR_MASS: dict[str, float] = {
    "vitamin B12": 1355.4,
    "folate": 441.4,
    "red cell folate": 441.4,
    "copper": 63.546,
    "zinc": 65.38,
    "cortisol": 362.5,
    "total bilirubin": 584.8,
    "direct bilirubin": 584.8,
    "creatinine": 113.1,
    "hemoglobin": 16114.0,
    "glucose": 180.16,
    "urea nitrogen": 28.014,
    "uric acid": 168.11,
    "calcium": 40.078,
    "methylmalonic acid": 118.09,
    "homocysteine": 135.18,
}
_TRANSLATE = str.maketrans({"µ": "u", "μ": "u", "×": "x", "·": ".", "⁄": "/", "∕": "/", "−": "-", "°": "deg", "％": "%"})
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWER = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_WORDS = (
    (r"\bper\s+", "/"),
    (r"\b(?:microlit(?:er|re)s?|mcl|cubic millimet(?:er|re)s?|cu\.? ?mm|cumm|cmm|mm\^?3|mm\*3|mmc)(?![a-z])", "uL"),
    (r"\b(?:nanolit(?:er|re)s?)\b", "nL"),
    (r"\b(?:millilit(?:er|re)s?)\b", "mL"),
    (r"\b(?:decilit(?:er|re)s?|100 ?ml)\b", "dL"),
    (r"\b(?:lit(?:er|re)s?)\b", "L"),
    (r"\b(?:micrograms?|mcg)\b", "ug"),
)
_COUNT = re.compile(
    r"^(?:x ?)?(?:(?P<power>10(?:\*|\^|e|exp|\*\*)(?P<exp>\d+)|e(?P<bare>\d+))|(?P<word>k|thou(?:sands?)?|thous|th|m|mio|mill?"
    r"(?:ions?)?|g|giga|gpt|bn|billions?|t|tera|tpt))?[ ._]?(?:\{?(?:cells?|#|c|wbc|leukocytes?|neutrophils?)\}?)?"
    r"/(?P<volume>u?l|nl|ml|dl)$",
    re.IGNORECASE,
)
_WORD_POWERS = {"k": 3, "t": 12, "m": 6, "g": 9, "b": 9}
_VOLUMES = {"l": "L", "ul": "uL", "nl": "nL", "ml": "mL", "dl": "dL"}
# Spellings outside of counts, after lower case and without blanks.
_SPELLINGS: dict[str, str] = {
    "percent": "%", "pct": "%", "degc": "Cel", "c": "Cel", "celsius": "Cel", "cel": "Cel", "degcelsius": "Cel",
    "degf": "[degF]", "f": "[degF]", "fahrenheit": "[degF]", "[degf]": "[degF]", "degfahrenheit": "[degF]",
    "fl": "fL", "um3": "um3", "um^3": "um3", "femtoliter": "fL", "femtolitre": "fL", "gm/dl": "g/dL", "g%": "g/dL",
    "gms/dl": "g/dL", "gm%": "g/dL", "mg%": "mg/dL", "mg/100ml": "mg/dL", "mcg/dl": "ug/dL", "mcg/l": "ug/L",
    "mcg/ml": "ug/mL", "iu/l": "[IU]/L", "iu/ml": "[IU]/mL", "miu/l": "m[IU]/L", "mu/l": "m[IU]/L", "uiu/ml": "u[IU]/mL",
    "uu/ml": "u[IU]/mL", "miu/ml": "m[IU]/mL", "units/l": "U/L", "unit/l": "U/L", "mm/hr": "mm/h", "mm/1h": "mm/h",
    "mmhg": "mm[Hg]", "bpm": "/min", "beats/min": "/min", "breaths/min": "/min", "/minute": "/min", "ratio": "{ratio}",
    "index": "{index}", "fraction": "1", "l/l": "L/L", "u/l": "U/L", "u/ml": "U/mL", "meq/l": "meq/L",
}  # fmt: skip
_UPPER = (("/l", "/L"), ("/dl", "/dL"), ("/ml", "/mL"), ("/ul", "/uL"))


class UnfitUnitError(InputError):
    """A unit that is known but that the test cannot have."""


@lru_cache(maxsize=1024)
def normalize_unit(text: str, count: bool = True) -> str:
    """UCUM spelling of a unit as it was written (G/L is giga only for a count); an unknown spelling comes back as it is."""
    plain = _POWER.sub(lambda m: "^" + m[0].translate(_SUPERSCRIPT), text.strip()).translate(_TRANSLATE)
    plain = unicodedata.normalize("NFKC", plain).replace("/mm^3", "/mm3")
    for pattern, spelling in _WORDS:
        plain = re.sub(pattern, spelling, plain, flags=re.IGNORECASE)
    squeezed = re.sub(r"\s+", "", plain)
    if count and (match := _COUNT.match(squeezed)) and match["word"] != "g":  # a small g is gram, also on a count
        return _count_unit(match)
    if squeezed.casefold() in _SPELLINGS:
        return _SPELLINGS[squeezed.casefold()]
    for wrong, right in _UPPER:
        if squeezed.casefold().endswith(wrong):
            squeezed = squeezed[: -len(wrong)] + right
    return squeezed


def _count_unit(match: re.Match[str]) -> str:
    volume = _VOLUMES[match["volume"].casefold()]
    word = (match["word"] or "").casefold()
    exponent = int(match["exp"] or match["bare"] or _WORD_POWERS.get(word[:1], 0)) if word != "th" else 3
    if word.startswith("thou"):
        exponent = 3
    return f"10*{exponent}/{volume}" if exponent else f"/{volume}"


def convert(value: float, unit: str, target: str, test: str, quantity: str, place: str = "") -> float:
    """Value in the unit of the test. Raises InputError: an unknown unit, or one that the test cannot have."""
    spelled = normalize_unit(unit, quantity == "count" or target == "/min")
    if spelled == "10*3/L" and quantity == "count":
        raise InputError(f"{unit!r} is a thousand in a liter; 10*3/uL (K/uL) is what a laboratory prints", place)
    if quantity == "enzyme":
        spelled = spelled.replace("[IU]", "U")  # the enzyme unit is the international unit
    if spelled == target:
        return value
    if target == "%" and spelled in ("1", "L/L"):
        return tidy(value * 100.0)
    if factor := SETTLED.get((spelled, target)):
        return tidy(value * factor)
    return tidy(_convert(value, spelled, target, MOLAR_MASS.get(test, 0.0), unit, place))


def tidy(value: float) -> float:
    """Value without the noise of binary arithmetic: twelve digits, so that one count in two units is one number."""
    return float(f"{value:.12g}")


def _convert(value: float, spelled: str, target: str, molar_mass: float, written: str, place: str) -> float:
    import pint

    registry = _registry()
    try:
        quantity = registry.Quantity(value, registry.from_ucum(spelled).units)
        wanted = registry.from_ucum(target).units
    except Exception:  # the grammar library raises many kinds for what it cannot read
        raise InputError(f"unknown unit {written!r}; write it in UCUM, such as {target}", place) from None
    try:
        return float(quantity.to(wanted).magnitude)
    except pint.DimensionalityError:
        pass
    try:
        return _through_moles(registry, quantity, wanted, molar_mass)
    except (pint.DimensionalityError, ZeroDivisionError):
        raise UnfitUnitError(f"the unit {written!r} does not fit this test, which is compared in {target}", place) from None


def _through_moles(registry: Any, quantity: Any, wanted: Any, molar_mass: float) -> float:
    if not molar_mass:
        raise ZeroDivisionError
    mass = registry.Quantity(molar_mass, "g/mol")
    if "mole" in str(quantity.to_base_units().units):
        return float((quantity * mass).to(wanted).magnitude)
    return float((quantity / mass).to(wanted).magnitude)


@lru_cache(maxsize=1)
def _registry() -> Any:
    try:
        from ucumvert import PintUcumRegistry
    except ModuleNotFoundError:
        raise MissingExtraError("this unit", "case") from None
    return PintUcumRegistry()
