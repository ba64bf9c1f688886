"""Checks of the OBO Foundry dashboard (fp-…) and of FOOPS! that can be decided without hosting, each by its name there.

Names and requirements are theirs, the code is ours. Owns what a header has to say; looks at no medicine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from kg.authoring.release.axioms import Axiom, Literal, Ontology
from kg.vocabulary import LEUKO, PREFIXES, expand

_DCTERMS, _RDFS, _OWL = PREFIXES["dcterms"], PREFIXES["rdfs"], PREFIXES["owl"]
_LABEL, _DEFINITION = _RDFS + "label", expand("IAO:0000115")
_OPEN = ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/publicdomain/zero/1.0/")
Problem = Callable[["Header"], Iterable[str]]


class Rule(NamedTuple):
    """One named check: level, what to do about a violation, and the test that gives its violations."""

    name: str
    level: str
    mend: str
    find: Problem


class Header:
    """Metadata and names of an ontology, ready to be asked."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.values: dict[str, list[str]] = {}
        for prop, value in ontology.annotations:
            self.values.setdefault(prop, []).append(value.value if isinstance(value, Literal) else value)

    def missing(self, *properties: str) -> Iterator[str]:
        """CURIEs of the metadata that the header lacks."""
        return (p for p in properties if not any(self.values.get(expand(p), ())))

    def get(self, curie: str) -> list[str]:
        return self.values.get(expand(curie), [])

    @cached_property
    def own(self) -> list[str]:
        """Own classes and properties in use; a retired id keeps its name and nothing else."""
        kinds = ("Class", "ObjectProperty", "AnnotationProperty")
        retired = {
            a.args[1] for a in self.ontology.axioms if a.kind == "AnnotationAssertion" and a.args[0] == _OWL + "deprecated"
        }
        named = (iri for kind, iri in self.ontology.declarations if kind in kinds and iri.startswith(LEUKO))
        return [iri for iri in named if iri not in retired]

    def texts(self, prop: str) -> Iterator[Axiom]:
        own = set(self.own)
        return (a for a in self.ontology.axioms if a.kind == "AnnotationAssertion" and a.args[0] == prop and a.args[1] in own)


def _licence(header: Header) -> Iterator[str]:
    if not set(header.get("dcterms:license")) & set(_OPEN):
        yield "the licence is neither CC BY nor CC0"


def _local_ids(header: Header) -> Iterator[str]:
    return (iri for iri in header.own if not re.fullmatch(re.escape(LEUKO) + r"\d{7}", iri))


def _version_iri(header: Header) -> Iterator[str]:
    if not re.search(r"/releases/\d{4}-\d{2}-\d{2}/leukograph(-base)?\.owl$", header.ontology.version_iri):
        yield f"version IRI {header.ontology.version_iri!r}"


def _repeated(header: Header, prop: str) -> Iterator[str]:
    found = Counter(a.args[2].value for a in header.texts(prop))
    return (text for text, n in found.items() if n > 1)


def _without(header: Header, prop: str) -> Iterator[str]:
    told = {a.args[1] for a in header.texts(prop)}
    return (iri for iri in header.own if iri not in told)


def _duplicated_relations(header: Header) -> Iterator[str]:
    """Labels of RO's causal and developmental core that an own property must not take for itself."""
    taken = {"develops from", "part of", "has part", "causally upstream of", "results in", "has participant", "located in"}
    kinds = {iri for kind, iri in header.ontology.declarations if kind == "ObjectProperty"}
    return (a.args[2].value for a in header.texts(_LABEL) if a.args[1] in kinds and a.args[2].value in taken)


def _vocabularies(header: Header) -> Iterator[str]:
    used = {prop for prop, _ in header.ontology.annotations}
    return (f"nothing of {name}" for name in ("dcterms", "vann", "bibo") if not any(p.startswith(PREFIXES[name]) for p in used))


def _established(header: Header) -> Iterator[str]:
    used = {iri for _, iri in header.ontology.declarations}
    return (f"nothing of {name}" for name in ("CL", "GO", "CHEBI", "RO") if not any(i.startswith(PREFIXES[name]) for i in used))


