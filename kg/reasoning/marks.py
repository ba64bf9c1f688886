"""Marks that stand beside the order and never move it: how common a cause is, what it needs, what must not be missed.

Owns the table `ontology/cant_miss.tsv`. Must not know scores and wording.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.knowledge.graph import Traversal
from kg.reasoning.model.parts import Part
from kg.reasoning.model.priors import Priors
from kg.reasoning.records import CantMiss

OPEN_GATE = "gate.open"


class Marks(NamedTuple):
    """The marks of one cause."""

    commonness: str
    only_with: str
    cant_miss: CantMiss | None


def parse_cant_miss(text: str) -> dict[str, CantMiss]:
    """Rows of the table by cause; they hold for its kinds, and for the drugs of a group, too."""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["cause"]: CantMiss(row["reason"], row["source"]) for row in rows}


def spread_cant_miss(table: Mapping[str, CantMiss], traversal: Traversal) -> dict[str, CantMiss]:
    """The rows for every kind of their causes and every drug of their groups; a row of its own goes before."""
    found: dict[str, CantMiss] = {}
    for cause in sorted(set(table) & set(traversal.causes)):
        for kind in sorted(traversal.below(cause)):
            for member in (kind, *traversal.members(kind)):
                found.setdefault(member, table[cause])
    return found | dict(table)


def find_marks(cause: str, parts: Iterable[Part], priors: Priors, cant_miss: Mapping[str, CantMiss]) -> Marks:
    """Marks of a cause under a case: a class of commonness where a row gives one, the exposures that are not given."""
    commonness, _ = priors.commonness.get(cause, ("", ""))
    needed = next((part.label for part in parts if part.name == OPEN_GATE), "")
    return Marks(commonness, needed, cant_miss.get(cause))
