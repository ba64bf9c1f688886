"""Which causes reach a finding, in which tier, by which links. Owns the rules of the tiers (`modelling.md`, 2 to 10)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kg.knowledge.graph.traversal import Link, Traversal
from kg.vocabulary import TIERS


class Route(NamedTuple):
    """A way from a cause to a finding: the links in order; the is-a steps between them are left to the reader."""

    links: tuple[Link, ...]
    tier: str


class Reach(NamedTuple):
    """Everything that could explain one finding: routes of the best tier of each cause, shortest first."""

    finding: str
    routes: dict[str, list[Route]]
    tiers: dict[str, str]


def find_reach(traversal: Traversal, finding: str) -> Reach:
    """Causes of a finding, by tier. A finding with an attribution (`due to`) asks its genus for that kind only."""
    key = "reach", finding
    if key not in traversal.memo:
        traversal.memo[key] = Search(traversal, finding).run()
    found: Reach = traversal.memo[key]
    return found


CELLS = "has reduced circulating cell type"
DEGREE, PATTERN = "has degree", "has time pattern"


def find_base(traversal: Traversal, finding: str) -> str:
    """The finding without its degree and its pattern in time: neutropenia of agranulocytosis; itself where it has none."""
    if not (_ends(traversal, finding, DEGREE) | _ends(traversal, finding, PATTERN)):
        return finding
    cells = _ends(traversal, finding, CELLS)
    plain = [
        above
        for above in sorted(traversal.above(finding) - {finding})
        if _ends(traversal, above, CELLS) == cells and not (_ends(traversal, above, DEGREE) | _ends(traversal, above, PATTERN))
    ]
    return plain[0] if plain and cells else finding


def _ends(traversal: Traversal, node: str, description: str) -> frozenset[str]:
    if node not in traversal.graph:
        return frozenset()
    return frozenset(o for _, o, key in traversal.graph.out_edges(node, keys=True) if key == description)


class Search:
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
            self._other_lines()
            self._any_depth()
            for link in self.t.out(self.finding, "can show as"):
                self._reading(link.object, "reading_only")
        return self._finish()

    def _finish(self) -> Reach:
        tiers: dict[str, str] = {}
        for cause, routes in self.routes.items():
            best = min(routes, key=lambda r: TIERS.index(r.tier)).tier
            tiers[cause] = best
            self.routes[cause] = sorted((r for r in routes if r.tier == best), key=self._order)
        return Reach(self.finding, dict(self.routes), tiers)

    def _order(self, route: Route) -> tuple[int, int, str]:
        """Shortest first; of equal length the one that ends at the more specific finding."""
        steps = "|".join(f"{link.subject} {link.predicate} {link.object}" for link in route.links)
        return len(route.links), -len(self.t.above(route.links[-1].object)), steps

    def _attributed(self, genus: str, kind: str) -> Reach:
        reach = find_reach(self.t, genus)
        group = "LEUKO:0000118" if kind == "LEUKO:0000116" else ""  # a drug group stands for some drug
        kept = {c for c in reach.routes if kind in self.t.above(c) or (group and group in self.t.above(c))}
        return Reach(self.finding, {c: reach.routes[c] for c in reach.routes if c in kept}, {c: reach.tiers[c] for c in kept})

    # Depth moves the support, not the membership (modelling.md, 18): a count at a depth is explained by every cause of the
    # finding that no source excludes for that depth. A pattern in time that no source reports is a wider finding.
    def _any_depth(self) -> None:
        if (base := find_base(self.t, self.finding)) == self.finding:
            return
        reach, deep = find_reach(self.t, base), not _ends(self.t, self.finding, PATTERN)
        for cause, routes in reach.routes.items():
            known = {route.tier for route in self.routes.get(cause, ())}
            near = [route for route in routes if self._is_comparable(route)]
            if near and known.isdisjoint(("direct", "indirect")) and not self._is_excluded(cause):
                own = reach.tiers[cause] in ("direct", "indirect")
                tier = ("any_depth" if deep else "unspecific") if own else reach.tiers[cause]
                self.routes[cause] += [Route(route.links, tier) for route in near]

    def _is_comparable(self, route: Route) -> bool:
        """Whether a route ends at the finding, at a kind of it, or at a wider one; another depth or pattern is no evidence."""
        end = route.links[-1].object
        return end in self.t.above(self.finding) or self.finding in self.t.above(end) or len(_ends(self.t, end, CELLS)) > 1

    def _is_excluded(self, cause: str) -> bool:
        """Whether the sources speak against a cause at the very depth or pattern, and none for it."""
        own = [link for link in self.t.out(cause, "can cause") if link.object in self.t.above(self.finding)]
        at_depth = [link for link in own if link.object == self.finding]
        return any(not link.supported for link in at_depth)

    # Other lines: a finding of several lines asks the causes of its white ones, a line those of several lines.
    def _other_lines(self) -> None:
        for other, tier in self._joined():
            found: list[tuple[Link, ...]] = [
                (link,) for t in sorted(self.t.below(other)) for link in self.t.into(t, "can cause", "has defining feature")
            ]
            for mechanism, tail in self.t.leading_mechanisms(self.t.below(other)).items():
                found += [(link, *tail) for link in self.t.into(mechanism, "can act via")]
            for links in found:
                if links[0].supported and self._may_be_wider(links[0].subject, tier):
                    self.routes[links[0].subject].append(Route(links, tier))

    def _joined(self) -> list[tuple[str, str]]:
        """Findings of several lines that hold this line, and for one of several lines the wider finding above it."""
        cells = _ends(self.t, self.finding, CELLS)
        if len(cells) > 1:
            wider = [t for t in self.t.above(self.finding) - {self.finding} if len(_ends(self.t, t, CELLS)) == 1]
            return [(t, "other_line") for t in sorted(wider)]
        above = {a for cell in cells for a in self.t.above(cell)}
        several = [t for t in self._findings if len(found := _ends(self.t, t, CELLS)) > 1 and found & above]
        return [(t, "unspecific") for t in several if t not in self.t.below(self.finding)]

    @property
    def _findings(self) -> list[str]:
        return sorted(n for n in self.t.graph if self.t.category(n) == "finding")

    def _may_be_wider(self, cause: str, tier: str) -> bool:
        tiers = {route.tier for route in self.routes.get(cause, ())}
        return tiers <= {"class_evidence", tier} and not self._is_refuted(cause, self.finding)

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
                        membership = self.t.links("member of drug group").get((member, cause))
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
        reach = find_reach(self.t, shown.subject)
        for cause, routes in reach.routes.items():
            if reach.tiers[cause] in ("direct", "indirect"):
                self.routes[cause] += [Route((*route.links, shown), route.tier) for route in routes]
