"""A case -> its causes on the first shelves, as a sum of rows; many cases -> a table.

Equal situations (the same statements, drugs, age and sex) are ranked once. Owns the sum and what is left to the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from kg.case.records import Case, Observation
from kg.reasoning.explain import Engine, find_shelves
from kg.reasoning.fold import fold
from kg.reasoning.many.bounded import Bounded
from kg.reasoning.many.ground import Base, Bools, Ground
from kg.reasoning.many.rows import DrugRow, Floats, Ints, Rows, StatementRow, name_statement
from kg.reasoning.many.table import Table
from kg.reasoning.model.findings import with_twins
from kg.reasoning.model.support import TELLING
from kg.reasoning.model.time import find_earlier_normal
from kg.reasoning.normal import NORMAL_FOR, find_normal_for
from kg.reasoning.records import SHELVES

MOST_SITUATIONS = 100_000
FIRST = 32  # causes in order that are folded at first; more where they do not fill the shelves


class RankedCause(NamedTuple):
    """A cause on a shelf; `explains` are the given findings that it reaches."""

    cause: str
    score: float
    shelf: str
    variants: tuple[str, ...] = ()


class Ranked(NamedTuple):
    """What could explain one case: the status as `Engine.explain` gives it, and the causes, best first."""

    status: str
    targets: tuple[str, ...]
    causes: tuple[RankedCause, ...]


class _Scored(Protocol):
    """A cause with its score, the engine's or ours."""

    @property
    def cause(self) -> str: ...
    @property
    def score(self) -> float: ...


class _Item(NamedTuple):
    cause: str
    score: float


NOTHING = Ranked("no_finding", (), ())


