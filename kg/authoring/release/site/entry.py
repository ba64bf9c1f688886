"""One term as its page needs it, gathered from the graph and the mappings. Looks things up; renders nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx


class Row(NamedTuple):
    """An association seen from one of its ends."""

    id: str
    predicate: str
    other: str
    data: Mapping[str, Any]


class Related(NamedTuple):
    """A parent or child, and whether the tables state it."""

    id: str
    asserted: bool


class Entry(NamedTuple):
    """Everything of one term."""

    id: str
    data: Mapping[str, Any]
    parents: tuple[Related, ...]
    children: tuple[Related, ...]
    ancestors: tuple[str, ...]
    described: tuple[tuple[str, str], ...]
    out: tuple[Row, ...]
    into: tuple[Row, ...]
    mappings: tuple[Mapping[str, str], ...]


class Catalogue:
    """Index over the graph and the mappings; labels of all terms."""

    def __init__(self, graph: nx.MultiDiGraph, mappings: Sequence[Mapping[str, str]]) -> None:
        self.graph = graph
        self.mappings: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for mapping in mappings:
            self.mappings[mapping["subject_id"]].append(mapping)

    def label(self, node: str) -> str:
        return str(self.graph.nodes[node]["label"])

    def get(self, node: str) -> Entry:
        """Entry of a term."""
        out = sorted(self.graph.out_edges(node, keys=True, data=True), key=lambda e: (e[3]["predicate"], self.label(e[1]), e[2]))
        into = sorted(self.graph.in_edges(node, keys=True, data=True), key=lambda e: (e[3]["predicate"], self.label(e[0]), e[2]))
        return Entry(
            id=node,
            data=self.graph.nodes[node],
            parents=tuple(Related(o, d["asserted"]) for _, o, k, d in out if k == "is a"),
            children=tuple(Related(s, d["asserted"]) for s, _, k, d in into if k == "is a"),
            ancestors=tuple(sorted(self._above(node), key=self.label)),
            described=tuple((k, o) for _, o, k, d in out if k != "is a" and "source" not in d),
            out=tuple(Row(k, d["predicate"], o, d) for _, o, k, d in out if "source" in d),
            into=tuple(Row(k, d["predicate"], s, d) for s, _, k, d in into if "source" in d),
            mappings=tuple(self.mappings.get(node, ())),
        )

    def _above(self, node: str) -> set[str]:
        seen: set[str] = set()
        todo = [node]
        while todo:
            for _, parent, key in self.graph.out_edges(todo.pop(), keys=True):
                if key == "is a" and parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return seen
