"""Small changes of a case: what why-not tries out, and how each is said.

Owns the shapes of a change. Must not know why a change is tried nor how an answer is weighed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from kg.case.records import Case, DrugExposure, Observation

# Kinds of change, the least assuming first: to take back an input asks for less than to suppose a new one.
KINDS = ("absent", "earlier value", "window", "feature", "finding", "drug", "condition")


class Edit(NamedTuple):
    """One change. `absent` and `earlier value` are taken back, `window` moves a start, the others are added.

    `term` is an id; for what is taken back it is the text of the input, which may stand for several terms.
    """

    kind: str
    term: str
    label: str
    days: float | None = None

    @property
    def text(self) -> str:
        """The change in words, as a condition."""
        if self.kind == "absent":
            return f"without '{self.label} absent'"
        if self.kind == "earlier value":
            return f"without the earlier value {self.label}"
        if self.kind == "window":
            return f"{self.label} started {self.days:g} days ago"
        words = {"feature": "{} present", "finding": "{} to be explained", "drug": "{} taken", "condition": "{} known"}
        return words[self.kind].format(self.label)

    def as_data(self) -> dict[str, Any]:
        """The change as the data forms give it."""
        op = {"absent": "drop", "earlier value": "drop", "window": "move"}.get(self.kind, "add")
        return {"op": op, "kind": self.kind, "id": self.term, "label": self.label, "days": self.days, "text": self.text}


def apply_edits(case: Case, edits: Iterable[Edit]) -> Case:
    """The case with all changes made, one after the other."""
    for edit in edits:
        case = _apply(case, edit)
    return case


def _apply(case: Case, edit: Edit) -> Case:
    if edit.kind == "absent":
        return replace(case, observations=tuple(o for o in case.observations if o.present or edit.term not in (o.term, o.text)))
    if edit.kind == "earlier value":
        return replace(case, readings=tuple(r for r in case.readings if r.text != edit.term))
    if edit.kind == "window":
        moved = (replace(d, days_since_start=edit.days) if d.term == edit.term else d for d in case.drugs)
        return replace(case, drugs=tuple(moved))
    if edit.kind == "drug":
        rest = tuple(d for d in case.drugs if d.term != edit.term)
        return replace(case, drugs=(*rest, DrugExposure(edit.term, edit.label, edit.label)))
    rest_observed = tuple(o for o in case.observations if o.term != edit.term)
    return replace(case, observations=(*rest_observed, Observation(edit.term, edit.label, text=edit.label)))
