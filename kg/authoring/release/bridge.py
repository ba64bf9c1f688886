"""The HPO bridge: our cytopenia pattern stated of HPO's terms. A file apart, never imported by what we ship as ours.

With it a reasoner orders HPO's terms as it orders ours: 'Neutropenia' below 'Granulocytopenia' and 'Leukopenia', which
HPO 2025-01-16 lacks. Which HPO term stands for which finding is read from the curated mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.authoring.release.axioms import And, Expression, Ontology, Some
from kg.authoring.release.mappings import Mapping
from kg.vocabulary import PREFIXES, expand

BRIDGE_IRI = "https://w3id.org/leukograph/leukograph-hpo-bridge.owl"
_MATCHES = ("skos:exactMatch", "skos:closeMatch")
_OWL, _RDF, _RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]
_TYPE = ox.NamedNode(_RDF + "type")


def find_bridge(ontology: Ontology, mappings: Sequence[Mapping]) -> list[tuple[str, str, Expression]]:
    """(HPO id, our label, definition) of each HPO term that is mapped to a defined finding, by HPO id."""
    definitions = {a.args[0]: a.args[1] for a in ontology.axioms if a.kind == "EquivalentClasses"}
    found = {}
    for row in mappings:
        definition = definitions.get(expand(row["subject_id"]))
        if row["object_id"].startswith("HP:") and row["predicate_id"] in _MATCHES and definition is not None:
            found[row["object_id"]] = (row["object_id"], row["subject_label"], definition)
    return [found[key] for key in sorted(found)]


def build_bridge(ontology: Ontology, mappings: Sequence[Mapping]) -> list[ox.Triple]:
    """Triples of the bridge module."""
    head = ox.NamedNode(BRIDGE_IRI)
    version = f"https://w3id.org/leukograph/releases/{ontology.version}/leukograph-hpo-bridge.owl"
    triples = [
        ox.Triple(head, _TYPE, ox.NamedNode(_OWL + "Ontology")),
        ox.Triple(head, ox.NamedNode(_OWL + "versionIRI"), ox.NamedNode(version)),
        ox.Triple(head, ox.NamedNode(_OWL + "versionInfo"), ox.Literal(ontology.version)),
        ox.Triple(
            head, ox.NamedNode(_RDFS + "comment"), ox.Literal("Optional; never imported. " + (__doc__ or "").split("\n")[0])
        ),
    ]
    for hpo, label, definition in find_bridge(ontology, mappings):
        triples += _define(hpo, label, definition)
    return [*triples, *_declare(triples)]


def _define(hpo: str, label: str, definition: Expression) -> Iterator[ox.Triple]:
    node = ox.NamedNode(expand(hpo))
    yield ox.Triple(node, _TYPE, ox.NamedNode(_OWL + "Class"))
    yield ox.Triple(node, ox.NamedNode(_RDFS + "comment"), ox.Literal(f"Stated by the pattern of '{label}'."))
    body = ox.BlankNode(f"{hpo.replace(':', '')}")
    yield ox.Triple(node, ox.NamedNode(_OWL + "equivalentClass"), body)
    yield from _expression(body, definition)


def _expression(node: ox.BlankNode, definition: Expression) -> Iterator[ox.Triple]:
    parts = definition.parts if isinstance(definition, And) else (definition,)
    yield ox.Triple(node, _TYPE, ox.NamedNode(_OWL + "Class"))
    cells = [ox.BlankNode(f"{node.value}l{i}") for i in range(len(parts))]
    yield ox.Triple(node, ox.NamedNode(_OWL + "intersectionOf"), cells[0])
    for i, part in enumerate(parts):
        following = cells[i + 1] if i + 1 < len(cells) else ox.NamedNode(_RDF + "nil")
        yield ox.Triple(cells[i], ox.NamedNode(_RDF + "rest"), following)
        if isinstance(part, Some):
            restriction = ox.BlankNode(f"{node.value}r{i}")
            yield ox.Triple(cells[i], ox.NamedNode(_RDF + "first"), restriction)
            yield from _restriction(restriction, part)
        else:
            yield ox.Triple(cells[i], ox.NamedNode(_RDF + "first"), ox.NamedNode(part))


def _restriction(node: ox.BlankNode, part: Some) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, ox.NamedNode(_OWL + "Restriction"))
    yield ox.Triple(node, ox.NamedNode(_OWL + "onProperty"), ox.NamedNode(part.property))
    yield ox.Triple(node, ox.NamedNode(_OWL + "someValuesFrom"), ox.NamedNode(part.filler))


def _declare(triples: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """The module stands alone in OWL 2 DL: it declares what it uses."""
    kinds = {"onProperty": "ObjectProperty", "someValuesFrom": "Class", "first": "Class"}
    for t in triples:
        kind = kinds.get(t.predicate.value.rsplit("#", 1)[-1])
        if kind and isinstance(t.object, ox.NamedNode):
            yield ox.Triple(t.object, _TYPE, ox.NamedNode(_OWL + kind))
