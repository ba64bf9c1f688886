"""Generated cases over a graph's own terms: what a reader would have made of them, resolved. One seed, the same cases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from kg.case.records import Case, DrugExposure, Observation, Reading
from kg.knowledge.graph import Traversal
from kg.reasoning.model.priors import Priors

AGES = (None, None, 0.0, 3.0, 27.9, 200.0, 730.5, 2000.0, 6000.0, 12000.0, 25000.0, 36525.0)
DAYS = (None, 0.0, 0.5, 1.0, 2.0, 5.0, 9.0, 14.0, 30.0, 50.0, 90.0, 200.0, 1500.0)
TEXTS = ("a phrase that names two things", "")


class Cases:
    """Draws cases: findings, signs and causes that belong together as well as such that do not."""

    def __init__(self, traversal: Traversal, priors: Priors, white: list[str], seed: int = 7) -> None:
        self.t, self.random, self.white = traversal, random.Random(seed), white
        by_category: dict[str, list[str]] = {}
        for node in sorted(traversal.graph):
            by_category.setdefault(traversal.category(node), []).append(node)
        self.pools = by_category | {"exposure": sorted({g.exposure for gates in priors.gates.values() for g in gates})}
        self.drugs = [c for c in traversal.causes if traversal.graph.nodes[c]["kind"] in ("drug", "drug group", "combined cause")]
        self.parts = sorted({part for _, part in traversal.links("has component")})
        self.telling = sorted({obj for p in _TELLING for _, obj in traversal.links(p) if obj in traversal.graph})

    def draw(self, count: int) -> Iterator[Case]:
        """So many cases."""
        for _ in range(count):
            yield self._draw()

    def _draw(self) -> Case:
        pick = self.random
        drugs = {term: self._drug(term) for term in self._some(self.drugs, 3) + self._some(self.parts, 1) if term in self.drugs}
        return Case(
            readings=tuple(self._readings()),
            observations=tuple(self._observations()),
            drugs=tuple(drugs.values()),
            drugs_complete=pick.random() < 0.15,
            age_days=pick.choice(AGES),
            sex=pick.choice(("", "", "female", "male")),
        )

    def _some(self, pool: list[str], most: int) -> list[str]:
        return [self.random.choice(pool) for _ in range(self.random.randint(0, most))] if pool else []

    def _observations(self) -> Iterator[Observation]:
        wanted = [*self._some(self.white, 2), *self._some(self.telling, 8), *self._some(self.pools["feature"], 3)]
        wanted += [*self._some(self.pools["cause"], 2), *self._some(self.pools["exposure"], 2), *self._some(self._signs(), 6)]
        wanted += [*self._some(self.pools["gene"], 1), *self._some(self.pools["mechanism"], 1), *self._some(self.parts, 1)]
        for term in dict.fromkeys(wanted):
            text = self.random.choice((*TEXTS, self.t.label(term)))
            yield Observation(term, self.t.label(term), self.random.random() < 0.75, text)

    def _signs(self) -> list[str]:
        """Signs of one cause: a case that makes sense."""
        cause = self.random.choice(self.t.causes)
        return [link.object for above in sorted(self.t.above(cause)) for link in self.t.out(above, "can present with")]

    def _drug(self, term: str) -> DrugExposure:
        start, stop = sorted((self.random.choice(DAYS), self.random.choice(DAYS)), key=lambda d: -1.0 if d is None else -d)
        return DrugExposure(term, self.t.label(term), term, start, stop if self.random.random() < 0.5 else None)

    def _readings(self) -> Iterator[Reading]:
        for test, label, finding in _READINGS:
            if self.random.random() < 0.4 and finding in self.t.graph:
                for days in sorted({0.0, self.random.choice((0.0, 3.0, 200.5, 4000.0))}):
                    low = self.random.random() < 0.6
                    yield self._reading(test, label, finding if low else "", days, finding)

    def _reading(self, test: str, label: str, decides: str, days: float, finding: str) -> Reading:
        value = self.random.choice((0.05, 0.3, 0.45, 0.9, 1.2)) * (1.0 if decides else 4.0)
        rules_out = () if decides else (finding,)
        bound = self.random.choice(("", "", "", "<", "<=", ">="))
        shown = {"decides": decides, "decides_label": decides and self.t.label(decides), "rules_out": rules_out}
        return Reading(test, label, value, "10*9/L", days, bound, **shown)


_TELLING = ("can present with", "is argued against by", "is made likelier by", "has causal gene", "can be followed by")
_READINGS = (
    ("LEUKO:0030001", "absolute neutrophil count", "LEUKO:0001005"),
    ("LEUKO:0030001", "absolute neutrophil count", "LEUKO:0001003"),
    ("LEUKO:0030003", "absolute lymphocyte count", "LEUKO:0001020"),
    ("LEUKO:0030002", "white blood cell count", "LEUKO:0000143"),
)


_TOLD = ("test", "label", "value", "days_ago", "bound", "decides", "text", "rule", "source", "normal_for", "on_limit")
_TAKEN = ("term", "label", "text", "known", "classes", "suggestions")


def as_input(case: Case) -> dict[str, Any]:
    """A resolved case as the page's script takes it."""
    return {
        "observations": [
            {"term": o.term, "label": o.label, "present": o.present, "text": o.text, "days": o.days_ago}
            for o in case.observations
        ],
        "drugs": [
            {"start": d.days_since_start, "stop": d.days_since_stop} | {name: getattr(d, name) for name in _TAKEN}
            for d in case.drugs
        ],
        "complete": case.drugs_complete,
        "age": case.age_days,
        "sex": case.sex,
        "readings": [{name: getattr(r, name) for name in _TOLD} | {"normal": bool(r.rules_out)} for r in case.readings],
    }
