"""Numbers as reports write them: decimal point or comma, grouped thousands, Indian lakhs.

Owns which readings a written number has; which of them can be is told by what was measured (`plausible.py`). Must not know tests.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# A number in a text: grouped, or plain with an exponent. The sign may be any dash.
NUMBER = (
    r"-?(?:\d{1,3}(?:[ ,.'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)"
)
_DASHES = str.maketrans(dict.fromkeys("−–—‐‑", "-"))
_BLANKS = re.compile(r"[\u00a0\u2007\u2009\u202f]")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LONE_GROUP = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")


class Readings(NamedTuple):
    """What a written number may mean, the likelier first; `doubtful` where both are in use for this writing."""

    values: tuple[float, ...]
    doubtful: bool = False


def plain_text(text: str) -> str:
    """Text with plain blanks, dashes and digits; a raised number becomes a power."""
    text = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
    return unicodedata.normalize("NFKC", _BLANKS.sub(" ", text)).translate(_DASHES).strip()


def read_number(text: str) -> Readings | None:
    """Readings of a number; None where it is none.

    `1,720` groups thousands, or is a decimal comma where 1720 cannot be; `1.720` is either. `1 200` and `1,50,000` have one.
    """
    plain = plain_text(text)
    sign, plain = (-1.0, plain[1:].strip()) if plain.startswith("-") else (1.0, plain)
    if plain.startswith("-") or not re.fullmatch(NUMBER, plain):
        return None
    if match := _LONE_GROUP.fullmatch(plain):
        grouped, decimal = float(plain.replace(match[1], "")), float(plain.replace(",", "."))
        both = (decimal, grouped) if match[1] == "." else (grouped, decimal)
        return Readings(tuple(sign * value for value in both), match[1] == ".")
    return Readings((sign * _single(plain),))


def _single(plain: str) -> float:
    """A number whose separators leave one reading."""
    if _INDIAN.fullmatch(plain):
        return float(plain.replace(",", ""))
    marks = [c for c in plain if c in ".,"]
    grouped = re.sub(r"[ '’]", "", plain)
    if len(marks) > 1:  # the last kind is the decimal one, unless it is repeated
        decimal = marks[-1] if marks.count(marks[-1]) == 1 else ""
        for mark in {".", ","} - {decimal}:
            grouped = grouped.replace(mark, "")
    return float(grouped.replace(",", "."))
