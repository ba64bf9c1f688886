"""What a value can be: the range of each test outside which only a wrong unit explains it.

The ranges stand in `ontology/values/plausible.tsv`; they are no reference limits. Owns choosing between the readings of a
written number and between the units of a number without one. Must not know thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kg.case.values.analytes import Test
from kg.case.values.numbers import Readings
from kg.case.values.tables import read_table
from kg.case.values.units import UnfitUnitError, convert_all, normalize_unit
from kg.exceptions import InputError


class Range(NamedTuple):
    """What a test can show, in its own unit."""

    lowest: float
    highest: float
    zero: bool
    lowest_bare: float  # of a number without a unit
    others: tuple[str, ...]  # units in which such a number may be meant
    ask: bool  # whether a number that two units fit is asked about

    def holds(self, value: float, bounded: bool = False) -> bool:
        """Whether a value can be; of a value that is only a limit, the lower end is not asked."""
        return value <= self.highest and (bounded or value >= self.lowest or (value == 0 and self.zero))


class Chosen(NamedTuple):
    """A value in the unit of its test, and what was assumed for it."""

    value: float
    assumptions: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _ranges() -> dict[str, Range]:
    return {
        row["test"]: Range(
            float(row["lowest"]),
            float(row["highest"]),
            row["zero"] == "yes",
            float(row["lowest without unit"]),
            tuple(unit for unit in row["other units"].split("|") if unit),
            row["in doubt"] == "ask",
        )
        for row in read_table("values/plausible.tsv")
    }


_ANY = Range(0.0, float("inf"), True, 0.0, (), False)


def find_range(test: Test) -> Range:
    """What a test can show; anything not negative where the table has no row."""
    if test.id in _ranges():
        return _ranges()[test.id]
    return _ANY._replace(highest=100.0) if test.unit == "%" else _ANY


def choose(test: Test, readings: Readings, unit: str, place: str, bounded: bool = False) -> Chosen:
    """The one value that a written number with its unit can mean. Raises InputError where none or several can be."""
    if unit or test.unit.startswith("{"):
        return _choose_with_unit(test, readings, unit, place, bounded)
    return _choose_without_unit(test, readings, place, bounded)


def _choose_with_unit(test: Test, readings: Readings, unit: str, place: str, bounded: bool) -> Chosen:
    possible = find_range(test)
    meanings = [_convert(value, unit, test, place) for value in readings.values]
    _refuse_negative(test, meanings[0][0], place)
    fitting = [(index, value) for index, found in enumerate(meanings) if (value := _fit(found, possible, bounded)) is not None]
    if not fitting:
        raise InputError(_impossible(test, readings.values[0], unit, meanings[0][0]), place)
    index, value = fitting[0]
    if readings.doubtful and len(fitting) + index > 1:
        raise InputError(_two_readings(test, readings, unit), place)
    said = [f"{test.short} is read as {readings.values[index]:g} {unit}".strip()] if len(readings.values) > 1 else []
    if len(meanings[index]) > 1:
        said.append(f"{test.short}: {readings.values[index]:g} {unit} is read as {value:g} {test.unit}")
    return Chosen(value, tuple(said))


def _fit(meanings: Sequence[float], possible: Range, bounded: bool) -> float | None:
    """The first meaning of a unit that can be; of several, what is as low as the rarest unit would make it is passed over."""
    holding = [value for value in meanings if possible.holds(value, bounded)]
    usual = [value for value in holding if value >= possible.lowest_bare] if len(meanings) > 1 else holding
    return next(iter(usual or holding), None)


def _convert(value: float, unit: str, test: Test, place: str) -> list[float]:
    return convert_all(value, unit, test.unit, test.label, test.quantity, place) if unit else [value]


def _choose_without_unit(test: Test, readings: Readings, place: str, bounded: bool) -> Chosen:
    """A number without a unit: in the test's own where only that can be, else in the one other that can."""
    possible, value = find_range(test), readings.values[0]
    _refuse_negative(test, value, place)
    own = [v for v in readings.values if possible.holds(v, bounded)]
    foreign = _foreign(test, readings.values, possible, place)
    if readings.doubtful and len(own) > 1:
        raise InputError(_two_readings(test, readings, test.unit), place)
    if own and (not possible.ask or {there for _, there, _ in foreign} <= {own[0]}):
        return Chosen(own[0], (f"{test.short} {own[0]:g} has no unit: read as {test.unit}",))
    if own or len(foreign) > 1:
        both = [f"{own[0]:g} {test.unit}"] if own else []
        both += [f"{value:g} {unit} ({found:g} {test.unit})" for value, found, unit in foreign]
        raise InputError(f"{test.short} {value:g} has no unit and may be {' or '.join(both)}: give the unit", place)
    if foreign:
        number, found, unit = foreign[0]
        return Chosen(found, (f"{test.short} {number:g} has no unit: read as {unit}, which is {found:g} {test.unit}",))
    raise InputError(f"{test.short} {value:g} has no unit and cannot be {value:g} {test.unit}: give the unit", place)


def _foreign(test: Test, values: Sequence[float], possible: Range, place: str) -> list[tuple[float, float, str]]:
    """Number, value and unit for each other unit in which the number can be meant."""
    found = []
    for value in values:
        for unit in possible.others:
            try:
                there = _convert(value, unit, test, place)[0]
            except UnfitUnitError:
                continue
            if possible.lowest_bare <= there <= possible.highest:
                found.append((value, there, unit))
    return found[:1] if len({there for _, there, _ in found}) == 1 else found


def _refuse_negative(test: Test, value: float, place: str) -> None:
    if value < 0 and test.unit not in ("{index}", "Cel"):
        raise InputError(f"{test.short} cannot be negative ({value:g} {test.unit})", place)


def _impossible(test: Test, value: float, unit: str, converted: float) -> str:
    possible = find_range(test)
    if test.unit == "%":
        return f"{test.short} cannot be {converted:g} %"
    given = f"{value:g} {unit}".strip()
    same = normalize_unit(unit, test.quantity == "count") == test.unit
    as_read = f"{converted:g} {test.unit}" if same else f"{given}, which is {converted:g} {test.unit}"
    return f"{test.short} cannot be {as_read}: check the unit ({possible.lowest:.12g} to {possible.highest:.12g} can be)"


def _two_readings(test: Test, readings: Readings, unit: str) -> str:
    decimal, grouped = readings.values
    return f"{test.short} may be {decimal:g} {unit} or {grouped:g} {unit}: write the number without a point before three digits"
