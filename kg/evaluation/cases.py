"""How well the answers name the causes of published cases: ranks, goals, misses with their reasons, and three baselines.

A record is one JSON line: `case` (the case schema) and `score` (`groups` of strings of which one must be contained in the
label or a synonym of a returned cause, `forbid_top`, `expect_no_finding`, `decisive`). The engine is asked once for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import answering
from kg.exceptions import InputError
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Cause, Explanation
from kg.vocabulary import CAUSAL

FAR = math.inf
FAR_RANK = 1e9  # any rank will do, but the cause must be returned
GOALS = {"top1": 0.85, "top3": 0.95, "both_in_top5": 1.0, "no_forbidden": 1.0, "no_finding": 1.0}
Order = Callable[[Cause], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: the rank of each group (infinite where no returned cause matches) under each order."""

    id: str
    category: str
    ranks: Mapping[str, tuple[float, ...]]
    status: str
    first: str
    forbidden: str = ""
    no_finding_missed: bool = False
    reason: str = ""
    not_understood: tuple[str, ...] = ()
    expects_finding: bool = True


def read_records(path: Path) -> list[dict[str, Any]]:
    """Records of a JSON-lines file. Raises InputError with the line."""
    from kg.case.readers.schema import read_json
    from kg.case.readers.sources import read_file

    records = []
    for number, line in enumerate(read_file(path).splitlines(), 1):
        if line.strip():
            record = read_json(line, f"{path}, line {number}")
            if not isinstance(record, dict) or not {"case", "score"} <= record.keys():
                raise InputError("needs case and score", f"{path}, line {number}")
            records.append(record)
    return records


def evaluate_cases(records: Sequence[Mapping[str, Any]], mask_decisive: bool = False) -> dict[str, Any]:
    """Scores of all records, with the misses and the baselines."""
    outcomes = [evaluate_case(record, mask_decisive) for record in records]
    scores = {name: _score(outcomes, name) for name in ("model", *_BASELINES)}
    return {
        "cases": len(outcomes),
        "masked": mask_decisive,
        "scores": scores,
        "goals": GOALS,
        "misses": [_miss(o) for o in outcomes if o.reason],
        "not_understood": {o.id: list(o.not_understood) for o in outcomes if o.not_understood},
        "versions": answering.get_versions(),
    }


def evaluate_case(record: Mapping[str, Any], mask_decisive: bool = False) -> Outcome:
    """One record, answered once and ordered four ways."""
    case_id, score = str(record.get("id", "")), record["score"]
    data = _mask(record["case"], score.get("decisive", ())) if mask_decisive else record["case"]
    answer = _answer(data)
    groups = score.get("groups", [])
    orders: dict[str, Order] = {"model": lambda c: (c.rank,)} | _BASELINES
    ranks = {name: tuple(_rank(sorted(answer.causes, key=order), g) for g in groups) for name, order in orders.items()}
    expects_none = bool(score.get("expect_no_finding"))
    first = answer.causes[0].label if answer.causes else ""
    forbidden = next((word for word in score.get("forbid_top", ()) if word.casefold() in first.casefold()), "") if first else ""
    return Outcome(
        id=case_id,
        category=str(record.get("category", "")),
        ranks=ranks,
        status=answer.status,
        first=first,
        forbidden=forbidden,
        no_finding_missed=expects_none and answer.status != "no_finding",
        reason=_reason(answer, groups, ranks["model"], forbidden, expects_none, str(record.get("category", ""))),
        not_understood=tuple(str(item.get("text", "")) for item in answer.not_understood),
        expects_finding=not expects_none,
    )


def _answer(data: Any) -> Explanation:
    """Answer to a case, also to one that masking has left empty."""
    from kg.case.readers.schema import parse_case

    return answering.explain_case(answering.get_resolver().resolve(parse_case(data)))


def _mask(case: Mapping[str, Any], decisive: Sequence[str]) -> dict[str, Any]:
    hidden = {text.casefold() for text in decisive}
    names = ("text", "name", "test", "id")
    kept = {
        key: [item for item in case.get(key, ()) if not any(str(item.get(n, "")).casefold() in hidden for n in names)]
        for key in ("findings", "history", "drugs", "labs")
    }
    return {**case, **kept}


