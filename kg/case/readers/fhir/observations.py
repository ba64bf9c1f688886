"""Observations of FHIR -> values and findings: quantities, texts, ranges, titers, results in words, judgements without a number.

Owns what each kind of value says. Nothing is dropped: what is no value is set aside with its path. Must not know tests nor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    read_result,
    read_sign,
)
from kg.case.readers.fhir.times import TAKEN, Clock, find_when
from kg.case.readers.schema import join_place
from kg.case.values.analytes import find_fluid
from kg.case.values.written import Bound, Flag, read_written

Item = RawLab | RawFinding
_BOUNDS: dict[str, Bound] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_RANKS = {"preliminary": 0, "partial": 0, "registered": 0, "final": 1}  # amended, corrected and appended results stand above


class Refusal(Exception):
    """A value that cannot be taken, and why."""


def read_observation(entry: Entry, content: Content, clock: Clock) -> Iterator[tuple[Item, str]]:
    """Values and findings of an observation and of its components, with their paths."""
    moment = find_when(entry.resource, *TAKEN, "issued")
    if moment is None and entry.holder is not None:
        moment = find_when(entry.holder.resource, *TAKEN, "issued")
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
        raise Refusal(f"has no value: {find_text(part['dataAbsentReason']) or _first_code(part['dataAbsentReason'])}")
    key = next((k for k in part if k.startswith("value") and part[k] is not None), "")
    if not key:
        return _read_judgement(part, text, loinc, days)
    reader = _READERS.get(key)
    if reader is None:
        raise Refusal(f"a value of the kind {key} is not read")
    if not text and not loinc:
        raise Refusal("has no code that says what was measured")
    found = reader(part[key], part)
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
        flag=read_flag(part.get("interpretation")) or _flag_by_range(found, part),
    )


def _find_name(concept: Any) -> str:
    """Words of the code; where it has a LOINC code, the name that belongs to it before the laboratory's own short text."""
    for coding in codings(concept):
        if "loinc.org" in str(coding.get("system", "")) and coding.get("display") and find_fluid(str(coding["display"])):
            return str(coding["display"]).strip()
    return find_text(concept)


def _first_code(concept: Any) -> str:
    return next((str(c.get("code", "")) for c in codings(concept)), "the reason is not given")


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


# --------------------------------------------------------------------------- kinds of values

Value = RawLab | RawFinding | bool


def _quantity(value: Any, _: Json) -> Value:
    if not isinstance(value, Mapping) or (number := _number(value.get("value"))) is None:
        raise Refusal("the quantity has no number")
    comparator = str(value.get("comparator") or "")
    if comparator and comparator not in _BOUNDS:
        raise Refusal(f"the comparator {comparator!r} is not known")
    return RawLab(value=number, unit=_unit(value) or None, bound=_BOUNDS.get(comparator, ""))


def _unit(quantity: Mapping[str, Any]) -> str:
    """UCUM code of a quantity, else its unit in words; `1` is said by words only."""
    coded = str(quantity.get("code") or "") if "unitsofmeasure.org" in str(quantity.get("system", "")) else ""
    return coded or str(quantity.get("unit") or quantity.get("code") or "")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        raise Refusal("the number is too large to be one") from None


def _integer(value: Any, _: Json) -> Value:
    if (number := _number(value)) is None:
        raise Refusal("is no number")
    return RawLab(value=number)


def _string(value: Any, _: Json) -> Value:
    """A text: a result by the exact vocabulary, else a value as reports write it."""
    if (result := read_result(str(value))) is not None:
        return result
    if not read_written(str(value)):
        raise Refusal(f"{str(value)[:60]!r} is no value and no result that is known")
    return RawLab(value=str(value))


def _concept(value: Any, _: Json) -> Value:
    """A coded result; a finding of HPO that stands as the value of a general question."""
    if (result := read_result(value)) is not None:
        return result
    if code := find_code(value, "human-phenotype-ontology"):
        return RawFinding(id=code, text=find_text(value) or None)
    shown = find_text(value) or _first_code(value)
    if read_written(shown) and any(c.isdigit() for c in shown):
        return RawLab(value=shown)
    raise Refusal(f"{shown[:60]!r} is no result that is known")


def _boolean(value: Any, _: Json) -> Value:
    return bool(value)


def _range(value: Any, _: Json) -> Value:
    if not isinstance(value, Mapping):
        raise Refusal("is no range")
    low, high = (_side(value, side) for side in ("low", "high"))
    bottom, top, unit = _number(low.get("value")), _number(high.get("value")), _unit(low) or _unit(high)
    if bottom is None and top is None:
        raise Refusal("the range has no numbers")
    if bottom is None or top is None:
        return RawLab(value=bottom if top is None else top, unit=unit or None, bound=">=" if top is None else "<=")
    return RawLab(value=f"{bottom:.12g} - {top:.12g} {unit}".strip())


def _side(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A quantity inside a range, empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _ratio(value: Any, _: Json) -> Value:
    """A titer such as 1:160; another ratio is its quotient."""
    sides = [value.get(side) if isinstance(value, Mapping) else None for side in ("numerator", "denominator")]
    numbers = [_number(side.get("value")) if isinstance(side, Mapping) else None for side in sides]
    if numbers[0] is None or not numbers[1]:
        raise Refusal("the ratio has no two numbers")
    return RawLab(value=f"1:{numbers[1]:g}" if numbers[0] == 1 else numbers[0] / numbers[1])


_READERS: dict[str, Callable[[Any, Json], Value]] = {
    "valueQuantity": _quantity,
    "valueInteger": _integer,
    "valueDecimal": _integer,
    "valueString": _string,
    "valueCodeableConcept": _concept,
    "valueBoolean": _boolean,
    "valueRange": _range,
    "valueRatio": _ratio,
}


def _flag_by_range(lab: RawLab, part: Json) -> Flag:
    """The laboratory's judgement by its own range, where that is one and for everybody."""
    ranges = part.get("referenceRange")
    plain = (
        [r for r in ranges if isinstance(r, dict) and not r.get("appliesTo") and not r.get("age")]
        if isinstance(ranges, list)
        else []
    )
    if len(plain) != 1 or not isinstance(lab.value, int | float) or lab.bound:
        return ""
    low, high = (_side(plain[0], side) for side in ("low", "high"))
    units = {unit for side in (low, high) if (unit := _unit(side))}
    if units - {lab.unit or ""}:
        return ""
    bottom, top = (side.get("value") for side in (low, high))
    if isinstance(bottom, int | float) and lab.value < bottom:
        return "low"
    if isinstance(top, int | float) and lab.value > top:
        return "high"
    return "normal" if isinstance(bottom, int | float) and isinstance(top, int | float) else ""


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
