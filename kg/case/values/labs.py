"""One laboratory value: its test, its unit, and whether it can be at all.

Owns the rules of single values; what follows from several of one sample stands in `samples.py`. An item that cannot be read is
noted with its path and leaves the rest alone. Must not know thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kg.case.notes import Notes
from kg.case.raw import RawLab
from kg.case.values.analytes import GRANULOCYTES, SHARES, Test, Tests, find_fluid
from kg.case.values.lines import read_line, split_panel
from kg.case.values.numbers import Readings
from kg.case.values.plausible import choose
from kg.case.values.written import Part, read_written
from kg.exceptions import InputError

WHITE_LINES = (*SHARES, GRANULOCYTES)
EARLIER_BY = 1.0  # days between values of one text, where it says no more than which is later


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in the unit of its test; not a number where only the laboratory's judgement is known.

    `bound` says that the true value lies below or above; `how` says how it was made.
    """

    test: Test
    value: float
    days_ago: float
    bound: str = ""
    how: str = ""
    flag: str = ""
    path: str = ""
    assumptions: tuple[str, ...] = ()

    @property
    def is_judged_only(self) -> bool:
        """Whether only high, low or normal is known."""
        return math.isnan(self.value)


def read_value(lab: RawLab, path: str, tests: Tests, notes: Notes) -> list[Measured]:
    """Values of one item in the unit of their test; what cannot be read is noted."""
    found: list[Measured] = []
    for single in _singles(lab, tests):
        try:
            found += _read_single(single, path, tests, notes)
        except InputError as error:
            notes.refuse("test", _say(single), str(error), path)
    return found


def _singles(lab: RawLab, tests: Tests) -> list[RawLab]:
    if not lab.test and not lab.loinc and isinstance(lab.value, str):
        return [single for line in read_line(lab.value, tests) for single in split_panel(line, tests)] or [lab]
    return split_panel(lab, tests)


def _say(lab: RawLab) -> str:
    name = (lab.test or lab.loinc or "").strip()
    value = f"{lab.value:g}" if isinstance(lab.value, float | int) else lab.value or lab.flag
    return " ".join(part for part in (name, value, lab.unit or "") if part)


def _read_single(lab: RawLab, path: str, tests: Tests, notes: Notes) -> Iterator[Measured]:
    parts = _parts(lab)
    unit = next((part.unit for part in reversed(parts) if part.unit), "")
    test = _find_test(lab, unit, path, tests, notes)
    if test is None:
        return
    if not parts:
        if lab.value is not None or not lab.flag:
            raise InputError(
                f"{lab.value!r} is no value of {test.short}" if lab.value is not None else f"{test.short} has no value"
            )
        yield Measured(test, math.nan, lab.days_ago or 0.0, "", "", lab.flag, path)
    for part in parts:
        yield _measure(lab, part, test, path)


def _parts(lab: RawLab) -> list[Part]:
    """Values of an item: its number, or those of its text; a unit of its own completes the text."""
    unit = (lab.unit or "").strip()
    if lab.value is None or (isinstance(lab.value, float | int) and not math.isfinite(lab.value)):
        return []
    if isinstance(lab.value, str):
        parts = list(read_written(f"{lab.value} {unit}".strip())) or list(read_written(lab.value))
    else:  # a number; words beside its unit (`% on room air`) are read as in a text
        worded = list(read_written(f"{lab.value:.12g} {unit}")) if " " in unit else []
        parts = worded or [Part(Readings((float(lab.value),)), unit)]
        parts = [Part(Readings((float(lab.value),)), parts[0].unit, later=parts[0].later), *parts[1:]]
    return [Part(p.readings, p.unit, lab.bound or p.bound, lab.flag or p.flag, p.later) for p in parts]


def _find_test(lab: RawLab, unit: str, path: str, tests: Tests, notes: Notes) -> Test | None:
    """The test by its code, else by its name; noted where it is none, or of another fluid than blood."""
    name = (lab.test or lab.loinc or "").strip()
    test = (tests.find_loinc(lab.loinc, unit) if lab.loinc else None) or (tests.find(lab.test, unit) if lab.test else None)
    if test is None and (fluid := find_fluid(name)):
        notes.refuse("test", _say(lab), f"is a value of {fluid}, not of blood: not used", path)
    elif test is None and (reason := tests.find_reason(name)):
        notes.set_by("test", name, name, reason)
    elif test is None and name:
        notes.refuse("test", name, "", path, tests.suggest(name))
    elif test is None:
        notes.refuse("test", _say(lab), "is no NAME=VALUE, and no line of a report whose names are known", path)
    return test


def _measure(lab: RawLab, part: Part, test: Test, path: str) -> Measured:
    """One value; a `<` or `>` is the next number below or above: a bound that is not reached itself. Raises InputError."""
    chosen = choose(test, part.readings, part.unit, "", bool(part.bound))
    value, said = chosen.value, list(chosen.assumptions)
    if part.bound in ("<", ">"):
        value = math.nextafter(value, -math.inf if part.bound == "<" else math.inf) if value or part.bound == ">" else value
    days = (lab.days_ago or 0.0) + part.later * EARLIER_BY
    if part.later:
        said.append(f"{test.short} {chosen.value:g} stands before a later value: taken as {part.later:g} day(s) earlier")
    return Measured(test, value, days, part.bound, "", part.flag, path, tuple(said))
