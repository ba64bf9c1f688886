"""Many outcomes -> figures: by category, with intervals by bootstrap over sources, beside baselines, ablations and a peer.

Owns what is counted. Must not know how a case is read or answered.
"""

from __future__ import annotations

import csv
import io
import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg.evaluation.cases import FAR, REFUSED, Outcome
from kg.reasoning.records import SHELVES

GOALS = {"top1": 0.55, "top3": 0.75, "top10": 0.90, "both_in_top5": 0.6, "no_forbidden": 1.0, "no_finding": 1.0, "answered": 1.0}
DRUGS = ("drug", "interaction", "toxin")
INFECTIONS = ("infection",)
DRAWS, SEED = 1000, 7
Share = tuple[float, int]  # reached, of how many


def split(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes that expect a cause, by the groups of the table."""
    grouped = [o for o in outcomes if o.ranks.get("model")]
    return {
        "all": grouped,
        "drug, interaction, toxin": [o for o in grouped if o.category in DRUGS],
        "everything else": [o for o in grouped if o.category not in DRUGS],
        "infections": [o for o in grouped if o.category in INFECTIONS],
    } | {name: [o for o in grouped if o.category == name] for name in sorted({o.category for o in grouped} - {"infection"})}


def count_ranks(outcomes: Sequence[Outcome], order: str = "model") -> dict[str, Any]:
    """Share of cases whose first true cause stands among the first one, three and ten, and the mean reciprocal rank."""
    best = [o.ranks[order][0] for o in outcomes]
    found: dict[str, Any] = {f"top{n}": (sum(rank <= n for rank in best), len(best)) for n in (1, 3, 10)}
    return found | {"mrr": round(sum(1.0 / rank for rank in best) / len(best), 3) if best else 0.0}


def count_rest(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """What does not depend on the order."""
    grouped = [o for o in outcomes if o.ranks.get("model")]
    pairs = [o for o in grouped if o.category == "two causes" and len(o.ranks["model"]) > 1]
    none = [o for o in outcomes if not o.expects_finding]
    items = sum(o.items for o in outcomes)
    return {
        "both_in_top5": (sum(max(o.ranks["model"][:2]) <= 5 for o in pairs), len(pairs)),
        "every_group_returned": (
            sum(rank < FAR for o in grouped for rank in o.ranks["model"]),
            sum(len(o.ranks["model"]) for o in grouped),
        ),
        "no_forbidden": (sum(not o.forbidden for o in outcomes), len(outcomes)),
        "no_finding": (sum(not o.no_finding_missed for o in none), len(none)),
        "answered": (sum(o.status != REFUSED for o in outcomes), len(outcomes)),
        "items_understood": (items - sum(len(o.not_understood) for o in outcomes), items),
    }


def count_shelves(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How often the true cause stands on the first shelf and on the first two, and how many causes stand there."""
    answered = [o for o in outcomes if o.ranks.get("model") and o.status != REFUSED]
    total = len(answered) or 1
    return {
        SHELVES[0]: (sum(o.shelf == SHELVES[0] for o in answered), len(answered)),
        f"{SHELVES[0]} or {SHELVES[1]}": (sum(o.shelf in SHELVES[:2] for o in answered), len(answered)),
        "mean on the first": round(sum(o.shelves[0] for o in answered) / total, 1),
        "mean on the first two": round(sum(o.shelves[1] for o in answered) / total, 1),
    }


def find_interval(outcomes: Sequence[Outcome], reached: Callable[[Outcome], bool]) -> tuple[float, float]:
    """95 % interval of a share, by drawing sources with replacement: two cases of one paper are no two witnesses."""
    by_source: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        by_source[outcome.source].append(reached(outcome))
    groups = [by_source[source] for source in sorted(by_source)]
    draw, shares = random.Random(SEED), []
    for _ in range(DRAWS if groups else 0):
        drawn = [value for group in draw.choices(groups, k=len(groups)) for value in group]
        shares.append(sum(drawn) / len(drawn))
    shares.sort()
    return (shares[int(0.025 * DRAWS)], shares[int(0.975 * DRAWS)]) if shares else (math.nan, math.nan)


def find_top_interval(outcomes: Sequence[Outcome], most: int) -> tuple[float, float]:
    """Interval of the share of cases whose true cause stands among the first `most`."""
    return find_interval(outcomes, lambda o: o.ranks["model"][0] <= most)


# --------------------------------------------------------------------------- beside others


def parse_peer(text: str) -> dict[str, list[str]]:
    """Causes of a peer by case, first one first: columns id, cause_1, cause_2 …"""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["id"]: [v for k, v in row.items() if k.startswith("cause_") and v] for row in rows}


def compare_with_peer(
    outcomes: Sequence[Outcome], groups: Mapping[str, Sequence[Sequence[str]]], peer: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The peer's shares on the same cases, and how many of its causes stand among our first ten."""
    shared = [o for o in outcomes if o.id in peer and groups.get(o.id)]
    ranks = [next((n for n, c in enumerate(peer[o.id], 1) if _names(c, groups[o.id][0])), FAR) for o in shared]
    found: dict[str, Any] = {f"top{n}": (sum(rank <= n for rank in ranks), len(ranks)) for n in (1, 3, 10)}
    overlap = [sum(any(_alike(cause, own) for own in o.top) for cause in peer[o.id]) for o in shared]
    return found | {"mean overlap of ten": round(sum(overlap) / (len(overlap) or 1), 1)}


def _names(cause: str, group: Sequence[str]) -> bool:
    from kg.evaluation.cases import starts

    return any(starts(text, cause) for text in group)


def _alike(first: str, second: str) -> bool:
    a, b = (frozenset(text.casefold().replace(" exposure", "").split()) for text in (first, second))
    return bool(a & b) and (a <= b or b <= a)


def compare_runs(new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Two runs on the same cases, pair by pair: what was won and lost at each depth."""
    before = {row["id"]: row["rank"] for row in old}
    pairs = [(row["id"], before[row["id"]], row["rank"]) for row in new if row["id"] in before]
    found: dict[str, Any] = {"pairs": len(pairs)}
    for depth in (1, 3, 10):
        won = [i for i, a, b in pairs if _within(b, depth) and not _within(a, depth)]
        lost = [i for i, a, b in pairs if _within(a, depth) and not _within(b, depth)]
        found[f"top{depth}"] = {"won": won, "lost": lost, "p": round(_sign_test(len(won), len(lost)), 4)}
    return found


def _within(rank: int | None, depth: int) -> bool:
    return rank is not None and rank <= depth


def _sign_test(won: int, lost: int) -> float:
    """Two-sided exact sign test."""
    n, k = won + lost, min(won, lost)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n) if n else 1.0
