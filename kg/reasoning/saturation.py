"""A small EL reasoner that remembers why: everything that follows for one class, each fact with its derivations.

Owns the rules of inference and nothing of wording. It starts at one class and follows existential links outwards, so the
effort grows with what the class is joined to and not with the ontology. The rules are the completion rules of EL with
property chains of two, subproperties and definitions; ranges and disjointness are left out (`graph.axioms` says why).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import NamedTuple

from kg.knowledge.graph.axioms import Axiom

IS_A = "is a"
MAX_WITNESSES = 8  # ways to meet the parts of one definition that are remembered at a time


class Fact(NamedTuple):
    """`subject is a object`, or `subject property some object`."""

    subject: str
    predicate: str
    object: str


class Derivation(NamedTuple):
    """One inference: an axiom applied to premises that were derived before."""

    axiom: Axiom | None
    premises: tuple[Fact, ...]


class Rules:
    """Axioms by what sets them off; made once for an ontology, or for a small part of one."""

    def __init__(self, axioms: Iterable[Axiom]) -> None:
        self.told: dict[str, list[Axiom]] = defaultdict(list)  # by subject
        self.wider: dict[str, list[Axiom]] = defaultdict(list)  # subproperties by property
        self.first: dict[str, list[Axiom]] = defaultdict(list)  # chains by their first property
        self.second: dict[str, list[Axiom]] = defaultdict(list)
        self.by_genus: dict[str, list[Axiom]] = defaultdict(list)  # definitions by a named part
        self.by_part: dict[tuple[str, str], list[Axiom]] = defaultdict(list)  # definitions by property and filler
        for axiom in axioms:
            self._add(axiom)

    def _add(self, axiom: Axiom) -> None:
        if axiom.kind == "subproperty":
            self.wider[axiom.property].append(axiom)
        elif axiom.kind == "chain":
            self.first[axiom.differentiae[0][0]].append(axiom)
            self.second[axiom.differentiae[0][1]].append(axiom)
        else:
            self.told[axiom.subject].append(axiom)
        if axiom.kind == "definition":
            for genus in axiom.genus:
                self.by_genus[genus].append(axiom)
            for part in axiom.differentiae:
                self.by_part[part].append(axiom)


class Saturation:
    """Everything that follows for one class."""

    def __init__(self, rules: Rules, start: str) -> None:
        self.rules = rules
        self.derivations: dict[Fact, dict[Derivation, None]] = {}
        self._above: dict[str, set[str]] = defaultdict(set)
        self._links: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # subject, property -> fillers
        self._back: dict[str, set[tuple[str, str]]] = defaultdict(set)  # filler -> (subject, property)
        self._todo: list[Fact] = []
        self._enter(start)
        while self._todo:
            self._expand(self._todo.pop())

    def find(self, subject: str, predicate: str, obj: str) -> list[tuple[Fact, ...]]:
        """Facts that together entail `subject predicate object`: one, or a link and what its filler is."""
        if predicate == IS_A:
            return [(Fact(subject, IS_A, obj),)] if obj in self._above[subject] else []
        fillers = sorted(self._links[subject][predicate])
        return [(Fact(subject, predicate, f), Fact(f, IS_A, obj)) for f in fillers if obj in self._above[f]]

    # ------------------------------------------------------------------ rules

    def _enter(self, node: str) -> None:
        if (fact := Fact(node, IS_A, node)) not in self.derivations:
            self._derive(fact, Derivation(None, ()))

    def _derive(self, fact: Fact, derivation: Derivation) -> None:
        if fact in self.derivations:
            self.derivations[fact][derivation] = None
            return
        self.derivations[fact] = {derivation: None}
        if fact.predicate == IS_A:
            self._above[fact.subject].add(fact.object)
        else:
            self._links[fact.subject][fact.predicate].add(fact.object)
            self._back[fact.object].add((fact.subject, fact.predicate))
        self._todo.append(fact)

    def _expand(self, fact: Fact) -> None:
        if fact.predicate == IS_A:
            self._expand_class(fact)
        else:
            self._expand_link(fact)

    def _expand_class(self, fact: Fact) -> None:
        for axiom in self.rules.told.get(fact.object, ()):
            for predicate, obj in _told_by(axiom):
                self._derive(Fact(fact.subject, predicate, obj), Derivation(axiom, (fact,)))
        for axiom in self.rules.by_genus.get(fact.object, ()):
            self._recognize(fact.subject, axiom)
        for subject, prop in sorted(self._back[fact.subject]):
            for axiom in self.rules.by_part.get((prop, fact.object), ()):
                self._recognize(subject, axiom)

    def _expand_link(self, fact: Fact) -> None:
        subject, prop, filler = fact
        self._enter(filler)
        for axiom in self.rules.wider.get(prop, ()):
            self._derive(Fact(subject, axiom.object, filler), Derivation(axiom, (fact,)))
        for axiom in self.rules.first.get(prop, ()):
            for end in sorted(self._links[filler][axiom.differentiae[0][1]]):
                following = Fact(filler, axiom.differentiae[0][1], end)
                self._derive(Fact(subject, axiom.property, end), Derivation(axiom, (fact, following)))
        for axiom in self.rules.second.get(prop, ()):
            for start, before in sorted(self._back[subject]):
                if before == axiom.differentiae[0][0]:
                    derivation = Derivation(axiom, (Fact(start, before, subject), fact))
                    self._derive(Fact(start, axiom.property, filler), derivation)
        for above in sorted(self._above[filler]):
            for axiom in self.rules.by_part.get((prop, above), ()):
                self._recognize(subject, axiom)

    def _recognize(self, subject: str, definition: Axiom) -> None:
        """The subject falls under a definition where it meets every part of it."""
        if not self._above[subject].issuperset(definition.genus):
            return
        genus = tuple(Fact(subject, IS_A, g) for g in definition.genus)
        witnesses = [self.find(subject, prop, filler) for prop, filler in definition.differentiae]
        for chosen in islice(product(*witnesses), MAX_WITNESSES):
            premises = genus + tuple(fact for facts in chosen for fact in facts)
            self._derive(Fact(subject, IS_A, definition.subject), Derivation(definition, premises))


def _told_by(axiom: Axiom) -> Iterator[tuple[str, str]]:
    if axiom.kind == "definition":
        yield from ((IS_A, genus) for genus in axiom.genus)
        yield from axiom.differentiae
    else:
        yield (IS_A if axiom.kind == "is a" else axiom.property), axiom.object


# --------------------------------------------------------------------------- the shortest way to a fact


def find_shortest(saturation: Saturation, goal: Iterable[Fact]) -> list[tuple[Fact, Derivation]]:
    """One derivation for every fact that the goal rests on, premises first; the fewest inferences win (Knuth)."""
    best = _find_best(saturation)
    ordered: dict[Fact, Derivation] = {}

    def visit(fact: Fact) -> None:
        if fact not in ordered and best[fact][1].axiom is not None:
            for premise in best[fact][1].premises:
                visit(premise)
            ordered[fact] = best[fact][1]

    for fact in goal:
        visit(fact)
    return list(ordered.items())


def _find_best(saturation: Saturation) -> dict[Fact, tuple[int, Derivation]]:
    """Cheapest derivation of each fact, one unit an axiom."""
    using: dict[Fact, list[tuple[Fact, Derivation]]] = defaultdict(list)
    waiting: dict[tuple[Fact, Derivation], int] = {}
    queue: list[tuple[int, Fact, int]] = []
    offers: dict[int, Derivation] = {}

    def offer(cost: int, fact: Fact, derivation: Derivation) -> None:
        offers[len(offers)] = derivation
        heapq.heappush(queue, (cost, fact, len(offers) - 1))

    for fact, derivations in saturation.derivations.items():
        for derivation in derivations:
            premises = set(derivation.premises)
            waiting[fact, derivation] = len(premises)
            for premise in premises:
                using[premise].append((fact, derivation))
            if not premises:
                offer(0, fact, derivation)
    best: dict[Fact, tuple[int, Derivation]] = {}
    while queue:
        cost, fact, number = heapq.heappop(queue)
        if fact in best:
            continue
        best[fact] = cost, offers[number]
        for conclusion, derivation in using[fact]:
            waiting[conclusion, derivation] -= 1
            if waiting[conclusion, derivation] == 0 and conclusion not in best:
                offer(1 + sum(best[p][0] for p in derivation.premises), conclusion, derivation)
    return best
