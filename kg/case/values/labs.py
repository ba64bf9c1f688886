"""One laboratory value: its test, its unit, and whether it can be at all.

Owns the rules of single values; what follows from several of one sample stands in `samples.py`. Must not know thresholds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kg.case.notes import Notes
from kg.case.raw import RawLab
from kg.case.values.analytes import ANC, GRANULOCYTES, HEMOGLOBIN, PLATELETS, SHARES, TEMPERATURE, WBC, Test, Tests
from kg.case.values.units import UnfitUnitError, convert
from kg.exceptions import InputError

WHITE_LINES = (*SHARES, GRANULOCYTES)
# Counts without a unit above these were meant per microliter (issue of many a chart); what they mean is asked, not guessed.
UNITLESS_LIMIT = {WBC: 500.0, PLATELETS: 5000.0, "LEUKO:0030038": 5000.0, "LEUKO:0030033": 20.0, HEMOGLOBIN: 30.0}
UNITLESS_COUNT = 50.0
SUBSET_LIMIT = 20.0
HIGHEST = {ANC: 300.0, "LEUKO:0030004": 300.0, HEMOGLOBIN: 40.0}  # nobody has more: the unit is wrong by a thousand
TEMPERATURES = 20.0, 46.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in the unit of its test. `bound` says that the true value lies below or above; `how` says how it was made."""

    test: Test
    value: float
    days_ago: float
    bound: str = ""
    how: str = ""
    flag: str = ""
    path: str = ""
    assumptions: tuple[str, ...] = ()


def read_value(lab: RawLab, path: str, tests: Tests, notes: Notes) -> Measured | None:
    """One value in the unit of its test; None where its test is not known. Raises InputError for what cannot be."""
    unit = (lab.unit or "").strip()
    name = (lab.test or lab.loinc or "").strip()
    test = (tests.find_loinc(lab.loinc, unit) if lab.loinc else None) or (tests.find(lab.test, unit) if lab.test else None)
    if test is None:
        notes.refuse("test", name, "", path, tests.suggest(name))
        return None
    try:
        value, assumptions = _in_unit(lab.value, unit, test, notes.place(f"{path}.unit"))
    except UnfitUnitError as error:
        if test.quantity == "count":
            raise
        notes.refuse("test", name, str(error).split(": ", 1)[-1], path)
        return None
    _check_value(test, value, notes.place(f"{path}.value"))
    if lab.bound in ("<", ">"):  # the next number below or above: a bound that is not reached itself
        value = math.nextafter(value, -math.inf if lab.bound == "<" else math.inf) if value or lab.bound == ">" else value
    return Measured(test, value, lab.days_ago or 0.0, lab.bound, "", lab.flag, path, assumptions)


def _in_unit(value: float, unit: str, test: Test, place: str) -> tuple[float, tuple[str, ...]]:
    if unit:
        return convert(value, unit, test.unit, test.label, test.quantity, place), ()
    if value > _unitless_limit(test) or (test.id == TEMPERATURE and not 30.0 <= value <= 45.0):
        raise InputError(f"{test.short} {value:g} has no unit and cannot be {value:g} {test.unit}: give the unit", place)
    if test.unit.startswith("{"):
        return value, ()
    return value, (f"{test.short} {value:g} has no unit: read as {test.unit}",)


def _unitless_limit(test: Test) -> float:
    if test.id in UNITLESS_LIMIT:
        return UNITLESS_LIMIT[test.id]
    if test.quantity != "count":
        return math.inf
    return UNITLESS_COUNT if test.id in WHITE_LINES else SUBSET_LIMIT


def _check_value(test: Test, value: float, place: str) -> None:
    if value < 0 and test.unit not in ("{index}", "Cel"):
        raise InputError(f"{test.short} cannot be negative ({value:g} {test.unit})", place)
    if test.unit == "%" and value > 100:
        raise InputError(f"{test.short} cannot be {value:g} %", place)
    if value > HIGHEST.get(test.id, math.inf):
        raise InputError(f"{test.short} cannot be {value:g} {test.unit}: check the unit", place)
    if test.id == TEMPERATURE and not TEMPERATURES[0] <= value <= TEMPERATURES[1]:
        raise InputError(f"{test.short} cannot be {value:g} {test.unit}: check the unit", place)