# --------------------------------------------------------------------------- ranks and orders


def matches(cause: Cause, group: Sequence[str]) -> bool:
    """Whether one of the strings is contained in a name of the cause."""
    names = [name.casefold() for name in (cause.label, *cause.synonyms)]
    return any(text.casefold() in name for text in group for name in names)


def _rank(causes: Sequence[Cause], group: Sequence[str]) -> float:
    return next((rank for rank, cause in enumerate(causes, 1) if matches(cause, group)), FAR)


def _count_sources(cause: Cause) -> int:
    traversal: Traversal = answering.get_engine().t
    links = traversal.out(cause.id, *CAUSAL, "can account for reading")
    return len({row["source"] for link in links for row in link.rows})


def _count_matched(cause: Cause) -> int:
    return sum(part.factor == "finding" and part.weight > 0 for part in cause.contributions)


def _without_prior(cause: Cause) -> float:
    return cause.score - sum(part.weight for part in cause.contributions if part.factor == "prior")


_BASELINES: dict[str, Order] = {
    "frequency order": lambda c: (-_count_sources(c), c.label),
    "matched findings": lambda c: (-_count_matched(c), c.label),
    "without priors": lambda c: (-_without_prior(c), c.label),
}

# --------------------------------------------------------------------------- scores


def _score(outcomes: Sequence[Outcome], name: str) -> dict[str, Any]:
    """Counts as (reached, of); what does not depend on the order is counted for the model only."""
    grouped = [o for o in outcomes if o.ranks[name]]
    pairs = [o for o in grouped if o.category == "two causes" and len(o.ranks[name]) > 1]
    found: dict[str, Any] = {
        "top1": (sum(o.ranks[name][0] == 1 for o in grouped), len(grouped)),
        "top3": (sum(o.ranks[name][0] <= 3 for o in grouped), len(grouped)),
        "both_in_top5": (sum(max(o.ranks[name][:2]) <= 5 for o in pairs), len(pairs)),
        "every_group_returned": (sum(r < FAR for o in grouped for r in o.ranks[name]), sum(len(o.ranks[name]) for o in grouped)),
    }
    if name == "model":
        none = [o for o in outcomes if not o.expects_finding]
        found["no_forbidden"] = (sum(not o.forbidden for o in outcomes), len(outcomes))
        found["no_finding"] = (sum(not o.no_finding_missed for o in none), len(none))
    return found


def _miss(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "category": outcome.category,
        "ranks": [None if r == FAR else int(r) for r in outcome.ranks["model"]],
        "first": outcome.first,
        "status": outcome.status,
        "reason": outcome.reason,
    }


def _reason(
    answer: Explanation, groups: Sequence[Sequence[str]], ranks: Sequence[float], forbidden: str, none: bool, category: str
) -> str:
    """Why a case counts as missed, or an empty string."""
    parts: list[str] = []
    if none and answer.status != "no_finding":
        parts.append(f"status {answer.status} instead of no_finding")
    if forbidden:
        parts.append(f"{forbidden!r} stands first")
    for index, (group, rank) in enumerate(zip(groups, ranks, strict=True)):
        if rank > {0: 1.0, 1: 5.0 if category == "two causes" else FAR_RANK}.get(index, FAR_RANK):
            parts.append(f"{group[0]}: {_where(answer, group, rank)}")
    return "; ".join(parts)


def _where(answer: Explanation, group: Sequence[str], rank: float) -> str:
    if rank < FAR:
        cause = answer.causes[int(rank) - 1]
        ahead = answer.causes[0]
        return f"rank {rank:g} ({cause.label}, {cause.score:.1f}) behind {ahead.label} ({ahead.score:.1f})"
    struck = next((c for c in answer.struck_out if matches(c, group)), None)
    if struck:
        return f"struck out: {struck.struck}"
    asked = any(any(text.casefold() in str(item.get("label", "")).casefold() for text in group) for item in answer.to_ask)
    return "among the causes to ask about" if asked else "no returned cause has such a name"
