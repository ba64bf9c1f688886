"""Builds the bundles of `fhir_matrix.tsv`: a base resource, its changes by dotted path, beside a patient and a normal count."""

from __future__ import annotations

import csv
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

Json = dict[str, Any]
MATRIX = Path(__file__).parent / "fhir_matrix.tsv"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
SUBJECT = {"reference": "Patient/1"}
PATIENT: Json = {"resourceType": "Patient", "id": "1", "gender": "female", "birthDate": "1985-03-10"}
ANC: Json = {
    "resourceType": "Observation",
    "status": "final",
    "subject": SUBJECT,
    "code": {"coding": [{"system": LOINC, "code": "751-8"}], "text": "ANC"},
    "effectiveDateTime": "2026-03-10",
    "valueQuantity": {"value": 400, "unit": "/uL", "system": UCUM, "code": "/uL"},
}
BESIDE = ANC | {
    "code": {"text": "hematocrit"},
    "valueQuantity": {"value": 44, "unit": "%", "system": UCUM, "code": "%"},
}
SEROLOGY = ANC | {"code": {"text": "Brucella serology"}, "valueCodeableConcept": {"text": ""}}
del SEROLOGY["valueQuantity"]
STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
FEVER: Json = {
    "resourceType": "Condition",
    "subject": SUBJECT,
    "code": {"text": "Fever"},
    "verificationStatus": {"coding": [{"system": STATUS, "code": "confirmed"}]},
}
DRUG = {"text": "clozapine"}
STATEMENT: Json = {
    "resourceType": "MedicationStatement",
    "status": "active",
    "subject": SUBJECT,
    "medicationCodeableConcept": DRUG,
    "effectivePeriod": {"start": "2026-01-19"},
}
STATEMENT5: Json = {
    "resourceType": "MedicationStatement",
    "status": "recorded",
    "subject": SUBJECT,
    "medication": {"concept": DRUG},
    "effectivePeriod": {"start": "2026-01-19"},
}
REQUEST: Json = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "subject": SUBJECT,
    "medicationCodeableConcept": DRUG,
    "authoredOn": "2026-01-19",
}
ADMINISTRATION: Json = {
    "resourceType": "MedicationAdministration",
    "status": "completed",
    "subject": SUBJECT,
    "medicationCodeableConcept": DRUG,
    "effectiveDateTime": "2026-01-19",
}
REPORT: Json = {
    "resourceType": "DiagnosticReport",
    "status": "final",
    "subject": SUBJECT,
    "code": {"text": "CBC"},
    "result": [{"reference": "#o"}],
    "contained": [ANC | {"id": "o"}],
}
ALLERGY: Json = {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": {"text": "penicillin"}}
NESTED: Json = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": ANC}]}
BASES = {
    "anc": ANC,
    "serology": SEROLOGY,
    "fever": FEVER,
    "statement": STATEMENT,
    "statement5": STATEMENT5,
    "request": REQUEST,
    "administration": ADMINISTRATION,
    "report": REPORT,
    "allergy": ALLERGY,
    "nested": NESTED,
    "patient": PATIENT,
}


def read_matrix() -> list[dict[str, str]]:
    """Rows of the matrix."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def build(base: str, change: Json) -> Json:
    """The bundle of one situation."""
    more = [_change(BASES[item["base"]], {k: v for k, v in item.items() if k != "base"}) for item in change.get("+", ())]
    resource = _change(BASES[base], {k: v for k, v in change.items() if k != "+"})
    resources = [BESIDE, resource, *more] if base == "patient" else [PATIENT, BESIDE, resource, *more]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def build_row(row: dict[str, str]) -> Json:
    """The bundle of a row of the matrix."""
    return build(row["base"], json.loads(row["change"]))


def _change(resource: Json, change: Json) -> Json:
    """A resource with the values at dotted paths set, or taken out where they are null."""
    changed = deepcopy(resource)
    for path, value in change.items():
        *parents, last = path.split(".")
        target: Any = changed
        for part in parents:
            target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
        if value is None:
            target.pop(last, None)
        else:
            target[last] = value
    return changed
