"""What the tables say of each cause: the findings that it reaches by rows alone.

Owns the walk over association rows that the checks and the reports share. Must not know OWL: a finding counts as
reached where a row names it, not where a reasoner would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from kg.authoring.curation.names import Names
from kg.authoring.records import Association, Curation
from kg.vocabulary import CAUSAL, KINDS

FINDING, READING, MECHANISM = "LEUKO:0000101", "LEUKO:0000140", "LEUKO:0000130"
# Rows that make their subject a cause; `has component` alone makes none.
CLAIMING = (*(p for p in CAUSAL if p not in ("can trigger", "can lead to")), "can account for reading")


class Causation:
    """Index of the supported rows; built once, then read only."""

    def __init__(self, curation: Curation) -> None:
        self.curation = curation
        self.names = Names(curation.terms)
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._handed_down: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in curation.associations:
            if row.direction == "supports":
                self._objects[row.predicate, row.subject].append(row.object)
                if row.scope == "all":
                    self._handed_down[row.predicate, row.subject].append(row.object)

    def get_objects(self, subject: str, *predicates: str) -> list[str]:
        """Objects of the supported rows of a subject, in the order of the tables."""
        return [o for p in predicates for o in self._objects.get((p, subject), ())]

    def is_a(self, term: str, ancestor: str) -> bool:
        """Whether asserted parents lead from a term to an ancestor."""
        return ancestor in self._ancestors(term)

    def _ancestors(self, term: str) -> frozenset[str]:
        if term not in self._known:
            self._known[term] = frozenset(self.names.find_ancestors(term))
        return self._known[term]

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {}

    def find_kind(self, term: str) -> str:
        """Kind of a cause, empty for a term that is none; a category class is no cause."""
        above = self._ancestors(term) - {term}
        return next((kind for kind, (category, _) in KINDS.items() if category in above), "")

    @cached_property
    def causes(self) -> dict[str, str]:
        """Kind of every cause, by id, in the order of the tables."""
        return {t.id: kind for t in self.curation.terms if (kind := self.find_kind(t.id))}

    @cached_property
    def claiming_rows(self) -> dict[str, Association]:
        """First supported causal row of each subject that is a cause."""
        found: dict[str, Association] = {}
        for row in self.curation.associations:
            if row.direction == "supports" and row.predicate in CLAIMING and self.find_kind(row.subject):
                found.setdefault(row.subject, row)
        return found

    def find_findings(self, cause: str) -> set[str]:
        """Findings and readings that rows lead to from a cause: directly, by a mechanism, or by what it brings about."""
        found: set[str] = set()
        parents = self._ancestors(cause) - {cause}
        for term in self._spread([cause], ("can bring about",)):
            rows = self._handed_down if term in parents else self._objects
            causal = ("can cause", "has defining feature", "can account for reading")
            stated = {o for p in causal for o in rows.get((p, term), ())}
            found |= stated | self.find_mechanism_findings(rows.get(("can act via", term), ()))
        return found

    def find_mechanism_findings(self, mechanisms: Iterable[str]) -> set[str]:
        """Findings that some mechanisms lead to, alone or through those that they trigger."""
        chain = self._spread(mechanisms, ("can trigger",))
        return {f for m in chain for f in self.get_objects(m, "can lead to")}

    def _spread(self, start: Iterable[str], predicates: tuple[str, ...]) -> set[str]:
        """Everything reached from some terms over predicates and is-a, the start included."""
        seen: set[str] = set()
        todo = list(start)
        while todo:
            if (term := todo.pop()) not in seen:
                seen.add(term)
                todo += self.names.parents.get(term, ())
                todo += self.get_objects(term, *predicates)
        return seen
