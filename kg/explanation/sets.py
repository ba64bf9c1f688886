"""Smallest sets of causes that together explain every given finding: exact search over at most three causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from kg.graph.traversal import Traversal
from kg.model import Cause

MAX_CAUSES = 3
POOL = 40  # the best supported causes; the search is exact among them
MAX_SETS = 5


def find_smallest_sets(causes: Iterable[Cause], targets: tuple[str, ...], traversal: Traversal) -> tuple[Mapping[str, Any], ...]:
    """Sets of the smallest size that works, best supported first; what a set explains are findings and features."""
    pool = list(causes)[:POOL]
    covers = {cause.id: _covers(cause) for cause in pool}
    everything = set(targets) | {term for cover in covers.values() for term in cover}
    if not pool or not targets:
        return ()
    for size in range(1, MAX_CAUSES + 1):
        found = [group for group in combinations(pool, size) if set().union(*(covers[c.id] for c in group)) >= everything]
        if found:
            found.sort(key=lambda group: (-sum(c.score for c in group), [c.rank for c in group]))
            return tuple(_describe(group, everything, traversal) for group in found[:MAX_SETS])
    return ()


def _covers(cause: Cause) -> frozenset[str]:
    supported = {c.term for c in cause.contributions if c.factor == "finding" and c.weight > 0 and c.term}
    return frozenset(supported | set(cause.explains))


def _describe(group: tuple[Cause, ...], explained: set[str], traversal: Traversal) -> dict[str, Any]:
    return {
        "causes": [{"id": cause.id, "label": cause.label, "rank": cause.rank} for cause in group],
        "explains": sorted(traversal.label(term) for term in explained),
    }
