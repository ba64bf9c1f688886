"""What points to which cause: the features of every cause with their frequencies, and how telling each feature is.

Owns the numbers P(feature | cause) and P(feature); built once from the frozen graph.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from kg.explanation.scoring import DEFAULT_FREQUENCY, TEST_FREQUENCY, read_frequency
from kg.graph.traversal import Link, Traversal


class FeatureLink(NamedTuple):
    """A feature of a cause: its probability under the cause and the sources."""

    feature: str
    probability: float
    stated: bool
    sources: tuple[str, ...]


class Features:
    """Index of features; `traversal` is frozen, so everything is computed at most once."""

    def __init__(self, traversal: Traversal) -> None:
        self.t = traversal

    @cached_property
    def by_cause(self) -> dict[str, dict[str, FeatureLink]]:
        """Features that a cause can present with, its own ones only."""
        return self._index("can present with", "has inheritance")

    @cached_property
    def against(self) -> dict[str, dict[str, FeatureLink]]:
        """Features that argue against a cause."""
        return self._index("is argued against by")

    @cached_property
    def risks(self) -> dict[str, dict[str, FeatureLink]]:
        """Features and states that make a cause likelier."""
        return self._index("is made likelier by")

    @cached_property
    def genes(self) -> dict[str, set[str]]:
        """Causes by causal gene."""
        found: dict[str, set[str]] = defaultdict(set)
        for (subject, predicate, obj), link in self.t.links.items():
            if predicate == "has causal gene" and link.supported:
                found[obj].add(subject)
        return found

    def _index(self, *predicates: str) -> dict[str, dict[str, FeatureLink]]:
        found: dict[str, dict[str, FeatureLink]] = defaultdict(dict)
        for (subject, predicate, obj), link in self.t.links.items():
            if predicate in predicates and link.supported:
                found[subject][obj] = self._feature_link(link)
        return found

    def _feature_link(self, link: Link) -> FeatureLink:
        rows = [row for row in link.rows if row["direction"] == "supports"]
        stated = [f for r in rows if (f := read_frequency(r.get("n"), r.get("total"), r.get("frequency", ""))) is not None]
        default = DEFAULT_FREQUENCY if link.object.startswith("HP:") else TEST_FREQUENCY
        probability = math.exp(sum(map(math.log, stated)) / len(stated)) if stated else default
        return FeatureLink(link.object, probability, bool(stated), tuple(dict.fromkeys(r["source"] for r in rows)))

    def of(self, cause: str) -> dict[str, FeatureLink]:
        """Features of a cause and of the classes above it; the nearest statement wins."""
        if cause not in self._of:
            merged: dict[str, FeatureLink] = {}
            for above in sorted(self.t.above(cause), key=lambda a: -len(self.t.above(a))):
                for feature, link in self.by_cause.get(above, {}).items():
                    merged.setdefault(feature, link)
            self._of[cause] = merged
        return self._of[cause]

    @cached_property
    def _of(self) -> dict[str, dict[str, FeatureLink]]:
        return {}

    @cached_property
    def overall(self) -> dict[str, float]:
        """P(feature) over all causes: mean probability, kinds of the feature counted in, smoothed by half a cause."""
        mass: dict[str, float] = defaultdict(float)
        for links in self.by_cause.values():
            best: dict[str, float] = {}
            for link in links.values():
                for above in self.t.above(link.feature):
                    best[above] = max(best.get(above, 0.0), link.probability)
            for feature, probability in best.items():
                mass[feature] += probability
        total = max(len(self.by_cause), 1)
        return {feature: min((weight + 0.5) / (total + 1.0), 0.95) for feature, weight in mass.items()}

    def match(self, cause: str, observed: str) -> tuple[FeatureLink, float] | None:
        """Feature of a cause that an observed one is, or is a kind of (1.0), or is wider than (0.5)."""
        links = self.of(cause)
        if observed in links:
            return links[observed], 1.0
        above = [links[a] for a in self.t.above(observed) if a in links]
        if above:
            return max(above, key=lambda link: (len(self.t.above(link.feature)), link.probability, link.feature)), 1.0
        below = [links[b] for b in self.t.below(observed) if b in links]
        return (max(below, key=lambda link: (link.probability, link.feature)), 0.5) if below else None
