"""Labels and identifiers of the tables, each to the other. Owns the resolving of a cell to a term."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from kg.authoring.records import Term

CURIE = re.compile(r"^[A-Za-z][A-Za-z0-9]*:[A-Za-z0-9_.-]+$")


class Names:
    """Index of terms by id and by label; built once, then read only."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)

    @cached_property
    def by_id(self) -> dict[str, Term]:
        return {term.id: term for term in self.terms}

    @cached_property
    def by_label(self) -> dict[str, Term]:
        return {term.label: term for term in reversed(self.terms) if term.label}

    def find(self, cell: str) -> Term | None:
        """Term that a cell names by id or by label."""
        return self.by_id.get(cell) or self.by_label.get(cell)

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Asserted parent ids of each id; for a defined class these are its genus."""
        return {t.id: tuple(p.id for p in map(self.find, t.parents) if p) for t in self.terms}

    def find_ancestors(self, term_id: str) -> set[str]:
        """Ids above a term by asserted parents, itself included. A cycle ends the walk."""
        seen: set[str] = set()
        todo = [term_id]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo += self.parents.get(current, ())
        return seen
