"""Whole lines of a report: `Neutrophils 0.4 x10^9/L (2.0-7.5)`, `TLC 2100 /cumm`, `DLC N12 L78 M8 E2`, `BP 90/60`.

Owns where a name ends and its value begins, and what stands for several tests at once (`ontology/language/panels.tsv`,
`differential.tsv`). Must not know units nor thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from kg.case.raw import RawLab
from kg.case.values.analytes import Tests
from kg.case.values.numbers import plain_text
from kg.case.values.tables import read_table
from kg.case.values.written import read_written
from kg.knowledge.lexicon import normalize

DIFFERENTIAL = "differential"
_START = re.compile(r"(?<![\w.,/:-])(?:[<>≤≥]=?\s*)?-?\d")
_SHARE = re.compile(r"([A-Za-z]+)\s*[-:=]?\s*(\d+(?:[.,]\d+)?)\s*%?")
_PARTS = re.compile(r"\s*[;\n]\s*|,\s*(?=[A-Za-z])|\s+(?=D\.?L\.?C\.?\b)")


@lru_cache(maxsize=1)
def _panels() -> dict[str, tuple[str, ...]]:
    return {normalize(row["written"]): tuple(row["tests"].split("|")) for row in read_table("language/panels.tsv")}


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    return {row["written"].casefold(): row["test"] for row in read_table("language/differential.tsv")}


def split_panel(lab: RawLab, tests: Tests) -> list[RawLab]:
    """Single values of one that stands for several (a differential, a blood pressure); the value itself where it does not."""
    panel = _panels().get(normalize(lab.test or ""))
    if panel is None or not isinstance(lab.value, str):
        return [lab]
    text = plain_text(lab.value)
    if panel == (DIFFERENTIAL,):
        return list(_split_differential(lab, text, tests))
    pattern = "/".join([r"(\d+(?:[.]\d+)?)"] * len(panel))
    numbers = re.match(rf"^{pattern}\s*(.*)$", re.sub(r"\s*/\s*", "/", text))
    if numbers is None:
        return [lab]
    *values, unit = numbers.groups()
    texts = [f"{value} {unit or lab.unit or ''}".strip() for value in values]
    return [replace(lab, test=tests.by_id[t].label, value=text, unit=None) for t, text in zip(panel, texts, strict=True)]


def _split_differential(lab: RawLab, text: str, tests: Tests) -> Iterator[RawLab]:
    for name, number in _SHARE.findall(text):
        test = _letters().get(name.casefold())
        known = tests.by_id[test] if test in tests.by_id else tests.find(name, "%")
        yield replace(lab, test=known.label if known else name, value=float(number.replace(",", ".")), unit="%")


def read_line(text: str, tests: Tests) -> list[RawLab]:
    """Values of a line whose names are those of tests; empty where a part of it is none."""
    found: list[RawLab] = []
    for part in _PARTS.split(text.strip()):
        labs = list(_read_part(re.sub(r"\s+", " ", part.strip()), tests)) if part.strip() else []
        if part.strip() and not labs:
            return []
        found += labs
    return found


def _read_part(part: str, tests: Tests) -> Iterator[RawLab]:
    head = re.match(r"^([A-Za-z. ]+?)\s*[:=-]*\s+(?=[A-Za-z]+\s*[-:=]?\s*\d)(.*)$", part)
    if head and _panels().get(normalize(head[1])) == (DIFFERENTIAL,):
        yield from split_panel(RawLab(test=head[1], value=head[2]), tests)
        return
    for match in _START.finditer(part):
        name, value = part[: match.start()].strip(" \t:=-–|"), part[match.start() :]
        if not name:
            continue
        if normalize(name) in _panels():
            yield from split_panel(RawLab(test=name, value=value), tests)
            return
        if (parts := read_written(value)) and tests.find(name, parts[-1].unit):
            yield RawLab(test=name, value=value)
            return
