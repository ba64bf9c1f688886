"""Why a cause is not (or not high) in an answer: the first condition that fails, and the smallest change that mends it.

Owns the order of the conditions and the search for a change, which tries out real answers and infers nothing by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from kg.case.records import Case
from kg.knowledge.graph import find_reach
from kg.reasoning.explain import Engine
from kg.reasoning.model.prepared import DRUG_KINDS
from kg.reasoning.model.time import find_earlier_normal, find_window, weigh_window
from kg.reasoning.questions.edits import KINDS, Edit, apply_edits
from kg.reasoning.records import Cause, Explanation
from kg.vocabulary import TIERS

TOP = 3  # a cause below this rank is asked about too
FEATURES_TRIED = 8
FINDINGS_TRIED = 4
PAIRED = 3  # how many single changes of each kind are tried in pairs
SHOWN = 3
ONSET = re.compile(r"\bonset$")  # ages are asked for as an age


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a cause to stand in an answer, or high in it."""

    name: str
    question: str
    holds: bool
    detail: str


def why_not(engine: Engine, case: Case, cause: str, skip: Callable[[str], bool] = lambda _: False) -> dict[str, Any]:
    """Conditions up to the first that fails, and the smallest changes that bring the cause back, and up to rank 3.

    `skip` names features that no change should suppose, such as the result of a rechallenge.
    """
    answer = engine.explain(case, {})
    conditions = list(_until_failing(_check(engine, cause, answer)))
    failing = next((c.name for c in conditions if not c.holds), "")
    changes = _Search(engine, case, cause, skip).run(answer) if failing and answer.findings else {"to_answer": [], "to_top": []}
    return {
        "cause": cause,
        "label": engine.t.label(cause),
        "rank": _find_rank(answer, cause),
        "of": len(answer.causes),
        "conditions": [{"name": c.name, "question": c.question, "holds": c.holds, "detail": c.detail} for c in conditions],
        "fails": failing,
        "outranked_by": _rivals(answer, cause),
        "changes": changes,
        "alerts": list(answer.alerts),
    }


