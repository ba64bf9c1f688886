"""A value as it stands in a report: `< 0.5 x10^9/L`, `2.1 (4.0-11.0) K/uL`, `77,000 then 49,000`, `98% on room air`, `90/60`.

Owns how number, unit, limit, judgement and the laboratory's own range stand in one text. The words stand in
`ontology/language/value_remarks.tsv` and `value_sequences.tsv`. Must not know what a value means, nor which test it is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from kg.case.values.numbers import NUMBER, Readings, plain_text, read_number
from kg.case.values.tables import read_table

Bound = Literal["", "<", "<=", ">", ">="]
Flag = Literal["", "high", "low", "normal"]
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("<=", r"<=|=<|≤|at most|no more than|up to and including"),
    (">=", r">=|=>|≥|at least|no less than"),
    ("<", r"<|below|under|less than|lower than|fewer than|undetectable below|undetectable"),
    (">", r">|above|over|more than|greater than|higher than|exceeding"),
)
_BOUND = "|".join(pattern for _, pattern in _BOUNDS)
_PLAIN = rf"(?:{NUMBER})"
_VALUE = re.compile(rf"[:=]?\s*(?P<bound>{_BOUND})?\s*(?P<number>{NUMBER})\s*(?P<unit>\S.*)?$", re.IGNORECASE)
_UNIT = re.compile(r"^[(\[]?[\w%/^*×·.µμ°²³⁰¹⁴-⁹{}\[\](),' -]*[)\]]?$")
_RANGE_WORD = r"ref(?:erence)?\.?(?: range)?|normal(?: range| value)?|nl|n|range|rr|nv"
_RANGE = re.compile(
    rf"[(\[]\s*(?:(?:{_RANGE_WORD})\s*(?:range|interval|values?)?\s*[:=]?\s*)?"
    rf"(?:(?P<low>{_PLAIN})\s*(?:-|to)\s*(?P<high>{_PLAIN})|(?P<side><=?|>=?|≤|≥)\s*(?P<one>{_PLAIN}))\s*(?P<unit>[^)\]]*)[)\]]",
    re.IGNORECASE,
)
_BARE_RANGE = re.compile(
    r"(?:(?<=\s)|(?<=,))(?:ref(?:erence)?\.?(?: range)?|normal(?: range)?|range|rr|nr)?\s*[:=]?\s*"
    rf"(?P<low>{_PLAIN})\s*(?:-|to)\s*(?P<high>{_PLAIN})(?P<unit>(?:\s*\S+)?)\s*$",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"^(?P<low>{_PLAIN})\s*%?\s*(?:-|to)\s*(?P<high>{_PLAIN})\s*(?P<unit>[^\d\s].*)?$")
Limits = tuple[float | None, float | None]
_TITER = re.compile(rf"^(?P<bound>{_BOUND})?\s*1\s*[:/]\s*(?P<number>\d[\d,]*)\s*(?P<more>\D.*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a text: the readings of its number, its unit, and what the laboratory said of it."""

    readings: Readings
    unit: str = ""
    bound: Bound = ""
    flag: Flag = ""
    later: int = 0  # how many values of the same text are newer


@lru_cache(maxsize=1)
def _remarks() -> tuple[tuple[re.Pattern[str], Flag], ...]:
    meanings: dict[str, Flag] = {"low": "low", "high": "high", "normal": "normal"}
    rows = read_table("language/value_remarks.tsv")
    return tuple((re.compile(row["pattern"]), meanings.get(row["meaning"], "")) for row in rows)


@lru_cache(maxsize=1)
def _sequence() -> re.Pattern[str]:
    return re.compile("|".join(row["pattern"] for row in read_table("language/value_sequences.tsv")), re.IGNORECASE)


