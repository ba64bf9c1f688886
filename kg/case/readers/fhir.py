"""A FHIR R4 or R5 bundle -> `RawCase`. Validated by fhir.resources, imported late; the reading itself looks at plain JSON.

Owns what a resource means for a case. Times count back from the newest date in the bundle, never from the wall clock.
Must not know terms, units or thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab, RawPatient
from kg.case.readers.fhir_codes import find_code, find_text, read_flag, read_polarity
from kg.case.readers.schema import join_place
from kg.exceptions import InputError, MissingExtraError

USED = ("Patient", "Observation", "Condition", "MedicationStatement", "MedicationRequest", "MedicationAdministration")
VOID = ("entered-in-error", "cancelled", "not-taken", "not-done", "draft", "unknown")
Json = dict[str, Any]
_BOUNDS: dict[str, Literal["", "<", "<=", ">", ">="]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def read_bundle(data: Any) -> RawCase:
    """Case of a bundle, or of one resource. Raises InputError with the path of the first resource that is not R4 or R5."""
    resources = list(_resources(data))
    _check(resources)
    used = [(r, place) for r, place in resources if r.get("status") not in VOID]
    now = max((moment for r, _ in used for moment in _dates(r)), default=None)
    items: list[RawLab | RawFinding | RawDrug] = []
    for resource, place in used:
        items += _read(resource, place, resources, now)
    labs = tuple(item for item in items if isinstance(item, RawLab))
    findings = tuple(item for item in items if isinstance(item, RawFinding))
    drugs = tuple(item for item in items if isinstance(item, RawDrug))
    patients = [r for r, _ in used if r["resourceType"] == "Patient"]
    if len(patients) > 1:
        raise InputError("holds more than one Patient: give one case", "entry")
    patient = _patient(patients[0], now) if patients else RawPatient()
    return RawCase(patient=patient, labs=labs, findings=findings, drugs=drugs)


def _read(
    resource: Json, place: str, resources: list[tuple[Json, str]], now: datetime | None
) -> Iterator[RawLab | RawFinding | RawDrug]:
    kind = resource["resourceType"]
    if kind == "Observation":
        yield from _observation(resource, place, now)
    elif kind == "Condition" and (finding := _condition(resource)):
        yield finding
    elif kind in USED and kind.startswith("Medication") and (drug := _drug(resource, resources, now)):
        yield drug


# --------------------------------------------------------------------------- what is in the bundle


def _resources(data: Any) -> Iterator[tuple[Json, str]]:
    """Resources with their place; contained medications are found through their resource."""
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        raise InputError("is no FHIR resource: it has no resourceType", "resourceType")
    if data["resourceType"] != "Bundle":
        yield data, ""
        return
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        raise InputError("is no list", "entry")
    for index, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise InputError("holds no resource", join_place("entry", index))
        yield resource, join_place("entry", index, "resource")


def _check(resources: list[tuple[Json, str]]) -> None:
    """Each resource that is used is valid R4 or R5. Raises InputError for the first that is neither."""
    for resource, place in resources:
        kind = resource["resourceType"]
        if kind not in USED:
            continue
        faults = [fault for version in ("R4B", "R5") if (fault := _fault(resource, kind, version))]
        if len(faults) == 2:
            path, message = min(faults, key=lambda fault: fault[2])[:2]
            message = f"is not valid in FHIR R4 or R5 (older versions are not read): {message}"
            raise InputError(message, join_place(place, *path) or kind)


def _fault(resource: Json, kind: str, version: str) -> tuple[tuple[str | int, ...], str, int] | None:
    """Path, message and number of faults of a resource in one version of FHIR; None where it is valid."""
    try:
        from importlib import import_module

        module = import_module(f"fhir.resources{'.R4B' if version == 'R4B' else ''}.{kind.casefold()}")
    except ModuleNotFoundError:
        raise MissingExtraError("reading FHIR", "fhir") from None
    from pydantic import ValidationError

    try:
        getattr(module, kind).model_validate(_without_narrative(resource))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"] if not first["msg"].startswith("Invalid JSON") else f"{first['input']!r} is no object"
        return tuple(first["loc"]), message, error.error_count()
    return None


def _without_narrative(resource: Json) -> Json:
    """Resource without its XHTML text and extensions, which carry nothing that is read here."""
    return {k: v for k, v in resource.items() if k not in ("text", "extension", "modifierExtension", "meta", "contained")}


# --------------------------------------------------------------------------- times


def _moment(text: Any) -> datetime | None:
    """Instant of a FHIR date or dateTime; a missing part counts from its beginning."""
    if not isinstance(text, str):
        return None
    padded = text + {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        found = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _when(resource: Json, *names: str) -> datetime | None:
    """The first date among some elements; a period gives its end, else its start."""
    for name in names:
        value = resource.get(name)
        if isinstance(value, dict):
            value = value.get("end") or value.get("start")
        if moment := _moment(value):
            return moment
    return None


_TIMES = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "occurrenceDateTime", "occurencePeriod", "occurrencePeriod",
          "occurenceDateTime", "issued", "authoredOn", "dateAsserted", "recordedDate", "onsetDateTime")  # fmt: skip


def _dates(resource: Json) -> Iterator[datetime]:
    for name in _TIMES:
        if moment := _when(resource, name):
            yield moment


def _days_before(now: datetime | None, moment: datetime | None) -> float | None:
    return round((now - moment).total_seconds() / 86400, 6) if now and moment and moment <= now else None


# --------------------------------------------------------------------------- resources


def _patient(resource: Json, now: datetime | None) -> RawPatient:
    born = _moment(resource.get("birthDate"))
    days = _days_before(now, born)
    return RawPatient(age=f"P{int(days)}D" if days is not None else None, sex=resource.get("gender"))


def _observation(resource: Json, place: str, now: datetime | None) -> Iterator[RawLab | RawFinding]:
    """Values and findings of an observation and of its components."""
    days = _days_before(now, _when(resource, *_TIMES[:3], "issued"))
    parts = [(resource, place)]
    parts += [(c, join_place(place, "component", i)) for i, c in enumerate(resource.get("component", []))]
    for part, _ in parts:
        code, text = find_code(part.get("code"), "loinc"), find_text(part.get("code"))
        quantity = part.get("valueQuantity")
        if isinstance(quantity, Mapping) and isinstance(quantity.get("value"), int | float):
            yield RawLab(
                value=float(quantity["value"]),
                test=text or None,
                loinc=code or None,
                unit=quantity.get("code")
                if str(quantity.get("system", "")).endswith("unitsofmeasure.org")
                else quantity.get("unit"),
                days_ago=days,
                bound=_BOUNDS.get(str(quantity.get("comparator", "")), ""),
                flag=read_flag(part.get("interpretation")),
            )
        elif finding := _qualitative(part, text):
            yield finding


def _qualitative(part: Json, text: str) -> RawFinding | None:
    """`dengue IgM` with the result positive -> a finding in words."""
    polarity = read_polarity(part)
    if not text or polarity is None:
        return None
    hpo = find_code(part.get("code"), "human-phenotype-ontology")
    status: Any = "present" if polarity else "absent"
    return RawFinding(id=hpo or None, text=text, status=status)


def _condition(resource: Json) -> RawFinding | None:
    """A condition; refuted ones are absent, resolved ones are no finding of today."""
    verification = find_code(resource.get("verificationStatus"), "condition-ver-status")
    clinical = find_code(resource.get("clinicalStatus"), "condition-clinical")
    if verification in ("entered-in-error", "unconfirmed", "provisional", "differential") or clinical in (
        "resolved",
        "remission",
    ):
        return None
    text = find_text(resource.get("code"))
    code = find_code(resource.get("code"), "human-phenotype-ontology") or find_code(resource.get("code"), "snomed")
    if not text and not code:
        return None
    return RawFinding(id=code or None, text=text or None, status="absent" if verification == "refuted" else "present")


def _drug(resource: Json, resources: list[tuple[Json, str]], now: datetime | None) -> RawDrug | None:
    """A medication with its course; the medication may be a code, or a reference to a Medication of the bundle."""
    concept = _medication(resource, resources)
    name, rxnorm, atc = find_text(concept), find_code(concept, "rxnorm"), find_code(concept, "atc")
    if not (name or rxnorm or atc):
        return None
    periods = [resource[n] for n in sorted(resource) if n.endswith("Period") and isinstance(resource[n], dict)]
    period: Json = periods[0] if periods else {}
    start = _moment(period.get("start")) or _when(
        resource, "effectiveDateTime", "occurrenceDateTime", "occurenceDateTime", "authoredOn"
    )
    stop = _moment(period.get("end"))
    if start and now and start > now:
        return None  # planned
    return RawDrug(
        name=name or None,
        rxnorm=rxnorm or None,
        atc=atc or None,
        days_since_start=_days_before(now, start),
        days_since_stop=_days_before(now, stop),
    )


def _medication(resource: Json, resources: list[tuple[Json, str]]) -> Any:
    medication = resource.get("medication")
    concept = resource.get("medicationCodeableConcept") or (medication.get("concept") if isinstance(medication, dict) else None)
    if concept:
        return concept
    reference = resource.get("medicationReference") or (medication.get("reference") if isinstance(medication, dict) else None)
    target = str(reference.get("reference", "")) if isinstance(reference, dict) else ""
    contained = resource.get("contained")
    inside = [r for r in contained if isinstance(r, dict)] if isinstance(contained, list) else []
    known = [*inside, *(r for r, _ in resources if r["resourceType"] == "Medication")]
    found = [r for r in known if r.get("id") and target.lstrip("#").split("/")[-1] == r["id"]]
    return found[0].get("code") if found else None
