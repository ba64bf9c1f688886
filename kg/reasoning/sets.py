"""Smallest sets of causes that together explain every given finding: exact search over at most three causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from kg.knowledge.graph import Traversal
from kg.reasoning.records import Cause

MAX_CAUSES = 3
POOL = 40  # the best supported causes; the search is exact among them
MAX_SETS = 5
MAX_TRIED = 2000


def find_smallest_sets(causes: Iterable[Cause], targets: tuple[str, ...], traversal: Traversal) -> tuple[Mapping[str, Any], ...]:
    """Sets of the smallest size that works, best supported first; what a set explains are findings and features."""
    pool = list(islice(causes, POOL))
    covers = [_covers(cause) for cause in pool]
    everything = sorted(set(targets).union(*covers))
    if not pool or not targets:
        return ()
    bit = {term: 1 << position for position, term in enumerate(everything)}
    masks = [sum(bit[term] for term in cover) for cover in covers]
    for size in range(1, MAX_CAUSES + 1):
        found = {tuple(sorted(group)) for group in islice(_find_covers(masks, (1 << len(everything)) - 1, size), MAX_TRIED)}
        if found:
            ordered = sorted(found, key=lambda group: (-sum(pool[i].score for i in group), group))
            return tuple(_describe([pool[i] for i in group], everything, traversal) for group in ordered[:MAX_SETS])
    return ()


def _find_covers(masks: list[int], missing: int, size: int) -> Iterator[tuple[int, ...]]:
    """Groups of positions whose masks cover what is missing; branches on the term that the fewest masks hold."""
    if not missing:
        yield ()
        return
    widest = max((mask & missing).bit_count() for mask in masks)
    if missing.bit_count() > size * widest:  # also where nothing may be added any more
        return
    terms = [1 << i for i in range(missing.bit_length()) if missing >> i & 1]
    rarest = min(terms, key=lambda term: sum(1 for mask in masks if mask & term))
    for position, mask in enumerate(masks):
        if mask & rarest:
            for rest in _find_covers(masks, missing & ~mask, size - 1):
                yield (position, *rest)


def _covers(cause: Cause) -> frozenset[str]:
    supported = {c.term for c in cause.contributions if c.factor == "finding" and c.weight > 0 and c.term}
    return frozenset(supported | set(cause.explains))


def _describe(group: list[Cause], explained: list[str], traversal: Traversal) -> dict[str, Any]:
    return {
        "causes": [{"id": cause.id, "label": cause.label, "rank": cause.rank} for cause in group],
        "explains": sorted(traversal.label(term) for term in explained),
    }
