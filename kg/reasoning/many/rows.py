"""What one statement or one drug of a case says of each cause, asked of the model once and kept as arrays.

A statement is the words of a case that several observations may come from; of them the heaviest counts, as in `combine`.
Owns these rows and nothing of their sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.case.records import Case, DrugExposure, Observation
from kg.reasoning.explain import Engine
from kg.reasoning.many.bounded import Bounded
from kg.reasoning.model.exposure import Exposures
from kg.reasoning.model.findings import Findings
from kg.reasoning.model.parts import Part, combine

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
MOST_STATEMENTS, MOST_DRUGS = 30_000, 30_000  # a few kilobytes each


class StatementRow(NamedTuple):
    """Weights of one statement by cause, the group of signs of each, and what silence about it weighs."""

    causes: Ints
    weights: Floats
    groups: tuple[tuple[str, Ints, Floats], ...]  # group, causes, weights above zero
    heard: Ints
    quiet: float
    exposed: Ints


class DrugRow(NamedTuple):
    """Weights of one drug by cause, and the causes that count as taken."""

    causes: Ints
    weights: Floats
    exposed: Ints


class Rows:
    """Rows of one engine."""

    def __init__(self, engine: Engine, index: dict[str, int]) -> None:
        self.engine, self.index = engine, index
        self._statements: Bounded[object, StatementRow] = Bounded(MOST_STATEMENTS)
        self._drugs: Bounded[object, DrugRow] = Bounded(MOST_DRUGS)

    def of_statement(
        self, targets: tuple[str, ...], observations: Sequence[Observation], gates: Sequence[tuple[int, Part]] = ()
    ) -> StatementRow:
        """Row of the observations that come from one statement; `gates` are needed exposures that it meets."""
        follows = self.engine.features.follows  # the only way in which the findings bear on a sign
        key = tuple((o.term, o.present, follows(o.term, targets)) for o in observations)
        met = tuple((cause, part.weight) for cause, part in gates)
        return self._statements.get((key, met), lambda: self._make_statement(targets, observations, gates))

    def of_drug(self, drug: DrugExposure) -> DrugRow:
        """Row of one drug with its days."""
        return self._drugs.get((drug.term, drug.days_since_start, drug.days_since_stop), lambda: self._make_drug(drug))

    def _exposures(self, case: Case, present: Iterable[Observation]) -> Exposures:
        exposures = Exposures(self.engine.t, self.engine.tables.weights, self.engine.tables.priors, case, present)
        exposures.collect()
        return exposures

    def _make_statement(
        self, targets: tuple[str, ...], observations: Sequence[Observation], gates: Sequence[tuple[int, Part]]
    ) -> StatementRow:
        exposures = self._exposures(Case(), [o for o in observations if o.present])
        findings = Findings(self.engine.features, self.engine.tables.groups, targets)
        for observation in observations:
            (findings.add_present if observation.present else findings.add_absent)(observation)
        statement = name_statement(observations[0])
        parts: dict[str, list[Part]] = defaultdict(list)
        for place, part in gates:
            parts[self.engine.t.causes[place]].append(part._replace(statement=statement))
        for found in (exposures.parts, findings.parts):
            for cause, said in found.items():
                parts[cause] += said
        weights, groups = self._combine(parts)
        return StatementRow(
            self._ids(weights),
            np.array(list(weights.values())),
            tuple((g, self._ids(w), np.array(list(w.values()))) for g, w in sorted(groups.items())),
            self._ids(findings.heard),
            sum(findings.quiet.values()),
            self._ids(exposures.exposed),
        )

    def _combine(self, parts: dict[str, list[Part]]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Weight of each cause, and for each group of signs the weights above zero."""
        weights: dict[str, float] = {}
        groups: dict[str, dict[str, float]] = defaultdict(dict)
        for cause, said in parts.items():
            if cause in self.index:
                kept = combine(said, self.engine.tables.weights.value("redundancy"))
                weights[cause] = sum(part.weight for part in kept)
                for part in kept:
                    if part.group and part.weight > 0:
                        groups[part.group][cause] = part.weight
        return weights, groups

    def _make_drug(self, drug: DrugExposure) -> DrugRow:
        exposures = self._exposures(Case(drugs=(drug,)), ())
        weights = {c: sum(p.weight for p in parts) for c, parts in exposures.parts.items() if c in self.index}
        return DrugRow(self._ids(weights), np.array(list(weights.values())), self._ids(exposures.exposed))

    def _ids(self, causes: Iterable[str]) -> Ints:
        return np.array([self.index[c] for c in causes if c in self.index], dtype=np.intp)


def name_statement(observation: Observation) -> str:
    """The words that an observation comes from, as the model names them."""
    return ("" if observation.present else "no ") + (observation.text or observation.term)
