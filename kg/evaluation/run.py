"""A file of published cases -> one report as data: the model, its ablations, baselines, a peer, an earlier run.

Owns the ablations and the shape of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kg.answering import Knowledge, get_knowledge
from kg.evaluation import scores
from kg.evaluation.cases import FAR, Outcome, evaluate_case
from kg.reasoning.explain import Engine, Tables
from kg.reasoning.model.priors import EMPTY


def evaluate_cases(
    records: Sequence[Mapping[str, Any]],
    mask_decisive: bool = False,
    *,
    knowledge: Knowledge | None = None,
    ablations: bool = False,
    peer: Mapping[str, Sequence[str]] | None = None,
    earlier: Mapping[str, Any] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Figures of all records, with the misses and their reasons. `earlier` is the report of another run on the same file."""
    known = knowledge or get_knowledge()
    outcomes = _answer(records, known, None, mask_decisive, tell, "model")
    clean = [o for o in outcomes if not o.leaked]
    rows = [{"id": o.id, "rank": _whole(o.ranks["model"][0])} for o in outcomes if o.ranks.get("model")]
    found: dict[str, Any] = {
        "cases": len(outcomes),
        "masked": mask_decisive,
        "leaked": sorted(o.id for o in outcomes if o.leaked),
        "scores": _score(clean),
        "categories": {name: _category(group) for name, group in scores.split(clean).items() if group},
        "rest": scores.count_rest(clean),
        "shelves": scores.count_shelves(clean),
        "goals": scores.GOALS,
        "misses": [_miss(o) for o in outcomes if o.reason],
        "not_understood": {o.id: list(o.not_understood) for o in outcomes if o.not_understood},
        "ranks": rows,
        "versions": known.versions,
    }
    if peer:
        groups = {str(r.get("id", "")): r["score"].get("groups", []) for r in records}
        found["peer"] = scores.compare_with_peer(clean, groups, peer)
    if ablations:
        found["ablations"] = {
            name: scores.count_ranks([o for o in _answer(records, known, engine, mask_decisive, tell, name) if _counts(o)])
            for name, engine in find_ablations(known)
        }
    if earlier:
        found["compared"] = scores.compare_runs(rows, earlier["ranks"])
    return found


def _answer(
    records: Sequence[Mapping[str, Any]],
    known: Knowledge,
    engine: Engine | None,
    masked: bool,
    tell: Callable[[str], None],
    name: str,
) -> list[Outcome]:
    found = []
    for number, record in enumerate(records, 1):
        found.append(evaluate_case(record, known, engine, masked))
        if number % 20 == 0:
            tell(f"{name}: {number} of {len(records)} cases")
    return found


def _counts(outcome: Outcome) -> bool:
    return not outcome.leaked and bool(outcome.ranks.get("model"))


def _score(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    grouped = [o for o in outcomes if o.ranks.get("model")]
    names = dict.fromkeys(name for o in grouped for name in o.ranks)
    return {name: scores.count_ranks(grouped, name) for name in names}


def _category(group: Sequence[Outcome]) -> dict[str, Any]:
    intervals = {f"top{n}": [round(x, 3) for x in scores.find_top_interval(group, n)] for n in (1, 3, 10)}
    return scores.count_ranks(group) | {"intervals": intervals}


def find_ablations(known: Knowledge) -> Iterable[tuple[str, Engine]]:
    """The same model, each time without one of its parts."""
    tables = known.tables
    yield "no priors", _with(known, tables._replace(priors=EMPTY), {"prior.scale": 0.0})
    yield "no absent findings", _with(known, tables, {"absent.scale": 0.0})
    yield "no present signs", _with(known, tables, {"sign.scale": 0.0, "test.scale": 0.0, "unlisted.scale": 0.0})
    yield "no silence", _with(known, tables, {"unlisted.scale": 0.0})
    yield "no exposures needed", _with(known, tables, {"gate.met": 0.0, "gate.open": 0.0, "gate.unmet": 0.0})
    yield "no age and sex", _with(known, tables, {"age.outside": 0.0, "sex.only": 0.0, "sex.scale": 0.0})


def _with(known: Knowledge, tables: Tables, values: Mapping[str, float]) -> Engine:
    return Engine(known.traversal, tables._replace(weights=tables.weights.replaced(values)))


def _miss(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "category": outcome.category,
        "ranks": [_whole(rank) for rank in outcome.ranks["model"]],
        "first": outcome.first,
        "status": outcome.status,
        "reason": outcome.reason,
    }


def _whole(rank: float) -> int | None:
    return None if rank == FAR else int(rank)
