"""Codeable concepts of FHIR: their codes, words, and what a coded result says. Knows nothing of resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

# What the address of a code system contains -> prefix that our codes have.
SYSTEMS = {
    "loinc": ("loinc.org", ""),
    "rxnorm": ("rxnorm", ""),
    "atc": ("whocc.no/atc", ""),
    "snomed": ("snomed.info/sct", "SNOMEDCT:"),
    "human-phenotype-ontology": ("human-phenotype-ontology", ""),
    "condition-ver-status": ("condition-ver-status", ""),
    "condition-clinical": ("condition-clinical", ""),
}
_HIGH, _LOW, _NORMAL = {"H", "HH", "HU", ">"}, {"L", "LL", "LU", "<"}, {"N"}
_POSITIVE, _NEGATIVE = {"POS", "A", "AA", "DET", "RR"}, {"NEG", "ND", "NR", "N"}
_YES = ("positive", "detected", "reactive", "present", "yes", "abnormal")
_NO = ("negative", "not detected", "undetected", "non-reactive", "nonreactive", "absent", "none", "no")
Flag = Literal["", "high", "low", "normal"]


def _codings(concept: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(concept, list):
        for item in concept:
            yield from _codings(item)
    if isinstance(concept, dict):
        yield from (c for c in concept.get("coding", ()) if isinstance(c, dict))


def find_code(concept: Any, system: str) -> str:
    """Code of a concept in one code system, with the prefix that we use; empty where it has none."""
    part, prefix = SYSTEMS[system]
    for coding in _codings(concept):
        if part in str(coding.get("system", "")).casefold() and coding.get("code"):
            return f"{prefix}{coding['code']}"
    return ""


def find_text(concept: Any) -> str:
    """Words of a concept: its text, else the display of a coding."""
    if isinstance(concept, dict) and concept.get("text"):
        return str(concept["text"]).strip()
    return next((str(c["display"]).strip() for c in _codings(concept) if c.get("display")), "")


def read_flag(interpretation: Any) -> Flag:
    """The laboratory's own judgement of a value."""
    codes = {str(c.get("code", "")).upper() for c in _codings(interpretation)}
    if codes & _HIGH:
        return "high"
    if codes & _LOW:
        return "low"
    return "normal" if codes & _NORMAL else ""


def read_polarity(part: Mapping[str, Any]) -> bool | None:
    """Whether a result without a number is positive; None where it does not say."""
    if isinstance(part.get("valueBoolean"), bool):
        return bool(part["valueBoolean"])
    words = (find_text(part.get("valueCodeableConcept")) or str(part.get("valueString") or "")).casefold().strip()
    if any(words.startswith(word) for word in _NO):
        return False
    if any(words.startswith(word) for word in _YES):
        return True
    codes = {str(c.get("code", "")).upper() for c in _codings(part.get("interpretation"))}
    return True if codes & _POSITIVE else False if codes & _NEGATIVE else None
