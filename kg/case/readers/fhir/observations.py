"""Observations of FHIR -> values and findings: their components, their specimen, which results replace others.

Nothing is dropped: what is no value is set aside with its path. Must not know tests nor units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.case.raw import RawFinding, RawLab
from kg.case.readers.fhir.bundle import Content, Entry, Json
from kg.case.readers.fhir.codes import (
    codings,
    find_code,
    find_display,
    find_meaning,
    find_text,
    read_flag,
    read_sign,
)
from kg.case.readers.fhir.results import Refusal, find_first_code, flag_by_range, read_any
from kg.case.readers.fhir.times import TAKEN, Clock, find_when
from kg.case.readers.schema import join_place
from kg.case.values.analytes import find_fluid

Item = RawLab | RawFinding
_RANKS = {"preliminary": 0, "partial": 0, "registered": 0, "final": 1}  # amended, corrected and appended results stand above


def read_observation(entry: Entry, content: Content, clock: Clock) -> Iterator[tuple[Item, str]]:
    """Values and findings of an observation and of its components, with their paths."""
    moment = find_when(entry.resource, *TAKEN, "issued")
    if moment is None and entry.holder is not None:
        moment = find_when(entry.holder.resource, *TAKEN, "issued")
    if find_text(entry.resource.get("code")).endswith("?"):
        content.refuse(entry, "answers of a questionnaire are not read")
        return
    if fluid := _find_fluid(entry, content):
        content.refuse(entry, f"is of {fluid}, not of blood: not used")
        return
    for part, inside in _parts(entry.resource):
        path = join_place(entry.path, *inside)
        try:
            item = _read_part(part, clock.days(moment))
        except Refusal as refusal:
            content.refuse(entry, str(refusal), *inside)
            continue
        if item is not None:
            yield item, path


def _parts(resource: Json) -> Iterator[tuple[Json, tuple[str | int, ...]]]:
    """The observation itself, where it says something or has no components, and its components."""
    components = resource.get("component")
    parts = [c for c in components if isinstance(c, dict)] if isinstance(components, list) else []
    holds = bool(parts) or bool(resource.get("hasMember"))
    if not holds or any(key.startswith("value") for key in resource):
        yield resource, ()
    for index, part in enumerate(parts):
        yield part, ("component", index)


def _read_part(part: Json, days: float | None) -> Item | None:
    concept = part.get("code")
    text, loinc = _find_name(concept), find_code(concept, "loinc")
    if part.get("dataAbsentReason"):
        raise Refusal(f"has no value: {find_text(part['dataAbsentReason']) or find_first_code(part['dataAbsentReason'])}")
    found = read_any(part)
    if found is None:
        return _read_judgement(part, text, loinc, days)
    if not text and not loinc:
        raise Refusal("has no code that says what was measured")
    if isinstance(found, bool):
        return _finding(concept, text, found)
    if isinstance(found, RawFinding):
        return found
    return RawLab(
        value=found.value,
        unit=found.unit,
        bound=found.bound,
        test=text or None,
        loinc=loinc or None,
        days_ago=days,
        flag=read_flag(part.get("interpretation")) or flag_by_range(found, part),
    )


def _find_name(concept: Any) -> str:
    """Words of the code; where it has a LOINC code, the name that belongs to it before the laboratory's own short text."""
    for coding in codings(concept):
        if "loinc.org" in str(coding.get("system", "")) and coding.get("display") and find_fluid(str(coding["display"])):
            return str(coding["display"]).strip()
    return find_text(concept)


def _read_judgement(part: Json, text: str, loinc: str, days: float | None) -> Item | None:
    """An observation without a value: its interpretation, if it has one."""
    interpretation = part.get("interpretation")
    if not (text or loinc):
        raise Refusal("has neither a code nor a value")
    if (sign := read_sign(interpretation)) is not None:
        return _finding(part.get("code"), text, sign)
    if flag := read_flag(interpretation):
        return RawLab(test=text or None, loinc=loinc or None, days_ago=days, flag=flag)
    if not interpretation and find_code(part.get("code"), "human-phenotype-ontology"):
        return _finding(part.get("code"), text, True)
    raise Refusal("has no value")


def _finding(concept: Any, text: str, present: bool) -> RawFinding:
    """`dengue IgM` with the result positive -> a finding in words."""
    code = find_code(concept, "human-phenotype-ontology")
    return RawFinding(id=code or None, text=text or find_display(concept) or None, status="present" if present else "absent")


# --------------------------------------------------------------------------- what it was taken from


def _find_fluid(entry: Entry, content: Content) -> str:
    """The fluid, other than blood, that the specimen, the site or the code's name names; empty where none does."""
    resource = entry.resource
    reference = resource.get("specimen")
    specimen = content.resolve(reference, entry)
    texts = [find_text(resource.get("bodySite"))]
    if specimen is not None:
        texts += [
            find_text(specimen.resource.get("type")),
            *(str(c.get("display", "")) for c in codings(specimen.resource.get("type"))),
        ]
        meaning = find_meaning("Specimen.status", specimen.resource.get("status"))
        if meaning and meaning.reading == "set aside":
            return f"a specimen that cannot be used ({meaning.reason})"
    elif isinstance(reference, dict):
        texts.append(str(reference.get("display") or ""))
    texts += [find_text(resource.get("code")), *(str(c.get("display", "")) for c in codings(resource.get("code")))]
    return next((fluid for text in texts if text and (fluid := find_fluid(text))), "")


# --------------------------------------------------------------------------- results that replace others


def drop_replaced(entries: list[Entry], content: Content) -> list[Entry]:
    """Observations without those that a final or corrected one of the same test and time replaces."""
    best: dict[tuple[object, ...], int] = {}
    for entry in entries:
        best[_same(entry)] = max(best.get(_same(entry), -1), _rank(entry))
    kept = []
    for entry in entries:
        if entry.kind == "Observation" and _rank(entry) < best[_same(entry)]:
            content.refuse(entry, f"gives way to a later result of the same test and time ({_status(entry)})")
        else:
            kept.append(entry)
    return kept


def _status(entry: Entry) -> str:
    return str(entry.resource.get("status", "")).casefold()


def _rank(entry: Entry) -> int:
    return _RANKS.get(_status(entry), 2)


def _same(entry: Entry) -> tuple[object, ...]:
    if entry.kind != "Observation":
        return (entry.path,)
    resource = entry.resource
    moment = find_when(resource, *TAKEN, "issued")
    name = find_code(resource.get("code"), "loinc") or find_text(resource.get("code")).casefold()
    return name, moment.isoformat() if moment else "", str(resource.get("specimen")) if name else entry.path
