"""Whether a resource is valid FHIR R4 (4.3 holds it) or R5, by fhir.resources, imported late. Knows no meaning."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kg.exceptions import MissingExtraError

Json = dict[str, Any]
_UNREAD = ("text", "extension", "modifierExtension", "meta", "contained")  # carry nothing that is read here, or are read apart
_PLACEHOLDER = {"reference": "Patient/the-patient"}
_NEED_SUBJECT = ("Condition", "MedicationStatement", "MedicationRequest", "MedicationAdministration")


def find_fault(resource: Json, kind: str) -> tuple[tuple[str | int, ...], str] | None:
    """Path and message of the first fault of a resource that is valid in neither version; None where it is valid.

    A missing subject is no fault: whom a bundle is about is told by the rest of it. Raises MissingExtraError.
    """
    plain = {k: v for k, v in resource.items() if k not in _UNREAD}
    if kind in _NEED_SUBJECT:
        plain.setdefault("subject", _PLACEHOLDER)
    faults = [fault for version in ("R4B", "R5") if (fault := _fault(plain, kind, version))]
    if len(faults) < 2:
        return None
    path, message = min(faults, key=lambda fault: fault[2])[:2]
    return path, f"is not valid in FHIR R4 or R5 (older versions are not read): {message}"


def _fault(resource: Json, kind: str, version: str) -> tuple[tuple[str | int, ...], str, int] | None:
    """Path, message and number of faults of a resource in one version of FHIR; None where it is valid."""
    try:
        module = import_module(f"fhir.resources{'.R4B' if version == 'R4B' else ''}.{kind.casefold()}")
    except ModuleNotFoundError:
        raise MissingExtraError("reading FHIR", "fhir") from None
    from pydantic import ValidationError

    try:
        getattr(module, kind).model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"] if not first["msg"].startswith("Invalid JSON") else f"{first['input']!r} is no object"
        return tuple(first["loc"]), " ".join(message.split()), error.error_count()
    except (RecursionError, OverflowError, ValueError):
        return (), "it cannot be read at all", 1
    return None
