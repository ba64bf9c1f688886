"""Why an inferred is-a step holds, as sentences. Walks the frozen graph only; the full proof is `kg why`."""

from __future__ import annotations

import itertools

from kg.knowledge.graph.traversal import Traversal

_CELL = "has reduced circulating cell type"


def build_proof(traversal: Traversal, child: str, parent: str) -> list[str]:
    """Sentences from the child to the parent: the steps of the hierarchy and, for counts, the cells behind them."""
    if child not in traversal.graph or parent not in traversal.graph:
        return []
    path = traversal.is_a_path(child, parent)
    lines = [_is_a(traversal, a, b) for a, b in itertools.pairwise(path)]
    return [*lines, *_definition(traversal, child, parent)]


def _is_a(traversal: Traversal, child: str, parent: str) -> str:
    edge = traversal.graph.get_edge_data(child, parent, "is a") or {}
    how = "asserted" if edge.get("asserted") else "inferred by the reasoner from their definitions"
    return f"{traversal.label(child)} is a {traversal.label(parent)} ({how})."


def _definition(traversal: Traversal, child: str, parent: str) -> list[str]:
    lines = []
    for term in (child, parent):
        edges = sorted(traversal.graph.out_edges(term, keys=True))
        lines += [f"{traversal.label(term)} {key} {traversal.label(o)}." for _, o, key in edges if key in (_CELL, "has degree")]
    cells = [{o for _, o, k in traversal.graph.out_edges(term, keys=True) if k == _CELL} for term in (child, parent)]
    for a, b in itertools.product(sorted(cells[0]), sorted(cells[1])):
        lines += [_is_a(traversal, x, y) for x, y in itertools.pairwise(traversal.is_a_path(a, b))]
    return list(dict.fromkeys(lines))
