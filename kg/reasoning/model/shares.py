"""How often each cause stands behind a finding, from cohorts: pooled shares by kind, then by cause within its kind.

A cohort counts by the root of its size, a series selected by marrow examination half, one of a referral center not at all.
What no cohort names takes its kind's share, divided by how common the causes of that kind are. Owns the pooling; must not
know a case beyond its findings and age group.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.knowledge.graph import Traversal, find_base
from kg.reasoning.model.weights import Weights
from kg.vocabulary import KINDS

SMALL = 50.0  # size of a cohort that does not print it
FALLBACK = {"neonate": ("neonate", "infant", "child"), "infant": ("infant", "child"), "child": ("child", "all")}
FALLBACK |= {
    "adult": ("adult", "all"),
    "elder": ("elder", "adult", "all"),
    "all": ("all", "adult", "child", "elder"),
}
GROUPS = (("neonate", 28.0), ("infant", 2 * 365.25), ("child", 16 * 365.25), ("adult", 65 * 365.25), ("elder", math.inf))
UNSELECTED = {"registry": 0.0, "immunology referral center": 0.0}


class Share(NamedTuple):
    """One row: a cause (or class of causes) behind a finding in one cohort."""

    cause: str
    finding: str
    age_group: str
    percent: float
    weight: float
    cohort: str
    source: str


class Pooled(NamedTuple):
    """What the cohorts say of one finding at one age: shares of kinds and of causes, with the sources of each."""

    kinds: Mapping[str, float]
    causes: Mapping[str, float]
    sources: Mapping[str, tuple[str, ...]]


def parse_share(row: Mapping[str, str]) -> Share | None:
    """Share of a row; None for the unexplained."""
    if not row["percent"] or ":" not in row["cause"]:
        return None
    size = math.sqrt(float(row["total"] or SMALL))
    setting = row["setting"]
    factor = next((f for word, f in UNSELECTED.items() if word in setting), 0.5 if "marrow" in setting else 1.0)
    weight = size * (1.0 if "not selected" in setting else factor)
    return Share(row["cause"], row["finding"], row["age_group"], float(row["percent"]), weight, row["cohort"], row["source"])


def find_age_group(age_days: float | None) -> str:
    """Age group of the cohorts for an age; `all` where none is given."""
    return "all" if age_days is None else next(name for name, top in GROUPS if age_days < top)


class Shares:
    """Pooled shares over one graph; made once for each finding and age group."""

    def __init__(self, traversal: Traversal, weights: Weights, shares: Iterable[Share]) -> None:
        self.t, self.w, self.shares = traversal, weights, tuple(shares)
        self._pooled: dict[tuple[str, str], Pooled] = {}
        self._families: dict[tuple[str, ...], str] = {}

    def pool(self, targets: tuple[str, ...], group: str) -> Pooled:
        """Shares for the findings of a case; cohorts of wider age groups stand in where an age has none."""
        if targets not in self._families:
            self._families[targets] = self._family(targets)
        finding = self._families[targets]
        if (finding, group) not in self._pooled:
            self._pooled[finding, group] = self._pool(finding, group)
        return self._pooled[finding, group]

    def _family(self, targets: tuple[str, ...]) -> str:
        """The finding of the cohorts that stands for the case: the one with most rows among those it is a kind of."""
        counts: dict[str, int] = defaultdict(int)
        for share in self.shares:
            counts[share.finding] += 1
        near = [find_base(self.t, t) for t in targets]
        several = [t for t in near if len(self._cells(t)) > 1 and t in counts]
        known = several or [t for t in near if t in counts] or [a for t in near for a in self.t.above(t) if a in counts]
        return max(sorted(known), key=lambda t: counts[t], default="")

    def _cells(self, finding: str) -> set[str]:
        edges = self.t.graph.out_edges(finding, keys=True) if finding in self.t.graph else ()
        return {o for _, o, key in edges if key == "has reduced circulating cell type"}

    def _pool(self, finding: str, group: str) -> Pooled:
        near = {t for t in self.t.below(finding) if t} if finding else set()
        rows: list[Share] = []
        for name in FALLBACK[group]:
            rows += [s for s in self.shares if s.age_group == name and s.finding in near and s.weight]
            if group != "all" and len({s.cohort for s in rows}) >= self.w.value("share.cohorts"):
                break  # an age of its own is asked first; without an age every cohort speaks
        by_cohort: dict[str, list[Share]] = defaultdict(list)
        for share in rows:
            by_cohort[share.cohort].append(share)
        total = sum(cohort[0].weight for cohort in by_cohort.values())
        kinds: dict[str, float] = defaultdict(float)
        causes: dict[str, float] = defaultdict(float)
        sources: dict[str, list[str]] = defaultdict(list)
        for cohort in by_cohort.values():
            for kind, percent in self._by_kind(cohort).items():
                kinds[kind] += percent * cohort[0].weight
            for share in cohort:
                causes[share.cause] += share.percent * share.weight
                sources[share.cause].append(share.source)
        shrunk = self._shrink(kinds, total)
        told = {c: tuple(dict.fromkeys(found)) for c, found in sources.items()}
        return Pooled(shrunk, {c: v / total / 100.0 for c, v in causes.items() if total}, told)

    def _by_kind(self, cohort: Iterable[Share]) -> dict[str, float]:
        """Percent of each kind in one cohort; the figure of the whole kind goes before the sum of its members."""
        whole: dict[str, float] = {}
        parts: dict[str, float] = defaultdict(float)
        for share in cohort:
            kind = self._kind(share.cause)
            if share.cause == KINDS[kind][0]:
                whole[kind] = max(whole.get(kind, 0.0), share.percent)
            else:
                parts[kind] += share.percent
        return {kind: max(whole.get(kind, 0.0), parts.get(kind, 0.0)) for kind in whole.keys() | parts.keys()}

    def _kind(self, cause: str) -> str:
        own = str(self.t.graph.nodes[cause].get("kind", "")) if cause in self.t.graph else ""
        if own in KINDS:
            return "drug" if own in ("drug group", "combined cause") else own
        return next((kind for kind, (category, _) in KINDS.items() if category == cause), "other condition")

    def _shrink(self, kinds: Mapping[str, float], total: float) -> dict[str, float]:
        """Shares of kinds, drawn towards what is expected without cohorts."""
        raw = {kind: math.exp(self.w.value(f"prior.kind.{kind}")) for kind in KINDS}
        expected = {kind: value / sum(raw.values()) for kind, value in raw.items()}
        pull = self.w.value("share.pull")
        return {kind: (kinds.get(kind, 0.0) / 100.0 + pull * expected[kind]) / (total + pull) for kind in KINDS}
