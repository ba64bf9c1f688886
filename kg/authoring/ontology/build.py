"""The two OWL files from the tables: `leukograph-base.owl` as asserted, `leukograph.owl` with the inferred hierarchy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.authoring.ontology.annotations import INFERRED, SUBCLASS, Annotator, annotate_claims, build_annotations, read_properties
from kg.authoring.ontology.axioms import build_world, dump_triples
from kg.authoring.ontology.reasoner import Hierarchy, infer_hierarchy
from kg.authoring.ontology.triples import serialize
from kg.authoring.records import Curation
from kg.exceptions import ReasoningError
from kg.vocabulary import BASE_IRI, ONTOLOGY_IRI, PREFIXES, expand

_VERSION_IRI = ox.NamedNode(PREFIXES["owl"] + "versionIRI")
_VERSION_INFO = ox.NamedNode(PREFIXES["owl"] + "versionInfo")


class Product(NamedTuple):
    """Bytes of both files and what the reasoner found."""

    base: bytes
    full: bytes
    hierarchy: Hierarchy


def build_product(curation: Curation, upper: Path, version: str) -> Product:
    """Build, classify and serialize. `version` is the date of the data (YYYY-MM-DD).

    Raises ReasoningError where a class is unsatisfiable or two named classes are equivalent (guard G1).
    """
    world = build_world(curation, upper)
    logic = dump_triples(world)
    asserted = [*logic, *build_annotations(curation, upper), *annotate_claims(curation, upper, logic)]
    hierarchy = infer_hierarchy(world)
    _require_sound(hierarchy)
    full = [*asserted, *_inferred_triples(hierarchy, upper), *_version(ONTOLOGY_IRI, "leukograph", version)]
    base = [*_renamed_header(asserted), *_version(BASE_IRI, "leukograph-base", version)]
    return Product(serialize(base), serialize(full), hierarchy)


def _require_sound(hierarchy: Hierarchy) -> None:
    if hierarchy.unsatisfiable:
        raise ReasoningError("unsatisfiable: " + ", ".join(hierarchy.unsatisfiable))
    if hierarchy.equivalent:
        raise ReasoningError("equivalent: " + ", ".join(" = ".join(pair) for pair in hierarchy.equivalent))


def _inferred_triples(hierarchy: Hierarchy, upper: Path) -> Iterator[ox.Triple]:
    annotator = Annotator(read_properties(upper))
    for child, parent in hierarchy.inferred:
        pair = ox.NamedNode(expand(child)), ox.NamedNode(expand(parent))
        yield ox.Triple(pair[0], SUBCLASS, pair[1])
        yield from annotator.annotate_axiom(pair[0], SUBCLASS, pair[1], [("oboInOwl:is_inferred", "true")])


def _version(ontology: str, name: str, version: str) -> Iterator[ox.Triple]:
    iri = f"{ontology.rsplit('/', 1)[0]}/releases/{version}/{name}.owl"
    yield ox.Triple(ox.NamedNode(ontology), _VERSION_IRI, ox.NamedNode(iri))
    yield ox.Triple(ox.NamedNode(ontology), _VERSION_INFO, ox.Literal(version))


def _renamed_header(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    full, base = ox.NamedNode(ONTOLOGY_IRI), ox.NamedNode(BASE_IRI)
    for triple in triples:
        yield ox.Triple(base, triple.predicate, triple.object) if triple.subject == full else triple


__all__ = ["INFERRED", "Product", "build_product"]
