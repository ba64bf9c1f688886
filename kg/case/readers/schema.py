"""The case schema: JSON -> `RawCase`, and the JSON Schema that `kg schema case` prints.

An item that is no item of a case is set aside with its path, and the rest is read. Owns validation by pydantic, imported late,
and the reading of JSON, which keeps keys that stand twice in mind. Must not know terms or thresholds.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.case.raw import CaseFields, RawCase, RawDrug, RawFinding, RawHistory, RawLab, RawPatient, Unread
from kg.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_BYTES = 16_000_000  # a case, a bundle or a phenopacket beyond this is an export of a whole record system
MAX_DIGITS = 300  # of a whole number; a float holds 308
SCHEMA_ID = "https://w3id.org/leukograph/schema/case.json"
# Lists of a case: the type of an item, and the fields of which it needs one.
_LISTS: dict[str, tuple[type, tuple[str, ...]]] = {
    "labs": (RawLab, ("test", "loinc", "value")),
    "findings": (RawFinding, ("text", "id")),
    "drugs": (RawDrug, ("name", "rxnorm", "atc")),
    "history": (RawHistory, ("text",)),
}
_KINDS = {"labs": "test", "findings": "finding", "drugs": "drug", "history": "history"}


class Doubled(dict[str, Any]):
    """An object in which keys stand twice; the last of each is kept, as everywhere, and `twice` names them."""

    twice: tuple[str, ...] = ()


def read_json(text: str | bytes, place: str = "") -> Any:
    """Parsed JSON. Raises InputError for what is too large, no UTF-8 or no JSON.

    A number that no float holds (400 digits, `1e999`) comes as its text, so that whoever wants a number there names the place.
    """
    if len(text) > MAX_BYTES:
        raise InputError(f"is {len(text) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read: give one case", place)
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(
            plain, parse_constant=_refuse, parse_int=_read_whole, parse_float=_read_float, object_pairs_hook=_object
        )
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", place) from None
    except RecursionError:
        raise InputError("is nested too deeply", place) from None
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", place) from None


def _read_whole(digits: str) -> int | str:
    return int(digits) if len(digits) < MAX_DIGITS else digits


def _read_float(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled, keys = Doubled(found), [key for key, _ in pairs]
    doubled.twice = tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))
    return doubled


def find_doubled(value: Any, deep: bool = True) -> str:
    """A key that stands twice in an object, or below it; empty where none does."""
    if isinstance(value, Doubled):
        return value.twice[0]
    if not deep:
        return ""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for item in inner if (found := find_doubled(item))), "")


@lru_cache(maxsize=8)
def _adapter(kind: type) -> TypeAdapter[Any]:
    try:
        from pydantic import TypeAdapter
    except ModuleNotFoundError:
        raise MissingExtraError("reading a case file", "case") from None
    return TypeAdapter(kind)


def parse_case(data: Any) -> RawCase:
    """Case from parsed JSON: the case object itself, or a record that holds it under `case`.

    Raises InputError where it is no object at all; an item or a field that cannot be read goes to `unread`.
    """
    base = ""
    if isinstance(data, dict) and isinstance(data.get("case"), dict):
        data, base = data["case"], "case"
    if not isinstance(data, dict):
        raise InputError(f"is no object but {type(data).__name__}", base or "case")
    unread: list[Unread] = []
    fields: dict[str, Any] = {}
    places: list[tuple[str, str]] = []
    for key, value in data.items():
        place = join_place(base, key)
        if isinstance(data, Doubled) and key in data.twice:
            unread.append(Unread("field", key, "stands twice: which holds is not known", place))
        elif key in _LISTS:
            fields[key] = tuple(_read_items(key, value, place, unread, places))
        else:
            _read_field(key, value, place, fields, unread)
    return RawCase(**fields, unread=tuple(unread), places=tuple(places))


def _read_items(key: str, value: Any, place: str, unread: list[Unread], places: list[tuple[str, str]]) -> list[Any]:
    kind, needed = _LISTS[key]
    if not isinstance(value, list | tuple):
        unread.append(Unread("field", key, f"is no list but {_show(value)}", place))
        return []
    found: list[Any] = []
    for index, item in enumerate(value):
        path = join_place(place, index)
        read = _validate(kind, item, path, _KINDS[key], unread)
        if read is not None and not any(str(getattr(read, name) or "").strip() for name in needed):
            unread.append(Unread(_KINDS[key], _show(item), f"needs {' or '.join(needed)}", path))
        elif read is not None:
            if path != f"{key}[{len(found)}]":
                places.append((f"{key}[{len(found)}]", path))
            found.append(read)
    return found


def _read_field(key: str, value: Any, place: str, fields: dict[str, Any], unread: list[Unread]) -> None:
    if key == "patient":
        fields[key] = _read_patient(value, place, unread)
    elif (key == "drugs_complete" and isinstance(value, bool)) or (key == "id" and isinstance(value, str | None)):
        fields[key] = value
    else:
        known = key in ("drugs_complete", "id")
        reason = f"is {_show(value)}" if known else "is no field of a case; `kg schema case` lists the fields"
        unread.append(Unread("field", key, reason, place))


def _read_patient(value: Any, place: str, unread: list[Unread]) -> RawPatient:
    """The patient, field by field, so that a wrong one leaves the others."""
    if not isinstance(value, dict):
        unread.append(Unread("field", "patient", f"is no object but {_show(value)}", place))
        return RawPatient()
    given: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(value, Doubled) and key in value.twice:
            unread.append(Unread("field", key, "stands twice: which holds is not known", join_place(place, key)))
        elif _validate(RawPatient, {key: item}, place, "field", unread) is not None:
            given[key] = item
    return RawPatient(**given)


def _validate(kind: type, item: Any, path: str, name: str, unread: list[Unread]) -> Any:
    """Item of a type; None where it is none, which is noted with the path of the first fault."""
    from pydantic import ValidationError

    if doubled := find_doubled(item):
        unread.append(Unread(name, _show(item), f"key {doubled!r} stands twice: which holds is not known", path))
        return None
    try:
        return _adapter(kind).validate_json(json.dumps(item), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        where = join_place(path, *(part for part in first["loc"] if part not in ("float", "str")))
        unread.append(Unread(name, _show(item), f"{_mend(first)}{more}", where))
    except (ValueError, RecursionError) as error:
        unread.append(Unread(name, _show(item), f"cannot be read: {error}", path))
    return None


def _show(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, dict):
        value = next((value[k] for k in ("test", "text", "name", "loinc", "id") if isinstance(value.get(k), str)), value)
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _mend(error: Any) -> str:
    if error["type"] == "unexpected_keyword_argument":
        return "is no field of a case; `kg schema case` lists the fields"
    value = repr(error["input"])
    return f"{error['msg'][0].lower()}{error['msg'][1:]}" + (f", not {value}" if len(value) < 60 and value != "{}" else "")


def join_place(*parts: str | int) -> str:
    """Path in the input: `labs[2].unit`."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part:
            path += f".{part}" if path else part
    return path


def case_schema() -> dict[str, Any]:
    """JSON Schema of a case."""
    schema = _adapter(CaseFields).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema, "title": "Case"}
