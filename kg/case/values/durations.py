"""ISO 8601 durations -> days. Owns the length of a year and a month here; must not know what a duration is for."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.exceptions import InputError

YEAR, MONTH = 365.25, 365.25 / 12
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"^P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?$"
)
_DAYS = (YEAR, MONTH, 7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86400)
OLDEST = 130 * YEAR
_PLAIN_AGE = re.compile(
    r"^(\d+(?:[.,]\d+)?)[ -]*(y|yr|yrs|years?|mo|mos|months?|w|wk|wks|weeks?|d|days?|h|hr|hrs|hours?)?(?:[ -]+old)?$",
    re.IGNORECASE,
)
_PLAIN_DAYS = {"y": YEAR, "m": MONTH, "w": 7.0, "d": 1.0, "h": 1 / 24}


@lru_cache(maxsize=512)
def read_duration(text: str, place: str = "") -> float:
    """Days of an ISO 8601 duration such as `P41Y`, `P1Y6M`, `PT36H`. Raises InputError."""
    match = _DURATION.match(text.strip())
    if match is None or not any(match.groups()):
        raise InputError(f"{text!r} is no ISO 8601 duration; write P41Y, P9M, P2D or PT36H", place)
    parts = zip(match.groups(), _DAYS, strict=True)
    return sum(float(number.replace(",", ".")) * days for number, days in parts if number)


def read_age(text: str, place: str = "") -> float:
    """Age in days, of an ISO 8601 duration or of `41 years`, `9 months`, `2 d`; a bare number is years.

    Raises InputError where it is neither, or longer than anybody lives.
    """
    plain = _PLAIN_AGE.match(text.strip())
    days = (
        float(plain[1].replace(",", ".")) * _PLAIN_DAYS[(plain[2] or "y")[0].casefold()] if plain else read_duration(text, place)
    )
    if days > OLDEST:
        raise InputError(f"{text!r} is older than anybody; write P41Y, P9M, P2D or PT36H", place)
    return days
