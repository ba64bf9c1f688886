"""Laboratory values of a case: what decides, what is derived, what cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kg.case.readers.schema import parse_case
from kg.case.records import Case, Reading
from kg.case.resolve import Resolver
from kg.exceptions import InputError

NEUTROPENIA, SEVERE, AGRANULOCYTOSIS, LYMPHOPENIA = "LEUKO:0001003", "LEUKO:0001004", "LEUKO:0001005", "LEUKO:0001020"
LOW_TOTAL, LOW_ANC, PANCYTOPENIA = "LEUKO:0000143", "LEUKO:0000141", "LEUKO:0001025"
Read = Callable[..., Case]


def lab(test: str, value: float, unit: str | None = "10*9/L", **more: Any) -> dict[str, Any]:
    return {"test": test, "value": value, "unit": unit, **more}


def of(case: Case, label: str) -> Reading:
    return next(r for r in case.readings if r.label == label)


def decided(case: Case) -> set[str]:
    return {r.decides for r in case.readings if r.decides}


@pytest.mark.parametrize(
    ("age", "value", "expected"),
    [
        ("P41Y", 1.6, set()),
        ("P41Y", 1.4, {NEUTROPENIA}),
        ("P41Y", 0.4, {AGRANULOCYTOSIS}),
        ("P9M", 1.2, set()),
        ("P9M", 0.9, {NEUTROPENIA}),
        ("P5Y", 1.2, {NEUTROPENIA}),
    ],
)
def test_age_band_decides_what_is_neutropenia(read: Read, age: str, value: float, expected: set[str]) -> None:
    assert decided(read(patient={"age": age}, labs=[lab("ANC", value)])) == expected


def test_limit_itself_is_not_below_the_limit(read: Read) -> None:
    assert decided(read(patient={"age": "P41Y"}, labs=[lab("ANC", 1.5)])) == set()


def test_reading_names_its_threshold_and_source(read: Read) -> None:
    reading = of(read(patient={"age": "P41Y"}, labs=[lab("ANC", 0.9)]), "absolute neutrophil count")
    assert "ANC < 1 10*9/L" in reading.rule
    assert "adult-usual" in reading.rule
    assert reading.source
    assert reading.degree == "moderate"


def test_duffy_null_rule_is_the_first_competing_line(read: Read) -> None:
    reading = of(read(patient={"age": "P41Y"}, labs=[lab("ANC", 1.3)]), "absolute neutrophil count")
    assert reading.competing[0].startswith("Duffy phenotype not given: under the Duffy-null rule")
    assert "would not hold" in reading.competing[0]
    assert len(reading.competing) <= 3


def test_duffy_positive_patient_gets_no_duffy_line(read: Read) -> None:
    reading = of(read(patient={"age": "P41Y", "duffy": "positive"}, labs=[lab("ANC", 1.3)]), "absolute neutrophil count")
    assert not any("Duffy" in line for line in reading.competing)


@pytest.mark.parametrize(("test", "value"), [("ANC", 1.3), ("WBC", 3.2)])
def test_duffy_null_count_within_its_range_is_normal_for_duffy_null(read: Read, test: str, value: float) -> None:
    case = read(patient={"age": "P41Y", "duffy": "null"}, labs=[lab(test, value)])
    reading = next(r for r in case.readings if r.normal_for)
    assert decided(case) == set()
    assert (reading.value, reading.normal_for, reading.source) == (value, "Duffy-null", "DOI:10.1182/blood.2025029359")
    assert "duffy-null" in reading.rule
    assert reading.competing[0].startswith("under the usual rule")
    assert "LEUKO:0008602" in {o.term for o in case.observations}


def test_duffy_null_in_words_chooses_its_limits_too(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, findings=[{"text": "Duffy-null phenotype"}], labs=[lab("WBC", 3.2)])
    assert (decided(case), case.duffy) == (set(), "null")


def test_duffy_null_count_below_its_range_is_neutropenia(read: Read) -> None:
    assert decided(read(patient={"age": "P41Y", "duffy": "null"}, labs=[lab("ANC", 0.8)])) == {NEUTROPENIA}


# --------------------------------------------------------------------------- pregnancy, edges, ages


@pytest.mark.parametrize(
    ("test", "value", "unit", "pregnant", "usual"),
    [
        ("hemoglobin", 11.5, "g/dL", set(), {"HP:0001903"}),
        ("hemoglobin", 10.8, "g/dL", {"HP:0001903"}, {"HP:0001903"}),
        ("WBC", 5.0, "10*9/L", {LOW_TOTAL}, set()),
        ("WBC", 6.0, "10*9/L", set(), set()),
        ("ANC", 3.0, "10*9/L", {LOW_ANC}, set()),
        ("ANC", 1.2, "10*9/L", {NEUTROPENIA}, {NEUTROPENIA}),
        ("ANC", 0.4, "10*9/L", {"LEUKO:0001005"}, {"LEUKO:0001005"}),
    ],
)
def test_pregnancy_selects_its_own_limits(
    read: Read, test: str, value: float, unit: str, pregnant: set[str], usual: set[str]
) -> None:
    """The finding `pregnancy` is enough; what its rows do not decide keeps the usual limits."""
    found = []
    for findings in ([{"text": "pregnancy"}], []):
        case = read(patient={"age": "P30Y", "sex": "female"}, findings=findings, labs=[lab(test, value, unit)])
        signs = {o.term for o in case.observations if o.present and o.place == "labs"}
        found.append({r.decides for r in case.readings if r.decides} | signs)
    assert found == [pregnant, usual]


def test_pregnancy_says_which_limits_were_used(read: Read) -> None:
    case = read(patient={"age": "P30Y", "sex": "female"}, findings=[{"text": "pregnancy"}], labs=[lab("WBC", 5.0)])
    assert case.profile == "pregnancy"
    assert "pregnancy" in case.readings[-1].rule
    assert any("the week is not known" in text for text in case.assumptions)
    absent = read(patient={"age": "P30Y"}, findings=[{"text": "pregnancy", "status": "absent"}], labs=[lab("WBC", 5.0)])
    assert (decided(absent), absent.profile) == (set(), "adult-usual")


def test_a_count_on_its_limit_says_so(read: Read) -> None:
    case = read(patient={"age": "P40Y"}, labs=[lab("ANC", 1.5)])
    assert decided(case) == set()
    assert case.readings[0].on_limit
    assert "ANC 1.5 stands on the limit, which does not hold" in case.assumptions
    assert not any(read(patient={"age": "P40Y"}, labs=[lab("ANC", value)]).readings[0].on_limit for value in (1.49, 1.51, 3.0))


def test_a_count_on_its_limit_beside_low_platelets_is_answered_as_a_low_reading(read: Read) -> None:
    case = read(patient={"age": "P40Y"}, labs=[lab("ANC", 1.5), lab("platelets", 95)])
    assert decided(case) == {LOW_ANC}
    assert any("because platelets are low" in text for text in case.assumptions)
    assert decided(read(patient={"age": "P40Y"}, labs=[lab("ANC", 1.51), lab("platelets", 95)])) == set()
    assert decided(read(patient={"age": "P40Y"}, labs=[lab("ANC", 1.5), lab("platelets", 250)])) == set()


@pytest.mark.parametrize(
    ("age", "labs", "found"),
    [
        ("P1D", {"WBC": 18.0, "ANC": 10.0, "lymphocytes": 5.0, "platelets": 250, "hemoglobin": 17.5}, set()),
        ("P10D", {"WBC": 8.0, "ANC": 3.0, "lymphocytes": 4.5, "platelets": 300, "hemoglobin": 15.0}, set()),
        ("P3D", {"WBC": 8.0}, {LOW_TOTAL}),
        ("P10D", {"WBC": 4.5}, {LOW_TOTAL}),
        ("P12Y", {"lymphocytes": 1.3}, set()),
        ("P11Y", {"lymphocytes": 1.3}, {"LEUKO:0001020"}),
        ("P1Y", {"lymphocytes": 2.5}, {"LEUKO:0001020"}),
        ("P40Y", {"WBC": 3.9, "ANC": 2.0}, {LOW_TOTAL}),
        ("P40Y", {"WBC": 4.0, "ANC": 2.0}, set()),
        ("P5Y", {"WBC": 4.4, "ANC": 2.0}, {LOW_TOTAL}),
    ],
)
def test_each_age_is_judged_by_its_own_rows(read: Read, age: str, labs: dict[str, float], found: set[str]) -> None:
    units = {"hemoglobin": "g/dL"}
    case = read(patient={"age": age}, labs=[lab(name, value, units.get(name, "10*9/L")) for name, value in labs.items()])
    signs = {o.term for o in case.observations if o.present and o.place == "labs"}
    assert decided(case) | signs == found


def test_profile_asked_for_decides(resolver: Resolver) -> None:
    raw = parse_case({"patient": {"age": "P41Y"}, "labs": [lab("WBC", 3.7)]})
    assert decided(resolver.resolve(raw)) == {LOW_TOTAL}
    assert decided(resolver.resolve(raw, "washington-manual")) == set()


def test_unknown_profile_is_refused_with_the_known_ones(resolver: Resolver) -> None:
    with pytest.raises(InputError, match="adult-usual"):
        resolver.resolve(parse_case({"labs": [lab("WBC", 3.7)]}), "mine")


def test_low_total_alone_leaves_the_line_open(read: Read) -> None:
    assert decided(read(patient={"age": "P41Y"}, labs=[lab("WBC", 3.0)])) == {LOW_TOTAL}


def test_very_low_total_bounds_each_line_from_above(read: Read) -> None:
    case = read(patient={"age": "P75Y"}, labs=[lab("WBC", 0.5)])
    assert decided(case) == {LOW_TOTAL, NEUTROPENIA, LYMPHOPENIA}
    assert "no more than the WBC 0.5" in of(case, "absolute neutrophil count").rule


def test_total_less_the_lymphocytes_bounds_the_neutrophils(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, labs=[lab("WBC", 2.0), lab("lymphocytes", 1.8)])
    assert of(case, "absolute neutrophil count").decides == AGRANULOCYTOSIS


def test_neutrophils_are_segmented_ones_and_bands_times_the_total(read: Read) -> None:
    labs = [lab("WBC", 2.0), lab("segs", 10, "%"), lab("bands", 8, "%")]
    assert of(read(patient={"age": "P41Y"}, labs=labs), "absolute neutrophil count").value == 0.36


def test_neutrophil_share_alone_counts_as_segmented(read: Read) -> None:
    labs = [lab("WBC", 2.0), lab("neutrophils", 10, "%")]
    assert of(read(patient={"age": "P41Y"}, labs=labs), "absolute neutrophil count").value == 0.2


def test_share_without_a_total_is_set_aside_with_the_reason(read: Read) -> None:
    case = read(labs=[lab("neutrophils", 10, "%")], findings=[{"text": "fever"}])
    assert "a share alone decides nothing" in case.not_understood[0]["reason"]
    assert decided(case) == set()


def test_share_and_total_of_different_days_are_not_multiplied(read: Read) -> None:
    labs = [lab("WBC", 2.0), lab("neutrophils", 10, "%", days_ago=3)]
    case = read(patient={"age": "P41Y"}, labs=labs)
    assert "absolute neutrophil count" not in {r.label for r in case.readings}


def test_count_without_a_unit_is_read_as_giga_and_said(read: Read) -> None:
    case = read(labs=[lab("ANC", 0.4, None)])
    assert of(case, "absolute neutrophil count").value == 0.4
    assert any("no unit: read as 10*9/L" in line for line in case.assumptions)


@pytest.mark.parametrize(("test", "value"), [("ANC", 51), ("lymphocytes", 60), ("WBC", 501), ("platelets", 5500)])
def test_count_without_a_unit_that_two_units_fit_is_asked_about(read: Read, test: str, value: float) -> None:
    with pytest.raises(InputError, match="give the unit"):
        read(labs=[lab(test, value, None)])


@pytest.mark.parametrize(
    ("test", "value", "read_as", "expected"),
    [
        ("ANC", 400, "/uL", 0.4),
        ("CD4", 350, "/uL", 0.35),
        ("platelets", 150000, "/uL", 150),
        ("WBC", 3100, "/uL", 3.1),
        ("hemoglobin", 71, "g/L", 7.1),
        ("temperature", 101.3, "[degF]", 38.5),
        ("creatinine", 95, "umol/L", 1.07445),
        ("sodium", 116, "mmol/L", 116),
        ("oxygen saturation", 0.98, "1", 98),
        ("albumin", 29, "g/L", 2.9),
    ],
)
def test_value_without_a_unit_that_one_unit_fits_is_read_so_and_said(
    read: Read, test: str, value: float, read_as: str, expected: float
) -> None:
    case = read(labs=[lab(test, value, None)])
    assert expected in [reading.value for reading in case.readings]
    assert any(f"no unit: read as {read_as}" in line for line in case.assumptions)


@pytest.mark.parametrize(
    ("labs", "message"),
    [
        ([lab("ANC", -0.1)], "cannot be negative"),
        ([lab("segs", 101, "%"), lab("WBC", 3)], "cannot be 101 %"),
        ([lab("segs", 60, "%"), lab("bands", 50, "%"), lab("WBC", 3)], "more than all cells"),
        ([lab("WBC", 2.0), lab("ANC", 2.1)], "above the WBC"),
        ([lab("WBC", 2.0), lab("ANC", 2100, "/uL")], "above the WBC"),
        ([lab("ANC", 3000, "10*3/uL")], "check the unit"),
        ([lab("temperature", 98.6, "Cel")], "check the unit"),
        ([lab("ANC", 0.4, "/L")], "check the unit"),
        ([lab("hemoglobin", 8, "kg/L")], "check the unit"),
        ([lab("ANC", 0.4, "furlongs")], "unknown unit"),
        ([lab("ANC", 0.4, "mmol/L")], "does not fit"),
    ],
)
def test_value_that_cannot_be_is_listed_with_its_place(read: Read, labs: list[dict[str, Any]], message: str) -> None:
    case = read(labs=labs, findings=[{"text": "fever"}])
    found = [item for item in case.not_understood if re.search(message, item["reason"])]
    assert found
    assert found[0]["path"].startswith("labs[")
    assert "Fever" in [o.label for o in case.observations]


def test_count_above_the_total_of_another_day_is_possible(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, labs=[lab("WBC", 2.0), lab("ANC", 4.1, days_ago=30)])
    assert of(case, "absolute neutrophil count").days_ago == 30


def test_earlier_low_value_still_decides_beside_a_normal_newer_one(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, labs=[lab("ANC", 0.4, days_ago=20), lab("ANC", 3.0)])
    assert decided(case) == {AGRANULOCYTOSIS}
    assert [r.rules_out != () for r in case.readings] == [True, False]


def test_other_tests_become_their_low_or_high_feature(read: Read) -> None:
    case = read(patient={"age": "P50Y"}, labs=[lab("MCV", 115, "fL"), lab("vitamin B12", 59, "pg/mL"), lab("WBC", 3.0)])
    states = {o.term: o.present for o in case.observations}
    assert states["HP:0005518"] is True
    assert states["HP:0100502"] is True
    assert states["HP:0025066"] is False


def test_normal_value_is_an_absent_feature_only_where_a_threshold_exists(read: Read) -> None:
    case = read(patient={"age": "P50Y"}, labs=[lab("folate", 9.0, "ng/mL"), lab("WBC", 3.0)])
    assert {o.term: o.present for o in case.observations} == {"HP:0100507": False}


def test_normal_count_of_a_white_line_is_no_absent_finding(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, labs=[lab("ANC", 4.0), lab("ANC", 0.4, days_ago=9)])
    assert not [o for o in case.observations if o.term.startswith("LEUKO:0001")]


def test_count_of_nothing_is_low_and_a_normal_one_absent(read: Read) -> None:
    states = {o.term: o.present for o in read(labs=[lab("B cells", 0), lab("WBC", 3.0)]).observations}
    assert True in states.values()
    assert not [o for o in read(labs=[lab("B cells", 0.2), lab("WBC", 3.0)]).observations if o.present]


def test_any_blast_in_the_blood_is_too_many(read: Read) -> None:
    states = {o.term: o.present for o in read(labs=[lab("blasts", 3, "%"), lab("WBC", 3.0)]).observations}
    assert states == {"HP:0032372": True}


def test_granulocytes_of_a_three_part_analyser_bound_the_neutrophils(read: Read) -> None:
    case = read(patient={"age": "P41Y"}, labs=[lab("granulocytes", 0.4)])
    assert of(case, "absolute neutrophil count").decides == AGRANULOCYTOSIS


def test_three_low_lines_are_pancytopenia(read: Read) -> None:
    labs = [lab("WBC", 3.0), lab("hemoglobin", 6.0, "g/dL"), lab("platelets", 58)]
    assert PANCYTOPENIA in {o.term for o in read(patient={"age": "P60Y"}, labs=labs).observations}
    words = [{"text": text} for text in ("anemia", "neutropenia", "thrombocytopenia")]
    assert PANCYTOPENIA in {o.term for o in read(findings=words).observations}
    assert PANCYTOPENIA not in {o.term for o in read(findings=words[:2]).observations}


def test_limit_that_differs_by_sex_holds_for_both_where_the_sex_is_unknown(read: Read) -> None:
    def anemic(**patient: str) -> bool:
        case = read(patient={"age": "P50Y", **patient}, labs=[lab("hemoglobin", 12.5, "g/dL"), lab("WBC", 3.0)])
        return {o.term: o.present for o in case.observations}["HP:0001903"]

    assert [anemic(sex="male"), anemic(sex="female"), anemic()] == [True, False, False]


def test_age_that_no_band_covers_takes_the_nearest_and_says_so(read: Read) -> None:
    case = read(patient={"age": "P2D"}, labs=[lab("ANC", 0.2)])
    assert decided(case) == {AGRANULOCYTOSIS}
    assert any("nearest age band" in line for line in case.assumptions)


@pytest.mark.parametrize("age", ["forty", "P", "P400Y", "PXY", "-P1Y"])
def test_age_that_is_no_duration_is_listed(read: Read, age: str) -> None:
    case = read(patient={"age": age}, labs=[lab("ANC", 0.4)])
    assert [item["path"] for item in case.not_understood] == ["patient.age"]
    assert case.age_days is None
    assert any("age not given" in line for line in case.assumptions)


@pytest.mark.parametrize(
    ("age", "days"), [("41 years", 41 * 365.25), ("41Y", 41 * 365.25), ("9 months", 273.9375), ("2 d", 2), ("36h", 1.5)]
)
def test_age_in_words_is_read(read: Read, age: str, days: float) -> None:
    assert read(patient={"age": age}, labs=[lab("ANC", 0.4)]).age_days == pytest.approx(days)
