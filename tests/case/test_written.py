"""Values as reports print them: numbers, units, names, remarks, ranges of the laboratory, whole lines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import answering, config
from kg.case.records import Case
from kg.case.values import analytes
from kg.case.values.numbers import read_number
from kg.case.values.tables import read_table
from kg.case.values.units import convert_all, normalize_unit
from kg.case.values.written import read_written

pytest.importorskip("ucumvert")
ANC, WBC, ALC, PLATELETS = "absolute neutrophil count", "white blood cell count", "absolute lymphocyte count", "platelet count"


def read(*labs: str) -> Case:
    return answering.build_case(["fever"], labs=labs)


def values(*labs: str) -> dict[str, float]:
    return {reading.label: reading.value for reading in read(*labs).readings}


@pytest.mark.parametrize(
    ("text", "readings", "doubtful"),
    [
        ("0.4", (0.4,), False),
        ("0,4", (0.4,), False),
        ("1 200", (1200.0,), False),
        ("1\u202f200", (1200.0,), False),
        ("1'200", (1200.0,), False),
        ("77,000", (77000.0, 77.0), False),
        ("1.200", (1.2, 1200.0), True),
        ("0.412", (0.412,), False),
        ("0,412", (0.412,), False),
        ("1,50,000", (150000.0,), False),
        ("1,234,567", (1234567.0,), False),
        ("1.234,5", (1234.5,), False),
        ("1,234.5", (1234.5,), False),
        ("−1", (-1.0,), False),
        ("1.2e3", (1200.0,), False),
    ],
)
def test_number_has_the_readings_of_its_writing(text: str, readings: tuple[float, ...], doubtful: bool) -> None:
    assert read_number(text) == (readings, doubtful)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3.4", "1,2,3", "--1", "."])
def test_what_is_no_number_has_no_reading(text: str) -> None:
    found = read_number(text)
    assert found is None or found.values[0] != 1


@pytest.mark.parametrize(
    ("lab", "label", "expected"),
    [
        ("ANC=1 200/uL", ANC, 1.2),
        ("WBC=2,100", WBC, 2.1),
        ("WBC=2,100/cumm", WBC, 2.1),
        ("WBC=2.1 mil/mm3", WBC, 2.1),
        ("RBC=4.5 mil/mm3", "red blood cell count", 4.5),
        ("platelets=24 K", PLATELETS, 24),
        ("WBC=2.1 L", WBC, 2.1),
        ("platelets=1.5 L", PLATELETS, 150),
        ("platelets=1.5 lakh/cumm", PLATELETS, 150),
        ("platelets=1,50,000 /cumm", PLATELETS, 150),
        ("WBC=2.1 x10(9)/L", WBC, 2.1),
        ("WBC=2.1 x10 3/uL", WBC, 2.1),
        ("WBC=2.1 bil/L", WBC, 2.1),
        ("WBC=2100 cumm", WBC, 2.1),
        ("WBC=2.1 Thousand Cells", WBC, 2.1),
        ("Leukozyten=2,1 Tsd/µl", WBC, 2.1),
        ("Leukozyten=2,1 G/l", WBC, 2.1),
        ("Leucocitos=2.1 miles/mm3", WBC, 2.1),
        ("Globules blancs=2 100 /mm3", WBC, 2.1),
        ("PNN=0,4 G/L", ANC, 0.4),
        ("Polymorphs=400/cumm", ANC, 0.4),
        ("Gran Abs=0.4 K/uL", ANC, 0.4),
        ("NE#=0.4", ANC, 0.4),
        ("LY#=1.4", ALC, 1.4),
        ("Neutrophils Auto=0.4 10*9/L", ANC, 0.4),
        ("Neutrófilos=400 cél/mm3", ANC, 0.4),
        ("Neutrophile Granulozyten=0,4 /nl", ANC, 0.4),
        ("30428-7=115 fL", "mean corpuscular volume", 115),
        ("804-5=2.1 10*3/uL", WBC, 2.1),
        ("768-2=0.4 10*3/uL", ANC, 0.4),
        ("oxygen saturation=98% on room air", "oxygen saturation", 98),
        ("temperature=101.3 F oral", "body temperature", 38.5),
        ("ESR=45 mm 1st hr", "erythrocyte sedimentation rate", 45),
        ("hemoglobin=8.2 gm%", "hemoglobin", 8.2),
        ("CRP=11.1 mg/dL", "C-reactive protein", 111),
        ("B cells=0.6 %", "B cell percentage", 0.6),
        ("ANA=1:320", "antinuclear antibody titer", 320),
        ("BP=90/60 mmHg", "systolic blood pressure", 90),
        ("BP=90/60 mmHg", "diastolic blood pressure", 60),
        ("ANC<0.1", ANC, 0.1),
        ("Neutrophils 0.4 x10^9/L (2.0-7.5)", ANC, 0.4),
        ("WBC\t2.1\tL\t4.0-11.0\tx10^9/L", WBC, 2.1),
        ("Hb: 8.2 g/dl [12.0 - 16.0]", "hemoglobin", 8.2),
        ("TLC - 2100 /cumm", WBC, 2.1),
        ("Leukocytes [#/volume] in Blood by Automated count=2.1 10*3/uL", WBC, 2.1),
    ],
)
def test_value_is_read_as_reports_print_it(lab: str, label: str, expected: float) -> None:
    case = read(lab)
    assert not case.not_understood
    assert {reading.label: reading.value for reading in case.readings}[label] == pytest.approx(expected)


def test_indian_line_of_total_and_differential_gives_counts() -> None:
    found = values("TLC 2100 /cumm, DLC N12 L78 M8 E2")
    assert found[ANC] == pytest.approx(0.252)
    assert found[ALC] == pytest.approx(1.638)


def test_percent_of_a_differential_counts_with_the_total_beside_it() -> None:
    assert values("WBC=2.1 K/uL", "Polymorphs=12 %")[ANC] == pytest.approx(0.252)


def test_later_of_two_values_in_one_text_is_the_current_one() -> None:
    case = read("platelets=77,000 then 49,000 /uL")
    assert [(r.value, r.days_ago) for r in case.readings] == [(49, 0), (77, 1)]
    assert any("earlier" in line for line in case.assumptions)


def test_range_of_the_laboratory_judges_where_nothing_else_does() -> None:
    (part,) = read_written("250 mg/dL (30-200)")
    assert part.flag == "high"
    assert {part.flag for part in read_written("2.1 L 4.0-11.0 x10^9/L")} == {"low"}


@pytest.mark.parametrize(
    ("lab", "reason"),
    [
        ("ANC=1.200/uL", "may be 1.2 /uL or 1200 /uL"),
        ("ferritin=1.720", "may be 1.72 ng/mL or 1720 ng/mL"),
        ("ANC=0.4/L", "check the unit"),
        ("ANC=1.2/uL", "check the unit"),
        ("ANC=3000 10*9/L", "check the unit"),
        ("hemoglobin=82 g/dL", "check the unit"),
        ("sodium=14 mmol/L", "check the unit"),
        ("ANC=-1", "cannot be negative"),
        ("ANC=abc", "is no value"),
        ("CSF neutrophils=12 /uL", "of CSF, not of blood"),
        ("urine WBC=30 /uL", "of urine, not of blood"),
        ("bone marrow blasts=3 %", "of bone marrow, not of blood"),
        ("flux=1", "no test has this name"),
    ],
)
def test_value_that_cannot_be_read_is_listed_and_decides_nothing(lab: str, reason: str) -> None:
    case = read(lab)
    (item,) = case.not_understood
    assert reason in item["reason"]
    assert item["path"] == f"--lab {lab}"
    assert not case.readings


def test_two_values_of_one_time_are_a_contradiction_and_both_are_shown() -> None:
    case = read("ANC=0.4", "ANC=4.0")
    assert [reading.value for reading in case.readings] == [0.4, 4.0]
    (remark,) = case.contradictions
    assert "ANC 0.4 and ANC 4" in remark
    assert not read("ANC=0.4", "ANC=4.0@30d").contradictions
    assert not read("ANC=0.4", "ANC=400/uL").contradictions


# --------------------------------------------------------------------------- the tables


def test_every_unit_of_the_table_is_ucum_and_found_again() -> None:
    for row in read_table("language/units.tsv"):
        count = row["for"] == "count"
        assert normalize_unit(row["written"], count) == row["ucum"], row
        assert row["reason"]
        if count:
            assert convert_all(1.0, row["written"], "10*9/L", "x", "count")


def test_every_name_of_the_table_finds_its_test() -> None:
    tests = analytes.Tests(answering.load())
    for row in read_table("language/analytes.tsv"):
        if row["test"] != "-":
            found = tests.find(row["written"])
            assert found is not None, row
            assert found.label == row["label"], row


def test_every_test_has_a_plausible_range_in_its_own_unit() -> None:
    tests = analytes.Tests(answering.load())
    rows = {row["test"]: row for row in read_table("values/plausible.tsv")}
    without = {t.label for t in tests.by_id.values() if t.id not in rows}
    assert without <= {"platelet clumps", "antineutrophil cytoplasmic antibody", "myeloperoxidase index"}
    for key, row in rows.items():
        test = tests.by_id[key]
        assert (row["label"], row["unit"]) == (test.label, test.unit)
        assert float(row["lowest"]) <= float(row["lowest without unit"]) < float(row["highest"]) or row["unit"] == "%"
        for unit in filter(None, row["other units"].split("|")):
            assert convert_all(1.0, unit, test.unit, test.label, test.quantity)


def test_limits_of_every_test_lie_in_its_plausible_range() -> None:
    rows = {row["test"]: row for row in read_table("values/plausible.tsv")}
    for table, columns in (("reference_ranges.tsv", ("low", "high")), ("thresholds.tsv", ("value",))):
        with (Path(config.get_ontology_dir()) / "terms" / table).open(encoding="utf-8", newline="") as file:
            for row in list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
                known = rows.get(row["analyte"])
                for text in (row[column] for column in columns if known and row["unit"] == known["unit"]):
                    if text.replace(".", "", 1).isdigit() and float(text) > 0:
                        assert known is not None
                        assert float(known["lowest"]) <= float(text) <= float(known["highest"]), row["ID"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_as_a_value_is_read_or_listed(text: str) -> None:
    case = answering.build_case(["fever"], labs=[f"ANC={text}"])
    assert case.readings or case.not_understood
