"""Forms of one disease stand together: the best supported one heads, the others are told beside it.

Owns which causes stand for others in the order. Two rules: the classes of `ontology/forms.tsv` are one disease each, whose
forms (genes, stages, courses) fold; and a class folds into its member where the member is better supported, because the
nearer name says more. Must not know weights.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from kg.knowledge.graph import Traversal


class Ranked(Protocol):
    """Anything that stands for a cause."""

    @property
    def cause(self) -> str: ...


R = TypeVar("R", bound=Ranked)


def parse_forms(text: str) -> frozenset[str]:
    """Classes whose members are forms of one disease."""
    return frozenset(row["class"] for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def fold(ordered: Iterable[R], traversal: Traversal, forms: frozenset[str]) -> list[tuple[R, list[R]]]:
    """Heads in order, each with what folds into it."""
    heads: list[tuple[R, list[R]]] = []
    by_form: dict[str, int] = {}
    above: dict[str, int] = {}  # classes of the heads so far -> the first head below them
    for item in ordered:
        own, wider = find_kin(item.cause, traversal, forms)
        place = next((by_form[form] for form in own if form in by_form), above.get(item.cause))
        if place is not None:
            heads[place][1].append(item)
            continue
        for form in own:
            by_form.setdefault(form, len(heads))
        for name in wider:
            above.setdefault(name, len(heads))
        heads.append((item, []))
    return heads


Kin = tuple[Sequence[str], frozenset[str]]


def find_wider(cause: str, traversal: Traversal) -> frozenset[str]:
    """Classes and drug groups of a cause, itself left out."""
    return (traversal.above(cause) | _groups(traversal, cause)) - {cause}


def find_kin(cause: str, traversal: Traversal, forms: frozenset[str]) -> Kin:
    """Classes of forms that a cause belongs to, and what it would head: the classes and drug groups above it. Kept."""
    known: dict[str, Kin] = traversal.memo.setdefault(("kin", forms), {})
    if cause not in known:
        above = traversal.above(cause)
        known[cause] = sorted(above & forms), (above | _groups(traversal, cause)) - {cause}
    return known[cause]


def _groups(traversal: Traversal, cause: str) -> frozenset[str]:
    """Groups of a drug, and the groups above them."""
    found = [link.object for link in traversal.out(cause, "member of drug group") if link.supported]
    return frozenset(above for group in found for above in traversal.above(group))
