"""The case schema: what is accepted, and the one line that says what is wrong and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.case.readers.schema import MAX_BYTES, case_schema, parse_case, read_json
from kg.exceptions import InputError, UnknownTermError

BAD = [
    ('{"labs": [{"test": "ANC", "value": [0.4]}]}', "labs[0].value"),
    ('{"labs": [{"days_ago": 1}]}', "labs[0]"),
    ('{"labs": [{"test": "ANC", "value": 1, "unit": 5}]}', "labs[0].unit"),
    ('{"labs": [{"test": "ANC", "value": 1, "days_ago": -1}]}', "labs[0].days_ago"),
    ('{"labs": {"test": "ANC", "value": 1}}', "labs"),
    ('{"labs": [{"loinc": "neutrophils", "value": 1}]}', "labs[0].loinc"),
    ('{"findings": [{"text": "fever", "status": "maybe"}]}', "findings[0].status"),
    ('{"findings": [{}]}', "findings[0]"),
    ('{"findings": [{"text": "  "}]}', "findings[0]"),
    ('{"drugs": [{"days_since_start": 3}]}', "drugs[0]"),
    ('{"drugs": [{"name": "x", "days_since_start": "3"}]}', "drugs[0].days_since_start"),
    ('{"history": ["HIV"]}', "history[0]"),
    ('{"patient": {"duffy": "unknown"}}', "patient.duffy"),
    ('{"patient": {"age": 41}}', "patient.age"),
    ('{"labz": []}', "labz"),
    ('{"case": {"labs": [{"test": "ANC", "value": {}}]}}', "case.labs[0].value"),
    ('{"labs": [{"test": "ANC", "value": 0.4, "value": 4.0}]}', "labs[0]"),
    ('{"labs": [], "labs": []}', "labs"),
    ('{"patient": {"age": "P4Y", "age": "P40Y"}}', "patient.age"),
]
GOOD = {"text": "neutropenia"}


@pytest.mark.parametrize(("text", "place"), BAD)
def test_bad_item_is_listed_with_its_path(text: str, place: str) -> None:
    (item,) = parse_case(read_json(text)).unread
    assert item.path == place
    assert item.reason
    assert "\n" not in item.reason


@pytest.mark.parametrize(("text", "place"), BAD)
def test_bad_item_leaves_the_rest_to_be_answered(text: str, place: str) -> None:
    data = read_json(text)
    inner = data.get("case", data)
    inner["findings"] = [*inner.get("findings", []), GOOD]
    case = answering.read_case(data)
    assert [o.label for o in case.observations] == ["neutropenia"]
    assert place in [item["path"] for item in case.not_understood]


@pytest.mark.parametrize("text", ["[]", "null", "3"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no object"):
        parse_case(read_json(text))


def test_path_of_an_item_is_that_of_the_input_where_another_is_left_out() -> None:
    data = {"labs": [{"test": "ANC", "value": {}}, {"test": "flux", "value": 1}, {"test": "ANC", "value": 0.4, "unit": "10*9/L"}]}
    assert sorted(item["path"] for item in answering.read_case(data).not_understood) == ["labs[0].value", "labs[1]"]


@pytest.mark.parametrize("text", ["{", "", '{"a": NaN}', '{"a": Infinity}', "{'a': 1}", b"\xff\xfe", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InputError, match=r"JSON|UTF-8|nested"):
        read_json(text)


def test_input_of_fifty_megabytes_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InputError, match="50 MB"):
        read_json(b" " * 50_000_000)


def test_file_that_is_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    with (path := tmp_path / "large.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match="MB"):
        answering.read_case(path)
    with pytest.raises(InputError, match="cannot be read"):
        answering.read_case(tmp_path / "none.json")


def test_case_needs_one_finding_or_value() -> None:
    with pytest.raises(InputError, match="neither a finding nor a value"):
        answering.read_case({"drugs": [{"name": "clozapine"}]})


def test_smallest_case_is_one_finding() -> None:
    assert answering.read_case({"findings": [{"text": "neutropenia"}]}).observations[0].term == "LEUKO:0001003"


def test_json_schema_accepts_and_refuses_what_the_reader_does() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = case_schema()
    jsonschema.validate({"labs": [{"test": "ANC", "value": 0.4}], "findings": [{"text": "fever", "status": "absent"}]}, schema)
    for text, _ in (BAD[0], *BAD[2:5]):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(text), schema)


def test_term_that_is_present_and_absent_is_said_and_the_case_is_answered() -> None:
    findings = [{"text": "fever"}, {"text": "pyrexia", "status": "absent"}, {"text": "neutropenia"}]
    case = answering.read_case({"findings": findings})
    assert case.contradictions == ("'fever' is given as present and 'pyrexia' as absent",)
    assert answering.explain_case(case).causes


def test_finding_contradicts_the_absence_of_a_wider_one() -> None:
    case = answering.build_case(["agranulocytosis"], ["neutropenia"])
    assert case.contradictions == ("'agranulocytosis' is given as present and 'neutropenia' as absent",)


@pytest.mark.parametrize(("value", "count"), [(6.0, 1), (0.9, 0)])
def test_finding_beside_the_value_that_rules_it_out_is_said(value: float, count: int) -> None:
    case = answering.build_case(["neutropenia"], labs=[f"ANC={value}"])
    assert len(case.contradictions) == count
    assert [a for a in case.assumptions if "'neutropenia' is stated, but absolute neutrophil count 6" in a] == [
        f"contradiction: {remark}" for remark in case.contradictions
    ]


def test_unknown_name_in_a_file_is_said_and_the_rest_is_answered() -> None:
    data = {
        "labs": [{"test": "ANC", "value": 0.4, "unit": "10*9/L"}, {"test": "flux capacity", "value": 1}],
        "findings": [{"text": "quux"}],
        "drugs": [{"name": "frobnicol"}],
        "history": [{"text": "wibble"}],
    }
    case = answering.read_case(data)
    assert {item["text"] for item in case.not_understood} == {"flux capacity", "quux", "frobnicol", "wibble"}
    assert all(item["reason"] for item in case.not_understood)
    assert case.readings[0].decides == "LEUKO:0001005"


@pytest.mark.parametrize("flags", [{"findings": ["quux"]}, {"absent": ["quux"]}, {"labs": ["flux=1"]}])
def test_unknown_name_alone_is_an_error(flags: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownTermError):
        answering.build_case(**flags)


@pytest.mark.parametrize("flags", [{"absent": ["quux"]}, {"drugs": ["frobnicol"]}, {"labs": ["flux=1"]}, {"age": "41 parsecs"}])
def test_flag_that_is_not_understood_is_listed_and_the_rest_answered(flags: dict[str, Any]) -> None:
    case = answering.build_case(["neutropenia"], **flags)
    assert "neutropenia" in [o.label for o in case.observations]
    (item,) = case.not_understood
    assert item["path"].startswith(("--absent", "--drug", "--lab", "--age"))


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("ANC", "is no NAME=VALUE"),
        ("ANC=", "is no NAME=VALUE"),
        ("ANC=low", "is no value of ANC"),
        ("ANC=-1", "cannot be negative"),
        ("ANC=abc", "is no value of ANC"),
        ("ANC=40", r"40 10\*9/L or 40 /uL .*give the unit"),
        ("ANC=0.4[furlongs]", "unknown unit"),
        ("ANC=0.4/L", "check the unit"),
        ("ANC=1.200/uL", "may be 1.2 /uL or 1200 /uL"),
        ("neutrophils=12%", "a share alone decides nothing"),
        ("ANC=0.4@x", "unknown unit|is no value"),
    ],
)
def test_bad_lab_flag_is_named(flag: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        answering.build_case(labs=[flag])
    assert f"--lab {flag}" in str(error.value)
    (item,) = answering.build_case(["fever"], labs=[flag]).not_understood
    assert item["path"] == f"--lab {flag}"


@pytest.mark.parametrize(
    ("flag", "value", "days"),
    [
        ("ANC=0.4", 0.4, 0),
        ("ANC=0.4@200d", 0.4, 200),
        ("ANC=0.4@0.5d", 0.4, 0.5),
        ("751-8=400[/uL]", 0.4, 0),
        ("ANC=400/uL@2", 0.4, 2),
        ("ANC=0.4 x10^9/L", 0.4, 0),
        ("ANC = 0.4", 0.4, 0),
    ],
)
def test_lab_flag_is_read(flag: str, value: float, days: float) -> None:
    (reading,) = answering.build_case(labs=[flag]).readings
    assert (reading.value, reading.days_ago, reading.label) == (value, days, "absolute neutrophil count")


def test_drug_flag_gives_start_and_stop() -> None:
    case = answering.build_case(["neutropenia"], drugs=["clozapine@50d", "methimazole@40..4d", "rxnorm:2626"])
    assert [(d.days_since_start, d.days_since_stop) for d in case.drugs] == [(50, None), (40, 4)]


def test_flags_come_on_top_of_a_case() -> None:
    data = {"patient": {"age": "P41Y"}, "labs": [{"test": "ANC", "value": 0.9, "unit": "10*9/L"}]}
    case = answering.build_case(["fever"], ["splenomegaly"], ["clozapine@50d"], source=data, age="P5Y")
    assert case.age_days == pytest.approx(5 * 365.25)
    assert {o.label for o in case.observations} >= {"Fever", "Splenomegaly"}
    assert case.readings
    assert case.drugs
