"""A laboratory value inside words: `ANC below 0.5 x10^9/L`, `MCV 115 fL`, `0.4[10*9/L]`.

Owns how a number and its unit stand in a text. Must not know what a value means.
"""

from __future__ import annotations

import re

from kg.case.raw import RawLab
from kg.case.values.analytes import Tests

_NUMBER = r"[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_BOUNDS = (
    ("<=", r"<=|≤|at most|no more than"),
    (">=", r">=|≥|at least"),
    ("<", r"<|below|under|less than|lower than|fewer than"),
    (">", r">|above|over|more than|greater than|exceeding"),
)
_BOUND = "|".join(pattern for _, pattern in _BOUNDS)
_VALUE = re.compile(rf"(?P<bound>{_BOUND})?\s*(?P<number>{_NUMBER})\s*(?P<unit>\S.*)?$", re.IGNORECASE)
_FILLER = re.compile(
    r"\b(?:up to|as high as|later|initially|then|now|was|is|were|of|at|nadir|fell to|fell|dropped to|down to|falling to|to|about"
    r"|approximately|only|persistently|repeatedly|with|a|an|the|result|level|levels|value|found|measured|equal|serum|plasma|peripheral|blood)\b"
    r"|[:=~]",
    re.IGNORECASE,
)
_REMARK = re.compile(r"[(\[](?:unit|units)? ?(?:not|un)[^)\]]*[)\]]", re.IGNORECASE)
_HEAT = ("fever", "high fever", "febrile", "pyrexia", "hypothermia", "hypothermic")
_UNIT = re.compile(r"^[(\[]?[\w%/^*×·µμ°²³⁰¹⁴-⁹{}\[\]. -]*[)\]]?$")


def read_number(text: str) -> float | None:
    """Number as reports write it: a comma before three digits groups thousands, else it is a decimal comma."""
    plain = text.strip().replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def read_value_and_unit(text: str) -> tuple[float, str, str] | None:
    """Number, unit and bound of `0.4`, `400[/uL]`, `< 0.5 x10^9/L`, `39.4 C`; None where it is none of these."""
    plain = _REMARK.sub("", text).strip()
    if re.match(r"^(?:x|×) ?10", plain):
        return None
    match = _VALUE.fullmatch(plain)
    number = read_number(match["number"]) if match else None
    if match is None or number is None or not _UNIT.match(unit := (match["unit"] or "").strip()):
        return None
    if unit.startswith("[") and unit.endswith("]") and unit.casefold() != "[degf]":
        unit = unit[1:-1]
    unit = unit.removeprefix("(").removesuffix(")").strip(" .,;")
    bound = (match["bound"] or "").casefold()
    sign = next((name for name, pattern in _BOUNDS if bound and re.fullmatch(pattern, bound, re.IGNORECASE)), "")
    return number, unit, sign


def find_value(text: str, tests: Tests) -> RawLab | None:
    """Laboratory value that a text states, where what stands before the number is the name of a test."""
    for match in re.finditer(
        rf"(?:\b(?:{_BOUND})|[<>≤≥]=?)?\s*(?<![\w.,/-])(?:{_NUMBER})(?![\w-]*[A-Za-z]\d)", text, re.IGNORECASE
    ):
        name = _FILLER.sub(" ", text[: match.start()]).strip(" ,;-")
        value = read_value_and_unit(text[match.start() :])
        if (
            value
            and name.casefold() in _HEAT
            and value[1].casefold().strip("° deg") in ("c", "f", "cel", "celsius", "fahrenheit")
        ):
            name = "body temperature"
        if value and name and (test := tests.find(name, value[1])):
            return RawLab(test=test.label, value=value[0], unit=value[1] or None, bound=value[2])  # type: ignore[arg-type]
    return None
