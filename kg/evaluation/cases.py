"""One published case -> how the answer did: ranks of the true causes, shelf, what was read, and why it was missed.

A record is one JSON line: `case` (the case schema) and `score` (`groups` of strings of which one must stand at the start of a
word in the label or a synonym of a returned cause, `forbid_top`, `expect_no_finding`, `decisive`). The engine is asked once
for each record; a case that it refuses counts as missed and never stops the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.answering import Knowledge
from kg.case.records import Case
from kg.exceptions import InputError
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.explain import Engine
from kg.reasoning.records import Cause, Explanation
from kg.vocabulary import CAUSAL

FAR = math.inf
REFUSED = "refused"
NORMAL = ("no_finding", "normal_for")
Order = Callable[[Cause], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: the rank of each group (infinite where no returned cause matches) under each order."""

    id: str
    category: str
    source: str
    ranks: Mapping[str, tuple[float, ...]]
    status: str
    first: str = ""
    top: tuple[str, ...] = ()
    shelf: str = ""
    shelves: tuple[int, int] = (0, 0)  # causes on the first shelf, and on the first two
    forbidden: str = ""
    no_finding_missed: bool = False
    reason: str = ""
    not_understood: tuple[str, ...] = ()
    items: int = 0
    expects_finding: bool = True
    leaked: bool = False


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


def evaluate_case(
    record: Mapping[str, Any], knowledge: Knowledge, engine: Engine | None = None, mask_decisive: bool = False
) -> Outcome:
    """One record, answered once and ordered in several ways."""
    score = record["score"]
    data = _mask(record["case"], score.get("decisive", ())) if mask_decisive else record["case"]
    known: dict[str, Any] = {
        "id": str(record.get("id", "")),
        "category": str(record.get("category", "")),
        "source": str(record.get("source", record.get("id", ""))),
        "items": _count_items(data),
        "expects_finding": not score.get("expect_no_finding"),
        "leaked": is_cited(str(record.get("source", "")), knowledge),
    }
    try:
        case = read_case(data, knowledge)
    except InputError as error:
        ranks = {name: (FAR,) * len(score.get("groups", ())) for name in ("model", *_BASELINES)}
        return Outcome(**known, ranks=ranks, status=REFUSED, reason=f"refused: {error}")
    answer = (engine or knowledge.engine).explain(case, {})
    return Outcome(**known, **_judge(answer, score, known["category"], knowledge))


def read_case(data: Any, knowledge: Knowledge) -> Case:
    """Case of parsed JSON; also one that masking has left empty. Raises InputError."""
    from kg.case.readers.schema import parse_case

    return knowledge.resolver.resolve(parse_case(data))


def _judge(answer: Explanation, score: Mapping[str, Any], category: str, knowledge: Knowledge) -> dict[str, Any]:
    groups, expects_none = score.get("groups", []), bool(score.get("expect_no_finding"))
    orders: dict[str, Order] = {"model": lambda c: (c.rank,)} | {n: make(knowledge.traversal) for n, make in _BASELINES.items()}
    ranks = {name: tuple(find_rank(sorted(answer.causes, key=order), g) for g in groups) for name, order in orders.items()}
    first = answer.causes[0].label if answer.causes else ""
    forbidden = next((word for word in score.get("forbid_top", ()) if first and starts(word, first)), "")
    best = min(ranks["model"], default=FAR)
    return {
        "ranks": ranks,
        "status": answer.status,
        "first": first,
        "top": tuple(c.label for c in answer.causes[:10]),
        "shelf": answer.causes[int(best) - 1].shelf if best < FAR else "",
        "shelves": _count_shelves(answer.causes),
        "forbidden": forbidden,
        "no_finding_missed": expects_none and answer.status not in NORMAL,
        "reason": _reason(answer, groups, ranks["model"], forbidden, expects_none, category),
        "not_understood": tuple(str(item.get("text", "")) for item in answer.not_understood),
    }


def _count_shelves(causes: Iterable[Cause]) -> tuple[int, int]:
    from kg.reasoning.records import SHELVES

    shelves = [cause.shelf for cause in causes]
    return shelves.count(SHELVES[0]), shelves.count(SHELVES[0]) + shelves.count(SHELVES[1])


def _count_items(data: Mapping[str, Any]) -> int:
    return sum(len(data.get(key, ())) for key in ("findings", "history", "drugs", "labs"))


def _mask(case: Mapping[str, Any], decisive: Sequence[str]) -> dict[str, Any]:
    hidden = {text.casefold() for text in decisive}
    names = ("text", "name", "test", "id")
    kept = {
        key: [item for item in case.get(key, ()) if not any(str(item.get(n, "")).casefold() in hidden for n in names)]
        for key in ("findings", "history", "drugs", "labs")
    }
    return {**case, **kept}


