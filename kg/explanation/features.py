"""What points to which cause: the features of every cause with their frequencies, and how telling each feature is.

Owns the numbers P(feature | cause) and P(feature), and the index from a feature to the causes that show it; all are
built once from the frozen graph.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from kg.explanation.scoring import DEFAULT_FREQUENCY, TEST_FREQUENCY, read_frequency
from kg.graph import Link, Traversal


class FeatureLink(NamedTuple):
    """A feature of a cause: its probability under the cause, whether a source states it, and the sources."""

    feature: str
    probability: float
    stated: bool
    sources: tuple[str, ...]


_Index = dict[str, dict[str, FeatureLink]]


class Features:
    """Index of features over one frozen graph; everything is computed at most once."""

    def __init__(self, traversal: Traversal) -> None:
        self.t = traversal
        self._of: dict[str, dict[str, FeatureLink]] = {}

    @cached_property
    def by_cause(self) -> _Index:
        """Features that a cause can present with, its own ones only."""
        return self._index("can present with")

    @cached_property
    def against(self) -> _Index:
        """Features that argue against a cause, by feature."""
        return _by_object(self._index("is argued against by"))

    @cached_property
    def risks(self) -> _Index:
        """Causes that a feature or state makes likelier, by feature."""
        return _by_object(self._index("is made likelier by"))

    @cached_property
    def genes(self) -> dict[str, set[str]]:
        """Causes by causal gene, kinds of the causes included."""
        found: dict[str, set[str]] = defaultdict(set)
        for (subject, gene), link in self.t.links("has causal gene").items():
            if link.supported:
                found[gene].add(subject)
        return found

    @cached_property
    def twins(self) -> dict[str, str]:
        """A sign and the condition of the same name (splenomegaly): who states one states the other."""
        by_name: dict[str, dict[str, str]] = defaultdict(dict)
        for node, data in sorted(self.t.graph.nodes(data=True)):
            if data.get("category") in ("feature", "cause"):
                by_name[data["label"].casefold()].setdefault(data["category"], node)
        pairs = [names for names in by_name.values() if len(names) == 2]
        return {a: b for names in pairs for a, b in (tuple(names.values()), tuple(names.values())[::-1])}

    @cached_property
    def showing(self) -> dict[str, set[str]]:
        """Causes by the feature that they, or a class above them, can present with."""
        found: dict[str, set[str]] = defaultdict(set)
        for cause, links in self.by_cause.items():
            for feature in links:
                found[feature] |= self.t.below(cause)
        return found

    def of(self, cause: str) -> dict[str, FeatureLink]:
        """Features of a cause and of the classes above it; the nearest statement wins."""
        if cause not in self._of:
            merged: dict[str, FeatureLink] = {}
            for above in sorted(self.t.above(cause), key=lambda a: (-len(self.t.above(a)), a)):
                for feature, link in self.by_cause.get(above, {}).items():
                    merged.setdefault(feature, link)
            self._of[cause] = merged
        return self._of[cause]

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

    def affected(self, observed: str) -> set[str]:
        """Causes that an observed feature can bear on."""
        near = self.t.above(observed) | self.t.below(observed)
        return set().union(*(self.showing[feature] for feature in near if feature in self.showing))

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

    def _index(self, predicate: str) -> _Index:
        found: _Index = defaultdict(dict)
        for (subject, obj), link in self.t.links(predicate).items():
            if link.supported:
                found[subject][obj] = _feature_link(link)
        return found


def _feature_link(link: Link) -> FeatureLink:
    rows = [row for row in link.rows if row["direction"] == "supports"]
    stated = [f for r in rows if (f := read_frequency(r.get("n"), r.get("total"), r.get("frequency", ""))) is not None]
    default = DEFAULT_FREQUENCY if link.object.startswith("HP:") else TEST_FREQUENCY
    probability = math.exp(sum(map(math.log, stated)) / len(stated)) if stated else default
    return FeatureLink(link.object, probability, bool(stated), tuple(dict.fromkeys(r["source"] for r in rows)))


def _by_object(index: _Index) -> _Index:
    found: _Index = defaultdict(dict)
    for cause, links in index.items():
        for feature, link in links.items():
            found[feature][cause] = link
    return found