MINIMUM = ("dcterms:title", "dcterms:description", "dcterms:license", "dcterms:creator", "owl:versionInfo")
RECOMMENDED = ("dcterms:contributor", "dcterms:created", "vann:preferredNamespacePrefix", "vann:preferredNamespaceUri")
DETAILED = ("dcterms:publisher", "dcterms:bibliographicCitation", "bibo:status", "dcterms:subject")

RULES: tuple[Rule, ...] = (
    Rule("fp-001 open", "ERROR", "state CC BY or CC0 in upper.ttl", _licence),
    Rule("fp-002 format", "ERROR", "build again", lambda h: [] if h.ontology.iri else ["no ontology IRI"]),
    Rule("fp-003 URIs", "ERROR", "LEUKO_ and seven digits", _local_ids),
    Rule("fp-004 versioning", "ERROR", "build writes it from the newest review", _version_iri),
    Rule("fp-005 scope", "ERROR", "add dcterms:subject", lambda h: h.missing("dcterms:subject")),
    Rule("fp-006 definitions: unique", "ERROR", "write what tells them apart", lambda h: _repeated(h, _DEFINITION)),
    Rule("fp-006 definitions: present", "WARN", "write one sentence", lambda h: _without(h, _DEFINITION)),
    Rule("fp-007 relations", "ERROR", "use the property of RO", _duplicated_relations),
    Rule("fp-008 documented", "WARN", "add dcterms:description", lambda h: h.missing("dcterms:description")),
    Rule("fp-011 authority", "WARN", "add dcterms:creator", lambda h: h.missing("dcterms:creator")),
    Rule("fp-012 naming: unique labels", "ERROR", "rename one of them", lambda h: _repeated(h, _LABEL)),
    Rule("fp-012 naming: labels present", "ERROR", "label it", lambda h: _without(h, _LABEL)),
    Rule("fp-016 maintenance", "WARN", "review a row", lambda h: [] if h.ontology.version else ["no dated version"]),
    Rule(
        "FOOPS FIND1 prefix", "ERROR", "add vann:preferredNamespacePrefix", lambda h: h.missing("vann:preferredNamespacePrefix")
    ),
    Rule("FOOPS OM1 minimum metadata", "ERROR", "add it to upper.ttl", lambda h: h.missing(*MINIMUM)),
    Rule("FOOPS OM2 recommended metadata", "WARN", "add it to upper.ttl", lambda h: h.missing(*RECOMMENDED)),
    Rule("FOOPS OM3 detailed metadata", "WARN", "add it to upper.ttl", lambda h: h.missing(*DETAILED)),
    Rule("FOOPS OM4.1 licence", "ERROR", "add dcterms:license", lambda h: h.missing("dcterms:license")),
    Rule(
        "FOOPS OM5.1 basic provenance", "WARN", "add creator and date", lambda h: h.missing("dcterms:creator", "dcterms:created")
    ),
    Rule("FOOPS OM5.2 detailed provenance", "WARN", "add it", lambda h: h.missing("dcterms:contributor", "dcterms:publisher")),
    Rule("FOOPS RDF1 available in RDF", "ERROR", "build again", lambda h: [] if h.ontology.axioms else ["no axiom"]),
    Rule("FOOPS URI2 consistent ids", "ERROR", "LEUKO_ and seven digits", _local_ids),
    Rule("FOOPS VER1 version IRI", "ERROR", "build again", _version_iri),
    Rule("FOOPS VOC1 metadata vocabularies", "WARN", "use dcterms, vann, bibo", _vocabularies),
    Rule("FOOPS VOC2 established vocabularies", "WARN", "reuse CL, GO, CHEBI, RO", _established),
    Rule("FOOPS VOC3 labels", "ERROR", "label it", lambda h: _without(h, _LABEL)),
    Rule("FOOPS VOC4 definitions", "WARN", "write one sentence", lambda h: _without(h, _DEFINITION)),
)
