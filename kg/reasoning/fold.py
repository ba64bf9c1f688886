"""Forms of one disease stand together: the best supported one heads, the others are told beside it.

Owns which causes stand for others in the order. Two rules: the classes of `ontology/forms.tsv` are one disease each, whose
forms (genes, stages, courses) fold; and a class folds into its member where the member is better supported, because the
nearer name says more. Must not know weights.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
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
        place = _find_place(item.cause, traversal, forms, by_form, above)
        if place is not None:
            heads[place][1].append(item)
            continue
        for form in _forms_of(item.cause, traversal, forms):
            by_form.setdefault(form, len(heads))
        for wider in find_wider(item.cause, traversal):
            above.setdefault(wider, len(heads))
        heads.append((item, []))
    return heads


def find_wider(cause: str, traversal: Traversal) -> frozenset[str]:
    """Classes and drug groups of a cause, itself left out."""
    return (traversal.above(cause) | _groups(traversal, cause)) - {cause}


def _find_place(
    cause: str, traversal: Traversal, forms: frozenset[str], by_form: Mapping[str, int], above: Mapping[str, int]
) -> int | None:
    for form in _forms_of(cause, traversal, forms):
        if form in by_form:
            return by_form[form]
    return above.get(cause)


def _forms_of(cause: str, traversal: Traversal, forms: frozenset[str]) -> Sequence[str]:
    return sorted(traversal.above(cause) & forms)


def _groups(traversal: Traversal, cause: str) -> frozenset[str]:
    """Groups of a drug, and the groups above them."""
    found = [link.object for link in traversal.out(cause, "member of drug group") if link.supported]
    return frozenset(above for group in found for above in traversal.above(group))
