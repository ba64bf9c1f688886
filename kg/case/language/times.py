"""Times in words: how long, how long ago, how often.

Owns numbers of days in running text. Must not know what they are a time of.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.case.values.durations import MONTH, YEAR

_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "couple of": 2, "half a": 0.5,
}  # fmt: skip
_UNITS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": MONTH, "y": YEAR}
_VAGUE = r"several|a few|few|some|many"
_NUMBER = rf"\d+(?:[.,]\d+)?|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}|{_VAGUE}"
_UNIT = r"hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|h|d"
_ABOUT = r"(?:about|approximately|nearly|almost|over|more than|some|at least|around|the (?:last|past)|last|past)\s+"
_SPAN = re.compile(
    rf"\b(?P<every>every\s+)?(?:(?:for|over|since|during|lasting|of|x|within|after)\s+)?(?:{_ABOUT})*"
    rf"(?P<n>{_NUMBER})(?:\s*(?:to|-|–|or)\s*(?:{_NUMBER}))?[-\s]*(?P<unit>{_UNIT})\b['’]?s?"
    rf"(?:[-\s]+(?P<after>ago|earlier|before|previously|prior|history|duration|long|old))?(?:\s+of\b)?",
    re.IGNORECASE,
)
_SINCE_BIRTH = re.compile(r"\b(?:since|from|at) birth\b|\blife-?long\b|\bcongenital\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|since|of)\s+(?:19|20)\d\d\b")
_AGO = frozenset({"ago", "earlier", "before", "previously", "prior"})


class Time(NamedTuple):
    """A time and where it stands: `kind` is ago, lasting, every, old or birth; `days` is None where it is vague."""

    start: int
    end: int
    kind: str
    days: float | None


def find_times(text: str) -> list[Time]:
    """Times of a text in order."""
    found = [_read(match) for match in _SPAN.finditer(text)]
    found += [Time(m.start(), m.end(), "birth", None) for m in _SINCE_BIRTH.finditer(text)]
    found += [Time(m.start(), m.end(), "ago" if m[0][:2] in ("in", "of") else "lasting", None) for m in _YEAR.finditer(text)]
    return sorted(found)


def _read(match: re.Match[str]) -> Time:
    number = match["n"].casefold()
    count = _COUNTS.get(number)
    if count is None and number[0].isdigit():
        count = float(number.replace(",", "."))
    days = None if count is None else count * _UNITS[match["unit"][0].casefold()]
    after = (match["after"] or "").casefold()
    kind = "every" if match["every"] else "ago" if after in _AGO else "old" if after == "old" else "lasting"
    return Time(match.start(), match.end(), kind, days)
