"""Codeable concepts of FHIR: their codes, words, what a coded result says, what a status means.

The vocabulary of results stands in `ontology/language/result_words.tsv`, the meaning of each status in `fhir_meaning.tsv`. Knows
nothing of resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from kg.case.values.tables import read_table

# What the address of a code system contains -> prefix that our codes have.
SYSTEMS = {
    "loinc": ("loinc.org", ""),
    "rxnorm": ("rxnorm", ""),
    "atc": ("whocc.no/atc", ""),
    "snomed": ("snomed.info/sct", "SNOMEDCT:"),
    "human-phenotype-ontology": ("human-phenotype-ontology", ""),
}
_HPO = ("human-phenotype-ontology", "obolibrary.org/obo/hp", "hpo.jax.org")
_HIGH, _LOW, _NORMAL = {"H", "HH", "HU", "H>", ">", "HX"}, {"L", "LL", "LU", "L<", "<", "LX"}, {"N"}
_POSITIVE, _NEGATIVE = {"POS", "DET", "RR", "WR"}, {"NEG", "ND", "NR"}
Flag = Literal["", "high", "low", "normal"]


class Meaning(NamedTuple):
    """What a code of a status says: use, absent, ended or set aside, and why."""

    reading: str
    reason: str


def codings(concept: Any) -> Iterator[Mapping[str, Any]]:
    """Codings of a concept, or of a list of concepts."""
    if isinstance(concept, list):
        for item in concept:
            yield from codings(item)
    if isinstance(concept, dict) and isinstance(concept.get("coding"), list):
        yield from (c for c in concept["coding"] if isinstance(c, dict))


def find_code(concept: Any, system: str) -> str:
    """Code of a concept in one code system, with the prefix that we use; empty where it has none."""
    part, prefix = SYSTEMS[system]
    parts = _HPO if system == "human-phenotype-ontology" else (part,)
    for coding in codings(concept):
        address = str(coding.get("system", "")).casefold()
        if any(p in address for p in parts) and coding.get("code"):
            return f"{prefix}{coding['code']}"
    return next(
        (str(c["code"]) for c in codings(concept) if system.startswith("human") and str(c.get("code", "")).startswith("HP:")), ""
    )


def find_text(concept: Any) -> str:
    """Words of a concept: its text, else the display of a coding."""
    if isinstance(concept, dict) and concept.get("text"):
        return str(concept["text"]).strip()
    return find_display(concept)


def find_display(concept: Any) -> str:
    """The display of the first coding that has one."""
    return next((str(c["display"]).strip() for c in codings(concept) if c.get("display")), "")


def read_flag(interpretation: Any) -> Flag:
    """The laboratory's own judgement of a value."""
    codes = {str(c.get("code", "")).upper() for c in codings(interpretation)}
    if codes & _HIGH:
        return "high"
    if codes & _LOW:
        return "low"
    return "normal" if codes & _NORMAL else ""


def read_sign(interpretation: Any) -> bool | None:
    """Whether an interpretation says positive or negative; None where it says neither."""
    codes = {str(c.get("code", "")).upper() for c in codings(interpretation)}
    return True if codes & _POSITIVE else False if codes & _NEGATIVE else None


@lru_cache(maxsize=1)
def _words() -> dict[str, bool]:
    return {_plain(row["word"]): row["positive"] == "yes" for row in read_table("language/result_words.tsv")}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold()).strip(" .!*")


def read_result(value: Any) -> bool | None:
    """Whether a result in words is positive, by the exact vocabulary; None for what is not in it, and for words that disagree."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _words().get(_plain(value))
    texts = [value.get("text")] if isinstance(value, dict) else []
    texts += [text for c in codings(value) for text in (c.get("display"), c.get("code"))]
    known = {_words()[_plain(str(text))] for text in texts if text and _plain(str(text)) in _words()}
    if isinstance(value, dict) and value.get("text") and _plain(str(value["text"])) not in _words():
        return None  # its own words say more than its code
    return known.pop() if len(known) == 1 else None


@lru_cache(maxsize=1)
def _meanings() -> dict[tuple[str, str], Meaning]:
    rows = read_table("language/fhir_meaning.tsv")
    return {(row["element"], row["code"].casefold()): Meaning(row["reading"], row["reason"]) for row in rows}


def find_meaning(element: str, value: Any) -> Meaning | None:
    """What a status says, as a code or as a concept, in any case of letters; None where nothing is given.

    A code that the table lacks is set aside: an unknown status is no permission.
    """
    given = (
        [value] if isinstance(value, str) else [str(t) for c in codings(value) for t in (c.get("code"), c.get("display")) if t]
    )
    if isinstance(value, dict) and value.get("text"):
        given.append(str(value["text"]))
    known = [found for text in given if (found := _meanings().get((element, re.sub(r"[\s_]+", "-", text.strip().casefold()))))]
    if known:
        return min(known, key=lambda meaning: meaning.reading == "use")
    name = element.rsplit(".", 1)[-1]
    return Meaning("set aside", f"{name} {given[0]!r} is not known") if given else None


def find_resource_meaning(kind: str) -> Meaning | None:
    """Why a kind of resource that says something of the patient is not read; None for one that says nothing."""
    return _meanings().get(("resourceType", kind.casefold()))
