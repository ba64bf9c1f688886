"""One case -> what each of its inputs does to each cause that it touches: the factors of the model, put together.

Works from the inputs to the causes, so the effort grows with the edges touched and not with the graph. Owns the order of
the factors and what rules a cause out; each factor stands in a module of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from kg.case.records import Case, Reading
from kg.knowledge.graph import Traversal
from kg.reasoning.model.demography import Expectation, weigh_age, weigh_sex
from kg.reasoning.model.exposure import Exposures
from kg.reasoning.model.features import Features
from kg.reasoning.model.findings import Findings, with_twins
from kg.reasoning.model.parts import Part, combine, say
from kg.reasoning.model.prepared import DRUG_KINDS, Prepared
from kg.reasoning.model.priors import Priors
from kg.reasoning.model.time import find_earlier_normal, is_intermittent

CONSTANT_KINDS = frozenset({"inherited disease", "normal variant"})
TELLING = 2  # a case that states so many findings besides the low count would have told of a drug, too


class Support:
    """Contributions of one case, by cause."""

    def __init__(
        self,
        traversal: Traversal,
        features: Features,
        expectation: Expectation,
        priors: Priors,
        groups: Mapping[str, str],
        case: Case,
        targets: tuple[str, ...] = (),
    ) -> None:
        self.t, self.f, self.w, self.priors, self.case, self.targets = traversal, features, features.w, priors, case, targets
        observations = tuple(with_twins(case.observations, features))
        self.present = [o for o in observations if o.present]
        self.absent = [o for o in observations if not o.present]
        self.expectation = expectation
        self.exposures = Exposures(traversal, self.w, priors, case, self.present)
        self.findings = Findings(features, groups, targets)
        self.exposures.collect()
        for observation in self.present:
            self.findings.add_present(observation)
        for observation in self.absent:
            self.findings.add_absent(observation)

    @property
    def exposed(self) -> set[str]:
        """Causes that are given as taken or known."""
        return self.exposures.exposed

    def weigh(self, causes: Iterable[Prepared]) -> dict[str, list[Part]]:
        """Every part of every cause, each statement once."""
        prepared = tuple(causes)
        self.findings.add_silence(p.cause for p in prepared)
        redundancy = self.w.value("redundancy")
        return {p.cause: combine([*self._before(p), *self._gathered(p.cause)], redundancy) for p in prepared}

    def _gathered(self, cause: str) -> list[Part]:
        return [*self.exposures.parts.get(cause, ()), *self.findings.parts.get(cause, ())]

    def _before(self, p: Prepared) -> list[Part]:
        """What is said of a cause whatever the findings are."""
        exposed = p.cause in self.exposed
        parts: list[Part | None] = [self.expectation.weigh(p.cause, p.kind, self.targets, self.case.age_days, exposed), *p.parts]
        parts += [weigh_age(p.cause, self.case, self.priors, self.w), weigh_sex(p.cause, self.case, self.priors, self.w)]
        parts += [self.exposures.weigh_gate(p.cause), self._unmentioned(p), self._earlier(p.cause, p.kind)]
        return [part for part in parts if part is not None]

    def _unmentioned(self, p: Prepared) -> Part | None:
        """A drug of which a telling case says nothing."""
        if p.kind not in DRUG_KINDS or p.cause in self.exposed or self._told < TELLING:
            return None
        return Part(
            self.w.value("drug.not mentioned"),
            "exposure",
            "not mentioned",
            say(self.w["drug.not mentioned"].reason),
            name="drug.not mentioned",
        )

    @cached_property
    def _told(self) -> int:
        return len({o.text or o.term for o in self.present if o.term not in self.targets})

    # ------------------------------------------------------------------ earlier values

    @cached_property
    def earlier_normal(self) -> Reading | None:
        """Oldest white-cell reading that was normal before a later low one."""
        return find_earlier_normal(self.case)

    def _earlier(self, cause: str, kind: str) -> Part | None:
        """An earlier normal count against a constant cause; None for one that comes and goes."""
        reading = self.earlier_normal
        if reading is None or kind not in CONSTANT_KINDS or is_intermittent(self.t, cause):
            return None
        weight, reason = self.w["earlier normal"]
        return Part(
            weight, "time", f"{reading.label} {reading.value:g} {reading.days_ago:g} days ago", say(reason), name="earlier normal"
        )

    # ------------------------------------------------------------------ what rules out

    @cached_property
    def ruled_out(self) -> dict[str, str]:
        """Terms that the patient is stated not to have, kinds of them included, with the label that was given."""
        conditions = [o for o in self.absent if self.t.category(o.term) in ("cause", "mechanism", "finding")]
        return {below: o.label for o in conditions for below in self.t.below(o.term)}

    def strike(self, prepared: Prepared) -> str:
        """Why a cause is out for this patient, or an empty string."""
        cause = prepared.cause
        if label := self.ruled_out.get(cause):
            return f"{label} absent (your input)"
        if label := self._defining.get(cause):
            return f"{label} absent (your input), which every case has"
        return self._strike_parts(cause) or self._strike_routes(prepared)

    @cached_property
    def _defining(self) -> dict[str, str]:
        """Causes of which every case shows something that is absent here, with its label; the first one given counts."""
        found: dict[str, str] = {}
        for observation in self.absent:
            for cause in self.f.showing.get(observation.term, ()):
                link = self.f.of(cause)[observation.term]
                if link.stated and link.probability >= self.w.value("grade.defining"):
                    found.setdefault(cause, observation.label)
        return found

    @cached_property
    def _parts_of_wholes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for (whole, part), link in self.t.links("has component").items():
            if link.supported:
                found[whole].add(part)
        return dict(found)

    def _strike_parts(self, cause: str) -> str:
        if not (parts := self._parts_of_wholes.get(cause)):
            return ""
        missing = [o for o in self.absent if o.term in parts]
        return f"{missing[0].label} absent (your input), a part of it" if missing else ""

    def _strike_routes(self, prepared: Prepared) -> str:
        if self.ruled_out.keys().isdisjoint(prepared.terms):
            return ""
        labels = [
            next((self.ruled_out[n] for link in route.links for n in (link.subject, link.object) if n in self.ruled_out), "")
            for route in prepared.routes
        ]
        return f"{labels[0]} absent (your input), through which it acts" if labels and all(labels) else ""
