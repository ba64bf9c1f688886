"""What is said of every cause before the findings of a case: by findings to be explained, age, sex and exposures needed.

Vectors over all causes of the graph, each asked of the model once. Owns what is kept; must not know a statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.case.records import Case, Observation
from kg.reasoning.explain import Engine
from kg.reasoning.many.bounded import Bounded
from kg.reasoning.many.rows import Floats, Ints
from kg.reasoning.model.demography import YOUNGEST, weigh_sex
from kg.reasoning.model.exposure import PLACE, Exposures
from kg.reasoning.model.parts import Part
from kg.reasoning.model.prepared import DRUG_KINDS, prepare_without_evidence
from kg.reasoning.model.shares import find_age_group
from kg.reasoning.model.support import CONSTANT_KINDS, Support
from kg.reasoning.model.time import is_intermittent

Bools = NDArray[np.bool_]
MOST = 4096  # ages, sets of findings, sets of exposures


class Base(NamedTuple):
    """One set of findings: which causes reach it, what the evidence weighs, what decides ties, and what each explains."""

    reaching: Bools
    static: Floats
    tie: Ints
    explains: tuple[tuple[str, ...], ...]


class Gates(NamedTuple):
    """What needed exposures say: of causes whose gate no words meet, and of those that some words do, by these words."""

    plain: Floats
    met: Mapping[str, tuple[tuple[int, Part], ...]]


class Ground:
    """Vectors over the causes of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.t, self.w = engine, engine.t, engine.tables.weights
        self.causes = engine.t.causes
        self.index = {cause: i for i, cause in enumerate(self.causes)}
        self.kinds = [str(self.t.graph.nodes[c]["kind"]) for c in self.causes]
        self.is_drug: Bools = np.array([kind in DRUG_KINDS for kind in self.kinds])
        self._bases: Bounded[object, Base] = Bounded(256)
        self._expected: dict[object, tuple[Floats, Floats]] = {}
        self._ages: Bounded[object, Floats] = Bounded(MOST)
        self._sexes: Bounded[object, Floats] = Bounded(16)
        self._gates: Bounded[object, Gates] = Bounded(MOST)
        self._struck: Bounded[object, Bools] = Bounded(MOST)

    @cached_property
    def silence(self) -> Floats:
        """What a whole silence takes from each cause, for one unit of quiet."""
        scale = self.w.value("unlisted.scale")
        return np.array([scale * self.engine.features.completeness(c) for c in self.causes])

    @cached_property
    def constant(self) -> Bools:
        """Causes of a count that is always low."""
        pairs = zip(self.causes, self.kinds, strict=True)
        return np.array([kind in CONSTANT_KINDS and not is_intermittent(self.t, cause) for cause, kind in pairs])

    # ------------------------------------------------------------------ findings to be explained

    def base(self, targets: tuple[str, ...]) -> Base:
        """What is known of each cause of a set of findings."""
        return self._bases.get(targets, lambda: self._make_base(targets))

    def _make_base(self, targets: tuple[str, ...]) -> Base:
        prepared = self.engine.prepare(targets)
        every = [prepared.get(c) or prepare_without_evidence(self.t, self.w, c) for c in self.causes]
        order = sorted(range(len(every)), key=lambda i: every[i].tie)
        tie = np.empty(len(every), dtype=np.intp)
        tie[order] = np.arange(len(every))
        static = np.array([sum(part.weight for part in p.parts) for p in every])
        return Base(np.array([c in prepared for c in self.causes]), static, tie, tuple(p.explains for p in every))

    # ------------------------------------------------------------------ who the patient is

    def expected(self, targets: tuple[str, ...], age_days: float | None) -> tuple[Floats, Floats]:
        """Expected share of each cause, and the same for drugs that are taken."""
        group = find_age_group(age_days)
        key = id(self.engine.expectation.shares.pool(targets, group))  # pools are kept, so each has a place of its own
        if key not in self._expected:
            self._expected[key] = self._expect(targets, age_days, False), self._expect(targets, age_days, True)
        return self._expected[key]

    def _expect(self, targets: tuple[str, ...], age_days: float | None, exposed: bool) -> Floats:
        weigh = self.engine.expectation.weigh
        pairs = zip(self.causes, self.kinds, strict=True)
        return np.array([weigh(cause, kind, targets, age_days, exposed).weight for cause, kind in pairs])

    def age(self, age_days: float | None) -> Floats:
        """What the age takes from each cause; the vector form of `weigh_age`."""
        return self._ages.get(age_days, lambda: self._weigh_age(age_days))

    @cached_property
    def _spans(self) -> tuple[Ints, Ints, Floats, Floats]:
        spans = [
            (self.index[c], s) for c, found in sorted(self.engine.tables.priors.ages.items()) if c in self.index for s in found
        ]
        owners = np.array([owner for owner, _ in spans], dtype=np.intp)
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if spans else owners
        low, high = (np.log2(np.maximum([getattr(s, end) for _, s in spans], YOUNGEST)) for end in ("low", "high"))
        return owners[starts], starts, low, high

    def _weigh_age(self, age_days: float | None) -> Floats:
        found = np.zeros(len(self.causes))
        owners, starts, low, high = self._spans
        if age_days is not None and len(starts):
            age = np.log2(max(age_days, YOUNGEST))
            doublings = np.minimum.reduceat(np.maximum(np.maximum(low - age, age - high), 0.0), starts)
            found[owners] = np.where(
                doublings > 0, np.maximum(self.w.value("age.lowest"), self.w.value("age.outside") * doublings), 0.0
            )
        return found

    def sex(self, sex: str) -> Floats:
        """What the sex says of each cause."""
        return self._sexes.get(sex.casefold(), lambda: self._weigh_sex(Case(sex=sex)))

    def _weigh_sex(self, case: Case) -> Floats:
        parts = [weigh_sex(c, case, self.engine.tables.priors, self.w) for c in self.causes]
        return np.array([part.weight if part else 0.0 for part in parts])

    # ------------------------------------------------------------------ what an infection needs

    @cached_property
    def _gated(self) -> tuple[str, ...]:
        """Causes for which some exposure is needed."""
        gates = self.engine.tables.priors.gates
        needing = {c for c, found in gates.items() if any(g.need == "needed" for g in found)}
        return tuple(c for c in self.causes if self.t.above(c) & needing)

    @cached_property
    def _near_gates(self) -> tuple[frozenset[str], frozenset[str]]:
        """Exposures that some gate asks for, and whatever is wider than one of them."""
        asked = frozenset(gate.exposure for found in self.engine.tables.priors.gates.values() for gate in found)
        return asked, frozenset(above for exposure in asked for above in self.t.above(exposure))

    def gates(self, present: Iterable[Observation]) -> Gates:
        """What the exposures that are given, or not, say of each cause that needs one."""
        told = [o for o in present if self._bears_on_gates(o.term)]
        key = tuple((o.term, o.text) for o in told)  # a gate that is met names the words that meet it
        return self._gates.get(key, lambda: self._weigh_gates(told))

    def _bears_on_gates(self, term: str) -> bool:
        """Whether a term is a place, what a gate asks for, or wider than that."""
        known: dict[str, bool] = self.t.memo.setdefault("bears on gates", {})
        if term not in known:
            asked, wider = self._near_gates
            known[term] = PLACE in self.t.above(term) or term in wider or not asked.isdisjoint(self.t.above(term))
        return known[term]

    def _weigh_gates(self, told: list[Observation]) -> Gates:
        exposures = Exposures(self.t, self.w, self.engine.tables.priors, Case(), told)
        plain = np.zeros(len(self.causes))
        met: dict[str, dict[int, Part]] = defaultdict(dict)
        for cause in self._gated:
            if part := exposures.weigh_gate(cause):
                if part.statement:
                    met[part.statement][self.index[cause]] = part
                else:
                    plain[self.index[cause]] = part.weight
        return Gates(plain, {statement: tuple(found.items()) for statement, found in met.items()})

    # ------------------------------------------------------------------ what rules out

    def struck(self, targets: tuple[str, ...], absent: list[Observation]) -> Bools:
        """Causes that what is absent rules out. Absent conditions act together, along routes; each sign acts alone."""
        together = [o for o in absent if self.t.category(o.term) in ("cause", "mechanism", "finding")]
        alone = [[o] for o in absent if o not in together]
        found = np.zeros(len(self.causes), dtype=np.bool_)
        for group in [together, *alone] if together else alone:
            key = targets, frozenset(o.term for o in group)
            found |= self._struck.get(key, lambda group=group: self._strike(targets, group))  # type: ignore[misc]
        return found

    def _strike(self, targets: tuple[str, ...], absent: list[Observation]) -> Bools:
        engine = self.engine
        case = Case(observations=tuple(absent))
        support = Support(
            engine.t, engine.features, engine.expectation, engine.tables.priors, engine.tables.groups, case, targets
        )
        prepared = engine.prepare(targets)
        every = (prepared.get(c) or prepare_without_evidence(self.t, self.w, c) for c in self.causes)
        return np.array([bool(support.strike(p)) for p in every])
