"""Laboratory values and vital signs inside a running text: `WBC of 2.3 with 12% neutrophils`, `BP 80/40`, `fever 40 C`.

Owns where the name of a test stands beside a number. Values of another fluid than blood are left alone: their cells are
counted under the same names. Must not know what a value means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from kg.case.language.numbers import BOUND, NUMBER, read_bound, read_number
from kg.case.raw import RawLab
from kg.case.values.analytes import Tests

_FILLER = re.compile(
    r"\b(?:up to|as high as|later|initially|then|now|was|is|were|of|at|nadir|fell to|fell|dropped to|down to|falling to|to|about"
    r"|approximately|only|persistently|repeatedly|with|a|an|the|result|level|levels|value|found|measured|equal|serum|plasma|peripheral|blood"
    r"|between|from|both|stayed|serial|counts? were|count was|has|had|her|his)\b"
    r"|[:=~(]",
    re.IGNORECASE,
)
_BORDER = re.compile(r"[;,()\[\]]|\b(?:and|with|but|then|than|after|on)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:csf|cerebrospinal|spinal|lumbar|marrow|urine|urinary|pleural|ascitic|ascites|synovial|sputum|stool|lavage|biopsy|nucleated"
    r"|birth|mother|maternal)\b",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A value of a running text; its number and unit stand from `start` to `end`, the name of its test from `name`."""

    lab: RawLab
    start: int
    end: int
    name: tuple[int, int]


