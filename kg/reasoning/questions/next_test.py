"""What to look for next: which unchecked finding or test splits the remaining causes best, and what each result would do.

The model is that of the answer. The causes left in it are weighed by the exponential of their score, normalized; a feature
is present with P(feature | cause) where the cause is known for it, and with its overall probability where it is not (there
the answer, too, stays neutral). The value of a question is the entropy of the causes that its result is expected to remove,
in bits: I = H(P(feature)) - sum of p(cause) H(P(feature | cause)). Probabilities of disease these are not.

Effort has four classes (bedside, blood, imaging, marrow or genetic), read from a small curated table without prices. Among
questions of nearly equal value the one of less effort comes first.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from kg.case.records import Case, Observation
from kg.knowledge.graph import Traversal
from kg.reasoning.explain import Engine
from kg.reasoning.model.features import FeatureLink
from kg.reasoning.model.prepared import DRUG_KINDS
from kg.reasoning.records import Cause, Explanation

EFFORTS = ("bedside", "blood", "imaging", "marrow or genetic")
NEVER = "never"
SHOWN = 8
NEAR = 0.85  # values within 15 % of the best one left are nearly equal
ALIKE = 0.5  # two questions that share so much of what they tell are one question
LEAST_BITS = 0.001
TOP = 3
SPLIT = 10  # the causes among which a question is said to split


class EffortRule(NamedTuple):
    """One row of `effort.tsv`: the class of features whose label a pattern fits, or that stand below a term."""

    effort: str
    pattern: re.Pattern[str] | None
    ancestor: str


def parse_efforts(text: str) -> tuple[EffortRule, ...]:
    """Rules of the table, where `value` is a regular expression (`label`) or an id (`ancestor`); the first that fits counts."""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        EffortRule(row["class"], None, row["value"])
        if row["match"] == "ancestor"
        else EffortRule(row["class"], re.compile(row["value"], re.IGNORECASE), "")
        for row in rows
    )


def classify(traversal: Traversal, feature: str, rules: Iterable[EffortRule]) -> str:
    """Effort of finding out about a feature; `never` for what no question should ask."""
    label, above = traversal.label(feature), traversal.above(feature)
    fits = (r.effort for r in rules if (r.pattern.search(label) if r.pattern else r.ancestor in above))
    return next(fits, EFFORTS[0])


class Question(NamedTuple):
    """An unchecked feature with the bits that its result is expected to give."""

    feature: str
    bits: float
    effort: str
    present: float  # how likely a positive result is, under the model
    tells: Mapping[str, float]  # by cause: how far its probability is from the background, times its weight
    alike: tuple[str, ...] = ()  # features that would tell nearly the same


def find_next(engine: Engine, case: Case, rules: Iterable[EffortRule], limit: int = SHOWN) -> dict[str, Any]:
    """Questions in order, each with what either result would do, and what should be asked before any test."""
    answer = engine.explain(case, {})
    questions = _spread(_order(_weigh(engine, case, answer, tuple(rules))), limit)
    return {
        "status": answer.status,
        "findings": [finding["label"] for finding in answer.findings],
        "causes": len(answer.causes),
        "ask_first": _ask_first(case, answer),
        "questions": [_describe(engine, case, answer, q, rank) for rank, q in enumerate(questions, 1)],
        "alerts": list(answer.alerts),
    }


def _ask_first(case: Case, answer: Explanation) -> list[dict[str, Any]]:
    """History that costs nothing: the drugs, where none are stated, and the age."""
    found: list[dict[str, Any]] = []
    drugs = [c for c in answer.causes if c.kind in DRUG_KINDS]
    if not case.drugs and not case.drugs_complete and drugs:
        found.append({"question": "all drugs taken in the last weeks, with their dates", "causes": len(drugs)})
    undated = [d.label for d in case.drugs if d.days_since_start is None]
    if undated:
        found.append({"question": f"when was it started: {', '.join(undated)}", "causes": len(undated)})
    inherited = [c for c in answer.causes if c.kind == "inherited disease"]
    if case.age_days is None and inherited:
        found.append({"question": "the age, and since when the count has been low", "causes": len(inherited)})
    return found


# --------------------------------------------------------------------------- value


def weigh_causes(causes: Iterable[Cause]) -> dict[str, float]:
    """Weights of the causes, adding up to one: the exponential of the score, normalized."""
    scores = {cause.id: cause.score for cause in causes}
    best = max(scores.values(), default=0.0)
    raw = {cause: math.exp(score - best) for cause, score in scores.items()}
    total = sum(raw.values())
    return {cause: weight / total for cause, weight in raw.items()}


def information(weights: Mapping[str, float], known: Mapping[str, float], background: float) -> tuple[float, float]:
    """(expected bits, probability that it is present): `known` holds P(feature | cause) of the causes known for it."""
    rest = max(0.0, 1.0 - sum(weights[cause] for cause in known))
    present = rest * background + sum(weights[cause] * p for cause, p in known.items())
    spread = rest * _entropy(background) + sum(weights[cause] * _entropy(p) for cause, p in known.items())
    return max(0.0, _entropy(present) - spread), present


def _entropy(p: float) -> float:
    return 0.0 if p <= 0.0 or p >= 1.0 else -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)


def _weigh(engine: Engine, case: Case, answer: Explanation, rules: tuple[EffortRule, ...]) -> list[Question]:
    weights, targets = weigh_causes(answer.causes), engine.find_targets(case)
    given = {near for o in case.observations for near in (*engine.t.above(o.term), *engine.t.below(o.term))}
    known: dict[str, dict[str, float]] = defaultdict(dict)
    for cause in weights:
        for feature, probability in _features(engine, cause):
            known[feature][cause] = probability
    found = []
    for feature in sorted(known.keys() - given):
        background = engine.features.background(feature, targets)
        bits, present = information(weights, known[feature], background)
        if bits >= LEAST_BITS and (effort := classify(engine.t, feature, rules)) != NEVER:
            tells = {cause: weights[cause] * (p - background) for cause, p in known[feature].items()}
            found.append(Question(feature, bits, effort, present, tells))
    return found


def _features(engine: Engine, cause: str) -> Iterable[tuple[str, float]]:
    """Features of a cause, each also under its wider feature: who has the narrow one has the wide one."""
    best: dict[str, float] = {}
    link: FeatureLink
    for link in engine.features.of(cause).values():
        for above in engine.t.above(link.feature):
            if engine.t.category(above) == "feature" and above in engine.features.showing:
                best[above] = max(best.get(above, 0.0), min(link.probability, 0.99))
    return best.items()


def _order(questions: list[Question]) -> list[Question]:
    """By value; within each band of nearly equal values by effort."""
    left = sorted(questions, key=lambda q: (-q.bits, EFFORTS.index(q.effort), q.feature))
    ordered: list[Question] = []
    while left:
        band = [q for q in left if q.bits >= NEAR * left[0].bits]
        ordered += sorted(band, key=lambda q: (EFFORTS.index(q.effort), -q.bits, q.feature))
        left = left[len(band) :]
    return ordered


def _spread(ordered: list[Question], limit: int) -> list[Question]:
    """The first questions, each telling something of its own; those that tell the same are named beside it."""
    kept: list[Question] = []
    for question in ordered:
        twin = next((i for i, other in enumerate(kept) if _alike(question, other) >= ALIKE), None)
        if twin is not None:
            kept[twin] = kept[twin]._replace(alike=(*kept[twin].alike, question.feature))
        elif len(kept) < limit:
            kept.append(question)
        else:
            break
    return kept


def _alike(first: Question, second: Question) -> float:
    """Share of what two questions tell that they have in common (weighted Jaccard index)."""
    a, b = first.tells, second.tells
    shared = sum(min(abs(a[c]), abs(b[c])) for c in a.keys() & b.keys() if a[c] * b[c] > 0)
    every = sum(map(abs, a.values())) + sum(map(abs, b.values())) - shared
    return shared / every if every else 0.0


# --------------------------------------------------------------------------- what a result would do


def _describe(engine: Engine, case: Case, answer: Explanation, question: Question, rank: int) -> dict[str, Any]:
    label = engine.t.label(question.feature)
    for_it = [c for c in answer.causes[:SPLIT] if _knows(engine, c.id, question.feature)]
    return {
        "rank": rank,
        "id": question.feature,
        "label": label,
        "effort": question.effort,
        "bits": round(question.bits, 4),
        "present": round(question.present, 4),
        "alike": [engine.t.label(feature) for feature in question.alike[:TOP]],
        "splits": [len(for_it), min(SPLIT, len(answer.causes)) - len(for_it)],
        "if_present": _result(engine, case, answer, Observation(question.feature, label)),
        "if_absent": _result(engine, case, answer, Observation(question.feature, label, present=False)),
    }


def _knows(engine: Engine, cause: str, feature: str) -> bool:
    return any(feature in engine.t.above(own) for own in engine.features.of(cause))


def _result(engine: Engine, case: Case, before: Explanation, observed: Observation) -> dict[str, Any]:
    after = engine.explain(replace(case, observations=(*case.observations, observed)), {})
    ranks = {cause.id: cause.rank for cause in before.causes}
    struck = {cause.id for cause in after.struck_out} - {cause.id for cause in before.struck_out}
    tops = [{"id": c.id, "label": c.label, "rank": c.rank, "from": ranks.get(c.id)} for c in after.causes[:TOP]]
    return {"top": tops, "struck_out": len(struck), "causes": len(after.causes)}
