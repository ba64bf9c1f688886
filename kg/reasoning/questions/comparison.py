"""Two conditions side by side: what holds of both, what of one, and how one stands to the other."""

from __future__ import annotations

import itertools
from typing import Any

from kg.knowledge.graph.reach import find_reach
from kg.knowledge.graph.traversal import Link, Traversal
from kg.reasoning.chains import build_evidence

ASPECTS = {
    "readings": ("can show as",),
    "consequences": ("can be followed by",),
    "features": ("can present with",),
    "mechanisms": ("can act via",),
    "findings": ("can cause", "has defining feature"),
}
DESCRIPTIONS = ("has reduced circulating cell type", "has reduced subset", "has degree", "has time pattern", "due to")


def compare(traversal: Traversal, first: str, second: str) -> dict[str, Any]:
    """Similarities and differences of two terms, as data."""
    return {
        "terms": [_describe(traversal, first), _describe(traversal, second)],
        "relation": _relation(traversal, first, second),
        "aspects": {name: _aspect(traversal, first, second, predicates) for name, predicates in ASPECTS.items()},
        "causes": _causes(traversal, first, second),
    }


def _describe(traversal: Traversal, term: str) -> dict[str, Any]:
    data = traversal.graph.nodes[term]
    shown = [
        {"predicate": key, "object": obj, "object_label": traversal.label(obj)}
        for _, obj, key in sorted(traversal.graph.out_edges(term, keys=True))
        if key in DESCRIPTIONS
    ]
    values = data.get("values", {})
    return {
        "id": term,
        "label": data["label"],
        "definition": data.get("definition", ""),
        "descriptions": shown,
        "note": " ".join(values.get("LEUKO:0000224", ())),
    }


def _relation(traversal: Traversal, first: str, second: str) -> dict[str, Any]:
    for child, parent in ((first, second), (second, first)):
        if path := traversal.is_a_path(child, parent):
            steps = [_is_a(traversal, a, b) for a, b in itertools.pairwise(path)]
            return {
                "kind": "is a kind of",
                "child": child,
                "parent": parent,
                "steps": steps,
                "why": _why(traversal, child, parent),
            }
    shared = traversal.above(first) & traversal.above(second)
    nearest = max(shared, key=lambda node: (len(traversal.above(node)), node), default="")
    return {"kind": "neither is a kind of the other", "nearest": nearest, "nearest_label": traversal.label(nearest)}


def _is_a(traversal: Traversal, child: str, parent: str) -> dict[str, Any]:
    edge = traversal.graph.get_edge_data(child, parent, "is a") or {}
    return {
        "subject": child,
        "subject_label": traversal.label(child),
        "predicate": "is a",
        "object": parent,
        "object_label": traversal.label(parent),
        "asserted": bool(edge.get("asserted")),
    }


def _why(traversal: Traversal, child: str, parent: str) -> list[dict[str, Any]]:
    """The is-a steps of the cells behind two defined cytopenias: the reason why one is a kind of the other."""
    cells = [_cells(traversal, node) for node in (child, parent)]
    for a in sorted(cells[0]):
        for b in sorted(cells[1]):
            if path := traversal.is_a_path(a, b):
                return [_is_a(traversal, x, y) for x, y in itertools.pairwise(path)]
    return []


def _cells(traversal: Traversal, finding: str) -> set[str]:
    edges = traversal.graph.out_edges(finding, keys=True)
    return {obj for _, obj, key in edges if key == "has reduced circulating cell type"}


def _aspect(traversal: Traversal, first: str, second: str, predicates: tuple[str, ...]) -> dict[str, Any]:
    a, b = ({link.object: link for link in _links(traversal, term, predicates)} for term in (first, second))
    return {
        "both": [_show(traversal, a[o]) for o in sorted(a.keys() & b.keys())],
        "first": [_show(traversal, a[o]) for o in sorted(a.keys() - b.keys())],
        "second": [_show(traversal, b[o]) for o in sorted(b.keys() - a.keys())],
    }


def _links(traversal: Traversal, term: str, predicates: tuple[str, ...]) -> list[Link]:
    found = [link for above in sorted(traversal.above(term)) for link in traversal.out(above, *predicates)]
    return [link for link in found if link.supported and (link.subject == term or link.scope == "all")]


def _show(traversal: Traversal, link: Link) -> dict[str, Any]:
    evidence = [build_evidence(row) for row in link.rows]
    return {
        "subject": link.subject,
        "subject_label": traversal.label(link.subject),
        "predicate": link.predicate,
        "object": link.object,
        "object_label": traversal.label(link.object),
        "scope": link.scope,
        "sources": list(dict.fromkeys(e.source for e in evidence)),
        "gist": evidence[0].gist,
    }


def _causes(traversal: Traversal, first: str, second: str) -> dict[str, Any]:
    """Causes of both and of one only, best sourced first; `other_lines` are causes that also act past the other term."""
    a, b = (_direct(traversal, term) for term in (first, second))
    return {
        "both": [_through(traversal, first, cause) for cause in _by_sources(traversal, first, a & b)],
        "first": [_through(traversal, first, cause) for cause in _by_sources(traversal, first, a - b)],
        "second": [_through(traversal, second, cause) for cause in _by_sources(traversal, second, b - a)],
        "other_lines": [
            item
            for cause in _by_sources(traversal, first, a)
            if (item := _through(traversal, first, cause, besides=traversal.below(second) | {first}))["through"]
        ],
    }


def _direct(traversal: Traversal, term: str) -> set[str]:
    return {cause for cause, tier in find_reach(traversal, term).tiers.items() if tier in ("direct", "indirect")}


def _by_sources(traversal: Traversal, finding: str, causes: set[str]) -> list[str]:
    def order(cause: str) -> tuple[int, str]:
        rows = [row for route in find_reach(traversal, finding).routes[cause] for row in route.links[0].rows]
        return -len({row["source"] for row in rows}), traversal.label(cause)

    return sorted(causes, key=order)


def _through(traversal: Traversal, finding: str, cause: str, besides: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A cause with the findings through which it gets there, and the cells that its mechanisms act on."""
    routes = [r for r in find_reach(traversal, finding).routes[cause] if r.links[-1].object not in besides]
    found = dict.fromkeys(traversal.label(route.links[-1].object) for route in routes)
    cells = {
        traversal.label(cell)
        for route in routes
        for link in route.links
        if link.predicate == "can act via"
        for _, cell, key in traversal.graph.out_edges(link.object, keys=True)
        if key == "acts on cell"
    }
    sources = dict.fromkeys(row["source"] for route in routes for row in route.links[0].rows)
    item = {"id": cause, "label": traversal.label(cause), "through": list(found), "cells": sorted(cells)}
    return item | {"sources": list(sources)[:3]}
