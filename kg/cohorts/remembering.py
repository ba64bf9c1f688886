"""A resolver that remembers what words, drug names and limits mean: a hospital writes the same few thousand over and over.

Same cases as those of `Resolver`, which keeps nothing, but for what other limits would say; what is kept is bounded. Must
not know cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import networkx as nx

from kg.case.drugs import Drugs, Meant
from kg.case.language.names import Names
from kg.case.language.text import Meaning, TextReader
from kg.case.raw import RawDrug
from kg.case.resolve import Resolver
from kg.case.values.analytes import Test, Tests
from kg.case.values.thresholds import Patient, Row, Thresholds
from kg.knowledge.lexicon import Lexicon
from kg.reasoning.many.bounded import Bounded

MOST = 50_000
V = TypeVar("V")


class _Remembers:
    """Answers by question; an empty answer is remembered, too."""

    _memory: Bounded[object, tuple[Any]]

    def _once(self, key: object, make: Callable[[], V]) -> V:
        if not hasattr(self, "_memory"):
            self._memory = Bounded(MOST)
        found: V = self._memory.get(key, lambda: (make(),))[0]
        return found


class _Drugs(_Remembers, Drugs):
    def read(self, drug: RawDrug) -> tuple[Meant, ...]:
        return self._once((drug.name, drug.rxnorm, drug.atc), lambda: Drugs.read(self, drug))

    def suggest(self, name: str) -> list[str]:
        return self._once(name, lambda: Drugs.suggest(self, name))


class _Names(_Remembers, Names):
    def find_treatment(self, name: str) -> Any:
        return self._once(name, lambda: Names.find_treatment(self, name))


class _Text(_Remembers, TextReader):
    def read(self, text: str, present: bool = True, loose: bool = False) -> Meaning:
        return self._once((text, present, loose), lambda: TextReader.read(self, text, present, loose))


class _Tests(_Remembers, Tests):
    def find(self, name: str, unit: str = "") -> Test | None:
        return self._once((name, unit), lambda: Tests.find(self, name, unit))

    def find_loinc(self, code: str, unit: str = "") -> Test | None:
        return self._once(("", code, unit), lambda: Tests.find_loinc(self, code, unit))

    def suggest(self, name: str, limit: int = 4) -> list[str]:
        return self._once((name, limit), lambda: Tests.suggest(self, name, limit))


class _Thresholds(_Remembers, Thresholds):
    def of_profile(self, test: str, profile: str, patient: Patient) -> list[Row]:
        key = test, profile, patient.age, patient.sex
        return self._once(key, lambda: Thresholds.of_profile(self, test, profile, patient))

    def usual(self, test: str, patient: Patient, white: bool) -> list[Row]:
        return self._once((test, white, patient.age, patient.sex), lambda: Thresholds.usual(self, test, patient, white))

    def ranges(self, test: str, patient: Patient, direction: str) -> list[Row]:
        key = test, patient.age, patient.sex, direction, 0
        return self._once(key, lambda: Thresholds.ranges(self, test, patient, direction))

    def compete(self, test: Test, value: float, chosen: Row | None, patient: Patient) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: a cohort tells in one table what other limits would say (`tally`)."""
        return ()


class RememberingResolver(Resolver):
    """Reads cases as `Resolver` does, each word once."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        super().__init__(graph, lexicon)
        self.tests, self.thresholds = _Tests(graph), _Thresholds(graph)
        self.names, self.drugs = _Names(graph, lexicon), _Drugs(graph, lexicon)
        self.text = _Text(graph, self.names, self.tests, self.thresholds, self.drugs)
