"""What follows from an OWL file: superclasses of every class, and who is below a question such as `can cause some neutropenia`.

Owns the questions put to the reasoner; knows no table and judges nothing (`guards.py` does). A question is a temporary
defined class, added to the logical triples of the file, classified with HermiT and taken out of the result again.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import owlready2
import pyoxigraph as ox

from kg.authoring.ontology.reasoner import run_hermit
from kg.authoring.ontology.triples import read_triples
from kg.vocabulary import PREFIXES, contract, expand

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]
_LOGIC = frozenset(
    ox.NamedNode(iri)
    for iri in (
        *(_RDFS + name for name in ("subClassOf", "subPropertyOf", "range", "domain")),
        *(_RDF + name for name in ("first", "rest")),
        *(_OWL + name for name in ("equivalentClass", "intersectionOf", "unionOf", "complementOf", "onProperty")),
        *(
            _OWL + name
            for name in ("someValuesFrom", "allValuesFrom", "disjointWith", "members", "propertyChainAxiom", "inverseOf")
        ),
    )
)
_TYPE, _LABEL = ox.NamedNode(_RDF + "type"), ox.NamedNode(_RDFS + "label")
# Thousands of association nodes are individuals; none bears on a class, and HermiT would take minutes over them.
_NO_LOGIC = tuple(ox.NamedNode(_OWL + name) for name in ("Axiom", "NamedIndividual", "AnnotationProperty", "Ontology"))
_QUESTION = "https://w3id.org/leukograph/question#"
FINDING, READING, MECHANISM = "LEUKO:0000101", "LEUKO:0000140", "LEUKO:0000130"
STANDS_FOR = ox.NamedNode(expand("LEUKO:0000221"))

Question = tuple[str, str]  # property label, filler id


class Entailment(NamedTuple):
    """Everything that the reasoner was asked. Ids are CURIEs."""

    ancestors: Mapping[str, frozenset[str]]  # class -> all its superclasses, itself included
    answers: Mapping[Question, frozenset[str]]  # question -> all named classes below it, group classes as they stand
    groups: Mapping[str, str]  # group class -> the group that it stands for
    unsatisfiable: tuple[str, ...]
    equivalent: tuple[tuple[str, str], ...]

    def get_below(self, class_id: str) -> frozenset[str]:
        """All subclasses of a class, itself included."""
        return frozenset(c for c, above in self.ancestors.items() if class_id in above)

    def get_subjects(self, predicate: str, filler: str) -> frozenset[str]:
        """Classes that answer a question, a group class replaced by its group. Raises KeyError for one not asked."""
        return frozenset(self.groups.get(c, c) for c in self.answers[predicate, filler])


class Causes(NamedTuple):
    """Causes of each finding (and reading) in the two tiers that a reasoner can tell."""

    direct: Mapping[str, frozenset[str]]
    indirect: Mapping[str, frozenset[str]]


def select_logic(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Triples that bear on classification, declarations and labels of properties included."""
    kept = [t for t in triples if t.predicate in _LOGIC or (t.predicate == _TYPE and _is_declaration(t))]
    properties = {t.subject for t in kept if t.predicate == _TYPE and _local(t.object) == "ObjectProperty"}
    return kept + [t for t in triples if t.predicate == _LABEL and t.subject in properties]


def _is_declaration(triple: ox.Triple) -> bool:
    return isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(_OWL) and triple.object not in _NO_LOGIC


def _local(node: object) -> str:
    return node.value.rsplit("#", 1)[-1] if isinstance(node, ox.NamedNode) else ""


def find_below(triples: Iterable[ox.Triple], root: str) -> tuple[str, ...]:
    """Named classes below a class by told superclasses and by the genus of definitions, itself included."""
    children: dict[Any, set[Any]] = defaultdict(set)
    first: dict[Any, Any] = {}
    rest: dict[Any, Any] = {}
    above: list[tuple[Any, Any]] = []
    for t in triples:
        name = _local(t.predicate)
        if name == "first":
            first[t.subject] = t.object
        elif name == "rest":
            rest[t.subject] = t.object
        elif name in ("subClassOf", "equivalentClass", "intersectionOf"):
            above.append((t.subject, t.object))
    for child, parent in above:
        node = parent
        while node in first:
            children[first[node]].add(child)
            node = rest.get(node)
        children[parent].add(child)
    seen: set[Any] = set()
    todo: list[Any] = [ox.NamedNode(expand(root))]
    while todo:
        if (node := todo.pop()) not in seen:
            seen.add(node)
            todo += children[node]
    return tuple(sorted(contract(n.value) for n in seen if isinstance(n, ox.NamedNode)))


