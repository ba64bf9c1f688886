"""Does a set of triples keep to OWL 2 EL and DL? Owns the rules of the profiles that our axioms could break (guard G6).

Not a full profile checker: OWLAPI is, and a test holds the built file against it. This one needs no Java and names the
mend: an undeclared or doubly declared name, a construct outside EL, a range that a chain does not carry to its last
member, a role hierarchy that is not regular.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import networkx as nx
import pyoxigraph as ox

from kg.authoring.records import Place, Violation
from kg.vocabulary import PREFIXES, contract

_OWL, _RDF, _RDFS, _XSD = (PREFIXES[p] for p in ("owl", "rdf", "rdfs", "xsd"))
KINDS = ("Class", "ObjectProperty", "AnnotationProperty", "DatatypeProperty", "NamedIndividual")
_BUILT_IN = (_OWL, _RDF, _RDFS, _XSD)
# Constructs that OWL 2 EL does not know; the value says what to write instead.
_EXISTENTIAL = "state it with existential restrictions and intersections"
OUTSIDE_EL = dict.fromkeys(
    "allValuesFrom unionOf complementOf disjointUnionOf inverseOf propertyDisjointWith onClass maxCardinality minCardinality "
    "cardinality maxQualifiedCardinality minQualifiedCardinality qualifiedCardinality FunctionalProperty "
    "InverseFunctionalProperty SymmetricProperty AsymmetricProperty IrreflexiveProperty".split(),
    _EXISTENTIAL,
)


def check_profile(triples: Sequence[ox.Triple]) -> Iterator[Violation]:
    """Violations of OWL 2 EL and DL."""
    yield from _check_constructs(triples)
    declared = _declarations(triples)
    yield from _check_declarations(triples, declared)
    yield from _check_ranges(triples)
    yield from _check_regularity(triples)


def _error(subject: object, message: str, mend: str) -> Violation:
    name = contract(subject.value) if isinstance(subject, ox.NamedNode) else "an axiom"
    return Violation("G6_profile", "ERROR", Place(name), message, mend)


def _local(node: Any) -> str:
    return node.value[len(_OWL) :] if isinstance(node, ox.NamedNode) and node.value.startswith(_OWL) else ""


def _check_constructs(triples: Iterable[ox.Triple]) -> Iterator[Violation]:
    for t in triples:
        name = _local(t.predicate) if _local(t.predicate) in OUTSIDE_EL else _local(t.object)
        if name in OUTSIDE_EL:
            yield _error(t.subject, f"owl:{name} is outside OWL 2 EL", OUTSIDE_EL[name])


def _declarations(triples: Iterable[ox.Triple]) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    for t in triples:
        if t.predicate.value == _RDF + "type" and _local(t.object) in KINDS:
            found[t.subject].add(_local(t.object))
    return found


def _check_declarations(triples: Iterable[ox.Triple], declared: dict[Any, set[str]]) -> Iterator[Violation]:
    for node, kinds in sorted(declared.items(), key=lambda item: str(item[0])):
        if len(kinds) > 1 and isinstance(node, ox.NamedNode):
            yield _error(node, f"declared as {' and '.join(sorted(kinds))}", "keep one declaration: nothing is punned")
    seen: set[tuple[Any, str]] = set()
    for node, kind in (use for t in triples for use in _uses(t)):
        if (node, kind) not in seen and kind not in declared.get(node, ()) and not node.value.startswith(_BUILT_IN):
            seen.add((node, kind))
            yield _error(node, f"used as {kind} and not declared as one", "add a row to a term table, or a line to upper.ttl")


def _uses(t: ox.Triple) -> Iterator[tuple[ox.NamedNode, str]]:
    """Names that a triple uses, each with the kind that it must be declared as."""
    p = t.predicate.value
    ends: tuple[Any, ...]
    if p in (_RDFS + "subClassOf", _OWL + "equivalentClass"):
        ends, kind = (t.subject, t.object), "Class"
    elif p in (_OWL + "someValuesFrom", _RDFS + "range"):
        ends, kind = (t.object,), "Class"
    elif p == _OWL + "onProperty":
        ends, kind = (t.object,), "ObjectProperty"
    elif not p.startswith(_BUILT_IN):
        ends, kind = (t.predicate,), "AnnotationProperty"
    else:
        return
    yield from ((end, kind) for end in ends if isinstance(end, ox.NamedNode))


def _chains(triples: Iterable[ox.Triple]) -> Iterator[tuple[Any, list[Any]]]:
    told = list(triples)
    first = {t.subject: t.object for t in told if t.predicate.value == _RDF + "first"}
    rest = {t.subject: t.object for t in told if t.predicate.value == _RDF + "rest"}
    for t in told:
        if _local(t.predicate) == "propertyChainAxiom":
            members, node = [], t.object
            while node in first:
                members.append(first[node])  # type: ignore[index]
                node = rest.get(node)  # type: ignore[arg-type, assignment]
            yield t.subject, members


def _supers(triples: Iterable[ox.Triple]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_edges_from((t.subject, t.object) for t in triples if t.predicate.value == _RDFS + "subPropertyOf")
    return graph


def _check_ranges(triples: Sequence[ox.Triple]) -> Iterator[Violation]:
    """OWL 2 EL: a range of a chain's property must also hold of the chain's last member."""
    supers = _supers(triples)
    ranges: dict[Any, set[Any]] = defaultdict(set)
    for t in triples:
        if t.predicate.value == _RDFS + "range":
            ranges[t.subject].add(t.object)
    for prop, members in _chains(triples):
        missing = _all_ranges(prop, supers, ranges) - _all_ranges(members[-1], supers, ranges) if members else set()
        if missing:
            yield _error(prop, "its range is not the range of the last member of its chain", "give that member the same range")


def _all_ranges(prop: Any, supers: nx.DiGraph, ranges: dict[Any, set[Any]]) -> set[Any]:
    above = {prop} | (nx.descendants(supers, prop) if prop in supers else set())
    return {r for p in above for r in ranges.get(p, ())}


def _check_regularity(triples: Sequence[ox.Triple]) -> Iterator[Violation]:
    """OWL 2 DL: chains and subproperties have a strict order, but for a chain that begins or ends with its own property."""
    order = _supers(triples)
    for prop, members in _chains(triples):
        inner = members[1:] if members[:1] == [prop] else members[:-1] if members[-1:] == [prop] else members
        order.add_edges_from((member, prop) for member in inner)
    loops = [group for group in nx.strongly_connected_components(order) if len(group) > 1]
    loops += [{node} for node in order if order.has_edge(node, node)]
    for group in loops:
        first = min(group, key=str)
        yield _error(first, "property chains and subproperties run in a circle", "take back one chain")
