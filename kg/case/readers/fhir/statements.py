"""Conditions and medications of FHIR -> findings and drugs. Owns which of them the patient has, or takes; not what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from kg.case.raw import RawDrug, RawFinding
from kg.case.readers.fhir.bundle import Content, Entry
from kg.case.readers.fhir.codes import find_code, find_meaning, find_text
from kg.case.readers.fhir.times import GIVEN, Clock, find_when, read_moment, read_period


def read_condition(entry: Entry, content: Content, clock: Clock) -> Iterator[tuple[RawFinding, str]]:
    """A condition that the patient has, or that was refuted; what is past, uncertain or ahead is set aside."""
    resource, absent = entry.resource, False
    for element in ("verificationStatus", "clinicalStatus"):
        meaning = find_meaning(f"Condition.{element}", resource.get(element))
        if meaning and meaning.reading == "absent":
            absent = True
        elif meaning and meaning.reading == "set aside" and not absent:
            content.refuse(entry, meaning.reason, element)
            return
    if (reason := _find_past(resource, clock)) and not absent:
        content.refuse(entry, reason)
        return
    text = find_text(resource.get("code"))
    code = find_code(resource.get("code"), "human-phenotype-ontology") or find_code(resource.get("code"), "snomed")
    if not text and not code:
        content.refuse(entry, "has no code and no words")
        return
    yield RawFinding(id=code or None, text=text or None, status="absent" if absent else "present"), entry.path


def _find_past(resource: Mapping[str, Any], clock: Clock) -> str:
    """Why a condition is not one of today: it has abated, or begins in the future; empty where it is."""
    if ahead := clock.find_ahead(find_when(resource, "onsetDateTime", "onsetPeriod")):
        return f"its onset {ahead}"
    for element, value in resource.items():
        if element.startswith("abatement") and value not in (None, False):
            moment = read_moment(value) or read_period(value)[1]
            if not clock.find_ahead(moment):
                return "it has abated"
    return ""


# --------------------------------------------------------------------------- medications


def read_drug(entry: Entry, content: Content, clock: Clock) -> Iterator[tuple[RawDrug, str]]:
    """A medication that was taken, with its course; what was not, or of which that is not known, is set aside."""
    start, end = _find_course(entry.resource)
    if reason := _find_not_taken(entry, end, clock):
        content.refuse(entry, reason)
        return
    if ahead := clock.find_ahead(start):
        content.refuse(entry, f"its start {ahead}")
        return
    drugs = list(_name_drugs(entry, content))
    if not drugs:
        content.refuse(entry, "the medication has no name: its reference leads nowhere")
    for drug in drugs:
        yield RawDrug(**drug, days_since_start=clock.days(start), days_since_stop=clock.days(end)), entry.path


def _find_not_taken(entry: Entry, end: datetime | None, clock: Clock) -> str:
    resource = entry.resource
    if resource.get("doNotPerform") is True:
        return "must not be given (doNotPerform)"
    adherence = resource.get("adherence")
    given = {
        "status": resource.get("status"),
        "intent": resource.get("intent"),
        "adherence": adherence.get("code") if isinstance(adherence, dict) else None,
    }
    for element, value in given.items():
        meaning = find_meaning(f"{entry.kind}.{element}", value)
        if meaning and meaning.reading == "set aside":
            return meaning.reason
        if meaning and meaning.reading == "ended" and clock.days(end) is None:
            return f"{meaning.reason}: its end is not given, so it is not counted"
    return ""


def _find_course(resource: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Start and end of a medication, by its own times, else by those of its dosage, else by when it was ordered."""
    for element in GIVEN:
        start, end = read_period(resource.get(element))
        if start or end:
            return start, end
    for element in ("dosageInstruction", "dosage"):
        dosages = resource.get(element)
        for dosage in dosages if isinstance(dosages, list) else ():
            start, end = read_period(dosage.get("timing")) if isinstance(dosage, dict) else (None, None)
            if start or end:
                return start or read_moment(resource.get("authoredOn")), end
    return read_moment(resource.get("authoredOn")), None


def _name_drugs(entry: Entry, content: Content) -> Iterator[dict[str, str | None]]:
    """Name and codes of a medication: a concept, a Medication of the bundle or its ingredients, else the reference's words."""
    resource = entry.resource
    medication = resource.get("medication") if isinstance(resource.get("medication"), dict) else {}
    assert isinstance(medication, dict)
    concept = resource.get("medicationCodeableConcept") or medication.get("concept")
    reference = resource.get("medicationReference") or medication.get("reference")
    if concept:
        yield from _name(concept)
        return
    target = content.resolve(reference, entry)
    if target is not None:
        meaning = find_meaning("Medication.status", target.resource.get("status"))
        if meaning is None or meaning.reading == "use":
            yield from list(_name(target.resource.get("code"))) or _name_ingredients(target.resource)
        return
    if isinstance(reference, dict) and reference.get("display"):
        yield {"name": str(reference["display"])}


def _name(concept: Any) -> Iterator[dict[str, str | None]]:
    found = {"name": find_text(concept), "rxnorm": find_code(concept, "rxnorm"), "atc": find_code(concept, "atc")}
    if any(found.values()):
        yield {key: value or None for key, value in found.items()}


def _name_ingredients(medication: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    ingredients = medication.get("ingredient")
    for ingredient in ingredients if isinstance(ingredients, list) else ():
        item = ingredient.get("item") if isinstance(ingredient, dict) else None
        concept = ingredient.get("itemCodeableConcept") or (item.get("concept") if isinstance(item, dict) else None)
        yield from _name(concept)
