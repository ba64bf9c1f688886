"""Which cell line a mechanism works on and which one a finding is about; whether two of them are related (guard G4).

Lines are related where one cell is a kind of the other or develops from it. Raised and lowered counts are never one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from kg.authoring.curation.names import Names
from kg.authoring.records import Curation

_LOWERED = ("has reduced circulating cell type", "has reduced subset")
CELL, PANCYTOPENIA, RAISED = "CL:0000000", "LEUKO:0001025", "LEUKO:0000104"


class Lines:
    """Cells, degrees and directions of findings and mechanisms, read from the tables and the inferred hierarchy."""

    def __init__(self, curation: Curation, ancestors: Mapping[str, frozenset[str]]) -> None:
        self.ancestors = ancestors
        self.names = Names(curation.terms)
        self.fillers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for term in curation.terms:
            for prop, cell in term.restrictions:
                if found := self.names.find(cell):
                    self.fillers[prop][term.id].add(found.id)
        self._origins: dict[str, frozenset[str]] = {}
        self._cell_ids = [c for c, above in ancestors.items() if CELL in above]

    def label(self, term_id: str) -> str:
        return self.names.by_id[term_id].label if term_id in self.names.by_id else term_id

    def get(self, prop: str, term_id: str) -> set[str]:
        """Fillers of a property on a term and on everything above it, the most specific ones only."""
        found = {f for above in self.ancestors.get(term_id, {term_id}) for f in self.fillers[prop].get(above, ())}
        return {f for f in found if not any(g != f and f in self.ancestors.get(g, ()) for g in found)}

    def find_problems(self, mechanism: str, reached: Sequence[str]) -> Iterator[str]:
        """What is wrong with a mechanism that leads to these findings, one sentence each."""
        told = [f for f in reached if PANCYTOPENIA not in self.ancestors[f] and not self._covers_pancytopenia(f, reached)]
        judged = [f for f in told if not any(g != f and f in self.ancestors[g] for g in told)]
        own = self.get("acts on cell", mechanism)
        if reached and not own:
            yield f"leads to {self.label(reached[0])} and names no cell that it acts on"
        for finding in judged:
            if degree := self.get("has degree", finding):
                yield f"leads to {self.label(finding)}, which states a degree ({', '.join(sorted(map(self.label, degree)))})"
            cells = self._cells(finding)
            if own and cells and not any(self._related(a, b) for a in own for b in cells):
                yield f"acts on {', '.join(sorted(map(self.label, own)))} and reaches {self.label(finding)}"
        for a, b in combinations(judged, 2):
            if not self._one_line(a, b):
                yield f"reaches {self.label(a)} and {self.label(b)}"

    def _covers_pancytopenia(self, finding: str, reached: Sequence[str]) -> bool:
        """A finding that is told only because pancytopenia is a kind of it: anemia, thrombocytopenia."""
        return any(finding in self.ancestors[f] and PANCYTOPENIA in self.ancestors[f] for f in reached)

    def _cells(self, finding: str) -> set[str]:
        return {cell for prop in _LOWERED for cell in self.get(prop, finding)}

    def _one_line(self, a: str, b: str) -> bool:
        if (RAISED in self.ancestors[a]) != (RAISED in self.ancestors[b]):
            return not self._cells(a) and not self._cells(b)
        first, second = self._cells(a), self._cells(b)
        return not first or not second or any(self._related(x, y) for x in first for y in second)

    def _related(self, a: str, b: str) -> bool:
        """One is a kind or an origin of the other, or an origin of some kind of it (a promyelocyte, of neutrophils)."""
        return any(a in self._find_origins(c) for c in self._below(b)) or any(b in self._find_origins(c) for c in self._below(a))

    def _below(self, cell: str) -> set[str]:
        return {cell} | {c for c in self._cell_ids if cell in self.ancestors[c]}

    def _find_origins(self, cell: str) -> frozenset[str]:
        """The cell, the kinds that it is of, and the cells that it or they develop from."""
        if cell not in self._origins:
            seen, todo = {cell}, [cell]
            while todo:
                current = todo.pop()
                for step in {*self.ancestors.get(current, ()), *self.fillers["develops from"].get(current, ())}:
                    if step not in seen:
                        seen.add(step)
                        todo.append(step)
            self._origins[cell] = frozenset(seen)
        return self._origins[cell]
