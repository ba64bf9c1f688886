"""What a patient was exposed to -> parts: drugs taken, conditions known, and the exposures that an infection needs.

Owns which causes count as exposed. Must not know signs and ages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.case.records import Case, DrugExposure, Observation
from kg.knowledge.graph import Traversal
from kg.reasoning.model.parts import Part, say
from kg.reasoning.model.priors import Gate, Priors
from kg.reasoning.model.time import weigh_window
from kg.reasoning.model.weights import Weights

TODAY = 1.0  # a drug begun within a day was begun because of the illness


class Exposures:
    """What the drugs and conditions of one case say of each cause."""

    def __init__(
        self, traversal: Traversal, weights: Weights, priors: Priors, case: Case, present: Iterable[Observation]
    ) -> None:
        self.t, self.w, self.priors, self.case = traversal, weights, priors, case
        self.present = tuple(present)
        self.drugs = {d.term: d for d in case.drugs}
        self.parts: dict[str, list[Part]] = defaultdict(list)
        self.exposed: set[str] = set()
        self.given = frozenset(above for o in self.present for above in traversal.above(o.term))

    def collect(self) -> None:
        """Every part of every exposure that the case states."""
        for drug in self.case.drugs:
            self._add_drug(drug)
        for observation in self.present:
            if self.t.category(observation.term) == "cause":
                self._add_condition(observation)

    # ------------------------------------------------------------------ drugs

    def _add_drug(self, drug: DrugExposure) -> None:
        self._take(drug.term, drug, "drug.taken")
        for group in (link.object for link in self.t.out(drug.term, "member of drug group") if link.supported):
            self.exposed.add(group)
        for cause in self.wholes(drug.term):
            if self._has_all_parts(cause):
                self._take(cause, drug, "drug.taken")
                self.parts[cause].append(self._part("drug.combined", drug.label, drug.term))

    def _take(self, cause: str, drug: DrugExposure, name: str) -> None:
        self.exposed.add(cause)
        self.parts[cause].append(self._part(name, drug.label, drug.term))
        if drug.days_since_start is not None and drug.days_since_start <= TODAY:
            self.parts[cause].append(self._part("drug.started today", drug.label, drug.term))
        else:
            self.parts[cause].append(weigh_window(self.t, self.w, cause, drug))

    def _part(self, name: str, label: str, term: str, statement: str = "") -> Part:
        weight, reason = self.w[name]
        return Part(weight, "exposure", label, say(reason), (), term, statement, name=name)

    def wholes(self, part: str) -> list[str]:
        """Combined causes of which a cause is a part."""
        return [link.subject for link in self.t.into(part, "has component") if link.supported]

    def _has_all_parts(self, cause: str) -> bool:
        given = {o.term for o in self.present} | set(self.drugs)
        return all(link.object in given for link in self.t.out(cause, "has component") if link.supported)

    # ------------------------------------------------------------------ conditions

    def _add_condition(self, observation: Observation) -> None:
        for cause in sorted(self.t.above(observation.term)):
            if self.t.category(cause) == "cause":
                self._expose(cause, observation, "condition.known")
        for cause in sorted(find_downstream(self.t, observation.term)):
            self._expose(cause, observation, "condition.upstream")
        for cause in self.wholes(observation.term):
            if self._has_all_parts(cause) and cause not in self.exposed:
                self._expose(cause, observation, "condition.known")

    def _expose(self, cause: str, observation: Observation, name: str) -> None:
        self.exposed.add(cause)
        self.parts[cause].append(self._part(name, observation.label, observation.term, observation.text or observation.term))

    # ------------------------------------------------------------------ what an infection needs

    def weigh_gate(self, cause: str) -> Part | None:
        """Whether the exposure that a cause needs is given; None for a cause that needs none, or that is known."""
        gates = [gate for above in sorted(self.t.above(cause)) for gate in self.priors.gates.get(above, ())]
        needed = [gate for gate in gates if gate.need == "needed"]
        if not needed or cause in self.exposed:
            return None
        met = next((gate for gate in gates if self._is_met(gate)), None)
        name = "gate.met" if met else "gate.unmet" if self._has_rival(needed) else "gate.open"
        weight, reason = self.w[name]
        labels = ", ".join(sorted({self.t.label(g.exposure) for g in ([met] if met else needed)})[:4])
        sources = tuple(dict.fromkeys(g.source for g in ([met] if met else needed)))[:4]
        statement = self._statement(met) if met else ""
        return Part(weight, "exposure", labels, say(reason), sources, met.exposure if met else "", statement, name=name)

    def _statement(self, gate: Gate) -> str:
        """The words of the case that meet a gate, so that they count once."""
        near = self.t.above(gate.exposure) | self.t.below(gate.exposure)
        return next((o.text or o.term for o in self.present if o.term in near), "")

    def _is_met(self, gate: Gate) -> bool:
        """Given itself, by a kind of it, or by a place that holds it."""
        return gate.exposure in self.given or not self._places.isdisjoint(self.t.above(gate.exposure))

    def _has_rival(self, needed: list[Gate]) -> bool:
        """Whether the case names a place, and none of those that the cause needs."""
        return bool(self._places) and any(gate.exposure in _all_places(self.t) for gate in needed)

    @property
    def _places(self) -> frozenset[str]:
        return frozenset(o.term for o in self.present if o.term in _all_places(self.t) and o.term != PLACE)


PLACE = "LEUKO:0011001"


def _all_places(traversal: Traversal) -> frozenset[str]:
    return traversal.below(PLACE)


def find_downstream(traversal: Traversal, cause: str) -> set[str]:
    """Conditions that a cause can bring about, at any distance."""
    seen: set[str] = set()
    todo = [cause]
    while todo:
        for above in traversal.above(todo.pop()):
            for link in traversal.out(above, "can bring about"):
                if link.supported and link.object not in seen:
                    seen.add(link.object)
                    todo.append(link.object)
    return seen
