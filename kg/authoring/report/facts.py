"""The rows of the report queries, brought into shape once: claims, classes with what stands above them, limits."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kg.knowledge.store import Engine, get_query
from kg.vocabulary import KINDS, PREDICATE_BY_CURIE, contract

CAUSING = ("can cause", "has defining feature", "can account for reading", "can bring about", "can act via")
FINDING, MECHANISM = "LEUKO:0000101", "LEUKO:0000130"
# A year of publication as DOIs, URLs and titles print it: four digits that stand alone.
_YEAR = re.compile(r"(?<!\d)(19[3-9]\d|20[0-2]\d)(?!\d)")
_RECORD = re.compile(r"(PMID|PMC|OMIM|ORPHA|HP|MONDO|DOID|SEED|ISBN):")


class Claim(NamedTuple):
    """One association, ends as CURIEs and the predicate by its label."""

    id: str
    subject: str
    predicate: str
    object: str
    direction: str
    statement_kind: str
    source: str

    @property
    def year(self) -> str:
        """Year that the source prints, empty where it prints none; the number of a record is no year."""
        found = _YEAR.search(self.source) if not _RECORD.match(self.source) else None
        return found[0] if found else ""


class Facts:
    """Everything that the sections count. Built from an engine, then read only."""

    def __init__(self, engine: Engine, queries: Path) -> None:
        def ask(name: str) -> list[tuple[str, ...]]:
            rows = engine.select(get_query(queries, name, "report").text).rows
            return [tuple(contract(cell or "") for cell in row) for row in rows]

        predicates = {curie: p.label for curie, p in PREDICATE_BY_CURIE.items()}
        self.claims = [Claim(i, s, predicates[p], *rest) for i, s, p, *rest in ask("associations")]
        self.labels: dict[str, str] = {}
        self.above: dict[str, set[str]] = defaultdict(set)
        for term, label, above in ask("classes"):
            self.labels[term] = label
            self.above[term].add(above)
        self.sites = {(m, relation) for m, relation, _ in ask("mechanism_sites")}
        self.limits = ask("limits")
        self.unmapped = ask("unmapped")

    def get_kind(self, term: str) -> str:
        """Kind of a cause, empty for a term that is none."""
        above = self.above.get(term, set())
        return next((kind for kind, (category, _) in KINDS.items() if category in above), "")

    @cached_property
    def supported(self) -> list[Claim]:
        """Claims that speak for what they say."""
        return [c for c in self.claims if c.direction == "supports"]

    @cached_property
    def causes(self) -> dict[str, str]:
        """Kind of every cause with a supported causal claim, by id. A label listing makes no cause."""
        subjects = dict.fromkeys(c.subject for c in self.supported if c.predicate in CAUSING)
        return {s: kind for s in subjects if (kind := self.get_kind(s))}

    @cached_property
    def mechanisms_of(self) -> dict[str, set[str]]:
        """Labels of the mechanisms that each cause may act via; the placeholder only where a source says so itself."""
        found: dict[str, set[str]] = defaultdict(set)
        for c in self.supported:
            if c.predicate == "can act via":
                found[c.subject].add(self.labels.get(c.object, c.object))
        return found

    @cached_property
    def pointed(self) -> set[str]:
        """Causes with at least one feature that points to them."""
        return {c.subject for c in self.supported if c.predicate == "can present with"}


def read_facts(engine: Engine, queries: Path) -> Facts:
    """Facts of a loaded ontology."""
    return Facts(engine, queries)
