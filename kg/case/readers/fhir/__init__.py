"""A FHIR R4, R4B or R5 bundle -> `RawCase`, read as FHIR means it.

Each resource is whose it says, has the status that it has, and is used or set aside with its path; only a bundle about two
patients is refused as a whole. Times count back from the newest date of the bundle that is not ahead. Must not know terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab, RawPatient, Unread
from kg.case.readers.fhir.bundle import (
    CLINICAL,
    Content,
    Entry,
    belongs,
    check_one_patient,
    find_other_subject,
    find_strange,
    read_content,
)
from kg.case.readers.fhir.codes import find_meaning, find_resource_meaning
from kg.case.readers.fhir.observations import drop_replaced, read_observation
from kg.case.readers.fhir.statements import read_condition, read_drug
from kg.case.readers.fhir.times import TIMES, Clock, find_when, read_moment
from kg.case.readers.fhir.validity import find_fault

Item = RawLab | RawFinding | RawDrug


def read_bundle(data: Any, today: datetime | None = None) -> RawCase:
    """Case of a bundle, or of one resource, as seen on a day (by default this one).

    Raises InputError for what is no FHIR at all, and where it is about two patients.
    """
    content = read_content(data)
    owner = check_one_patient(content)
    usable = [entry for entry in content.of(*CLINICAL) if _is_usable(entry, content)]
    clock = Clock.of((entry.resource for entry in usable), today or datetime.now(UTC))
    present = [entry for entry in usable if not _is_ahead(entry, content, clock)]
    items = [found for entry in drop_replaced(present, content) for found in _read(entry, content, clock)]
    _list_kinds(content)
    assumptions = ["every date lies in the future: read as a record whose dates were moved"] if clock.moved else []
    patient = _read_patient(owner, content, clock, assumptions)
    return _compose(items, patient, content, assumptions)


def _compose(items: list[tuple[Item, str]], patient: RawPatient, content: Content, assumptions: list[str]) -> RawCase:
    labs = [(item, path) for item, path in items if isinstance(item, RawLab)]
    findings = [(item, path) for item, path in items if isinstance(item, RawFinding)]
    drugs = [(item, path) for item, path in items if isinstance(item, RawDrug)]
    groups = (("labs", labs), ("findings", findings), ("drugs", drugs))
    places = [(f"{name}[{i}]", path) for name, group in groups for i, (_, path) in enumerate(group) if path]
    return RawCase(
        patient=patient,
        labs=tuple(lab for lab, _ in labs),
        findings=tuple(finding for finding, _ in findings),
        drugs=tuple(drug for drug, _ in drugs),
        unread=tuple(content.unread),
        assumptions=tuple(assumptions),
        places=tuple(places),
    )


# --------------------------------------------------------------------------- which resources count


def _is_usable(entry: Entry, content: Content) -> bool:
    """Whether a resource counts: it is the patient's, its meaning is known, it is valid, and its status lets it count."""
    reason, place = _find_obstacle(entry, content)
    if reason:
        content.refuse(entry, reason, *place)
    return not reason


def _find_obstacle(entry: Entry, content: Content) -> tuple[str, tuple[str | int, ...]]:
    if not belongs(entry):
        return f"stands inside a {entry.holder.kind if entry.holder else 'resource'}: not counted by itself", ()
    if strange := find_strange(entry):
        return strange, ()
    if other := find_other_subject(entry, content):
        return other, ()
    for holder in filter(None, (entry.holder, entry)):
        meaning = find_meaning(f"{holder.kind}.status", holder.resource.get("status"))
        if meaning and meaning.reading == "set aside" and not holder.kind.startswith("Medication"):
            return meaning.reason, ()
    if entry.kind != "DiagnosticReport" and (fault := find_fault(entry.resource, entry.kind)):
        return fault[1], fault[0]
    if (meaning := find_meaning("Observation.category", entry.resource.get("category"))) and _is_listed_category(entry):
        return meaning.reason, ()
    return "", ()


def _is_listed_category(entry: Entry) -> bool:
    categories = entry.resource.get("category")
    found = (
        [find_meaning("Observation.category", c) for c in categories]
        if entry.kind == "Observation" and isinstance(categories, list)
        else []
    )
    return any(m and m.reading == "set aside" and not m.reason.startswith("category") for m in found)


def _is_ahead(entry: Entry, content: Content, clock: Clock) -> bool:
    times = [name for name in TIMES if not (entry.kind == "Condition" and name.startswith("onset"))]
    if entry.kind.startswith("Medication"):
        return False
    if ahead := clock.find_ahead(find_when(entry.resource, *times)):
        content.refuse(entry, ahead)
    return bool(ahead)


def _read(entry: Entry, content: Content, clock: Clock) -> Iterator[tuple[Item, str]]:
    if entry.kind == "Observation":
        yield from read_observation(entry, content, clock)
    elif entry.kind == "Condition":
        yield from read_condition(entry, content, clock)
    elif entry.kind == "DiagnosticReport":
        _list_report(entry, content)
    else:
        yield from read_drug(entry, content, clock)


def _list_report(entry: Entry, content: Content) -> None:
    """Results of a report that are not in the bundle, and its conclusion in words."""
    results = entry.resource.get("result")
    for index, reference in enumerate(results if isinstance(results, list) else ()):
        if content.resolve(reference, entry) is None and isinstance(reference, dict):
            named = reference.get("display") or reference.get("reference") or "a result"
            content.refuse(entry, f"{named} is not in the bundle", "result", index)
    if entry.resource.get("conclusion"):
        content.refuse(entry, "its conclusion is not read: give it in words", "conclusion")


def _list_kinds(content: Content) -> None:
    """Kinds of resources that say something of the patient and are not read: a line for each kind."""
    counts = Counter(entry.kind for entry in content.entries if entry.holder is None)
    for kind, count in sorted(counts.items()):
        if meaning := find_resource_meaning(kind):
            first = next(entry.path for entry in content.entries if entry.kind == kind)
            text = f"{count} resources" if count > 1 else "1 resource"
            content.unread.append(Unread(f"FHIR {kind}", text, meaning.reason, first or kind))


# --------------------------------------------------------------------------- the patient


def _read_patient(owner: Entry | None, content: Content, clock: Clock, assumptions: list[str]) -> RawPatient:
    if owner is None:
        return RawPatient()
    if strange := find_strange(owner):
        content.refuse(owner, strange)
        return RawPatient()
    if fault := find_fault(owner.resource, "Patient"):
        content.refuse(owner, fault[1], *fault[0])
        return RawPatient()
    gender, written = owner.resource.get("gender"), owner.resource.get("birthDate")
    born = read_moment(written)
    days = clock.days(born)
    if born and days is None and clock.now is not None:
        content.refuse(owner, "the date of birth lies after the newest date of the bundle", "birthDate")
    if days is not None and len(str(written)) < 10:
        assumptions.append(f"born in {written}: the age is counted from its first day")
    return RawPatient(age=f"P{int(days)}D" if days is not None else None, sex=str(gender) if gender else None)