class Ranker:
    """Ranks cases over one engine; keeps rows of numbers and nothing of a patient beyond equal situations."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.t, self.w = engine, engine.t, engine.tables.weights
        self.ground = Ground(engine)
        self.rows = Rows(engine, self.ground.index)
        self._targets: Bounded[object, tuple[str, ...]] = Bounded(MOST_SITUATIONS)
        self._situations: Bounded[object, Ranked] = Bounded(MOST_SITUATIONS)

    def rank(self, case: Case, whole: bool = False) -> Ranked:
        """Causes on the first two shelves, or (`whole`) all that reach a finding, with what folds into them."""
        targets = self.find_targets(case)
        if not targets:
            return Ranked(NORMAL_FOR, (), ()) if find_normal_for(case.readings, targets) else NOTHING
        key = (_describe(case), whole)
        return self._situations.get(key, lambda: self._rank(case, targets, whole))

    def find_targets(self, case: Case) -> tuple[str, ...]:
        """As the engine finds them."""
        stated = tuple(o.term for o in case.observations if o.present), tuple(r.decides for r in case.readings if r.decides)
        return self._targets.get(stated, lambda: self.engine.find_targets(case))

    def _rank(self, case: Case, targets: tuple[str, ...], whole: bool) -> Ranked:
        if self._joins_parts(case):
            return self._ask_engine(case, targets, whole)
        base = self.ground.base(targets)
        scores, taking_part = self._sum(case, targets, base)
        heads = self._fold(scores, taking_part, base, whole)
        return Ranked(self._status(scores, taking_part, base, targets, heads), targets, self._shelve(heads, whole))

    # ------------------------------------------------------------------ what is left to the engine

    @cached_property
    def _combinations(self) -> dict[str, list[frozenset[str]]]:
        """Parts of each combined cause, by part."""
        wholes: dict[str, set[str]] = defaultdict(set)
        for (whole, part), link in self.t.links("has component").items():
            if link.supported:
                wholes[whole].add(part)
        found: dict[str, list[frozenset[str]]] = defaultdict(list)
        for parts in wholes.values():
            for part in parts:
                found[part].append(frozenset(parts))
        return found

    def _joins_parts(self, case: Case) -> bool:
        """Whether all parts of a combined cause are given: their weight is not a sum of theirs."""
        given = {o.term for o in case.observations if o.present} | {d.term for d in case.drugs}
        return any(parts <= given for term in given for parts in self._combinations.get(term, ()))

    def _ask_engine(self, case: Case, targets: tuple[str, ...], whole: bool) -> Ranked:
        scored, *_ = self.engine.rank(case, targets)
        heads = fold(scored, self.t, self.engine.tables.forms)
        explained = {t for head, _ in heads for t in head.p.explains}
        status = "none_in_scope" if not explained else "explained" if explained >= set(targets) else "partly"
        return Ranked(status, targets, self._shelve(heads, whole))

    def _shelve(self, heads: Sequence[tuple[_Scored, Sequence[_Scored]]], whole: bool) -> tuple[RankedCause, ...]:
        shelves = find_shelves([head.score for head, _ in heads], self.w)
        return tuple(
            RankedCause(head.cause, head.score, shelf, tuple(item.cause for item in rest))
            for (head, rest), shelf in zip(heads, shelves, strict=True)
            if whole or shelf != SHELVES[2]
        )

    # ------------------------------------------------------------------ the sum

    def _sum(self, case: Case, targets: tuple[str, ...], base: Base) -> tuple[Floats, Ints]:
        """Scores of all causes, and which of them take part."""
        observations = tuple(with_twins(case.observations, self.engine.features))
        spoken = _by_statement(observations)
        statements = [self.rows.of_statement(targets, group) for group in spoken.values()]
        drugs = [self.rows.of_drug(drug) for drug in case.drugs]
        told: list[StatementRow | DrugRow] = [*statements, *drugs]
        exposed = np.zeros(len(self.ground.causes), dtype=np.bool_)
        for row in told:
            exposed[row.exposed] = True
        gates = self.ground.gates(o for o in observations if o.present)
        statements = [
            self.rows.of_statement(targets, group, [g for g in gates.met[words] if not exposed[g[0]]])
            if words in gates.met
            else row
            for (words, group), row in zip(spoken.items(), statements, strict=True)
        ]
        scores = self._before(case, targets, base, observations, exposed) + np.where(exposed, 0.0, gates.plain)
        told = [*statements, *drugs]
        for row in told:
            scores[row.causes] += row.weights
        self._add_silence(scores, statements)
        self._damp_groups(scores, statements)
        taking = base.reaching.copy()
        taken = [i for d in case.drugs if (i := self.ground.index.get(d.term)) is not None]
        taking[taken] = True
        if case.drugs or case.drugs_complete:
            taking &= exposed | ~self.ground.is_drug | ~base.reaching
        if absent := [o for o in observations if not o.present]:
            taking &= ~self.ground.struck(targets, absent)
        return scores, np.flatnonzero(taking)

    def _before(
        self, case: Case, targets: tuple[str, ...], base: Base, observations: Sequence[Observation], exposed: Bools
    ) -> Floats:
        """What is said of each cause whatever the findings are."""
        ground, present = self.ground, [o for o in observations if o.present]
        plain, taken = ground.expected(targets, case.age_days)
        scores: Floats = base.static + np.where(exposed, taken, plain) + ground.age(case.age_days) + ground.sex(case.sex)
        if len({o.text or o.term for o in present if o.term not in targets}) >= TELLING:
            scores += np.where(ground.is_drug & ~exposed, self.w.value("drug.not mentioned"), 0.0)
        if find_earlier_normal(case) is not None:
            scores += ground.constant * self.w.value("earlier normal")
        return scores

    def _add_silence(self, scores: Floats, statements: Sequence[StatementRow]) -> None:
        total = sum(row.quiet for row in statements)
        if total:
            silent = np.full(len(scores), total)
            for row in statements:
                if row.quiet:
                    silent[row.heard] -= row.quiet
            scores += np.minimum(silent, 0.0) * self.ground.silence

    def _damp_groups(self, scores: Floats, statements: Sequence[StatementRow]) -> None:
        """The second and further signs of one group count a share."""
        groups: dict[str, list[tuple[Ints, Floats]]] = defaultdict(list)
        for row in statements:
            for name, causes, weights in row.groups:
                groups[name].append((causes, weights))
        for rows in groups.values():
            if len(rows) > 1:
                total, highest = np.zeros(len(scores)), np.zeros(len(scores))
                for causes, weights in rows:
                    total[causes] += weights
                    highest[causes] = np.maximum(highest[causes], weights)
                scores -= (1.0 - self.w.value("redundancy")) * (total - highest)

    # ------------------------------------------------------------------ order, folding, status

    def _fold(self, scores: Floats, taking_part: Ints, base: Base, whole: bool) -> list[tuple[_Item, list[_Item]]]:
        """Heads in order; only so many causes are folded as fill the shelves."""
        rounded = np.round(scores[taking_part], 4)
        if not whole and len(rounded):
            near = rounded >= rounded.max() - self.w.value("shelf.fits.gap")
            rounded, taking_part = rounded[near], taking_part[near]
        order = np.lexsort((base.tie[taking_part], -rounded))
        enough, count = self.w.value("shelf.fits.most"), len(order) if whole else FIRST
        while True:
            items = [_Item(self.ground.causes[taking_part[i]], float(rounded[i])) for i in order[:count].tolist()]
            heads = fold(items, self.t, self.engine.tables.forms)
            if count >= len(order) or len(heads) > enough:
                return heads
            count *= 4

    def _status(
        self, scores: Floats, taking_part: Ints, base: Base, targets: tuple[str, ...], heads: list[tuple[_Item, list[_Item]]]
    ) -> str:
        """The heads near the top nearly always explain everything; else all of them are looked at."""
        for found in (heads, None):
            heads = self._fold(scores, taking_part, base, True) if found is None else found
            explained = {t for head, _ in heads for t in base.explains[self.ground.index[head.cause]]}
            if explained >= set(targets):
                return "explained"
        return "partly" if explained else "none_in_scope"


def _by_statement(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Observations by the words that they come from."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        found[name_statement(observation)].append(observation)
    return found


def _describe(case: Case) -> tuple[object, ...]:
    """Everything of a case that the order of its causes depends on."""
    places: dict[str, int] = {}  # which words, but for the first that say the same
    stated = tuple((o.term, o.present, places.setdefault(o.text or o.term, len(places))) for o in case.observations)
    drugs = tuple((d.term, d.days_since_start, d.days_since_stop) for d in case.drugs)
    decided = tuple(r.decides for r in case.readings if r.decides)
    earlier = find_earlier_normal(case) is not None
    return stated, decided, drugs, case.drugs_complete, case.age_days, case.sex.casefold(), earlier


def rank_many(cases: Iterable[Case], ranker: Ranker) -> Table:
    """A row for each case and one for each cause on its first two shelves, in the order of the cases."""
    table = Table()
    for case in cases:
        table.add(ranker.rank(case))
    return table
