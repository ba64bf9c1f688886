"""Spellings of units, the UCUM library behind them, and the refusal of what is no unit of a test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.case.values import units
from kg.case.values.units import convert, normalize_unit
from kg.exceptions import InputError

pytest.importorskip("ucumvert")

GIGA = (
    "10*9/L",
    "x10^9/L",
    "× 10⁹/L",
    "10E9/L",
    "G/L",
    "Gpt/L",
    "/nL",
    "K/uL",
    "K/µL",
    "x10³/µL",
    "thou/uL",
    "10^3/mm3",
    "k/mcL",
)
SINGLE = ("/uL", "/µL", "/mm3", "cells/mm³", "cells/uL", "{cells}/uL", "per microliter", "#/uL", "/cumm", "cells/mcL", "x10^6/L")


@pytest.mark.parametrize("unit", GIGA)
def test_spelling_of_giga_per_liter_leaves_the_number(unit: str) -> None:
    assert convert(4.2, unit, "10*9/L", "white blood cell count", "count") == 4.2


@pytest.mark.parametrize("unit", SINGLE)
def test_spelling_of_cells_per_microliter_divides_by_a_thousand(unit: str) -> None:
    assert convert(400, unit, "10*9/L", "absolute neutrophil count", "count") == 0.4


@pytest.mark.parametrize("pair", sorted(units.SETTLED))
def test_settled_factor_is_that_of_the_ucum_library(pair: tuple[str, str]) -> None:
    assert units._convert(1.0, *pair, 0.0, pair[0], "") == pytest.approx(units.SETTLED[pair], rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "target", "test", "expected"),
    [
        (120, "g/L", "g/dL", "hemoglobin", 12.0),
        (6.2, "mmol/L", "g/dL", "hemoglobin", 9.99),
        (148, "pmol/L", "pg/mL", "vitamin B12", 200.6),
        (7, "nmol/L", "ng/mL", "folate", 3.09),
        (10, "umol/L", "ug/dL", "copper", 63.5),
        (17.1, "µmol/L", "mg/dL", "total bilirubin", 1.0),
        (11.2, "mg/dL", "mg/L", "C-reactive protein", 112.0),
        (101.3, "°F", "Cel", "body temperature", 38.5),
        (0.45, "L/L", "%", "hematocrit", 45.0),
    ],
)
def test_value_of_a_concentration_is_converted(value: float, unit: str, target: str, test: str, expected: float) -> None:
    assert convert(value, unit, target, test, "concentration") == pytest.approx(expected, rel=0.005)


def test_international_units_of_enzymes_are_units() -> None:
    assert convert(300, "IU/L", "U/L", "lactate dehydrogenase", "enzyme") == 300


def test_gram_per_liter_is_no_giga_where_nothing_is_counted() -> None:
    assert normalize_unit("g/L", count=False) == "g/L"
    assert normalize_unit("G/L", count=True) == "10*9/L"


@pytest.mark.parametrize("unit", ["furlongs", "10*9/parsec", "???", "mg/"])
def test_unknown_unit_is_refused_with_its_name(unit: str) -> None:
    with pytest.raises(InputError, match="unknown unit") as error:
        convert(1, unit, "10*9/L", "white blood cell count", "count", "labs[0].unit")
    assert unit in str(error.value)
    assert error.value.place == "labs[0].unit"


@pytest.mark.parametrize("unit", ["mmol/L", "g/dL", "Cel"])
def test_unit_of_another_kind_is_refused_for_a_count(unit: str) -> None:
    with pytest.raises(InputError, match="does not fit"):
        convert(1, unit, "10*9/L", "absolute neutrophil count", "count")


def test_thousand_per_liter_is_asked_about_instead_of_read() -> None:
    with pytest.raises(InputError, match=r"10\*3/uL"):
        convert(5, "10^3/L", "10*9/L", "white blood cell count", "count")


def test_amount_without_a_known_molar_mass_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        convert(1, "pmol/L", "ng/mL", "ferritin", "concentration")


@given(st.integers(0, 300_000), st.sampled_from(SINGLE))
def test_count_is_the_same_number_in_every_unit(cells: int, unit: str) -> None:
    giga = convert(cells, unit, "10*9/L", "white blood cell count", "count")
    assert giga == convert(cells / 1000, "K/uL", "10*9/L", "white blood cell count", "count")
