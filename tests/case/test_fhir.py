"""FHIR bundles of R4 and R5, and the refusal of what is neither."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.exceptions import InputError

pytest.importorskip("fhir.resources")
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def coded(text: str = "", **systems: str) -> dict[str, Any]:
    found: dict[str, Any] = {"text": text} if text else {}
    codings = [{"system": system, "code": code} for system, code in systems.items()]
    return found | ({"coding": codings} if codings else {})


def observation(code: dict[str, Any], when: str, **value: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": when, **value}


def count(loinc: str, value: float, unit: str, when: str) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation({"coding": [{"system": LOINC, "code": loinc}]}, when, valueQuantity=quantity)


def condition(text: str, status: str = "confirmed") -> dict[str, Any]:
    verification = {"coding": [{"system": STATUS, "code": status}]}
    subject = {"reference": "Patient/1"}
    return {"resourceType": "Condition", "subject": subject, "code": {"text": text}, "verificationStatus": verification}


PATIENT = {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1985-03-10"}
CLOZAPINE_R4 = {
    "resourceType": "MedicationStatement",
    "status": "active",
    "subject": {"reference": "Patient/1"},
    "medicationCodeableConcept": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "2626"}]},
    "effectivePeriod": {"start": "2026-01-19"},
}
CLOZAPINE_R5 = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/1"},
    "medication": {"concept": {"text": "clozapine"}},
    "authoredOn": "2026-01-19",
}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def read(*resources: dict[str, Any]) -> Any:
    return answering.read_case(bundle(*deepcopy(resources)), form="fhir")


def test_times_count_back_from_the_newest_date_of_the_bundle() -> None:
    case = read(PATIENT, count("751-8", 400, "/uL", "2026-03-10"), count("751-8", 4.1, "10*9/L", "2025-08-22"), CLOZAPINE_R4)
    assert [(r.value, r.days_ago) for r in case.readings] == [(0.4, 0), (4.1, 200)]
    assert [(d.label, d.days_since_start) for d in case.drugs] == [("clozapine exposure", 50)]
    assert case.sex == "female"
    assert case.age_days == pytest.approx(41 * 365.25, abs=2)


def test_r5_request_is_read_like_an_r4_statement() -> None:
    low = count("751-8", 0.4, "10*9/L", "2026-03-10")
    assert read(low, CLOZAPINE_R5).drugs[0].term == read(low, CLOZAPINE_R4).drugs[0].term


def test_order_of_the_entries_changes_nothing() -> None:
    resources = [PATIENT, count("751-8", 400, "/uL", "2026-03-10"), condition("Fever"), CLOZAPINE_R4]
    assert read(*reversed(resources)) == read(*resources)


def test_refuted_condition_is_absent_and_an_uncertain_one_is_nothing() -> None:
    case = read(condition("Fever"), condition("Lymphadenopathy", "refuted"), condition("Jaundice", "provisional"))
    assert {o.label: o.present for o in case.observations} == {"Fever": True, "Lymphadenopathy": False}


def test_result_in_words_is_a_finding() -> None:
    test = observation({"text": "Brucella serology"}, "2026-03-10", valueCodeableConcept={"text": "Positive"})
    assert [o.term for o in read(test).observations] == ["LEUKO:0010085"]
    test["valueCodeableConcept"] = {"text": "Negative"}
    assert [o.present for o in read(test).observations] == [False]


def test_components_of_a_panel_are_values_of_one_sample() -> None:
    parts = [count("6690-2", 2.0, "10*9/L", ""), count("770-8", 10, "%", "")]
    components = [{key: part[key] for key in ("code", "valueQuantity")} for part in parts]
    case = read(observation({"text": "CBC"}, "2026-03-10", component=components))
    assert next(r for r in case.readings if r.label == "absolute neutrophil count").value == 0.2


def test_void_resources_are_left_out() -> None:
    void = count("751-8", 0.1, "10*9/L", "2026-03-10") | {"status": "entered-in-error"}
    assert [r.value for r in read(void, count("751-8", 0.4, "10*9/L", "2026-03-01")).readings] == [0.4]


def test_unknown_resources_of_a_bundle_are_ignored() -> None:
    low = count("751-8", 0.4, "10*9/L", "2026-03-10")
    assert read(low, {"resourceType": "Encounter", "whatever": 1}).readings == read(low).readings


STU3_STATEMENT = {
    "resourceType": "MedicationStatement",
    "status": "active",
    "taken": "y",
    "subject": {"reference": "Patient/1"},
    "medicationCodeableConcept": {"text": "clozapine"},
}
STU3_CONDITION = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "clinicalStatus": "active"}


@pytest.mark.parametrize("resource", [STU3_STATEMENT, STU3_CONDITION, {"resourceType": "Observation", "status": "final"}])
def test_resource_of_another_version_is_listed_with_its_place(resource: dict[str, Any]) -> None:
    case = read(count("751-8", 0.4, "10*9/L", "2026-03-10"), resource)
    (item,) = case.not_understood
    assert "R4 or R5" in item["reason"]
    assert item["path"].startswith("entry[1].resource")
    assert not case.drugs


@pytest.mark.parametrize("data", [{}, [], {"resourceType": 5}, {"resourceType": "Bundle", "entry": [{}]}, {"entry": []}])
def test_what_is_no_resource_is_refused(data: Any) -> None:
    with pytest.raises(InputError):
        answering.read_case(data, form="fhir")


def test_bundle_of_two_patients_is_refused() -> None:
    with pytest.raises(InputError, match="more than one Patient"):
        read(PATIENT, PATIENT | {"id": "2"}, count("751-8", 0.4, "10*9/L", "2026-03-10"))


def test_bundle_in_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle(count("751-8", 0.4, "10*9/L", "2026-03-10"))), encoding="utf-8")
    assert answering.read_case(path, form="fhir").readings[0].decides == "LEUKO:0001005"


def test_key_that_stands_twice_in_a_resource_sets_it_aside() -> None:
    text = json.dumps(bundle(count("751-8", 4.0, "10*9/L", "2026-03-10"), condition("Fever")))
    doubled = text.replace('"value": 4.0', '"value": 0.4, "value": 4.0')
    case = answering.read_case(doubled, form="fhir")
    assert not case.readings
    (item,) = case.not_understood
    assert "stands twice" in item["reason"]
    assert item["path"] == "entry[0].resource"


def test_record_whose_dates_were_all_moved_is_read_and_that_is_said() -> None:
    case = read(PATIENT | {"birthDate": "2130-01-01"}, count("751-8", 0.4, "10*9/L", "2180-03-10"))
    assert case.readings[0].days_ago == 0
    assert case.age_days == pytest.approx(50 * 365.25, abs=100)
    assert any("moved" in line for line in case.assumptions)


def test_what_is_listed_names_its_path_in_the_bundle_also_where_a_name_is_not_known() -> None:
    unknown = observation({"text": "flux capacity"}, "2026-03-10", valueQuantity={"value": 1, "unit": "1"})
    case = read(PATIENT, count("751-8", 0.4, "10*9/L", "2026-03-10"), unknown)
    assert [item["path"] for item in case.not_understood] == ["entry[2].resource"]


@pytest.mark.parametrize("integer", ["1" + "0" * 400, "-1" + "0" * 400])
def test_number_of_four_hundred_digits_is_listed(integer: str) -> None:
    text = json.dumps(bundle(count("751-8", 4.25, "10*9/L", "2026-03-10"), condition("Fever"))).replace("4.25", integer)
    case = answering.read_case(text, form="fhir")
    assert [o.label for o in case.observations] == ["Fever"]
    assert len(case.not_understood) == 1


def test_contained_that_is_no_list_is_no_traceback() -> None:
    case = read(count("751-8", 0.4, "10*9/L", "2026-03-10") | {"contained": {"resourceType": "Patient"}})
    assert case.readings[0].value == 0.4