_NUMBERS = re.compile(
    rf"(?:(?P<bound>{BOUND})\s*)?(?<![\w.,/^*-])(?P<number>{NUMBER})(?![\d.,]*\d|:\d|(?:st|nd|rd|th)\b)", re.IGNORECASE
)
_AFTER = re.compile(
    r"\s*(?:(?P<range>(?:to|-|–)\s*(?P<upper>\d[\d.,]*))\s*)?"
    r"(?P<unit>(?:[x×]\s?)?10\s?[\^*(]{0,2}\d{1,2}\)?\s?/\s?[a-zµμ]+\d?"
    r"|(?:k|g|m|th|thousand|thou|million|cells?|lakhs?)?\s?(?:/|per )\s?"
    r"(?:cu\.? ?mm|c?mm ?[3³]?|mm\^3|[uµμmdn]?l\b|microlit(?:er|re)s?|cumm|hpf)"
    r"|(?:m?g|[uµμ]g|mcg|n?g|pg|ng|[mµμu]?mol|i?u|miu|units?|meq|g[iu])\s?/\s?(?:100 ?ml|[dmuµμ]?l)\b"
    r"|(?:mm|beats|breaths)\s?/\s?(?:h(?:r|our)?|min(?:ute)?)\b|/\s?min\b|bpm\b|mm ?hg\b|%"
    r"|percent\b|fl\b|°\s?[cf]\b|degrees? (?:celsius|fahrenheit|c|f)\b"
    r"|celsius\b|fahrenheit\b|[cf]\b(?![\w-])|k\b(?![\w-])|g/l\b)?",
    re.IGNORECASE,
)
_PRESSURE = re.compile(r"\b(?:bp|blood pressure)\b\D{0,12}?(?P<systolic>\d{2,3})\s?/\s?\d{2,3}(?:\s?mm ?hg)?", re.IGNORECASE)
_SATURATION = re.compile(
    r"(?:\b(?:spo2|sao2|o2|oxygen)\b[^%\d;]{0,24})?\b(?P<n>\d{2,3})\s?(?:%|percent)\s+(?:on|in|breathing) (?:room )?air",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"\s*(?:m?g|mcg|[uµμ]g|ml|iu|units?|cm|mm|m|kg|pounds?|lbs?|weeks?|days?|months?|years?|hours?|times)\b(?!\s?/)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"/|10", re.IGNORECASE)
_DEGREES = re.compile(r"[°\s]*(?:degrees? )?(c|f|celsius|fahrenheit)$", re.IGNORECASE)
_SCALES = {"c": (30.0, 45.0), "f": (86.0, 113.0)}


def find_values(text: str, tests: Tests) -> list[Found]:
    """Laboratory values and vital signs of a running text; none of another fluid than blood, whose cells are counted alike."""
    if not any(c.isdigit() for c in text):
        return []
    found = [*_vital_signs(text, tests)]
    taken = [(f.start, f.end) for f in found]
    border = 0
    for match in _NUMBERS.finditer(text):
        if any(start <= match.start("number") < end for start, end in taken):
            continue
        if value := _read_at(text, match, border, tests):
            found.append(value)
            border = value.end
    return _share_units(sorted(found, key=lambda f: f.start), text)


def _vital_signs(text: str, tests: Tests) -> Iterator[Found]:
    for pattern, group, name, unit in (
        (_PRESSURE, "systolic", "systolic blood pressure", "mm[Hg]"),
        (_SATURATION, "n", "oxygen saturation", "%"),
    ):
        test = tests.find(name)
        for match in pattern.finditer(text) if test else ():
            lab = RawLab(test=name, value=float(match[group]), unit=unit)
            yield Found(lab, match.start(group), match.end(), (match.start(), match.end()))


def _read_at(text: str, match: re.Match[str], border: int, tests: Tests) -> Found | None:
    """The value whose number is matched: its unit follows, the name of its test stands before, or after (`12% neutrophils`)."""
    after = _AFTER.match(text, match.end("number"))
    assert after is not None
    unit, number = (after["unit"] or "").strip(), read_number(after["upper"] or match["number"])
    if number is None or _ELSEWHERE.search(text) or (not unit and _DOSE.match(text, match.end("number"))):
        return None
    bound = "<=" if after["upper"] else read_bound(match["bound"])
    end = after.end() if after.group().strip() else match.end("number")
    if scale := _DEGREES.match(unit):
        return _temperature(number, scale[1][0].casefold(), bound, match.start("number"), end, tests)
    before = text[border : match.start()]
    name = _name_before(before, unit, tests) or (_name_after(text, end, unit, tests) if unit else None)
    if name is None:
        return None
    offset = border if name[2] else 0
    place = (name[1][0] + offset, name[1][1] + offset)
    lab = RawLab(test=name[0], value=number, unit=unit or None, bound=bound)  # type: ignore[arg-type]
    return Found(lab, match.start(), end, place)


def _temperature(number: float, scale: str, bound: str, start: int, end: int, tests: Tests) -> Found | None:
    low, high = _SCALES[scale]
    if not low <= number <= high or tests.find("body temperature") is None:
        return None
    lab = RawLab(test="body temperature", value=number, unit={"c": "Cel", "f": "[degF]"}[scale], bound=bound)  # type: ignore[arg-type]
    return Found(lab, start, end, (start, start))


def _name_before(text: str, unit: str, tests: Tests) -> tuple[str, tuple[int, int], bool] | None:
    """The test that the last words before a number name, the most words first."""
    borders = [m.end() for m in _BORDER.finditer(text) if m.group() not in ("(", "[") and text[m.end() :].strip(" ([:=")]
    start = borders[-1] if borders else 0
    words = list(re.finditer(r"[^\s(\[:=]+", text[start:]))[-7:]
    for first in range(len(words)):
        place = words[first].start() + start
        name = " ".join(_FILLER.sub(" ", text[place:]).split()).strip(" ,;-")
        if name and re.search(r"[A-Za-z]", name) and (test := tests.find(name, unit)):
            return test.label, (place, len(text.rstrip())), True
    return None


def _name_after(text: str, end: int, unit: str, tests: Tests) -> tuple[str, tuple[int, int], bool] | None:
    """The test that the words after a unit name: `12% neutrophils`."""
    words = list(re.finditer(r"[\w-]+", text[end : end + 60]))[:3]
    for count in range(len(words), 0, -1):
        name = text[end : end + words[count - 1].end()].strip()
        if not re.search(r"[,;()]", name) and (test := tests.find(name, unit)):
            return test.label, (end, end + words[count - 1].end()), False
    return None


def _share_units(found: list[Found], text: str) -> list[Found]:
    """`white cells 23.1 and neutrophils 12.3 x10^9/L`: a value without a unit takes that of the next one of its list."""
    shared: list[Found] = []
    for value in reversed(found):
        follows = shared[-1] if shared else None
        unit = follows.lab.unit if follows else None
        if (
            value.lab.unit is None
            and follows
            and unit
            and _COUNTED.search(unit)
            and not re.search(r"[;(]", text[value.end : follows.start])
        ):
            value = value._replace(lab=replace(value.lab, unit=unit))
        shared.append(value)
    return shared[::-1]
