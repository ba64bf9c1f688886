"""The built OWL file as a list of axioms, for the writers of other formats. Owns the reading of OWL out of triples.

Knows the constructs that our files have and no others; raises InputError for a file that it cannot read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.authoring.ontology.triples import read_triples
from kg.exceptions import InputError
from kg.vocabulary import PREFIXES

_OWL, _RDF, _RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]
KINDS = ("Class", "ObjectProperty", "AnnotationProperty", "NamedIndividual")
LOGICAL = (
    *("SubClassOf", "EquivalentClasses", "DisjointClasses", "SubObjectPropertyOf", "SubPropertyChainOf"),
    *("TransitiveObjectProperty", "ObjectPropertyRange", "ClassAssertion"),
)


class Some(NamedTuple):
    """`property some filler`; both are IRIs."""

    property: str
    filler: str


class And(NamedTuple):
    """Intersection of IRIs and restrictions."""

    parts: tuple[Any, ...]


class Literal(NamedTuple):
    """Text, with its datatype where it is no plain string."""

    value: str
    datatype: str = ""


Expression = str | Some | And
Value = str | Literal
Note = tuple[str, Value]


class Axiom(NamedTuple):
    """One axiom: its kind (as in OWL's functional syntax), its arguments, and its annotations in order."""

    kind: str
    args: tuple[Any, ...]
    notes: tuple[Note, ...] = ()


class Ontology(NamedTuple):
    """A whole file."""

    iri: str
    version_iri: str
    annotations: tuple[Note, ...]
    declarations: tuple[tuple[str, str], ...]  # kind, IRI
    axioms: tuple[Axiom, ...]

    def get_values(self) -> dict[str, list[Axiom]]:
        """Annotation assertions by subject."""
        found: dict[str, list[Axiom]] = defaultdict(list)
        for axiom in self.axioms:
            if axiom.kind == "AnnotationAssertion":
                found[axiom.args[1]].append(axiom)
        return found

    @property
    def version(self) -> str:
        """Date of the release, as the version IRI states it."""
        return self.version_iri.rsplit("/", 2)[1] if self.version_iri else ""


class Counts(NamedTuple):
    """What a tool should find in a file."""

    classes: int
    logical_axioms: int
    axiom_annotations: int


def count(ontology: Ontology) -> Counts:
    """Classes, logical axioms and annotations of axioms."""
    return Counts(
        sum(kind == "Class" for kind, _ in ontology.declarations),
        sum(axiom.kind in LOGICAL for axiom in ontology.axioms),
        sum(len(axiom.notes) for axiom in ontology.axioms),
    )


def read_ontology(path: Path) -> Ontology:
    """Axioms of a built OWL file. Raises InputError where it is missing or no RDF/XML."""
    return parse_ontology(read_triples(path))


def parse_ontology(triples: Iterable[ox.Triple]) -> Ontology:
    """Axioms of a set of triples. Raises InputError where they are no OWL as our files have it."""
    try:
        return _Parser(triples).parse()
    except (KeyError, AttributeError, TypeError, ValueError, RecursionError) as error:
        message = f"the file is broken (half an axiom: {type(error).__name__} {str(error)[:60]}); `kg build` makes it anew"
        raise InputError(message) from None


class _Parser:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.by_subject: dict[Any, list[tuple[str, Any]]] = defaultdict(list)
        for t in triples:
            self.by_subject[t.subject].append((t.predicate.value, t.object))
        self.kinds = {s: self._kind(s) for s in self.by_subject if isinstance(s, ox.NamedNode)}
        self.notes = self._read_notes()

    def _kind(self, subject: ox.NamedNode) -> str:
        types = {o.value for p, o in self.by_subject[subject] if p == _RDF + "type" and isinstance(o, ox.NamedNode)}
        return next((kind for kind in (*KINDS, "Ontology") if _OWL + kind in types), "")

    def _read_notes(self) -> dict[tuple[Any, str, Any], tuple[Note, ...]]:
        found: dict[tuple[Any, str, Any], tuple[Note, ...]] = {}
        reserved = {_OWL + "annotatedSource", _OWL + "annotatedProperty", _OWL + "annotatedTarget", _RDF + "type"}
        for node, edges in self.by_subject.items():
            ends = dict(edges)
            if isinstance(node, ox.BlankNode) and _OWL + "annotatedSource" in ends:
                key = (ends[_OWL + "annotatedSource"], ends[_OWL + "annotatedProperty"].value, ends[_OWL + "annotatedTarget"])
                notes = [(p, _value(o)) for p, o in edges if p not in reserved]
                found[key] = found.get(key, ()) + tuple(sorted(notes, key=str))
        return found

    def parse(self) -> Ontology:
        heads = [s for s, kind in self.kinds.items() if kind == "Ontology"]
        if len(heads) != 1:
            raise InputError(f"the file is broken ({len(heads)} ontology headers); `kg build` makes it anew")
        head = self.by_subject[heads[0]]
        version = "".join(o.value for p, o in head if p == _OWL + "versionIRI")
        notes = sorted(((p, _value(o)) for p, o in head if p not in (_RDF + "type", _OWL + "versionIRI")), key=str)
        declared = sorted((kind, s.value) for s, kind in self.kinds.items() if kind in KINDS)
        axioms = sorted(set(self._axioms()), key=lambda a: (a.kind, str(a.args), str(a.notes)))
        return Ontology(heads[0].value, version, tuple(notes), tuple(declared), tuple(axioms))

    def _axioms(self) -> Iterator[Axiom]:
        for subject, edges in self.by_subject.items():
            if isinstance(subject, ox.NamedNode) and self.kinds[subject] in KINDS:
                for predicate, obj in edges:
                    yield from self._axiom(subject, predicate, obj)
            elif (_RDF + "type", ox.NamedNode(_OWL + "AllDisjointClasses")) in edges:
                members = self._list(dict(edges)[_OWL + "members"])
                yield Axiom("DisjointClasses", tuple(sorted(m.value for m in members)))

    def _axiom(self, subject: ox.NamedNode, predicate: str, obj: Any) -> Iterator[Axiom]:
        notes = self.notes.get((subject, predicate, obj), ())
        simple = {
            _RDFS + "subClassOf": "SubClassOf",
            _OWL + "equivalentClass": "EquivalentClasses",
            _RDFS + "subPropertyOf": "SubObjectPropertyOf",
            _RDFS + "range": "ObjectPropertyRange",
        }
        if predicate in simple:
            yield Axiom(simple[predicate], (subject.value, self._expression(obj)), notes)
        elif predicate == _OWL + "propertyChainAxiom":
            chain = tuple(member.value for member in self._list(obj))
            yield Axiom("SubPropertyChainOf", (chain, subject.value), notes)
        elif predicate == _RDF + "type":
            yield from self._type(subject.value, obj.value, notes)
        else:
            yield Axiom("AnnotationAssertion", (predicate, subject.value, _value(obj)), notes)

    def _type(self, subject: str, obj: str, notes: tuple[Note, ...]) -> Iterator[Axiom]:
        if obj == _OWL + "TransitiveProperty":
            yield Axiom("TransitiveObjectProperty", (subject,), notes)
        elif not obj.startswith(_OWL):
            yield Axiom("ClassAssertion", (obj, subject), notes)

    def _expression(self, node: Any) -> Expression:
        if isinstance(node, ox.NamedNode):
            return node.value
        edges = dict(self.by_subject[node])
        if _OWL + "someValuesFrom" in edges:
            return Some(edges[_OWL + "onProperty"].value, edges[_OWL + "someValuesFrom"].value)
        if _OWL + "intersectionOf" in edges:
            return And(tuple(self._expression(part) for part in self._list(edges[_OWL + "intersectionOf"])))
        raise InputError(f"a class expression of {node} is not understood")

    def _list(self, node: Any) -> list[Any]:
        members: list[Any] = []
        seen = {node}
        while node.value != _RDF + "nil":
            edges = dict(self.by_subject[node])
            members.append(edges[_RDF + "first"])
            node = edges[_RDF + "rest"]
            if node in seen:
                raise ValueError("a list without an end")
            seen.add(node)
        return members


def _value(node: Any) -> Value:
    if isinstance(node, ox.NamedNode):
        return node.value
    datatype = node.datatype.value
    return Literal(node.value, "" if datatype == PREFIXES["xsd"] + "string" else datatype)
