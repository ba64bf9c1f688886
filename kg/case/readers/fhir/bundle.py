"""What is in a bundle: resources with their paths, nested bundles, contained resources, references, and whose they are.

Must not know what a resource means for a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.case.raw import Unread
from kg.case.readers.fhir.codes import find_text
from kg.case.readers.schema import Doubled, find_doubled, join_place
from kg.exceptions import InputError

Json = dict[str, Any]
CLINICAL = (
    "Observation",
    "Condition",
    "MedicationStatement",
    "MedicationRequest",
    "MedicationAdministration",
    "DiagnosticReport",
)
DEEPEST = 20  # bundles inside bundles
_HOLDERS = ("DiagnosticReport", "Observation")  # what contains observations that belong to it


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource with its path, its address, and what contains it."""

    resource: Json
    path: str
    url: str = ""
    holder: Entry | None = None

    @property
    def kind(self) -> str:
        """Type of the resource."""
        return str(self.resource["resourceType"])

    @property
    def id(self) -> str:
        """Identifier inside its type."""
        return str(self.resource.get("id") or "")


@dataclass(slots=True)
class Content:
    """All resources of a bundle, and what could not be taken as one."""

    entries: list[Entry] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    _by_address: dict[str, Entry] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Entry]:
        """Resources of some types."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def refuse(self, entry: Entry, reason: str, *parts: str | int) -> None:
        """Set a resource, or a part of it, aside with its path."""
        concept = entry.resource.get("code") or entry.resource.get("medicationCodeableConcept")
        text = find_text(concept) or " ".join(x for x in (entry.kind, entry.id) if x)
        item = Unread(f"FHIR {entry.kind}", text, reason, join_place(entry.path, *parts) or entry.kind)
        if item not in self.unread:
            self.unread.append(item)

    def resolve(self, reference: Any, near: Entry) -> Entry | None:
        """The resource that a reference points to: contained in the same one, or of the bundle; None where there is none."""
        address = _address(reference)
        if not address:
            return None
        if address.startswith("#"):
            root = near
            while root.holder is not None:
                root = root.holder
            return next((e for e in _contained(root) if e.id == address[1:]), None)
        return self._find(address) or self._find(_last(address))

    def _find(self, address: str) -> Entry | None:
        """The resource at an address, or with this type and id; contained ones have neither outside of what contains them."""
        if not self._by_address:
            for entry in reversed([e for e in self.entries if e.holder is None]):
                self._by_address |= {key: entry for key in (_last(entry.url), f"{entry.kind}/{entry.id}", entry.url) if key}
        return self._by_address.get(address) if address else None


def _address(reference: Any) -> str:
    address = reference.get("reference") if isinstance(reference, dict) else None
    return address.split("/_history/")[0] if isinstance(address, str) else ""


def _last(address: str) -> str:
    """`Type/id` at the end of an address; empty where it does not end so."""
    parts = address.split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2][:1].isupper() else ""


def read_content(data: Any) -> Content:
    """Resources of a bundle, or of one resource. Raises InputError for what is neither."""
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        raise InputError("is no FHIR resource: it has no resourceType", "resourceType")
    content = Content()
    _walk(data, "", "", content, 0)
    return content


def _walk(resource: Json, path: str, url: str, content: Content, depth: int) -> None:
    entry = Entry(resource, path, url)
    if resource["resourceType"] != "Bundle":
        content.entries += [entry, *_contained(entry)]
        return
    if depth > DEEPEST:
        raise InputError("bundles are nested too deeply", path or "entry")
    if isinstance(resource, Doubled) or resource.get("implicitRules"):
        why = (
            f"key {resource.twice[0]!r} stands twice"
            if isinstance(resource, Doubled)
            else "rules of its own (implicitRules) are not known"
        )
        content.refuse(entry, why)
        return
    entries = resource.get("entry", [])
    if not isinstance(entries, list):
        raise InputError("is no list", join_place(path, "entry"))
    for index, item in enumerate(entries):
        place = join_place(path, "entry", index, "resource")
        inner = item.get("resource") if isinstance(item, dict) else None
        if not isinstance(inner, dict) or not isinstance(inner.get("resourceType"), str):
            content.unread.append(Unread("FHIR entry", f"entry {index}", "holds no resource", place))
            continue
        _walk(inner, place, str(item.get("fullUrl") or ""), content, depth + 1)


def _contained(entry: Entry) -> Iterator[Entry]:
    found = entry.resource.get("contained")
    for index, inner in enumerate(found if isinstance(found, list) else ()):
        if isinstance(inner, dict) and isinstance(inner.get("resourceType"), str):
            yield Entry(inner, join_place(entry.path, "contained", index), "", entry)


def belongs(entry: Entry) -> bool:
    """Whether a resource counts by itself: not contained, or an observation inside its report or panel."""
    return entry.holder is None or (entry.kind == "Observation" and entry.holder.kind in _HOLDERS)


def find_strange(entry: Entry) -> str:
    """Why the meaning of a resource cannot be known: a modifier, rules of its own, a key twice; empty where it can."""
    if entry.resource.get("implicitRules"):
        return "rules of its own (implicitRules) are not known"
    if place := _find_modifier({k: v for k, v in entry.resource.items() if k != "contained"}):
        return f"a modifier extension that is not known may change its meaning ({place})"
    if doubled := find_doubled({k: v for k, v in entry.resource.items() if k != "contained"}) or find_doubled(
        entry.resource, False
    ):
        return f"key {doubled!r} stands twice: which holds is not known"
    return ""


def _find_modifier(value: Any, path: str = "") -> str:
    if isinstance(value, dict):
        if value.get("modifierExtension"):
            return join_place(path, "modifierExtension")
        return next((found for k, v in value.items() if (found := _find_modifier(v, join_place(path, k)))), "")
    if isinstance(value, list):
        return next((found for i, v in enumerate(value) if (found := _find_modifier(v, join_place(path, i)))), "")
    return ""


# --------------------------------------------------------------------------- whose


def check_one_patient(content: Content) -> Entry | None:
    """The patient of the bundle, None where it holds none. Raises InputError with both names where it is about two."""
    patients = [e for e in content.of("Patient") if e.holder is None]
    keys: dict[str, str] = {_key_of_patient(e): e.path for e in patients}
    for entry in content.of(*CLINICAL):
        for element in ("subject", "patient", "focus"):
            for key in _keys(entry.resource.get(element), entry, content):
                keys.setdefault(key, join_place(entry.path, element))
    named = {key: path for key, path in keys.items() if key}
    if len(named) > 1 or len(patients) > 1:
        first, second = [*named, *("a Patient without id" for _ in patients)][:2]
        raise InputError(
            f"holds data of more than one Patient, {first} and {second}: give one case", next(reversed(keys.values())) or "entry"
        )
    return patients[0] if patients else None


def _key_of_patient(entry: Entry) -> str:
    return f"Patient/{entry.id}" if entry.id else entry.url


def _keys(references: Any, near: Entry, content: Content) -> Iterator[str]:
    """Names of the patients that references point to."""
    for reference in references if isinstance(references, list) else [references]:
        if not isinstance(reference, dict):
            continue
        target = content.resolve(reference, near)
        if target is not None and target.kind == "Patient":
            yield (
                _key_of_patient(target)
                if target.holder is None
                else "Patient " + json.dumps(_identity(target.resource), sort_keys=True)
            )
        elif target is None and (key := _unresolved(reference, content)):
            yield key


def _identity(patient: Json) -> Json:
    return {k: patient.get(k) for k in ("id", "identifier", "name", "birthDate") if patient.get(k)}


def _unresolved(reference: Mapping[str, Any], content: Content) -> str:
    """Name of a patient who is not in the bundle: by the reference, else by an identifier."""
    address = _address(reference)
    if address and not address.startswith("#"):
        last = _last(address)
        return last if last.startswith("Patient/") else "" if last else address
    identifier = reference.get("identifier")
    value = str(identifier.get("value") or "") if isinstance(identifier, dict) else ""
    owners = [e for e in content.of("Patient") if value and value in _identifiers(e.resource)]
    return _key_of_patient(owners[0]) if owners else f"identifier {value}" if value else ""


def _identifiers(patient: Json) -> Sequence[str]:
    found = patient.get("identifier")
    return [str(i.get("value")) for i in found if isinstance(i, dict)] if isinstance(found, list) else []


def find_other_subject(entry: Entry, content: Content) -> str:
    """What a resource is about where that is not the patient (a group, a device, a specimen); empty where it is."""
    for element in ("subject", "focus"):
        given = entry.resource.get(element)
        for reference in given if isinstance(given, list) else [given]:
            target = content.resolve(reference, entry)
            named = (
                _last(_address(reference)).split("/")[0] or str((reference or {}).get("type") or "")
                if isinstance(reference, dict)
                else ""
            )
            kind = target.kind if target else named
            if kind and kind != "Patient":
                return f"its {element} is a {kind}, not the patient"
    return ""
