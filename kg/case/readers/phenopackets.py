"""A GA4GH phenopacket (version 2) -> `RawCase`. Read by the `phenopackets` library, imported late.

An item that is not valid is set aside with its path, the rest is read. Diseases and interpretations are the answer of somebody
else and are left out. Must not know terms, units or thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab, RawPatient, Unread
from kg.case.readers.fhir.codes import read_result
from kg.case.readers.fhir.times import read_moment
from kg.case.readers.schema import Doubled, find_doubled, join_place
from kg.case.values.durations import read_duration
from kg.exceptions import InputError, MissingExtraError

Item = RawLab | RawFinding | RawDrug
_LISTS = ("phenotypicFeatures", "measurements", "medicalActions")
_CODES = {"RXNORM": "rxnorm", "RXCUI": "rxnorm", "ATC": "atc"}


def read_phenopacket(data: Any, today: datetime | None = None) -> RawCase:
    """Case of a phenopacket: features with excluded ones, age, sex, measurements, treatments. Raises InputError."""
    unread: list[Unread] = []
    packet, indices = _parse(data, unread)
    clock = _Clock(packet, data, today or datetime.now(UTC))
    found: list[tuple[Item, str]] = []
    readers: tuple[tuple[str, Callable[[Any, _Clock], Iterable[Item]]], ...] = (
        ("phenotypic_features", _finding),
        ("measurements", _measurement),
        ("medical_actions", _treatment),
    )
    for (name, reader), key in zip(readers, _LISTS, strict=True):
        for index, item in zip(indices[key], getattr(packet, name), strict=True):
            path = join_place(key, index)
            try:
                found += [(one, path) for one in reader(item, clock)]
            except InputError as error:
                unread.append(Unread(f"phenopacket {key}", path, str(error), path))
    return _compose(found, packet, clock, unread)


def _compose(found: list[tuple[Item, str]], packet: Any, clock: _Clock, unread: list[Unread]) -> RawCase:
    kinds: tuple[tuple[str, type], ...] = (("labs", RawLab), ("findings", RawFinding), ("drugs", RawDrug))
    groups = {name: [(item, path) for item, path in found if isinstance(item, kind)] for name, kind in kinds}
    places = tuple((f"{name}[{n}]", path) for name, group in groups.items() for n, (_, path) in enumerate(group))
    items: dict[str, Any] = {name: tuple(item for item, _ in group) for name, group in groups.items()}
    patient = RawPatient(age=clock.age or None, sex={1: "female", 2: "male"}.get(packet.subject.sex))
    return RawCase(id=packet.id or None, patient=patient, **items, unread=tuple(unread), places=places)


# --------------------------------------------------------------------------- what is valid


def _parse(data: Any, unread: list[Unread]) -> tuple[Any, dict[str, list[int]]]:
    """The phenopacket, and the indices in the input of the items that it has kept."""
    try:
        from google.protobuf.json_format import ParseDict, ParseError
        from phenopackets import Phenopacket
    except ModuleNotFoundError:
        raise MissingExtraError("reading phenopackets", "phenopacket") from None
    if not isinstance(data, dict):
        raise InputError("is no phenopacket: it is no object", "phenopacket")
    kept: dict[str, Any] = {}
    indices: dict[str, list[int]] = {key: [] for key in _LISTS}
    for key, index, value in _fields(data):
        path = join_place(key, *([] if index is None else [index]))
        doubled = key if isinstance(data, Doubled) and key in data.twice else find_doubled(value)
        fault = f"key {doubled!r} stands twice: which holds is not known" if doubled else ""
        try:
            ParseDict({key: value if index is None else [value]}, Phenopacket()) if not fault else None
        except (ParseError, RecursionError, ValueError, TypeError, AttributeError) as error:
            fault = f"is not valid in version 2: {' '.join(str(error).split())[:200]}"
        if fault:
            unread.append(Unread(f"phenopacket {key}", path, fault, path))
        elif index is None:
            kept[key] = value
        else:
            kept.setdefault(key, []).append(value)
            indices[key].append(index)
    return ParseDict(kept, Phenopacket()), indices


def _fields(data: dict[str, Any]) -> Iterator[tuple[str, int | None, Any]]:
    """Fields of a phenopacket, those that are read item by item with the index."""
    camel = {"phenotypic_features": "phenotypicFeatures", "medical_actions": "medicalActions"}
    for key, value in data.items():
        name = camel.get(key, key)
        if name in _LISTS and isinstance(value, list):
            yield from ((name, index, item) for index, item in enumerate(value))
        else:
            yield name, None, value


# --------------------------------------------------------------------------- times


class _Clock:
    """Days before the last encounter, by ages or by dates."""

    def __init__(self, packet: Any, data: dict[str, Any], today: datetime) -> None:
        self.age = _age(packet.subject.time_at_last_encounter)
        clinical = {key: value for key, value in data.items() if key not in ("metaData", "meta_data")}
        self.now = max((moment for moment in _dates(clinical) if moment <= today), default=None)

    def days(self, element: Any) -> float | None:
        """Days from a time to the last encounter; None where they cannot be counted."""
        if element.HasField("timestamp") and self.now:
            return self.since(element.timestamp)
        if element.HasField("interval") and self.now:
            return self.since(element.interval.end if element.interval.end.seconds else element.interval.start)
        at = _age(element)
        return max(read_duration(self.age) - read_duration(at), 0.0) if at and self.age else None

    def since(self, stamp: Any) -> float | None:
        """Days from a date to the last encounter."""
        if self.now is None or not stamp.seconds:
            return None
        return max(round((self.now - datetime.fromtimestamp(stamp.seconds, UTC)).total_seconds() / 86400, 6), 0.0)


def _dates(value: Any, key: str = "") -> Iterator[datetime]:
    """Every instant below a value: of observations, onsets, treatments and procedures, not of birth."""
    if key in ("timestamp", "start", "end") and (moment := read_moment(value)):
        yield moment
    items = value.items() if isinstance(value, dict) else ((key, v) for v in value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from _dates(inner, str(name))


def _age(element: Any) -> str:
    """Age as an ISO 8601 duration; of a range its start."""
    return str(element.age.iso8601duration or element.age_range.start.iso8601duration)


# --------------------------------------------------------------------------- items


def _finding(feature: Any, _: _Clock) -> Iterator[RawFinding]:
    if not feature.type.id and not feature.type.label:
        raise InputError("has no type")
    if feature.HasField("resolution") and not feature.excluded:
        raise InputError(f"{feature.type.label or feature.type.id} has resolved: no finding of today")
    status: Any = "absent" if feature.excluded else "present"
    yield RawFinding(id=feature.type.id or None, text=feature.type.label or None, status=status)


def _measurement(measurement: Any, clock: _Clock) -> Iterator[RawLab | RawFinding]:
    """A number, several typed numbers, or a result in words, at the time at which it was observed."""
    assay, value = measurement.assay, measurement.value
    days = clock.days(measurement.time_observed)
    if measurement.HasField("complex_value"):
        for typed in measurement.complex_value.typed_quantities:
            yield _lab(typed.type, typed.quantity, days)
    elif value.HasField("quantity"):
        yield _lab(assay, value.quantity, days)
    elif value.HasField("ontology_class"):
        yield _result(assay, value.ontology_class)
    else:
        raise InputError(f"{assay.label or assay.id or 'the measurement'} has no value")


def _lab(assay: Any, quantity: Any, days: float | None) -> RawLab:
    loinc = assay.id.split(":", 1)[1] if assay.id.upper().startswith("LOINC:") else ""
    unit = quantity.unit.id.split(":", 1)[1] if quantity.unit.id.upper().startswith("UCUM:") else quantity.unit.label
    lab = RawLab(value=quantity.value, test=assay.label or None, loinc=loinc or None, unit=unit or None, days_ago=days)
    if not quantity.HasField("reference_range"):
        return lab
    low, high = quantity.reference_range.low, quantity.reference_range.high
    return replace(lab, flag="low" if quantity.value < low else "high" if high and quantity.value > high else "normal")


def _result(assay: Any, value: Any) -> RawFinding:
    """A result in words, by the exact vocabulary."""
    positive = read_result({"text": value.label} if value.label else value.id)
    if positive is None:
        raise InputError(f"{(value.label or value.id)[:60]!r} is no result that is known")
    return RawFinding(text=assay.label or assay.id, status="present" if positive else "absent")


def _treatment(action: Any, clock: _Clock) -> Iterator[RawDrug]:
    """A drug, from the start of its first interval to the end of its last."""
    if not action.HasField("treatment"):
        raise InputError(f"{action.WhichOneof('action') or 'the action'} is not read: give it in words")
    agent = action.treatment.agent
    prefix, _, code = agent.id.partition(":")
    codes = {_CODES[prefix.upper()]: code} if prefix.upper() in _CODES and code else {}
    if not agent.label and not codes:
        raise InputError(f"the agent {agent.id!r} has no name")
    spans = [dose.interval for dose in action.treatment.dose_intervals]
    starts = [days for span in spans if (days := clock.since(span.start)) is not None]
    ends = [days for span in spans if (days := clock.since(span.end)) is not None]
    stop = min(ends) if ends and len(ends) == len(spans) and min(ends) > 0 else None
    yield RawDrug(name=agent.label or None, **codes, days_since_start=max(starts, default=None), days_since_stop=stop)
