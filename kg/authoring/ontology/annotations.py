"""Everything in the OWL file that is no logic: labels, definitions, the annotations of axioms, association nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.authoring.curation.names import Names
from kg.authoring.ontology.axioms import GroupClass, find_claims, find_group_classes
from kg.authoring.ontology.triples import read_triples
from kg.authoring.records import Annotation, Association, Curation, RegisteredId, Term
from kg.exceptions import InputError
from kg.vocabulary import PREDICATES, PREFIXES, expand

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
TYPE = ox.NamedNode(_RDF + "type")
LABEL = ox.NamedNode(_RDFS + "label")
SUBCLASS = ox.NamedNode(_RDFS + "subClassOf")
DEFINITION = ox.NamedNode(expand("IAO:0000115"))
INFERRED = ox.NamedNode(expand("oboInOwl:is_inferred"))
_INDIVIDUAL = ox.NamedNode(_OWL + "NamedIndividual")
_INDIVIDUAL_KINDS = ("association", "tests", "thresholds", "reference_ranges")  # kinds of the registry that are no classes

# Field of an association -> property label in upper.ttl (or CURIE), and how its text becomes a node.
ASSOCIATION_PROPERTIES = {
    "subject": ("association subject", "iri"),
    "object": ("association object", "iri"),
    "scope": ("scope", "text"),
    "direction": ("direction", "text"),
    "n": ("affected count", "integer"),
    "total": ("observed count", "integer"),
    "frequency": ("stated frequency", "text"),
    "onset_min": ("onset from day", "decimal"),
    "onset_max": ("onset to day", "decimal"),
    "recovery_min": ("recovery from day", "decimal"),
    "recovery_max": ("recovery to day", "decimal"),
    "dose_dependence": ("dose dependence", "text"),
    "severity": ("severity reached", "text"),
    "population": ("population", "text"),
    "outcome": ("outcome", "text"),
    "refutes_id": ("refutes association", "iri"),
    "evidence": ("evidence", "iri"),
    "statement_kind": ("statement kind", "text"),
    "source": ("dcterms:source", "text"),
    "gist": ("rdfs:comment", "text"),
    "reviewed_on": ("reviewed on", "text"),
    "measure": ("kind of figure", "text"),
    "value": ("figure", "decimal"),
    "low": ("figure from", "decimal"),
    "high": ("figure to", "decimal"),
    "unit": ("unit of figure", "text"),
    "denominator": ("figure is of", "text"),
    "time_kind": ("kind of time", "text"),
    "time_median": ("median day", "decimal"),
    "time_min": ("time from day", "decimal"),
    "time_max": ("time to day", "decimal"),
    "read": ("what was read", "text"),
    "verified_on": ("verified on", "text"),
}


def read_properties(upper: Path) -> dict[str, str]:
    """Property label -> IRI, as declared in `upper.ttl`."""
    triples = read_triples(upper, ox.RdfFormat.TURTLE)
    labels = ((t.object, t.subject) for t in triples if t.predicate == LABEL)
    return {o.value: s.value for o, s in labels if isinstance(o, ox.Literal) and isinstance(s, ox.NamedNode)}


class Annotator:
    """Writes annotation triples. Knows the properties by label; holds no other state."""

    def __init__(self, properties: dict[str, str]) -> None:
        self.properties = properties

    def property(self, name: str) -> ox.NamedNode:
        """Node of a property given by label or CURIE. Raises InputError for a label that no property has."""
        if name not in self.properties and ":" not in name:
            raise InputError(f"declares no property {name!r}", "upper.ttl")
        return ox.NamedNode(self.properties.get(name) or expand(name))

    def annotate_axiom(
        self, subject: ox.NamedNode, predicate: ox.NamedNode, obj: object, notes: Iterable[tuple[str, object]]
    ) -> Iterator[ox.Triple]:
        """`owl:Axiom` that carries notes about one statement."""
        axiom = ox.BlankNode()  # unique over all annotators; `triples.py` renames it after its content
        yield ox.Triple(axiom, TYPE, ox.NamedNode(_OWL + "Axiom"))
        yield ox.Triple(axiom, ox.NamedNode(_OWL + "annotatedSource"), subject)
        yield ox.Triple(axiom, ox.NamedNode(_OWL + "annotatedProperty"), predicate)
        yield ox.Triple(axiom, ox.NamedNode(_OWL + "annotatedTarget"), obj)  # type: ignore[arg-type]
        for prop, value in notes:
            node = value if isinstance(value, ox.NamedNode) else ox.Literal(str(value))
            yield ox.Triple(axiom, self.property(prop), node)

    def term(self, term: Term) -> Iterator[ox.Triple]:
        """Label, type and annotations of one row of a term table."""
        node = ox.NamedNode(expand(term.id))
        yield ox.Triple(node, LABEL, ox.Literal(term.label))
        if term.type != "owl:Class":
            yield ox.Triple(node, TYPE, _INDIVIDUAL)
            yield ox.Triple(node, TYPE, ox.NamedNode(expand(term.type)))
        for annotation in term.annotations:
            yield from self.annotation(node, annotation)

    def annotation(self, node: ox.NamedNode, annotation: Annotation) -> Iterator[ox.Triple]:
        predicate = self.property(annotation.property)
        value = ox.NamedNode(expand(annotation.value)) if annotation.is_iri else ox.Literal(annotation.value)
        yield ox.Triple(node, predicate, value)
        if annotation.notes:
            yield from self.annotate_axiom(node, predicate, value, annotation.notes)

    def association(self, row: Association) -> Iterator[ox.Triple]:
        """Association node with one annotation for each filled cell."""
        node = ox.NamedNode(expand(row.id))
        label = f"{row.subject_label} {row.predicate} {row.object_label} ({row.id})"
        yield ox.Triple(node, TYPE, _INDIVIDUAL)
        yield ox.Triple(node, TYPE, ox.NamedNode(expand("LEUKO:0000183")))
        yield ox.Triple(node, LABEL, ox.Literal(label))
        predicate = ox.NamedNode(expand(PREDICATES[row.predicate].curie))
        yield ox.Triple(node, self.property("association predicate"), predicate)
        for field, (prop, form) in ASSOCIATION_PROPERTIES.items():
            if text := getattr(row, field):
                yield ox.Triple(node, self.property(prop), _node(text, form))

    def group(self, group: GroupClass) -> Iterator[ox.Triple]:
        """Label and origin of a class that was made from a `some` claim."""
        node = ox.NamedNode(expand(group.id))
        yield ox.Triple(node, LABEL, ox.Literal(group.label))
        yield ox.Triple(node, DEFINITION, ox.Literal(group.definition))
        yield ox.Triple(node, self.property("stands for group"), ox.NamedNode(expand(group.claim.subject)))
        for row in group.claim.associations:
            yield ox.Triple(node, self.property("supported by association"), ox.NamedNode(expand(row.id)))

    def retired(self, row: RegisteredId) -> Iterator[ox.Triple]:
        """An obsolete id: it stays, says why it was retired and what stands in for it, and bears no axiom."""
        node = ox.NamedNode(expand(row.id))
        is_class = row.kind not in _INDIVIDUAL_KINDS
        yield ox.Triple(node, TYPE, ox.NamedNode(_OWL + "Class") if is_class else _INDIVIDUAL)
        yield ox.Triple(node, LABEL, ox.Literal(f"obsolete {row.id}"))
        yield ox.Triple(node, ox.NamedNode(_OWL + "deprecated"), ox.Literal("true", datatype=ox.NamedNode(_XSD + "boolean")))
        yield ox.Triple(node, self.property("IAO:0000231"), ox.Literal(row.reason))
        if row.replaced_by:
            yield ox.Triple(node, self.property("IAO:0100001"), ox.NamedNode(expand(row.replaced_by)))


def _node(text: str, form: str) -> ox.NamedNode | ox.Literal:
    if form == "iri":
        return ox.NamedNode(expand(text))
    if form == "text":
        return ox.Literal(text)
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + form))


def build_annotations(curation: Curation, upper: Path) -> Iterator[ox.Triple]:
    """Annotations of all terms, group classes and associations."""
    annotator = Annotator(read_properties(upper))
    for term in curation.terms:
        yield from annotator.term(term)
    for group in find_group_classes(find_claims(curation), Names(curation.terms)):
        yield from annotator.group(group)
    for row in curation.associations:
        yield from annotator.association(row)
    for retired in curation.registry or ():
        if retired.obsolete:
            yield from annotator.retired(retired)


def annotate_claims(curation: Curation, upper: Path, logic: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Association and source on each restriction that rests on claims: `logic` holds the restrictions to be found."""
    annotator = Annotator(read_properties(upper))
    restrictions = _find_restrictions(logic)
    for claim in find_claims(curation):
        if claim.scope == "all":
            key = expand(claim.subject), annotator.property(claim.predicate).value, expand(claim.object)
            notes: list[tuple[str, object]] = []
            for row in claim.associations:
                notes.append(("supported by association", ox.NamedNode(expand(row.id))))
                notes.append(("dcterms:source", row.source))
            yield from annotator.annotate_axiom(ox.NamedNode(key[0]), SUBCLASS, restrictions[key], notes)


def _find_restrictions(logic: Iterable[Any]) -> dict[tuple[str, str, str], ox.BlankNode]:
    """(class, property, filler) -> blank node of the restriction that the class is a subclass of."""
    on, some, below = {}, {}, []
    for triple in logic:
        local = triple.predicate.value.rsplit("#", 1)[-1]
        if local == "onProperty":
            on[triple.subject] = triple.object
        elif local == "someValuesFrom":
            some[triple.subject] = triple.object
        elif local == "subClassOf" and isinstance(triple.object, ox.BlankNode):
            below.append((triple.subject, triple.object))
    return {(c.value, on[r].value, some[r].value): r for c, r in below}
