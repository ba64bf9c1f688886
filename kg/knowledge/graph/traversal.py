"""Walks over the graph. Owns what follows from what: which causes reach a finding, by which steps, in which tier.

The walks mirror the axioms of `modelling.md` exactly; a test holds them against the reasoner and against SPARQL.
Everything is computed on demand and kept, because the graph is frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx


class Link(NamedTuple):
    """All rows of one (subject, predicate, object): the supporting ones decide, the others are shown beside."""

    subject: str
    predicate: str
    object: str
    scope: str  # `all` where at least one supporting row says so
    rows: tuple[dict[str, Any], ...]
    supported: bool


_Ends = tuple[dict[str, list[Link]], dict[str, list[Link]]]


class Traversal:
    """Index of a frozen graph."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        self.memo: dict[Any, Any] = {}  # what later layers derive from this graph and want to keep
        self._below: dict[str, frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._links: dict[str, dict[tuple[str, str], Link]] = {}
        self._by_end: dict[str, _Ends] = {}

    # ------------------------------------------------------------------ labels and kinds

    def label(self, node: str) -> str:
        return str(self.graph.nodes[node].get("label", node)) if node in self.graph else node

    def category(self, node: str) -> str:
        return str(self.graph.nodes[node].get("category", "other")) if node in self.graph else "other"

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """Ids of all causes."""
        return tuple(sorted(n for n, d in self.graph.nodes(data=True) if d.get("category") == "cause"))

    # ------------------------------------------------------------------ is-a

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for child, parent, key in self.graph.edges(keys=True):
            if key == "is a":
                found[child].append(parent)
        return found

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for child, parents in self._parents.items():
            for parent in parents:
                found[parent].append(child)
        return found

    def above(self, node: str) -> frozenset[str]:
        """The node and all its superclasses."""
        if node not in self._above:
            self._above[node] = _walk(node, self._parents)
        return self._above[node]

    def below(self, node: str) -> frozenset[str]:
        """The node and all its subclasses."""
        if node not in self._below:
            self._below[node] = _walk(node, self._children)
        return self._below[node]

    def is_a_path(self, child: str, parent: str) -> list[str]:
        """Shortest chain of superclasses from child to parent, both included; empty where there is none."""
        if parent not in self.above(child):
            return []
        queue, seen = [[child]], {child}
        while queue:
            path = queue.pop(0)
            if path[-1] == parent:
                return path
            for step in sorted(self._parents.get(path[-1], ())):
                if step not in seen:
                    seen.add(step)
                    queue.append([*path, step])
        return []

    # ------------------------------------------------------------------ links

    @cached_property
    def _rows(self) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
        found: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        for subject, obj, data in self.graph.edges(data=True):
            if "source" in data:
                found[data["predicate"]].append((subject, obj, data))
        return found

    def links(self, predicate: str) -> dict[tuple[str, str], Link]:
        """Claims of one predicate by (subject, object)."""
        if predicate not in self._links:
            rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
            for subject, obj, data in self._rows.get(predicate, ()):
                rows[subject, obj].append(data)
            self._links[predicate] = {key: _link(key[0], predicate, key[1], rows[key]) for key in sorted(rows)}
        return self._links[predicate]

    def out(self, subject: str, *predicates: str) -> list[Link]:
        """Links that start at a node, supported or not."""
        return [link for p in predicates for link in self._ends(p)[0].get(subject, ())]

    def into(self, obj: str, *predicates: str) -> list[Link]:
        """Links that end at a node, supported or not."""
        return [link for p in predicates for link in self._ends(p)[1].get(obj, ())]

    def _ends(self, predicate: str) -> _Ends:
        if predicate not in self._by_end:
            out: dict[str, list[Link]] = defaultdict(list)
            into: dict[str, list[Link]] = defaultdict(list)
            for (subject, obj), link in self.links(predicate).items():
                out[subject].append(link)
                into[obj].append(link)
            self._by_end[predicate] = out, into
        return self._by_end[predicate]

    def members(self, group: str) -> list[str]:
        """Members of a drug group, and subclasses of any class."""
        found = [link.subject for link in self.into(group, "member of drug group") if link.supported]
        return sorted({*found, *(self.below(group) - {group})})

    # ------------------------------------------------------------------ what leads to a finding

    def attribution(self, finding: str) -> tuple[str, str] | None:
        """(genus, kind of cause) of an attributed finding such as drug-induced neutropenia."""
        kinds = [o for _, o, k in self.graph.out_edges(finding, keys=True) if k == "due to"] if finding in self.graph else []
        if not kinds:
            return None
        genus = [
            p for p in self._parents.get(finding, ()) if not any(k == "due to" for *_, k in self.graph.out_edges(p, keys=True))
        ]
        return (max(genus, key=lambda g: len(self.above(g))), kinds[0]) if genus else None

    def leading_mechanisms(self, targets: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """Mechanisms that lead to one of the findings, each with its shortest links (`can trigger`*, `can lead to`)."""
        found: dict[str, tuple[Link, ...]] = {}
        frontier: list[tuple[str, tuple[Link, ...]]] = []
        for target in sorted(targets):
            for link in self.into(target, "can lead to"):
                if link.supported and link.scope == "all":
                    frontier.append((link.subject, (link,)))
        while frontier:
            frontier.sort(key=lambda item: len(item[1]))
            mechanism, links = frontier.pop(0)
            for below in sorted(self.below(mechanism)):
                if below not in found:
                    found[below] = links
                    for link in self.into(below, "can trigger"):
                        if link.supported and link.scope == "all":
                            frontier.append((link.subject, (link, *links)))
        return found


def _walk(start: str, edges: dict[str, list[str]]) -> frozenset[str]:
    seen, todo = {start}, [start]
    while todo:
        for step in edges.get(todo.pop(), ()):
            if step not in seen:
                seen.add(step)
                todo.append(step)
    return frozenset(seen)


def _link(subject: str, predicate: str, obj: str, rows: Iterable[dict[str, Any]]) -> Link:
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    supporting = [row for row in ordered if row["direction"] == "supports"]
    scope = "all" if any(row["scope"] == "all" for row in supporting) else "some"
    return Link(subject, predicate, obj, scope, tuple(ordered), bool(supporting))
