"""Where a case comes from: our own schema, a FHIR bundle, a phenopacket -> `RawCase`. Owns the choice of the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.case.raw import RawCase
from kg.case.readers.schema import MAX_BYTES, parse_case, read_json
from kg.exceptions import InputError
from kg.files import read_bytes

FORMS = ("case", "fhir", "phenopacket")


def read_file(path: Path) -> bytes:
    """Content of a file. Raises InputError where it cannot be read or is too large to be one case."""
    return read_bytes(path, MAX_BYTES)


def read_raw(source: Any, form: str = "case", place: str = "") -> RawCase:
    """Raw case from JSON text, bytes or parsed JSON. Raises InputError with the path in the input."""
    data = read_json(source, place) if isinstance(source, str | bytes) else source
    if form == "fhir":
        from kg.case.readers.fhir import read_bundle

        return read_bundle(data)
    if form == "phenopacket":
        from kg.case.readers.phenopackets import read_phenopacket

        return read_phenopacket(data)
    return parse_case(data)


def check_content(case: RawCase) -> None:
    """Nothing is required but one finding or value. Raises InputError."""
    if not case.labs and not case.findings and not case.unread:
        raise InputError("the case has neither a finding nor a value: give one, such as neutropenia or --lab ANC=0.4")
