"""Answers to many cases as columns, ready for any frame library. Owns the columns and nothing of their writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.reasoning.many.rank import Ranked


@dataclass(slots=True)
class Table:
    """Columns of the cases, and columns of their causes; `case` is the place of a case in the order given."""

    status: list[str] = field(default_factory=list)
    targets: list[tuple[str, ...]] = field(default_factory=list)
    case: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    cause: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    shelf: list[str] = field(default_factory=list)

    def add(self, ranked: Ranked) -> None:
        """Append one answer."""
        place, count = len(self.status), len(ranked.causes)
        self.status.append(ranked.status)
        self.targets.append(ranked.targets)
        self.case += [place] * count
        self.rank += range(1, count + 1)
        self.cause += [c.cause for c in ranked.causes]
        self.score += [c.score for c in ranked.causes]
        self.shelf += [c.shelf for c in ranked.causes]
