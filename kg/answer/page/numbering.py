"""Terms, links and sources as numbers, so that tables hold each name once. Owns the numbering; must not know scoring.

Terms are numbered in the order of their ids: whoever compares numbers compares ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.knowledge.graph import Link, Traversal
from kg.reasoning.chains import order_evidence
from kg.reasoning.records import Evidence
from kg.vocabulary import DIRECTIONS, EVIDENCE_ORDER, FAMILIES


class Numbering:
    """Numbers of every term of a graph that a page may name, and of the links and sources that tables mention."""

    def __init__(self, traversal: Traversal, terms: Iterable[str]) -> None:
        self.t = traversal
        self.terms = sorted({above for term in terms for above in traversal.above(term)})
        self._terms = {term: number for number, term in enumerate(self.terms)}
        self._links: dict[tuple[str, str, str], int] = {}
        self._kinds: dict[str, int] = {}
        self._predicates: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self.link_rows: list[list[Any]] = []

    def n(self, term: str) -> int:
        """Number of a term. Raises KeyError for one that was not announced."""
        return self._terms[term]

    def ns(self, terms: Iterable[str]) -> list[int]:
        """Numbers of terms, ascending."""
        return sorted(self._terms[term] for term in terms)

    def by_term(self, found: Mapping[str, Any]) -> dict[int, Any]:
        """A mapping of terms with their numbers as keys; what says nothing is left out."""
        return {self.n(term): value for term, value in sorted(found.items()) if value or value == 0}

    def link(self, link: Link) -> int:
        """Number of a link; its row is [subject, predicate, object, 1 where it holds for some, evidence]."""
        key = link.subject, link.predicate, link.object
        if key not in self._links:
            self._links[key] = len(self.link_rows)
            self.link_rows.append(self._row(link))
        return self._links[key]

    def _row(self, link: Link) -> list[Any]:
        predicate = self._predicates.setdefault(link.predicate, len(self._predicates))
        ends = [self.n(link.subject), predicate, self.n(link.object), int(link.scope == "some")]
        return [*ends, [self._evidence(evidence) for evidence in order_evidence(link)]]

    def _evidence(self, e: Evidence) -> list[Any]:
        """[source, kind of statement and direction as one number, quantity]; an empty quantity is left out."""
        said = EVIDENCE_ORDER.index(e.statement_kind) * len(DIRECTIONS) + DIRECTIONS.index(e.direction)
        return [self.source(e.source), said, *([e.quantity] if e.quantity else [])]

    def source(self, source: str) -> int:
        """Number of a source."""
        return self._sources.setdefault(source, len(self._sources))

    def build(self) -> dict[str, Any]:
        """What the numbers stand for."""
        terms = [self._term(term) for term in self.terms]
        return {
            "terms": terms,
            "kinds": list(self._kinds),
            "families": FAMILIES,
            "directions": DIRECTIONS,
            "statements": EVIDENCE_ORDER,
            "links": self.link_rows,
            "predicates": list(self._predicates),
            "sources": list(self._sources),
        }

    def _term(self, term: str) -> list[Any]:
        """[id, label, kind, family, parents by a source's word, parents by inference]; empty lists at the end are left out."""
        data = self.t.graph.nodes[term]
        category = str(data.get("category", "other"))
        kind = str(data.get("kind", "")) if category == "cause" else category
        family = FAMILIES.index(data["family"]) if data.get("family") in FAMILIES else -1
        edges = [(p, e) for _, p, k, e in self.t.graph.out_edges(term, keys=True, data=True) if k == "is a" and p in self._terms]
        parents = [self.ns({p for p, e in edges if bool(e.get("asserted")) is asserted}) for asserted in (True, False)]
        row = [term, self.t.label(term), self._kinds.setdefault(kind, len(self._kinds)), family, *parents]
        while row[-1] == []:
            row.pop()
        return row
