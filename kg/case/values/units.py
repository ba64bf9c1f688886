"""Units as people write them -> UCUM -> the unit in which a test is compared.

The spellings stand in `ontology/language/units.tsv`; owned here is the grammar of counts (x10^9/L, 10(3)/mm3 …). The mass of a
mole, for tests that are reported both ways, stands in `ontology/values/molar_masses.tsv`. The arithmetic is that of a UCUM
library (ucumvert on pint), imported only when `SETTLED` does not already answer. Must not know thresholds, nor which test a
value belongs to beyond its kind of quantity.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from kg.case.values.tables import read_table
from kg.exceptions import InputError, MissingExtraError

# The commonest pairs, so that a short question needs no unit library; a test holds each against that library.
SETTLED: dict[tuple[str, str], float] = {
    ("10*3/uL", "10*9/L"): 1.0,
    ("10*5/uL", "10*9/L"): 100.0,
    ("10*6/uL", "10*9/L"): 1000.0,
    ("10*6/L", "10*9/L"): 0.001,
    ("/uL", "10*9/L"): 0.001,
    ("/L", "10*9/L"): 1e-9,
    ("10*6/uL", "10*12/L"): 1.0,
    ("g/L", "g/dL"): 0.1,
    ("ug/L", "ng/mL"): 1.0,
    ("ng/L", "pg/mL"): 1.0,
    ("mg/dL", "mg/L"): 10.0,
    ("g/L", "mg/dL"): 100.0,
}
SAME = {("[IU]/mL", "U/mL"), ("U/mL", "[IU]/mL")}  # arbitrary units, which laboratories write one for the other
ALTERNATIVE = "|"  # between the meanings of one spelling: mil is thousand or million
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
_NOUN = r"(?:\{?(?:cells?|#|c|wbcs?|leu[ck]ocytes?|neutrophils?|lymphocytes?|platelets?)\}?)?"
_COUNT = re.compile(
    rf"^{_NOUN}(?:x ?)?(?:(?P<power>10(?:\*\*|\*|\^|exp|e|\(|-)?(?P<exp>\d{{1,2}})\)?|e(?P<bare>\d+))"
    r"|(?P<word>k|thou(?:sands?)?|thous|th|m|mio|mill?(?:ions?)?|g|giga|gpt|bn|billions?|t|tera|tpt))?[ ._]?"
    rf"{_NOUN}/(?P<volume>u?l|nl|ml|dl)$",
    re.IGNORECASE,
)
_WORD_POWERS = {"k": 3, "t": 12, "m": 6, "g": 9, "b": 9}
_VOLUMES = {"l": "L", "ul": "uL", "nl": "nL", "ml": "mL", "dl": "dL"}
_UPPER = (("/l", "/L"), ("/dl", "/dL"), ("/ml", "/mL"), ("/ul", "/uL"))


class UnfitUnitError(InputError):
    """A unit that is known but that the test cannot have."""


class UnknownUnitError(InputError):
    """A unit that nobody writes so."""


def _squeeze(text: str) -> str:
    """A unit without blanks, raised figures, foreign signs; `cumm` and its kin as the microliter that they are."""
    plain = _POWER.sub(lambda m: "^" + m[0].translate(_SUPERSCRIPT), text.strip()).translate(_TRANSLATE)
    plain = unicodedata.normalize("NFKC", plain).replace("/mm^3", "/mm3")
    for pattern, spelling in _WORDS:
        plain = re.sub(pattern, spelling, plain, flags=re.IGNORECASE)
    return re.sub(r"\s+", "", plain)


@lru_cache(maxsize=1)
def _spellings() -> dict[tuple[str, bool], str]:
    """UCUM by the written form, as it stands and squeezed, for counts and for all."""
    found: dict[tuple[str, bool], str] = {}
    for row in read_table("language/units.tsv"):
        for form in (re.sub(r"\s+", "", row["written"]), _squeeze(row["written"])):
            found.setdefault((form.casefold(), row["for"] == "count"), row["ucum"])
    return found


@lru_cache(maxsize=1)
def molar_masses() -> dict[str, float]:
    """Grams of a mole by the label of a test."""
    return {row["analyte"]: float(row["grams of a mole"]) for row in read_table("values/molar_masses.tsv")}


@lru_cache(maxsize=1024)
def normalize_unit(text: str, count: bool = True) -> str:
    """UCUM spelling of a unit as it was written; several, parted by a bar, where it has several meanings.

    G/L is giga only for a count; an unknown spelling comes back as it is.
    """
    raw, squeezed = re.sub(r"\s+", "", text), _squeeze(text)
    for form in (raw.casefold(), squeezed.casefold()):
        if count and (known := _spellings().get((form, True))):
            return known
    if count and (match := _COUNT.match(squeezed)) and match["word"] != "g":  # a small g is gram, also on a count
        return _count_unit(match)
    for form in (raw.casefold(), squeezed.casefold()):
        if known := _spellings().get((form, False)):
            return known
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
    """Value in the unit of the test, by the first meaning of the unit. Raises InputError as `convert_all`."""
    return convert_all(value, unit, target, test, quantity, place)[0]


def convert_all(value: float, unit: str, target: str, test: str, quantity: str, place: str = "") -> list[float]:
    """Value in the unit of the test, one for each meaning of the unit as written.

    Raises UnknownUnitError for an unknown unit, UnfitUnitError for one that the test cannot have, InputError for `10^3/L`.
    """
    spelled = normalize_unit(unit, quantity == "count" or target == "/min")
    found: list[float] = []
    for one in (meanings := spelled.split(ALTERNATIVE)):
        try:
            found.append(_in_target(value, one, target, test, quantity, unit, place))
        except InputError:
            if not found and one == meanings[-1]:
                raise
    return found


def _in_target(value: float, spelled: str, target: str, test: str, quantity: str, written: str, place: str) -> float:
    if spelled == "10*3/L" and quantity == "count":
        raise InputError(f"{written!r} is a thousand in a liter; 10*3/uL (K/uL) is what a laboratory prints", place)
    if quantity == "enzyme":
        spelled = spelled.replace("[IU]", "U")  # the enzyme unit is the international unit
    if spelled == target or (spelled, target) in SAME:
        return value
    if target == "%" and spelled in ("1", "L/L"):
        return tidy(value * 100.0)
    if {spelled, target} == {"meq/L", "mmol/L"}:
        return tidy(value * _charge(test) ** (1 if spelled == "mmol/L" else -1))
    if factor := SETTLED.get((spelled, target)):
        return tidy(value * factor)
    return tidy(_convert(value, spelled, target, molar_masses().get(test, 0.0), written, place))


def _charge(test: str) -> float:
    """Charges of an ion: what a milliequivalent counts."""
    return 2.0 if test in ("calcium", "ionized calcium", "magnesium") else 1.0


def tidy(value: float) -> float:
    """Value without the noise of binary arithmetic: twelve digits, so that one count in two units is one number."""
    return float(f"{value:.12g}")


def _convert(value: float, spelled: str, target: str, molar_mass: float, written: str, place: str) -> float:
    import pint

    registry = _registry()
    if spelled == "meq/L":
        spelled = "mmol/L"
    try:
        quantity = registry.Quantity(value, registry.from_ucum(spelled).units)
        wanted = registry.from_ucum(target).units
    except Exception:  # the grammar library raises many kinds for what it cannot read
        raise UnknownUnitError(f"unknown unit {written!r}; write it in UCUM, such as {target}", place) from None
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
