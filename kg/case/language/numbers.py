"""A number with its unit, as reports write it: `0.4[10*9/L]`, `< 0.5 x10^9/L`, `6,2 g/dL`.

Must not know what a value means.
"""

from __future__ import annotations

import re

NUMBER = r"[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
BOUNDS = (
    ("<=", r"<=|≤|at most|no more than"),
    (">=", r">=|≥|at least"),
    ("<", r"<|below|under|less than|lower than|fewer than"),
    (">", r">|above|over|more than|greater than|exceeding"),
)
BOUND = "|".join(pattern for _, pattern in BOUNDS)
_VALUE = re.compile(rf"(?P<bound>{BOUND})?\s*(?P<number>{NUMBER})\s*(?P<unit>\S.*)?$", re.IGNORECASE)
_REMARK = re.compile(r"[(\[](?:unit|units)? ?(?:not|un)[^)\]]*[)\]]", re.IGNORECASE)
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
    sign = next((name for name, pattern in BOUNDS if bound and re.fullmatch(pattern, bound, re.IGNORECASE)), "")
    return number, unit, sign


def read_bound(text: str | None) -> str:
    """Sign of a bound in words (`below` -> `<`), or an empty string."""
    return next((sign for sign, pattern in BOUNDS if text and re.fullmatch(pattern, text, re.IGNORECASE)), "")
