"""The case schema: JSON -> `RawCase`, every error with its path, and the JSON Schema that `kg schema case` prints.

Owns validation by pydantic, imported late. Must not know terms or thresholds.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.case.raw import RawCase
from kg.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_BYTES = 16_000_000  # a case, a bundle or a phenopacket beyond this is an export of a whole record system
MAX_DIGITS = 300  # of a whole number; a float holds 308
SCHEMA_ID = "https://w3id.org/leukograph/schema/case.json"


def read_json(text: str | bytes, place: str = "") -> Any:
    """Parsed JSON. Raises InputError for what is too large, no UTF-8 or no JSON.

    A number that no float holds (400 digits, `1e999`) comes as its text, so that whoever wants a number there names the place.
    """
    if len(text) > MAX_BYTES:
        raise InputError(f"is {len(text) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read: give one case", place)
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(plain, parse_constant=_refuse, parse_int=_read_whole, parse_float=_read_float)
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


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[RawCase]:
    try:
        from pydantic import TypeAdapter
    except ModuleNotFoundError:
        raise MissingExtraError("reading a case file", "case") from None
    return TypeAdapter(RawCase)


def parse_case(data: Any) -> RawCase:
    """Case from parsed JSON: the case object itself, or a record that holds it under `case`. Raises InputError."""
    from pydantic import ValidationError

    base = ""
    if isinstance(data, dict) and isinstance(data.get("case"), dict):
        data, base = data["case"], "case"
    adapter = _adapter()
    try:
        case = adapter.validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise InputError(f"{_mend(first)}{more}", join_place(base, *first["loc"]) or "case") from None
    _check_names(case, base)
    return case


def _mend(error: Any) -> str:
    if error["type"] == "unexpected_keyword_argument":
        return "is no field of a case; `kg schema case` lists the fields"
    value = repr(error["input"])
    return f"{error['msg'][0].lower()}{error['msg'][1:]}" + (f", not {value}" if len(value) < 60 and value != "{}" else "")


def _check_names(case: RawCase, base: str) -> None:
    """Each value, finding and drug has a name or a code."""
    groups: tuple[tuple[str, tuple[Any, ...], tuple[str, ...]], ...] = (
        ("labs", case.labs, ("test", "loinc")),
        ("findings", case.findings, ("text", "id")),
        ("drugs", case.drugs, ("name", "rxnorm", "atc")),
        ("history", case.history, ("text",)),
    )
    for name, items, fields in groups:
        for index, item in enumerate(items):
            if not any((getattr(item, key) or "").strip() for key in fields):
                raise InputError(f"needs {' or '.join(fields)}", join_place(base, name, index))


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
    schema = _adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, "title": "Case", **schema}
