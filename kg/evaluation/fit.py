"""The numbers of the model, fitted on published cases: conditional logit with a ridge towards what the table says.

The score of a cause is a sum of parts, each in proportion to one named number of `ontology/weights.tsv`; so the number that
makes the true cause likeliest among all is found by plain gradient steps. Cross-validation leaves whole sources out. Owns the
fit; writes nothing: a person rounds what it prints, and gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.answering import Knowledge
from kg.evaluation.cases import read_case, starts
from kg.exceptions import InputError, MissingExtraError

FOLDS, STEPS, RATE = 5, 300, 0.05
FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Situation:
    """One case: per cause how much of each number it holds, the rest of its score, and which causes are true."""

    source: str
    causes: tuple[Mapping[str, float], ...]
    true: tuple[tuple[bool, ...], ...]  # one row for each group of names


def gather(records: Iterable[Mapping[str, Any]], known: Knowledge) -> list[Situation]:
    """Situations of all records that expect a cause and can be read."""
    found = []
    for record in records:
        if groups := record["score"].get("groups"):
            try:
                found.append(_situation(record, groups, known))
            except InputError:
                continue
    return found


def _situation(record: Mapping[str, Any], groups: Sequence[Sequence[str]], known: Knowledge) -> Situation:
    case = read_case(record["case"], known)
    scored, *_ = known.engine.rank(case, known.engine.find_targets(case))
    names = [(item.p.label, *item.p.synonyms) for item in scored]
    true = tuple(tuple(any(starts(text, n) for text in group for n in own) for own in names) for group in groups)
    source = str(record.get("source", record.get("id", "")))
    return Situation(source, tuple(_shares(item.parts, known) for item in scored), true)


def _shares(parts: Iterable[Any], known: Knowledge) -> dict[str, float]:
    """How much of each named number a cause's score holds; what is in proportion to none is fixed."""
    weights, found = known.tables.weights, {FIXED: 0.0}
    for part in parts:
        value = weights.value(part.name) if part.name in weights else 0.0
        name, share = (part.name, part.weight / value) if value else (FIXED, part.weight)
        found[name] = found.get(name, 0.0) + share
    return found


def fit_weights(situations: Sequence[Situation], known: Knowledge, ridge: float = 3.0) -> dict[str, Any]:
    """Fitted numbers by name beside those of the table, and the ranks that unseen sources get. Raises MissingExtraError."""
    try:
        import numpy as np
    except ImportError:
        raise MissingExtraError("a fit of the model", "frame") from None
    names = sorted({name for s in situations for cause in s.causes for name in cause} - {FIXED})
    start = np.array([known.tables.weights.value(name) for name in names])
    arrays = [_array(np, s, names) for s in situations]
    sources = sorted({s.source for s in situations})
    fold = {source: number % FOLDS for number, source in enumerate(sources)}
    unseen: list[int] = []
    for left_out in range(FOLDS):
        kept = [a for a, s in zip(arrays, situations, strict=True) if fold[s.source] != left_out]
        weights = _descend(np, kept, start, ridge)
        unseen += [_rank(a, weights) for a, s in zip(arrays, situations, strict=True) if fold[s.source] == left_out]
    fitted = _descend(np, arrays, start, ridge)
    return {
        "numbers": {n: (float(a), round(float(b), 3)) for n, a, b in zip(names, start, fitted, strict=True)},
        "now": _count([_rank(a, start) for a in arrays]),
        "unseen": _count(unseen),
        "fitted": _count([_rank(a, fitted) for a in arrays]),
    }


def _array(np: Any, situation: Situation, names: Sequence[str]) -> tuple[Any, Any, Any]:
    held = np.array([[cause.get(name, 0.0) for name in names] for cause in situation.causes]).reshape(-1, len(names))
    rest = np.array([cause[FIXED] for cause in situation.causes])
    return held, rest, np.array(situation.true, dtype=bool).reshape(-1, len(situation.causes))


def _descend(np: Any, arrays: Sequence[tuple[Any, Any, Any]], start: Any, ridge: float) -> Any:
    """Adam steps on the negative log likelihood; no number changes its sign."""
    scale, weights = np.maximum(np.abs(start), 0.5), start.copy()
    mean, square = np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        slope = ridge * (weights - start) / scale**2 + sum(_slope(np, a, weights) for a in arrays)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        move = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = weights - RATE * 0.995**step * move * scale
        weights = np.where(start > 0, np.maximum(weights, 0.0), np.where(start < 0, np.minimum(weights, 0.0), weights))
    return weights


def _slope(np: Any, array: tuple[Any, Any, Any], weights: Any) -> Any:
    held, rest, true = array
    rows = [row for row in true if row.any()]
    if not rows:
        return 0.0 * weights
    score = held @ weights + rest
    odds = np.exp(score - score.max())
    expected = odds / odds.sum()
    return sum(held.T @ (expected - odds * row / (odds * row).sum()) for row in rows) / len(rows)


def _rank(array: tuple[Any, Any, Any], weights: Any) -> int:
    """Rank of the first true cause of the first group, unfolded; far where it is not among the causes."""
    held, rest, true = array
    if not len(true) or not true[0].any():
        return 10**6
    score = held @ weights + rest
    return 1 + int((score > score[true[0]].max() + 1e-9).sum())


def _count(ranks: Sequence[int]) -> dict[str, float]:
    return {f"top{n}": round(sum(rank <= n for rank in ranks) / max(1, len(ranks)), 3) for n in (1, 3, 10)}