# --------------------------------------------------------------------------- leakage

_PAPER = re.compile(r"10\.\d{4,}/[^\s)\]]+|PMC\d+|PMID:? ?\d+|https?://[^\s)]+", re.IGNORECASE)


def is_cited(source: str, knowledge: Knowledge) -> bool:
    """Whether the paper of a case stands behind a row of the graph; such a case measures memory."""
    cited = _cited(knowledge)
    return any(_plain(match[0]) in cited for match in _PAPER.finditer(source))


def _cited(knowledge: Knowledge) -> frozenset[str]:
    key = id(knowledge)
    if key not in _CITED:
        rows = (data["source"] for *_, data in knowledge.graph.edges(data=True) if "source" in data)
        _CITED.clear()
        _CITED[key] = frozenset(_plain(source) for source in rows)
    return _CITED[key]


_CITED: dict[int, frozenset[str]] = {}


def _plain(source: str) -> str:
    """A source without its prefix: a DOI, PMCID or PMID is the same however it is written."""
    text = re.sub(r"^(?:https?://)?(?:www\.)?(?:dx\.)?(?:doi\.org/|doi:|pmc:|pmid:?\s*)", "", source.casefold().strip())
    return text.rstrip("./")


# --------------------------------------------------------------------------- ranks and orders


def starts(text: str, name: str) -> bool:
    """Whether a text stands at the start of a word of a name: `lgl` is no part of aspartylglucosaminuria."""
    return re.search(rf"(?<![a-z0-9]){re.escape(text.casefold())}", name.casefold()) is not None


def matches(cause: Cause, group: Sequence[str]) -> bool:
    """Whether one of the strings begins a word in a name of the cause."""
    return any(starts(text, name) for text in group for name in (cause.label, *cause.synonyms))


def find_rank(causes: Sequence[Cause], group: Sequence[str]) -> float:
    """Rank of the first cause that matches, infinite where none does."""
    return next((rank for rank, cause in enumerate(causes, 1) if matches(cause, group)), FAR)


def _by_sources(traversal: Traversal) -> Order:
    def order(cause: Cause) -> tuple[Any, ...]:
        links = traversal.out(cause.id, *CAUSAL, "can account for reading")
        return -len({row["source"] for link in links for row in link.rows}), cause.label

    return order


def _by_matches(_: Traversal) -> Order:
    return lambda c: (-sum(part.factor == "finding" and part.weight > 0 for part in c.contributions), c.label)


_BASELINES: dict[str, Callable[[Traversal], Order]] = {"frequency order": _by_sources, "matched findings": _by_matches}

# --------------------------------------------------------------------------- reasons


def _reason(
    answer: Explanation, groups: Sequence[Sequence[str]], ranks: Sequence[float], forbidden: str, none: bool, category: str
) -> str:
    """Why a case counts as missed, or an empty string."""
    parts: list[str] = []
    if none and answer.status not in NORMAL:
        parts.append(f"status {answer.status} instead of no_finding")
    if forbidden:
        parts.append(f"{forbidden!r} stands first")
    for index, (group, rank) in enumerate(zip(groups, ranks, strict=True)):
        if rank > {0: 1.0, 1: 5.0 if category == "two causes" else FAR}.get(index, FAR):
            parts.append(f"{group[0]}: {_where(answer, group, rank)}")
    return "; ".join(parts)


def _where(answer: Explanation, group: Sequence[str], rank: float) -> str:
    if rank < FAR:
        cause, ahead = answer.causes[int(rank) - 1], answer.causes[0]
        lead = _outweighed(cause, ahead)
        return f"rank {rank:g} ({cause.label}, {cause.score:.1f}) behind {ahead.label} ({ahead.score:.1f}{lead})"
    struck = next((c for c in answer.struck_out if matches(c, group)), None)
    if struck:
        return f"struck out: {struck.struck}"
    folded = next((c for c in answer.causes if any(starts(t, v.label) for t in group for v in c.variants)), None)
    if folded:
        return f"folded into {folded.label} (rank {folded.rank})"
    asked = any(any(starts(text, str(item.get("label", ""))) for text in group) for item in answer.to_ask)
    return "among the causes to ask about" if asked else "no returned cause has such a name"


def _outweighed(cause: Cause, ahead: Cause) -> str:
    """What the first cause has most of that this one lacks."""
    own = {part.label: part.weight for part in cause.contributions}
    leads = sorted(((p.weight - own.get(p.label, 0.0), p.label) for p in ahead.contributions), reverse=True)
    return f", by {leads[0][1]} {leads[0][0]:+.1f}" if leads and leads[0][0] > 0 else ""
