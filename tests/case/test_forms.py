"""One case in its four forms (flags, JSON, FHIR, phenopacket) gives one answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import answering
from kg.case.records import Case

pytest.importorskip("fhir.resources")
pytest.importorskip("phenopackets")
UCUM = "http://unitsofmeasure.org"
NOW = "2026-03-10"
AGE = "P14975D"  # from the date of birth below to that day
TESTS = (
    ("ANC", "10*9/L", (0.3, 0.9, 2.4)),
    ("WBC", "10*9/L", (3.1, 8.2)),
    ("platelets", "10*9/L", (24, 250)),
    ("hemoglobin", "g/dL", (7.8, 14.1)),
    ("sodium", "mmol/L", (116, 140)),
    ("ferritin", "ng/mL", (60, 9000)),
    ("MCV", "fL", (90, 115)),
    ("albumin", "g/dL", (2.1, 4.2)),
)
FINDINGS = (("Fever", "HP:0001945"), ("Arthralgia", "HP:0002829"), ("Weight loss", "HP:0001824"))
DRUGS = ("clozapine", "methimazole")

labs = st.lists(st.sampled_from(TESTS), min_size=1, max_size=4, unique=True).flatmap(
    lambda found: st.tuples(*(st.tuples(st.just(name), st.sampled_from(values), st.just(unit)) for name, unit, values in found))
)
findings = st.lists(st.tuples(st.sampled_from(FINDINGS), st.booleans()), max_size=3, unique_by=lambda item: item[0])
drugs = st.lists(st.sampled_from(DRUGS), max_size=2, unique=True)
Given = tuple[Any, Any, Any, str]


def by_flags(case: Given) -> Case:
    values, features, names, sex = case
    return answering.build_case(
        [text for (text, _), present in features if present],
        [text for (text, _), present in features if not present],
        names,
        labs=[f"{test}={value}[{unit}]" for test, value, unit in values],
        age=AGE,
        sex=sex,
    )


def by_json(case: Given) -> Case:
    values, features, names, sex = case
    data = {
        "patient": {"age": AGE, "sex": sex},
        "labs": [{"test": test, "value": value, "unit": unit} for test, value, unit in values],
        "findings": [{"text": text, "status": "present" if present else "absent"} for (text, _), present in features],
        "drugs": [{"name": name} for name in names],
    }
    return answering.read_case(data)


def by_fhir(case: Given) -> Case:
    values, features, names, sex = case
    subject = {"reference": "Patient/1"}
    resources: list[dict[str, Any]] = [{"resourceType": "Patient", "id": "1", "gender": sex, "birthDate": "1985-03-10"}]
    resources += [
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": subject,
            "code": {"text": test},
            "effectiveDateTime": NOW,
            "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
        }
        for test, value, unit in values
    ]
    resources += [
        {
            "resourceType": "Condition",
            "subject": subject,
            "code": {"text": text},
            "verificationStatus": {"coding": [{"code": "confirmed" if present else "refuted"}]},
        }
        for (text, _), present in features
    ]
    resources += [
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": subject,
            "medicationCodeableConcept": {"text": name},
        }
        for name in names
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    return answering.read_case(bundle, form="fhir")


def by_phenopacket(case: Given) -> Case:
    values, features, names, sex = case
    packet = {
        "id": "one",
        "subject": {"id": "1", "sex": sex.upper(), "timeAtLastEncounter": {"age": {"iso8601duration": AGE}}},
        "measurements": [
            {
                "assay": {"id": "x:1", "label": test},
                "value": {"quantity": {"unit": {"id": f"UCUM:{unit}", "label": unit}, "value": value}},
            }
            for test, value, unit in values
        ],
        "phenotypicFeatures": [
            {"type": {"id": code, "label": text}, "excluded": not present} for (text, code), present in features
        ],
        "medicalActions": [{"treatment": {"agent": {"id": "x:2", "label": name}}} for name in names],
    }
    return answering.read_case(packet, form="phenopacket")


FORMS = {"flags": by_flags, "json": by_json, "fhir": by_fhir, "phenopacket": by_phenopacket}


def content(case: Case) -> Case:
    """A case without the words in which a finding came, and with the age in whole years."""
    bare = tuple(replace(o, text="" if o.place == "findings" else o.text) for o in case.observations)
    return replace(case, observations=tuple(sorted(bare, key=str)), age_days=round((case.age_days or 0) / 365.25))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labs, findings, drugs, st.sampled_from(["female", "male"]))
def test_case_is_the_same_in_any_two_forms(values: Any, features: Any, names: Any, sex: str) -> None:
    cases = {name: content(build((values, features, names, sex))) for name, build in FORMS.items()}
    for first, second in combinations(cases, 2):
        assert cases[first] == cases[second], (first, second)


@pytest.mark.parametrize("form", FORMS)
def test_answer_is_the_same_in_every_form(form: str) -> None:
    case: Given = ((("ANC", 0.3, "10*9/L"), ("sodium", 116, "mmol/L")), ((FINDINGS[0], True),), ("clozapine",), "female")
    answer = answering.explain_case(FORMS[form](case))
    assert answer.to_json()["causes"] == answering.explain_case(by_json(case)).to_json()["causes"]