def read_written(text: str) -> tuple[Part, ...]:
    """Values of a text, the earliest first; empty where it is no value."""
    plain = plain_text(text)
    flag: Flag = ""
    for pattern, meaning in _remarks():
        if pattern.search(plain):
            plain, flag = pattern.sub(" ", plain), meaning or flag
    plain, limits = _take_range(plain)
    pieces = [piece.strip(" ,;") for piece in _sequence().split(plain)]
    pieces = pieces[1:] if len(pieces) > 1 and not pieces[0] else pieces
    if not pieces or not all(pieces):
        return ()
    parts = [part for index, piece in enumerate(pieces) for part in _piece(piece, len(pieces) - 1 - index)]
    if len({part.later for part in parts}) != len(pieces):
        return ()
    return tuple(_judge(part, flag, limits) for part in _share_unit(parts))


def _take_range(plain: str) -> tuple[str, Limits]:
    """Text without the range of the laboratory, and that range."""
    match = _RANGE.search(plain) or (_BARE_RANGE.search(plain) if re.match(rf"[:=]?\s*(?:{_BOUND})?\s*\d", plain) else None)
    if match is None or match.start() == 0:
        return plain, (None, None)
    found = match.groupdict()
    low, high = (_first(found.get(key)) for key in ("low", "high"))
    if (one := _first(found.get("one"))) is not None:
        low, high = (None, one) if (found["side"] or "").startswith(("<", "≤")) else (one, None)
    unit = (found.get("unit") or "").strip()
    rest = (plain[: match.start()] + " " + plain[match.end() :]).strip()
    has_unit = re.search(r"[a-zA-Z%µμ]", rest)
    return (rest if has_unit or not unit else f"{rest} {unit}"), (low, high)


def _first(text: str | None) -> float | None:
    found = read_number(text) if text else None
    if found is None:
        return None
    return found.values[0]


def _piece(piece: str, later: int) -> Iterator[Part]:
    if match := _TITER.match(piece):
        if not re.search(r"\d", match["more"] or ""):
            yield Part(Readings((float(match["number"].replace(",", "")),)), "", _sign(match["bound"]), "", later)
        return
    if (match := _SPAN.match(piece)) and match["low"] and not piece.startswith("-"):
        unit = "%" if "%" in piece.split(match["high"])[0] and not match["unit"] else (match["unit"] or "").strip()
        for key, bound in (("low", ">="), ("high", "<=")):
            if number := read_number(match[key]):
                yield Part(number, unit, bound, "", later)  # type: ignore[arg-type]
        return
    match = _VALUE.fullmatch(piece)
    number = read_number(match["number"]) if match else None
    if match is None or number is None or not _UNIT.match(unit := (match["unit"] or "").strip()):
        return
    if unit.startswith("[") and unit.endswith("]") and unit.casefold() != "[degf]":
        unit = unit[1:-1]
    if unit.count("(") != unit.count(")") or (unit.startswith("(") and unit.endswith(")")):
        unit = unit.removeprefix("(").removesuffix(")")
    yield Part(number, unit.strip(" .,;"), _sign(match["bound"]), "", later)


def _sign(bound: str | None) -> Bound:
    return next((name for name, pattern in _BOUNDS if bound and re.fullmatch(pattern, bound, re.IGNORECASE)), "")


def _share_unit(parts: list[Part]) -> list[Part]:
    """A unit that stands once in a sequence is that of every value."""
    units = {part.unit for part in parts if part.unit}
    return [replace(part, unit=next(iter(units))) if len(units) == 1 else part for part in parts]


def _judge(part: Part, flag: Flag, limits: Limits) -> Part:
    """The laboratory's judgement: as printed, else by its own range, which stands in the unit of the value."""
    low, high = limits
    if (
        part.later == 0
        and not flag
        and not part.bound
        and len(part.readings.values) == 1
        and (low is not None or high is not None)
    ):
        value = part.readings.values[0]
        flag = "low" if low is not None and value < low else "high" if high is not None and value > high else "normal"
    return replace(part, flag=flag)
