"""FHIR Bulk Data: a folder of NDJSON files of Patient, Observation, Condition and Medication* resources.

A resource that has no patient, no time or no code that is read costs itself alone. What a resource means stands in
`kg.case.readers`; owns how the resources of a patient become events in time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kg.case.readers.fhir.codes import find_code, find_text
from kg.case.readers.fhir.times import TIMES, read_moment, read_period
from kg.case.resolve import Resolver
from kg.case.values.units import convert
from kg.cohorts.readers.cases import enumerate_lines
from kg.cohorts.staging import BATCH, EVENTS, Batch, Rejected
from kg.exceptions import InputError

LONGEST = 16_000_000
VOID = ("entered-in-error", "cancelled", "not-taken", "not-done", "draft", "unknown")
Json = Mapping[str, Any]
Event = tuple[int, str, float | None, str, str, str, float | None, str]


def read_bulk(path: Path, resolver: Resolver) -> Iterator[Batch]:
    """Batches of events of all files. Raises InputError where a file cannot be read."""
    rows: list[Event] = []
    rejected: list[Rejected] = []
    unread: Counter[str] = Counter()
    first = 0
    for file in sorted(path.rglob("*.ndjson")):
        row = -1
        for row, resource in _resources(file, rejected):
            rows += _read(first + row, resource, resolver, unread)
            if len(rows) >= BATCH:
                yield Batch(pl.DataFrame(rows, schema=EVENTS, orient="row"), rejected, unread)
                rows, rejected, unread = [], [], Counter()
        first += row + 1
    yield Batch(pl.DataFrame(rows, schema=EVENTS, orient="row"), rejected, unread)


def _resources(path: Path, rejected: list[Rejected]) -> Iterator[tuple[int, Json]]:
    try:
        with path.open("rb") as file:
            for row, line in enumerate_lines(file, LONGEST):
                if isinstance(line, Rejected):
                    rejected.append(line._replace(column=path.name))
                elif line.strip():
                    try:
                        resource = json.loads(line)
                    except ValueError as error:
                        rejected.append(Rejected(row, path.name, "", f"is not JSON: {error}"))
                        continue
                    if isinstance(resource, dict) and resource.get("status") not in VOID:
                        yield row, resource
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None


def _read(row: int, resource: Json, resolver: Resolver, unread: Counter[str]) -> Iterator[Event]:
    kind = str(resource.get("resourceType", ""))
    if kind == "Patient":
        yield from _patient(row, resource)
    elif not (person := _person(resource)):
        return
    elif kind == "Observation":
        yield from _observation(row, person, resource, resolver, unread)
    elif kind == "Condition":
        code = find_code(resource.get("code"), "icd-10-cm")
        yield (
            row,
            person,
            _when(resource),
            "diagnosis",
            f"ICD10CM:{code}" if code else "",
            find_text(resource.get("code")),
            None,
            "",
        )
    elif kind.startswith("Medication") and kind != "Medication":
        yield from _drug(row, person, resource)


def _patient(row: int, resource: Json) -> Iterator[Event]:
    person = str(resource.get("id", ""))
    if born := read_moment(resource.get("birthDate")):
        yield row, person, born.timestamp() / 86400, "birth", "", "", None, ""
    if sex := resource.get("gender"):
        yield row, person, None, "sex", "", str(sex), None, ""


def _person(resource: Json) -> str:
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference", "")).rpartition("/")[2].removeprefix("urn:uuid:") if isinstance(subject, dict) else ""


def _observation(row: int, person: str, resource: Json, resolver: Resolver, unread: Counter[str]) -> Iterator[Event]:
    time = _when(resource)
    for part in (resource, *(c for c in resource.get("component", ()) if isinstance(c, dict))):
        quantity = part.get("valueQuantity")
        if not isinstance(quantity, dict) or not isinstance(quantity.get("value"), int | float):
            continue
        code, text = find_code(part.get("code"), "loinc"), find_text(part.get("code"))
        unit = str(quantity.get("code") or quantity.get("unit") or "")
        test = (resolver.tests.find_loinc(code, unit) if code else None) or (resolver.tests.find(text, unit) if text else None)
        try:
            value = convert(float(quantity["value"]), unit or test.unit, test.unit, test.label, test.quantity) if test else None
        except InputError:
            value = None
        if test is None or value is None:
            unread[text or code or "?"] += 1
        else:
            yield row, person, time, "lab", test.id, test.label, value, ""


def _drug(row: int, person: str, resource: Json) -> Iterator[Event]:
    medication = resource.get("medication") or {}
    concept = resource.get("medicationCodeableConcept") or (medication.get("concept") if isinstance(medication, dict) else None)
    code, text = find_code(concept, "rxnorm"), find_text(concept)
    start, stop = _when(resource), _when(resource, end=True)
    yield (
        row,
        person,
        start,
        "drug_start" if stop is None or stop == start else "drug_given",
        f"RxNorm:{code}" if code else "",
        text,
        None,
        "",
    )
    if stop is not None and stop != start:
        yield row, person, stop, "drug_stop", f"RxNorm:{code}" if code else "", text, None, ""


def _when(resource: Json, end: bool = False) -> float | None:
    """Time of a resource in days since 1970; of a period its start or end."""
    for name in TIMES:
        moment = read_period(resource.get(name))[end]
        if moment is not None:
            return moment.timestamp() / 86400
    return None
