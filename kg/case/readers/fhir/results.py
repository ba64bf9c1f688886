"""Values of FHIR observations: quantities, numbers, texts, coded results, ranges, titers.

Owns what each kind of value says; must not know the observation around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kg.case.raw import RawFinding, RawLab
from kg.case.readers.fhir.bundle import Json
from kg.case.readers.fhir.codes import codings, find_code, find_text, read_result
from kg.case.values.written import Bound, Flag, read_written

_BOUNDS: dict[str, Bound] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Refusal(Exception):
    """A value that cannot be taken, and why."""


def read_any(part: Json) -> RawLab | RawFinding | bool | None:
    """The value of an observation or a component; None where it has none. Raises Refusal for what is not read."""
    key = next((k for k in part if k.startswith("value") and part[k] is not None), "")
    if not key:
        return None
    if key not in _READERS:
        raise Refusal(f"a value of the kind {key} is not read")
    return _READERS[key](part[key], part)


def find_first_code(concept: Any) -> str:
    """The first code of a concept, or that it has none."""
    return next((str(c.get("code", "")) for c in codings(concept)), "the reason is not given")


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
    shown = find_text(value) or find_first_code(value)
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


def flag_by_range(lab: RawLab, part: Json) -> Flag:
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
