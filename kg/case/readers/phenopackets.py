"""A GA4GH phenopacket (version 2) -> `RawCase`. Read by the `phenopackets` library, imported late.

Diseases and interpretations are the answer of somebody else and are left out. Must not know terms, units or thresholds.
"""

from __future__ import annotations

from typing import Any

from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab, RawPatient
from kg.case.values.durations import read_duration
from kg.exceptions import InputError, MissingExtraError


def read_phenopacket(data: Any) -> RawCase:
    """Case of a phenopacket: features with excluded ones, age, sex, measurements, treatments. Raises InputError."""
    packet = _parse(data)
    age = _age(packet.subject.time_at_last_encounter)
    findings = [_finding(feature) for feature in packet.phenotypic_features if feature.type.id]
    labs = [lab for m in packet.measurements if (lab := _measurement(m, age))]
    findings += [f for m in packet.measurements if (f := _result(m))]
    drugs = [RawDrug(name=name) for action in packet.medical_actions if (name := action.treatment.agent.label)]
    patient = RawPatient(age=age or None, sex=_sex(packet.subject.sex))
    return RawCase(id=packet.id or None, patient=patient, labs=tuple(labs), findings=tuple(findings), drugs=tuple(drugs))


def _parse(data: Any) -> Any:
    try:
        from google.protobuf.json_format import ParseDict, ParseError
        from phenopackets import Phenopacket
    except ModuleNotFoundError:
        raise MissingExtraError("reading phenopackets", "phenopacket") from None
    if not isinstance(data, dict):
        raise InputError("is no phenopacket: it is no object", "phenopacket")
    try:
        return ParseDict(data, Phenopacket())
    except ParseError as error:
        message = " ".join(str(error).split())
        raise InputError(f"is not valid in version 2: {message}", "phenopacket") from None


def _age(element: Any) -> str:
    """Age as an ISO 8601 duration; of a range its start."""
    return str(element.age.iso8601duration or element.age_range.start.iso8601duration)


def _sex(code: int) -> str | None:
    return {1: "female", 2: "male"}.get(code)


def _finding(feature: Any) -> RawFinding:
    return RawFinding(id=feature.type.id, text=feature.type.label or None, status="absent" if feature.excluded else "present")


def _measurement(measurement: Any, age: str) -> RawLab | None:
    """A value with a number; its time is the age at which it was measured, where both ages are given."""
    if not measurement.HasField("value") or not measurement.value.HasField("quantity"):
        return None
    quantity, assay = measurement.value.quantity, measurement.assay
    at = measurement.time_observed.age.iso8601duration
    days = max(read_duration(age) - read_duration(at), 0.0) if at and age else None
    loinc = assay.id.split(":", 1)[1] if assay.id.upper().startswith("LOINC:") else ""
    unit = quantity.unit.id.split(":", 1)[1] if quantity.unit.id.upper().startswith("UCUM:") else quantity.unit.label
    return RawLab(value=quantity.value, test=assay.label or None, loinc=loinc or None, unit=unit or None, days_ago=days)


def _result(measurement: Any) -> RawFinding | None:
    """A result in words: `present` or `positive` of an assay."""
    if not measurement.HasField("value") or not measurement.value.HasField("ontology_class"):
        return None
    word = measurement.value.ontology_class.label.casefold()
    if word not in ("present", "positive", "detected", "absent", "negative", "not detected"):
        return None
    status: Any = "present" if word in ("present", "positive", "detected") else "absent"
    return RawFinding(text=f"{measurement.assay.label} positive", status=status)
