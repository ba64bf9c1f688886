"""What points to which cause: P(feature | cause) of every presentation, P(feature) over all, and what silence means.

Owns these numbers and the index from a feature to the causes that show it; all are made from the frozen graph when first
asked for. Must not know a case.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from kg.knowledge.graph import Link, Traversal
from kg.reasoning.model.weights import Weights

EXPOSURE = "LEUKO:0011000"
ANY_KIND = 0.95  # several kinds of a sign never make it certain
COMMONEST = 0.9  # no sign is met in more of the ill
LISTED = 3  # causes with no more features than so many do not count towards how common a sign is
FREQUENCIES = ("frequency of a feature in the disease", "frequency in the exposed", "")  # measures that are P(object | subject)


class FeatureLink(NamedTuple):
    """A feature of a cause: its probability under the cause, whether a source gives a figure, and the sources."""

    feature: str
    probability: float
    stated: bool
    sources: tuple[str, ...]


class Row(NamedTuple):
    """What a present sign says of one cause: the feature that it matches, its probability, and the weight."""

    cause: str
    link: FeatureLink
    probability: float
    weight: float


_Index = dict[str, dict[str, FeatureLink]]


class Features:
    """Index of features over one frozen graph. `commonness` gives the weight of a cause among ill people."""

    def __init__(self, traversal: Traversal, weights: Weights, commonness: Callable[[str], float]) -> None:
        self.t, self.w, self.commonness = traversal, weights, commonness
        self._of: dict[str, dict[str, FeatureLink]] = {}
        self._chances: dict[str, dict[str, float]] = {}
        self._overall: dict[str, float] = {}
        self._rows: dict[tuple[str, bool], tuple[Row, ...]] = {}
        self._following: dict[tuple[str, ...], frozenset[str]] = {}

    # ------------------------------------------------------------------ the claims

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
        """Causes by causal gene."""
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

    def _index(self, predicate: str) -> _Index:
        found: _Index = defaultdict(dict)
        for (subject, obj), link in self.t.links(predicate).items():
            if link.supported or predicate == "can present with":
                found[subject][obj] = self._link(link)
        return found

    def _link(self, link: Link) -> FeatureLink:
        stated = [chance for row in link.rows if (chance := read_chance(row, self.w)) is not None]
        default = self.w.value(f"grade.none.{self.sort(link.object)}")
        if not link.supported:
            default = self.w.value("grade.refuted")
        total = sum(weight for _, weight in stated)
        mean = sum(p * weight for p, weight in stated) / total if stated else default
        sources = tuple(dict.fromkeys(row["source"] for row in link.rows))
        return FeatureLink(link.object, min(max(mean, 0.003), 0.99), bool(stated), sources)

    def sort(self, feature: str) -> str:
        """What a feature is to the model: a sign of HPO, an exposure, or a test of ours."""
        return "sign" if feature.startswith("HP:") else "exposure" if EXPOSURE in self.t.above(feature) else "test"

    # ------------------------------------------------------------------ the probabilities

    def completeness(self, cause: str) -> float:
        """How far the list of a cause's features is believed to be complete, 0 to 1."""
        count = len(self.of(cause))
        return count / (count + self.w.value("completeness.half"))

    def chances(self, observed: str) -> dict[str, float]:
        """P(observed | cause) of the causes that list it or a kind of it."""
        if observed not in self._chances:
            missing: dict[str, float] = defaultdict(lambda: 1.0)
            exact: dict[str, float] = {}
            for feature in self.t.below(observed) & self.showing.keys():
                for cause in self.showing[feature]:
                    p = self.of(cause)[feature].probability
                    missing[cause] *= 1.0 - p
                    if feature == observed:
                        exact[cause] = p
            self._chances[observed] = {cause: exact.get(cause, min(1.0 - gap, ANY_KIND)) for cause, gap in missing.items()}
        return self._chances[observed]

    @cached_property
    def _mass(self) -> float:
        return sum(self.commonness(cause) for cause in self.t.causes if len(self.of(cause)) > LISTED) or 1.0

    def overall(self, observed: str) -> float:
        """P(observed) over all causes with a presentation, each counted by how common it is."""
        if observed not in self._overall:
            mass = sum(self.commonness(cause) * p for cause, p in self.chances(observed).items())
            floor = self.w.value(f"floor.{self.sort(observed)}")
            self._overall[observed] = min(max(mass / self._mass, floor), COMMONEST)
        return self._overall[observed]

    def silence(self, observed: str) -> float:
        """log of what silence about a present sign does to a cause whose list is complete; below zero."""
        return math.log(self.w.value(f"leak.{self.sort(observed)}"))

    def background(self, feature: str, targets: tuple[str, ...]) -> float:
        """P(feature) in somebody with the given findings: what follows from a finding is expected in everybody."""
        overall = self.overall(feature)
        return max(overall, self.w.value("consequence")) if self.follows(feature, targets) else overall

    def follows(self, feature: str, targets: tuple[str, ...]) -> bool:
        """Whether a sign is stated as a consequence or a part of one of the findings, or is a kind of such a sign."""
        if targets not in self._following:
            findings = {above for target in targets for above in self.t.above(target)}
            links = [link for finding in findings for link in self.t.out(finding, "can be followed by", "can show as")]
            self._following[targets] = frozenset(link.object for link in links if link.supported)
        return bool(self._following[targets] & self.t.above(feature))

    # ------------------------------------------------------------------ what an observation says

    def rows(self, observed: str, follows: bool) -> tuple[Row, ...]:
        """What a present sign says of each cause that is known for it, for a kind of it, or for a wider sign."""
        key = observed, follows
        if key not in self._rows:
            near = (self.t.above(observed) | self.t.below(observed)) & self.showing.keys()
            causes = sorted(set().union(*(self.showing[feature] for feature in near)))
            self._rows[key] = tuple(row for cause in causes if (row := self._row(cause, observed, follows)))
        return self._rows[key]

    def _row(self, cause: str, observed: str, follows: bool) -> Row | None:
        if (matched := self.match(cause, observed)) is None:
            return None
        link, named = matched
        p, overall = (link.probability if named != observed else self.chances(observed)[cause]), self.overall(named)
        leak = overall * self.w.value(f"leak.{self.sort(named)}")
        if follows:
            leak, overall = (max(x, self.w.value("consequence")) for x in (leak, overall))
        return Row(cause, link, p, math.log((1.0 - (1.0 - p) * (1.0 - leak)) / overall))

    def match(self, cause: str, observed: str) -> tuple[FeatureLink, str] | None:
        """Feature of a cause that an observed sign is (or is a kind of, or is wider than), and the sign whose figure holds."""
        links = self.of(cause)
        if observed in links:
            return links[observed], observed
        above = [links[a] for a in self.t.above(observed) if a in links]
        if above:
            link = max(above, key=lambda link: (len(self.t.above(link.feature)), link.probability, link.feature))
            return link, link.feature
        below = [links[b] for b in self.t.below(observed) if b in links]
        return (max(below, key=lambda link: (link.probability, link.feature)), observed) if below else None

    def absence(self, cause: str, feature: str, targets: tuple[str, ...]) -> float:
        """Weight of an absent feature; never above zero."""
        p, overall = self.chances(feature)[cause], min(self.background(feature, targets), ANY_KIND)
        return min(0.0, math.log((1.0 - p) / (1.0 - overall)))


def read_chance(row: Mapping[str, Any], weights: Weights) -> tuple[float, float] | None:
    """(P(object | subject), how much it counts) that a row states in its typed cells; None where it gives no figure."""
    if row.get("measure", "") not in FREQUENCIES:
        return None
    n, total = row.get("n"), row.get("total")
    if n is not None and total:
        return (n + 0.5) / (total + 1.0), math.sqrt(total)
    if row.get("unit", "") == "%" and (value := _middle(row)) is not None:
        return value / 100.0, 5.0
    grade = f"grade.{row.get('frequency', '')}"
    return (weights.value(grade), 3.0) if grade in weights else None


def _middle(row: Mapping[str, Any]) -> float | None:
    if "value" in row:
        return float(row["value"])
    return (float(row["low"]) + float(row["high"])) / 2 if "low" in row and "high" in row else None


def _by_object(index: _Index) -> _Index:
    found: _Index = defaultdict(dict)
    for cause, links in index.items():
        for feature, link in links.items():
            found[feature][cause] = link
    return found


def iterate_up(traversal: Traversal, terms: Iterable[str]) -> Iterator[str]:
    """Every class above the terms, themselves included."""
    for term in terms:
        yield from traversal.above(term)
