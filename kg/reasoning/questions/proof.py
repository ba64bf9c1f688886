"""Why one term is a kind of another, or can cause it: the axioms that the edge rests on, and the steps between them.

Owns the search for a justification: a set of axioms that entails the edge and no smaller part of which does. Pure: works
on the axioms of the built file, without a reasoner. Must not know wording, tables' files, or cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.knowledge.graph import Traversal, find_reach
from kg.knowledge.graph.axioms import Axiom
from kg.reasoning.saturation import IS_A, Derivation, Fact, Rules, Saturation, find_shortest
from kg.vocabulary import PREDICATES

# The edges that a proof may be asked for, in the order in which they are tried.
PROVABLE = (IS_A, "can cause", "can act via", "can account for reading", "can bring about", "can cause indirectly")


class Proof(NamedTuple):
    """A justification of one edge. `stands_for` is set where the edge holds of a defined class of some members only."""

    subject: str
    predicate: str  # label
    object: str
    axioms: tuple[Axiom, ...]
    steps: tuple[tuple[Fact, Derivation], ...]
    stands_for: str = ""

    @property
    def asserted(self) -> bool:
        """Whether the edge stands in the tables as it is."""
        edge = self.subject, "" if self.predicate == IS_A else PREDICATES[self.predicate].curie, self.object
        return len(self.axioms) == 1 and (self.axioms[0].subject, self.axioms[0].property, self.axioms[0].object) == edge


class Prover:
    """Proofs over the axioms of one ontology."""

    def __init__(self, axioms: Iterable[Axiom]) -> None:
        self.rules = Rules(axioms)
        self._known: dict[str, Saturation] = {}

    def prove(self, subject: str, predicate: str, obj: str) -> Proof | None:
        """Justification of one edge (`predicate` by label), or None where it does not follow."""
        prop = IS_A if predicate == IS_A else PREDICATES[predicate].curie
        steps = _derive(self._saturate(subject), subject, prop, obj)
        if steps is None:
            return None
        axioms = _minimize(_axioms(steps), subject, prop, obj)
        final = _derive(Saturation(Rules(axioms), subject), subject, prop, obj) or []
        return Proof(subject, predicate, obj, tuple(axioms), tuple(final))

    def prove_all(self, subject: str, obj: str, groups: Sequence[str] = ()) -> list[Proof]:
        """Every provable edge between two terms; where there is none, those of the classes that stand for some members."""
        found = [p for predicate in PROVABLE if (p := self.prove(subject, predicate, obj))]
        found = [p for p in found if not (p.predicate == IS_A and subject == obj)]
        if not found:
            candidates = [self.prove(group, predicate, obj) for group in groups for predicate in PROVABLE[1:]]
            found = [p._replace(stands_for=subject) for p in candidates if p]
        return found

    def _saturate(self, subject: str) -> Saturation:
        if subject not in self._known:
            self._known = {subject: Saturation(self.rules, subject)}  # the last one only: they are large
        return self._known[subject]


def _derive(saturation: Saturation, subject: str, prop: str, obj: str) -> list[tuple[Fact, Derivation]] | None:
    ways = saturation.find(subject, prop, obj)
    found = [find_shortest(saturation, way) for way in ways]
    return min(found, key=lambda steps: (len(_axioms(steps)), len(steps)), default=None)


def _axioms(steps: Iterable[tuple[Fact, Derivation]]) -> list[Axiom]:
    return list(dict.fromkeys(d.axiom for _, d in steps if d.axiom is not None))


def _minimize(axioms: list[Axiom], subject: str, prop: str, obj: str) -> list[Axiom]:
    """Leave out every axiom without which the edge still follows."""
    kept = list(axioms)
    for axiom in axioms:
        rest = [a for a in kept if a is not axiom]
        if Saturation(Rules(rest), subject).find(subject, prop, obj):
            kept = rest
    return kept


def find_groups(traversal: Traversal, subject: str) -> list[str]:
    """Defined classes that stand for those members of a class or drug group which have evidence of their own."""
    nodes = traversal.graph.nodes(data=True)
    return sorted(node for node, data in nodes if data.get("stands_for") == subject)


def find_unproved_tier(traversal: Traversal, subject: str, obj: str) -> str:
    """Tier in which an answer still shows a cause without a proof: `class_evidence`, `unspecific`, `reading_only`, or none."""
    if traversal.category(obj) not in ("finding", "reading"):
        return ""
    return find_reach(traversal, obj).tiers.get(subject, "")
