"""One input's effect on one cause, and how the effects on one cause are put together.

Owns the two rules against counting a thing twice: of several readings of the same words the heaviest counts, and the
second and further signs of one group (fever, chills, rigors) count a share. Must not know what a weight comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kg.reasoning.records import Contribution


class Part(NamedTuple):
    """A weight with what a reader needs to check it; the reason is worded only for what is shown."""

    weight: float
    factor: str
    label: str
    reason: Callable[[], str]
    sources: tuple[str, ...] = ()
    term: str = ""
    statement: str = ""  # the words of the case that it comes from
    group: str = ""  # signs that tell the same
    name: str = ""  # the number of the table that it is, or is in proportion to

    def as_contribution(self) -> Contribution:
        """The same for a reader."""
        return Contribution(self.factor, self.label, self.weight, self.reason(), self.sources, self.term)


def say(text: str) -> Callable[[], str]:
    """A reason that needs no making."""
    return lambda: text


def combine(parts: Iterable[Part], redundancy: float) -> list[Part]:
    """Parts of one cause, each statement once, each group damped."""
    kept: list[Part] = []
    stated: dict[str, Part] = {}
    for part in parts:
        if not part.statement:
            kept.append(part)
        elif (known := stated.get(part.statement)) is None or part.weight > known.weight:
            stated[part.statement] = part
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in stated.values():
        if part.group and part.weight > 0:
            grouped[part.group].append(part)
        else:
            kept.append(part)
    for group in grouped.values():
        kept += _damp(group, redundancy)
    return kept


def _damp(group: list[Part], redundancy: float) -> list[Part]:
    if len(group) == 1:
        return group
    first = max(group, key=lambda part: (part.weight, part.term))
    return [part if part is first else part._replace(weight=part.weight * redundancy) for part in group]
