"""What points to which cause: the features of every cause with their frequencies, and how telling each feature is.

Owns the numbers P(feature | cause) and P(feature), and the index from a feature to the causes that show it; all are
built once from the frozen graph.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from kg.knowledge.graph import Link, Traversal
from kg.reasoning.model.scoring import (
    COMMONNESS,
    CONSEQUENCE_FREQUENCY,
    DEFAULT_FREQUENCY,
    LEAK_SIGN,
    LEAK_TEST,
    TEST_FREQUENCY,
    read_frequency,
)


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
        """Causes by the feature that they, a class above them or a mechanism of theirs can present with."""
        found: dict[str, set[str]] = defaultdict(set)
        for cause in self.t.causes:
            for feature in self.of(cause):
                found[feature].add(cause)
        return found

    def find_showing(self, terms: Iterable[str]) -> frozenset[str]:
        """Causes that can present with one of a few features; the same as `showing`, without making the whole index."""
        found: set[str] = set()
        for term in terms:
            if term in self.t.graph:
                for subject, _, row in self.t.graph.in_edges(term, data=True):
                    if row["predicate"] == "can present with" and row["direction"] == "supports":
                        found.update(self._inheriting(subject))
        return frozenset(found)

    def _inheriting(self, bearer: str) -> Iterator[str]:
        """Causes that a feature of a class or of a mechanism passes to."""
        for below in self.t.below(bearer):
            acting = [link.subject for link in self.t.into(below, "can act via") if link.supported]
            for node in (below, *(n for subject in acting for n in self.t.below(subject))):
                if self.t.category(node) == "cause":
                    yield node

    def of(self, cause: str) -> dict[str, FeatureLink]:
        """Features of a cause, of the classes above it, and of the mechanisms it acts via; the nearest statement wins."""
        if cause not in self._of:
            merged: dict[str, FeatureLink] = {}
            for source in self._bearers(cause):
                for feature, link in self.by_cause.get(source, {}).items():
                    merged.setdefault(feature, link)
            self._of[cause] = merged
        return self._of[cause]

    def _bearers(self, cause: str) -> list[str]:
        classes = sorted(self.t.above(cause), key=lambda a: (-len(self.t.above(a)), a))
        mechanisms = [link.object for above in classes for link in self.t.out(above, "can act via") if link.supported]
        return [*classes, *(a for m in mechanisms for a in sorted(self.t.above(m)))]

    @cached_property
    def overall(self) -> dict[str, float]:
        """P(feature) over all causes: stated for those that list it or a kind of it, the leak for the rest."""
        mass: dict[str, float] = defaultdict(float)
        listing: dict[str, int] = defaultdict(int)
        for cause in self.t.causes:
            best: dict[str, float] = {}
            for link in self.of(cause).values():
                for above in self.t.above(link.feature):
                    best[above] = max(best.get(above, 0.0), link.probability)
            for feature, probability in best.items():
                mass[feature] += probability
                listing[feature] += 1
        total = sum(1 for cause in self.t.causes if self.of(cause)) or 1
        return {feature: self._blend(feature, mass[feature], listing[feature], total) for feature in mass}

    def _blend(self, feature: str, mass: float, listing: int, total: int) -> float:
        leak = (LEAK_SIGN if feature.startswith("HP:") else LEAK_TEST) + COMMONNESS * listing / total
        return min((mass + min(leak, 0.5) * (total - listing)) / total, 0.9)

    def background(self, feature: str, targets: tuple[str, ...]) -> float:
        """P(feature) in somebody with the given findings: what follows from a finding is expected in everybody."""
        overall = self.overall.get(feature, LEAK_SIGN)
        return max(overall, CONSEQUENCE_FREQUENCY) if self.follows(feature, targets) else overall

    def follows(self, feature: str, targets: tuple[str, ...]) -> bool:
        """Whether a sign is stated as a consequence or a part of one of the findings, or is a kind of such a sign."""
        key = "consequences", targets
        if key not in self.t.memo:
            findings = {above for target in targets for above in self.t.above(target)}
            links = [link for finding in findings for link in self.t.out(finding, "can be followed by", "can show as")]
            self.t.memo[key] = frozenset(link.object for link in links if link.supported)
        return bool(self.t.memo[key] & self.t.above(feature))

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