def _until_failing(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        yield condition
        if not condition.holds:
            return


def _find_rank(answer: Explanation, cause: str) -> int | None:
    """Rank of a cause that has evidence; a drug that merely was taken is in the answer, but not as a cause."""
    return next((c.rank for c in answer.causes if c.id == cause and c.tier != "no_evidence"), None)


# --------------------------------------------------------------------------- conditions


def _check(engine: Engine, cause: str, answer: Explanation) -> Iterator[Condition]:
    given = ", ".join(f["label"] for f in answer.findings)
    yield Condition("finding", "is there a low count to explain?", bool(given), given or "nothing given is a low count")
    yield _reaches(engine, cause, answer)
    struck = next((c.struck for c in answer.struck_out if c.id == cause), "")
    yield Condition("not ruled out", "does nothing given rule it out?", not struck, struck or "nothing does")
    asked = cause in {item["id"] for item in answer.to_ask}
    taken = "drugs are stated, and it is not among them" if asked else "given as taken, or not in question"
    yield Condition("exposure", "is the exposure given, or left open?", not asked, taken)
    found = next((c for c in answer.causes if c.id == cause), None)
    if found is not None and found.rank > TOP:
        late = [p.reason for p in found.contributions if p.factor == "window" and p.weight < 0]
        yield Condition("window", "is the exposure inside its window?", not late, "; ".join(late) or "nothing speaks against it")
    if found is not None:
        yield _ranks(found, answer)


def _reaches(engine: Engine, cause: str, answer: Explanation) -> Condition:
    question = "does it reach a finding that was given?"
    targets = tuple(f["id"] for f in answer.findings)
    if found := engine.prepare(targets).get(cause):
        labels = ", ".join(engine.t.label(target) for target in found.explains)
        return Condition("reach", question, True, f"{labels} ({found.tier.replace('_', ' ')})")
    reached = ", ".join(label for _, label in _find_findings(engine, cause)) or "no finding of the graph"
    contrary = [row for target in targets for row in _contrary(engine, cause, target)]
    against = f"; {contrary[0]['direction']}: {contrary[0]['gist']} [{contrary[0]['source']}]" if contrary else ""
    return Condition("reach", question, False, f"it reaches {reached}{against}")


def _contrary(engine: Engine, cause: str, target: str) -> list[Any]:
    near = engine.t.above(target) | engine.t.below(target)
    links = [link for link in engine.t.out(cause, "can cause") if link.object in near]
    return [row for link in links for row in link.rows if row["direction"] != "supports"]


def _find_findings(engine: Engine, cause: str) -> list[tuple[str, str]]:
    """The most specific findings and readings that a cause reaches, the better tiers first."""
    nodes = engine.t.graph.nodes(data=True)
    terms = [node for node, data in nodes if data["category"] in ("finding", "reading")]
    tiers = {term: tier for term in terms if (tier := find_reach(engine.t, term).tiers.get(cause))}
    kept = [t for t in tiers if not any(o != t and t in engine.t.above(o) and tiers[o] == tiers[t] for o in tiers)]
    kept.sort(key=lambda term: (TIERS.index(tiers[term]), engine.t.label(term)))
    best = [term for term in kept if tiers[term] in ("direct", "indirect")] or kept
    return [(term, engine.t.label(term)) for term in best[:FINDINGS_TRIED]]


def _ranks(found: Cause, answer: Explanation) -> Condition:
    question = f"does no better supported cause stand before it (rank {TOP} or better)?"
    ahead = ", ".join(f"{c.rank} {c.label}" for c in answer.causes[: min(found.rank - 1, TOP)]) or "none"
    return Condition("rank", question, found.rank <= TOP, f"rank {found.rank}; before it: {ahead}")


def _rivals(answer: Explanation, cause: str) -> list[dict[str, Any]]:
    """Causes that stand before it, with what lifts each of them most."""
    found = next((c for c in answer.causes if c.id == cause), None)
    ahead = answer.causes[: found.rank - 1][:TOP] if found else ()
    return [
        {
            "id": c.id,
            "label": c.label,
            "rank": c.rank,
            "lead": round(c.score - (found.score if found else 0.0), 2),
            "by": _lift(c),
        }
        for c in ahead
    ]


def _lift(cause: Cause) -> list[str]:
    parts = sorted((p for p in cause.contributions if p.weight > 0.05), key=lambda p: (-p.weight, p.label))
    return [f"{p.label} {p.weight:+.1f} ({p.reason})" for p in parts[:SHOWN]]


# --------------------------------------------------------------------------- changes


class Option(NamedTuple):
    """Changes that were tried together, and the rank that they give the cause."""

    rank: int | None
    edits: tuple[Edit, ...]


class _Search:
    """Tries single changes, then pairs of the best ones, each by answering the changed case."""

    def __init__(self, engine: Engine, case: Case, cause: str, skip: Callable[[str], bool]) -> None:
        self.engine, self.case, self.cause, self.skip = engine, case, cause, skip

    def run(self, answer: Explanation) -> dict[str, list[dict[str, Any]]]:
        singles = [Option(self._try(edit), (edit,)) for edit in self._candidates()]
        back = [option for option in singles if option.rank is not None]
        pairs: list[Option] = []
        if not any(option.rank <= TOP for option in back if option.rank):
            pairs = [Option(self._try(*pair), pair) for pair in self._pair(singles)]
        missing = _find_rank(answer, self.cause) is None
        return {"to_answer": _choose(back or pairs) if missing else [], "to_top": _choose([*back, *pairs], TOP)}

    def _try(self, *edits: Edit) -> int | None:
        return _find_rank(self.engine.explain(apply_edits(self.case, edits), {}), self.cause)

    def _pair(self, singles: list[Option]) -> list[tuple[Edit, Edit]]:
        """Pairs of the changes of each kind that came closest."""
        ordered = sorted(singles, key=lambda option: option.rank or len(self.engine.t.causes) + 1)
        pool = [edit for kind in KINDS for edit in [o.edits[0] for o in ordered if o.edits[0].kind == kind][:PAIRED]]
        return list(combinations(pool, 2))

    def _candidates(self) -> list[Edit]:
        found = dict.fromkeys([*self._taken_back(), *self._windows(), *self._features(), *self._findings(), *self._exposures()])
        return sorted(found, key=lambda edit: KINDS.index(edit.kind))

    def _taken_back(self) -> Iterator[Edit]:
        for observation in self.case.observations:
            if not observation.present:
                yield Edit("absent", observation.text or observation.term, observation.text or observation.label)
        if earlier := find_earlier_normal(self.case):
            yield Edit("earlier value", earlier.text, f"{earlier.label} {earlier.value:g}")

    def _windows(self) -> Iterator[Edit]:
        for drug in self.case.drugs:
            window = find_window(self.engine.t, self.engine.tables.weights, self.cause) if drug.term == self.cause else None
            if window and weigh_window(self.engine.t, self.engine.tables.weights, self.cause, drug).weight < 0:
                middles = [round((low + high) / 2) for low, high in window.spans]
                yield Edit("window", drug.term, drug.label, max(middles, key=lambda day: (window.share(day), -day)))

    def _features(self) -> Iterator[Edit]:
        features, given = self.engine.features, {o.term for o in self.case.observations}
        own = [f for f in features.of(self.cause).values() if f.feature not in given and not self._is_skipped(f.feature)]
        targets = self.engine.find_targets(self.case)
        weighed = [(math.log(f.probability / features.background(f.feature, targets)), f.feature) for f in own]
        for _, feature in sorted(weighed, key=lambda item: (-item[0], item[1]))[:FEATURES_TRIED]:
            yield Edit("feature", feature, self.engine.t.label(feature))

    def _is_skipped(self, feature: str) -> bool:
        return bool(ONSET.search(self.engine.t.label(feature))) or self.skip(feature)

    def _findings(self) -> Iterator[Edit]:
        targets = self.engine.find_targets(self.case)
        if self.cause not in self.engine.prepare(targets):
            for term, label in _find_findings(self.engine, self.cause):
                yield Edit("finding", term, label)

    def _exposures(self) -> Iterator[Edit]:
        parts = [link.object for link in self.engine.t.out(self.cause, "has component") if link.supported]
        known = {d.term for d in self.case.drugs} | {o.term for o in self.case.observations if o.present}
        for term in parts or [self.cause]:
            kind = "drug" if self.engine.t.graph.nodes[term].get("kind") in DRUG_KINDS else "condition"
            if term not in known:
                yield Edit(kind, term, self.engine.t.label(term))


def _choose(options: list[Option], limit: int | None = None) -> list[dict[str, Any]]:
    """The smallest changes that reach the rank, or any rank, least assuming first."""
    good = [(rank, edits) for rank, edits in options if rank is not None and (limit is None or rank <= limit)]
    good.sort(key=lambda o: (len(o[1]), [KINDS.index(e.kind) for e in o[1]], o[0], [e.label for e in o[1]]))
    smallest = [option for option in good if len(option[1]) == len(good[0][1])][:SHOWN] if good else []
    return [{"changes": [edit.as_data() for edit in edits], "rank": rank} for rank, edits in smallest]
