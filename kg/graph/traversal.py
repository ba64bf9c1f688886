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


class Route(NamedTuple):
    """A way from a cause to a finding: the links in order, and the is-a steps between them are left to the reader."""

    links: tuple[Link, ...]
    tier: str


class Reach(NamedTuple):
    """Everything that could explain one finding, by tier; routes are shortest first."""

    finding: str
    routes: dict[str, list[Route]]
    tiers: dict[str, str]


class Traversal:
    """Index of a frozen graph."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        self._reach: dict[str, Reach] = {}
        self._below: dict[str, frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}

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
    def links(self) -> dict[tuple[str, str, str], Link]:
        """Claims by (subject, predicate, object)."""
        rows: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for subject, obj, key, data in self.graph.edges(keys=True, data=True):
            if "source" in data:
                rows[subject, data["predicate"], obj].append({"id": key, **data})
        return {key: _link(key, found) for key, found in sorted(rows.items())}

    @cached_property
    def _out(self) -> dict[tuple[str, str], list[Link]]:
        found: dict[tuple[str, str], list[Link]] = defaultdict(list)
        for (subject, predicate, _), link in self.links.items():
            found[subject, predicate].append(link)
        return found

    @cached_property
    def _in(self) -> dict[tuple[str, str], list[Link]]:
        found: dict[tuple[str, str], list[Link]] = defaultdict(list)
        for (_, predicate, obj), link in self.links.items():
            found[obj, predicate].append(link)
        return found

    def out(self, subject: str, *predicates: str) -> list[Link]:
        """Links that start at a node, supported or not."""
        return [link for predicate in predicates for link in self._out.get((subject, predicate), ())]

    def into(self, obj: str, *predicates: str) -> list[Link]:
        """Links that end at a node, supported or not."""
        return [link for predicate in predicates for link in self._in.get((obj, predicate), ())]

    def members(self, group: str) -> list[str]:
        """Members of a drug group, and subclasses of any class."""
        found = [link.subject for link in self.into(group, "member of drug group") if link.supported]
        return sorted({*found, *(self.below(group) - {group})})

    # ------------------------------------------------------------------ what reaches a finding

    def reach(self, finding: str) -> Reach:
        """Causes of a finding, by tier. A finding with an attribution (`due to`) asks its genus for that kind only."""
        if finding not in self._reach:
            self._reach[finding] = _Search(self, finding).run()
        return self._reach[finding]

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


def _link(key: tuple[str, str, str], rows: Iterable[dict[str, Any]]) -> Link:
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    supporting = [row for row in ordered if row["direction"] == "supports"]
    scope = "all" if any(row["scope"] == "all" for row in supporting) else "some"
    return Link(*key, scope, tuple(ordered), bool(supporting))


class _Search:
    """One run of `reach`."""

    def __init__(self, traversal: Traversal, finding: str) -> None:
        self.t = traversal
        self.finding = finding
        self.routes: dict[str, list[Route]] = defaultdict(list)
        self.inherited: set[str] = set()  # causes whose membership in the direct tier holds for the whole class

    def run(self) -> Reach:
        if attribution := self.t.attribution(self.finding):
            return self._attributed(*attribution)
        if self.t.category(self.finding) == "reading":
            self._reading(self.finding, "direct")
        else:
            self._direct()
            self._indirect()
            self._class_evidence()
            self._unspecific()
            for link in self.t.out(self.finding, "can show as"):
                self._reading(link.object, "reading_only")
        return self._finish()

    def _finish(self) -> Reach:
        order = ("direct", "indirect", "class_evidence", "unspecific", "reading_only")
        tiers: dict[str, str] = {}
        for cause, routes in self.routes.items():
            best = min(routes, key=lambda r: order.index(r.tier)).tier
            tiers[cause] = best
            self.routes[cause] = sorted((r for r in routes if r.tier == best), key=_route_order)
        return Reach(self.finding, dict(self.routes), tiers)

    def _attributed(self, genus: str, kind: str) -> Reach:
        reach = self.t.reach(genus)
        group = "LEUKO:0000118" if kind == "LEUKO:0000116" else ""  # a drug group stands for some drug
        kept = {c for c in reach.routes if kind in self.t.above(c) or (group and group in self.t.above(c))}
        return Reach(self.finding, {c: reach.routes[c] for c in reach.routes if c in kept}, {c: reach.tiers[c] for c in kept})

    # Direct: an own row on the finding or a kind of it, or a mechanism that leads there; subclasses inherit `all` rows.
    def _direct(self) -> None:
        mechanisms = self.t.leading_mechanisms(self.t.below(self.finding))
        for target in sorted(self.t.below(self.finding)):
            for link in self.t.into(target, "can cause", "has defining feature"):
                self._add_direct(link, (link,))
        for mechanism, tail in mechanisms.items():
            for link in self.t.into(mechanism, "can act via"):
                self._add_direct(link, (link, *tail))

    def _add_direct(self, link: Link, route: tuple[Link, ...]) -> None:
        if not link.supported:
            return
        self.routes[link.subject].append(Route(route, "direct"))
        if link.scope == "all":
            self.inherited.add(link.subject)
            for below in sorted(self.t.below(link.subject) - {link.subject}):
                if self.t.category(below) == "cause":
                    self.routes[below].append(Route(route, "direct"))
                    self.inherited.add(below)

    # Indirect: conditions upstream through `can bring about`, at any distance.
    def _indirect(self) -> None:
        frontier = {cause: self.routes[cause][0].links for cause in sorted(self.inherited)}
        done = set(frontier)
        while frontier:
            following: dict[str, tuple[Link, ...]] = {}
            for cause in sorted(frontier):
                for link in self.t.into(cause, "can bring about"):
                    if link.supported:
                        following |= self._add_indirect(link, (link, *frontier[cause]), done | set(following))
            done |= set(following)
            frontier = following

    def _add_indirect(self, link: Link, route: tuple[Link, ...], done: set[str]) -> dict[str, tuple[Link, ...]]:
        added: dict[str, tuple[Link, ...]] = {}
        heirs = self.t.below(link.subject) if link.scope == "all" else frozenset({link.subject})
        for cause in sorted(heirs):
            if self.t.category(cause) == "cause":
                self.routes[cause].append(Route(route, "indirect"))
                if link.scope == "all" and cause not in done:
                    added[cause] = route
        return added

    # Class evidence: members of a class or group with a `some` row, without a row of their own.
    def _class_evidence(self) -> None:
        for cause in [c for c, routes in self.routes.items() if any(r.tier == "direct" for r in routes)]:
            for route in [r for r in self.routes[cause] if r.links[0].subject == cause and r.links[0].scope == "some"]:
                for member in self.t.members(cause):
                    if self._is_bare(member):
                        membership = self.t.links.get((member, "member of drug group", cause))
                        links = ((membership,) if membership else ()) + route.links
                        self.routes[member].append(Route(links, "class_evidence"))

    def _is_bare(self, member: str) -> bool:
        own = [r for r in self.routes.get(member, ()) if r.tier != "class_evidence"]
        return self.t.category(member) == "cause" and not own and not self._is_refuted(member, self.finding)

    # Unspecific: the row's stated object is a superclass of the finding, and the finding is not refuted.
    def _unspecific(self) -> None:
        wider = [t for t in sorted(self.t.above(self.finding) - {self.finding}) if self.t.category(t) == "finding"]
        found: list[tuple[Link, ...]] = [(link,) for t in wider for link in self.t.into(t, "can cause", "has defining feature")]
        for mechanism, tail in self.t.leading_mechanisms(wider).items():
            found += [(link, *tail) for link in self.t.into(mechanism, "can act via")]
        for links in found:
            if links[0].supported and self._may_be_unspecific(links[0].subject):
                self.routes[links[0].subject].append(Route(links, "unspecific"))

    def _may_be_unspecific(self, cause: str) -> bool:
        tiers = {route.tier for route in self.routes.get(cause, ())}
        return tiers <= {"class_evidence", "unspecific"} and not self._is_refuted(cause, self.finding)

    def _is_refuted(self, cause: str, finding: str) -> bool:
        targets = self.t.below(finding) | self.t.above(finding)
        links = [link for link in self.t.out(cause, "can cause") if link.object in targets]
        return any(not link.supported for link in links)

    # Readings: what accounts for the low number itself, and the causes of every finding that can show as it.
    def _reading(self, reading: str, tier: str) -> None:
        for link in self.t.into(reading, "can account for reading"):
            if link.supported:
                self.routes[link.subject].append(Route((link,), tier))
        if tier == "direct":
            for shown in self.t.into(reading, "can show as"):
                if shown.supported and shown.scope == "all":
                    self._through(shown)

    def _through(self, shown: Link) -> None:
        reach = self.t.reach(shown.subject)
        for cause, routes in reach.routes.items():
            if reach.tiers[cause] in ("direct", "indirect"):
                self.routes[cause] += [Route((*route.links, shown), route.tier) for route in routes]


def _route_order(route: Route) -> tuple[int, str]:
    return len(route.links), "|".join(f"{link.subject} {link.predicate} {link.object}" for link in route.links)