def ask(triples: Iterable[ox.Triple], questions: Iterable[Question]) -> Entailment:
    """Classify and answer. Raises ReasoningError where the ontology is inconsistent or the reasoner does not run."""
    told = list(triples)
    asked = sorted(set(questions))
    world = _load(select_logic(told), asked)
    unsatisfiable = run_hermit(world)
    return interpret(_direct_edges(world), told, asked, unsatisfiable)


def interpret(
    edges: Mapping[str, set[str]], triples: Iterable[ox.Triple], asked: list[Question], unsatisfiable: tuple[str, ...] = ()
) -> Entailment:
    """Read answers out of a classified hierarchy (class -> superclasses, direct or all), whichever reasoner made it.

    `asked` are the questions in the order in which they were defined.
    """
    above = _close(edges)
    answers = {q: {c for c, sup in above.items() if _question(i) in sup} for i, q in enumerate(asked)}
    groups = {contract(t.subject.value): contract(t.object.value) for t in triples if t.predicate == STANDS_FOR}  # type: ignore[union-attr]
    named = {c: frozenset(s for s in sup if not _asked(s)) for c, sup in above.items() if not _asked(c)}
    return Entailment(
        ancestors=named,
        answers={q: frozenset(c for c in found if not _asked(c)) for q, found in answers.items()},
        groups=groups,
        unsatisfiable=unsatisfiable,
        equivalent=_find_equivalent(named),
    )


def _question(index: int) -> str:
    return contract(f"{_QUESTION}{index}")


def _asked(class_id: str) -> bool:
    return class_id.startswith(_QUESTION)


def _load(logic: list[ox.Triple], asked: list[Question]) -> owlready2.World:
    world = owlready2.World()
    lines = sorted(f"{t} ." for t in [*logic, *define_questions(logic, asked)])
    world.get_ontology(_QUESTION.rstrip("#")).load(fileobj=io.BytesIO("\n".join(lines).encode() + b"\n"), only_local=True)
    return world


def define_questions(logic: Iterable[ox.Triple], asked: list[Question]) -> Iterable[ox.Triple]:
    """Triples of `question ≡ property some filler`."""
    properties = {str(t.object.value): t.subject for t in logic if t.predicate == _LABEL}  # type: ignore[union-attr]
    for i, (label, filler) in enumerate(asked):
        question, body = ox.NamedNode(f"{_QUESTION}{i}"), ox.BlankNode(f"question{i}")
        yield ox.Triple(question, _TYPE, ox.NamedNode(_OWL + "Class"))
        yield ox.Triple(question, ox.NamedNode(_OWL + "equivalentClass"), body)
        yield ox.Triple(body, _TYPE, ox.NamedNode(_OWL + "Restriction"))
        yield ox.Triple(body, ox.NamedNode(_OWL + "onProperty"), properties[label])
        yield ox.Triple(body, ox.NamedNode(_OWL + "someValuesFrom"), ox.NamedNode(expand(filler)))


def _direct_edges(world: owlready2.World) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for cls in world.classes():
        named = {contract(e.iri) for e in [*cls.is_a, *cls.equivalent_to] if isinstance(e, owlready2.ThingClass)}
        edges.setdefault(contract(cls.iri), set()).update(named - {"owl:Thing", "owl:Nothing"})
        for other in cls.equivalent_to:
            if isinstance(other, owlready2.ThingClass):
                edges.setdefault(contract(other.iri), set()).add(contract(cls.iri))
    return edges


def _close(edges: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for start in edges:
        seen, todo = {start}, [start]
        while todo:
            for step in edges.get(todo.pop(), ()):
                if step not in seen:
                    seen.add(step)
                    todo.append(step)
        found[start] = frozenset(seen)
    return found


def _find_equivalent(ancestors: Mapping[str, frozenset[str]]) -> tuple[tuple[str, str], ...]:
    pairs = ((a, b) for a, above in ancestors.items() for b in above if a < b and a in ancestors.get(b, ()))
    return tuple(sorted(pairs))


def infer_causes(owl: Path) -> Causes:
    """Causes of every finding by `can cause`, of every reading by `can account for reading`, and those of the indirect tier.

    Reads a built file (the base file suffices). Raises ReasoningError where the reasoner does not run.
    """
    triples = read_triples(owl)
    findings, readings = find_below(triples, FINDING), find_below(triples, READING)
    questions = [("can cause", f) for f in findings] + [("can cause indirectly", f) for f in findings]
    entailed = ask(triples, questions + [("can account for reading", r) for r in readings])
    direct = {f: entailed.get_subjects("can cause", f) for f in findings}
    direct |= {r: entailed.get_subjects("can account for reading", r) for r in readings}
    return Causes(direct, {f: entailed.get_subjects("can cause indirectly", f) for f in findings})
