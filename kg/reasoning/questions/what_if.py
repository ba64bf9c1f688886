"""Two answers to two versions of a case: what leaves, enters, rises and falls. Owns the comparison and nothing of the change.

It changes the question, not the treatment: every record says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.reasoning.records import Cause, Explanation

NOTE = (
    "This changes the question, not the treatment: it says how the answer would read for another case, "
    "not what would happen if a drug were stopped or a test done."
)
TOP = 5


def compare_answers(before: Explanation, after: Explanation, changes: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The difference between two answers; a cause rises or falls by rank, or by support where the rank stays.

    Moves are ordered by how much the support itself changed, then by ranks.
    """
    old, new = ({cause.id: cause for cause in answer.causes} for answer in (before, after))
    both = [(old[i], new[i]) for i in old.keys() & new.keys()]
    moved = [_move(*pair) for pair in both if pair[0].rank != pair[1].rank or pair[0].score != pair[1].score]
    return {
        "changes": [dict(change) for change in changes],
        "before": _summarize(before),
        "after": _summarize(after),
        "left": [_leave(old[i], after) for i in sorted(old.keys() - new.keys(), key=lambda i: old[i].rank)],
        "entered": [_enter(new[i], before) for i in sorted(new.keys() - old.keys(), key=lambda i: new[i].rank)],
        "risen": sorted((m for m in moved if _is_rise(m)), key=_order),
        "fallen": sorted((m for m in moved if not _is_rise(m)), key=_order),
        "note": NOTE,
    }


def _summarize(answer: Explanation) -> dict[str, Any]:
    return {
        "status": answer.status,
        "findings": [finding["label"] for finding in answer.findings],
        "causes": len(answer.causes),
        "top": [{"rank": c.rank, "id": c.id, "label": c.label} for c in answer.causes[:TOP]],
        "alerts": list(answer.alerts),
    }


def _move(old: Cause, new: Cause) -> dict[str, Any]:
    return {
        "id": new.id,
        "label": new.label,
        "from": old.rank,
        "to": new.rank,
        "support": round(new.score - old.score, 4),
        "because": _difference(old, new),
    }


def _is_rise(move: Mapping[str, Any]) -> bool:
    return bool((move["from"] - move["to"], move["support"]) > (0, 0.0))


def _difference(old: Cause, new: Cause) -> list[str]:
    """Contributions that only one of the two answers has."""
    parts = {(p.factor, p.label, round(p.weight, 4)): p for p in (*old.contributions, *new.contributions)}
    in_old, in_new = ({(p.factor, p.label, round(p.weight, 4)) for p in c.contributions} for c in (old, new))
    gained = [f"{parts[k].label} {parts[k].weight:+.1f} ({parts[k].reason})" for k in sorted(in_new - in_old)]
    lost = [f"no longer {parts[k].label} {parts[k].weight:+.1f}" for k in sorted(in_old - in_new)]
    return gained + lost


def _order(move: Mapping[str, Any]) -> tuple[float, int, str]:
    return -abs(move["support"]), min(move["from"], move["to"]), move["id"]


def _leave(cause: Cause, after: Explanation) -> dict[str, Any]:
    struck = next((c.struck for c in after.struck_out if c.id == cause.id), "")
    asked = any(item["id"] == cause.id for item in after.to_ask)
    if struck:
        reason = f"struck out: {struck}"
    elif asked:
        reason = "to ask: drugs are stated, and it is not among them"
    else:
        reason = "reaches none of the findings"
    return {"id": cause.id, "label": cause.label, "from": cause.rank, "because": reason}


def _enter(cause: Cause, before: Explanation) -> dict[str, Any]:
    struck = next((c.struck for c in before.struck_out if c.id == cause.id), "")
    asked = any(item["id"] == cause.id for item in before.to_ask)
    reason = f"was struck out: {struck}" if struck else "was to be asked about" if asked else "reaches a finding that is new"
    return {"id": cause.id, "label": cause.label, "to": cause.rank, "because": reason}
