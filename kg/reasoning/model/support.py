"""One case -> what each of its inputs does to each cause that it touches.

Works from the inputs to the causes, so the effort grows with the edges touched and not with the graph. Each weight and
its reason are made at the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from kg.case.records import Case, DrugExposure, Observation, Reading
from kg.knowledge.graph import Traversal
from kg.reasoning.model import scoring as s
from kg.reasoning.model.features import Features
from kg.reasoning.model.prepared import Prepared
from kg.reasoning.model.time import find_earlier_normal, is_intermittent, weigh_window
from kg.reasoning.records import Contribution

# HPO onset terms that an age makes present; a later age speaks against an onset at birth that is all a cause knows.
ONSETS = (
    ("HP:0003623", 0.0, 28.0),  # neonatal
    ("HP:0003593", 28.0, 366.0),  # infantile
    ("HP:0011463", 366.0, 366.0 * 6),  # childhood
    ("HP:0003621", 366.0 * 6, 366.0 * 16),  # juvenile
)
EARLY_ONSETS = frozenset({"HP:0003577", "HP:0030674", "HP:0011461", *(term for term, *_ in ONSETS)})
LATER_ONSETS = frozenset({"HP:0003581", "HP:0011462", "HP:0003596", "HP:0003584"})  # adult, young, middle age, late
ADULT_DAYS, INFANT_DAYS = 16 * 365.25, 2 * 365.25


class Support:
    """Contributions of one case, by cause."""

    def __init__(self, traversal: Traversal, features: Features, case: Case, targets: tuple[str, ...] = ()) -> None:
        self.t, self.f, self.case, self.targets = traversal, features, case, targets
        self.drugs = {d.term: d for d in case.drugs}
        observations = list(_with_twins(case.observations, features))
        self.present = [o for o in observations if o.present]
        self.absent = [o for o in observations if not o.present]
        self.parts: dict[str, list[Contribution]] = defaultdict(list)
        self.exposed: set[str] = set()
        self._said: dict[tuple[str, str], Contribution] = {}
        self._collect()

    def _collect(self) -> None:
        for drug in self.case.drugs:
            self._add_drug(drug)
        for observation in self.present:
            self._add_condition(observation)
        for observation in (*self.present, *self._age_observations()):
            self._add_present(observation)
        for observation in self.absent:
            self._add_absent(observation)
        self._add_age()

    # ------------------------------------------------------------------ before any finding

    def prior(self, kind: str) -> Contribution:
        """Weight of a kind of cause at the age of the case."""
        weight, reason = s.PRIORS[kind]
        age = self.case.age_days
        if kind == "inherited disease" and age is not None and age < ADULT_DAYS:
            bonus, reason = s.INFANT_INHERITED if age < INFANT_DAYS else s.CHILD_INHERITED
            weight += bonus
        return Contribution("prior", kind, weight, reason)

    # ------------------------------------------------------------------ exposure

    def _add_drug(self, drug: DrugExposure) -> None:
        causes = [drug.term, *(c for c in self._wholes(drug.term) if self._has_all_parts(c))]
        for cause in causes:
            self.exposed.add(cause)
            self.parts[cause].append(Contribution("exposure", drug.label, *s.EXPOSED, term=drug.term))
            self.parts[cause].append(weigh_window(self.t, cause, drug))

    def _wholes(self, part: str) -> list[str]:
        return [link.subject for link in self.t.into(part, "has component") if link.supported]

    def _has_all_parts(self, cause: str) -> bool:
        given = {o.term for o in self.present} | set(self.drugs)
        return all(link.object in given for link in self.t.out(cause, "has component") if link.supported)

    def _add_condition(self, observation: Observation) -> None:
        if self.t.category(observation.term) != "cause":
            return
        for cause in sorted(self.t.above(observation.term)):
            if self.t.category(cause) == "cause":
                self._expose(cause, observation, s.KNOWN_CONDITION)
        for cause in sorted(self.downstream(observation.term)):
            self._expose(cause, observation, s.UPSTREAM_KNOWN)
        for cause in self._wholes(observation.term):
            if self._has_all_parts(cause) and cause not in self.exposed:
                self._expose(cause, observation, s.KNOWN_CONDITION)

    def _expose(self, cause: str, observation: Observation, weight: tuple[float, str]) -> None:
        self.exposed.add(cause)
        self._add_once(cause, observation, Contribution("exposure", observation.label, *weight, term=observation.term))

    def downstream(self, cause: str) -> set[str]:
        """Conditions that a cause can bring about, at any distance."""
        seen: set[str] = set()
        todo = [cause]
        while todo:
            for above in self.t.above(todo.pop()):
                for link in self.t.out(above, "can bring about"):
                    if link.supported and link.object not in seen:
                        seen.add(link.object)
                        todo.append(link.object)
        return seen

    # ------------------------------------------------------------------ findings

    def _add_present(self, observation: Observation) -> None:
        term = observation.term
        if self.t.category(term) in ("finding", "reading"):
            return  # what is to be explained is no evidence for its explanation (modelling.md, 12)
        for cause in sorted(self.f.genes.get(term, ())):
            self.parts[cause].append(Contribution("finding", observation.label, *s.GENE_VARIANT, term=term))
        against = self.f.against.get(term, {})
        for cause, link in sorted(against.items()):
            self.parts[cause].append(Contribution("finding", observation.label, *s.ARGUED_AGAINST, link.sources, term))
        for cause, link in sorted(self.f.risks.get(term, {}).items()):
            self.parts[cause].append(Contribution("finding", observation.label, *s.MADE_LIKELIER, link.sources, term))
        for cause in sorted(self.f.affected(term) - set(against)):
            self._add_once(cause, observation, self._weigh_present(cause, observation))

    def _add_once(self, cause: str, observation: Observation, part: Contribution | None) -> None:
        """Add a contribution; of several that come from the same words of the case only the heaviest counts."""
        if part is None:
            return
        words = (cause, observation.text)
        if observation.text and (earlier := self._said.get(words)) is not None:
            if earlier.weight >= part.weight:
                return
            self.parts[cause].remove(earlier)
        self._said[words] = part
        self.parts[cause].append(part)

    def _weigh_present(self, cause: str, observation: Observation) -> Contribution | None:
        if (matched := self.f.match(cause, observation.term)) is None:
            return None
        link, share = matched
        weight = max(0.0, share * s.presence_weight(link.probability, self.f.background(link.feature, self.targets)))
        stated = "in" if link.stated else "listed without a figure, taken as"
        reason = f"present; {stated} {link.probability:.0%}"
        return Contribution("finding", observation.label, weight, reason, link.sources, observation.term)

    def _add_absent(self, observation: Observation) -> None:
        for cause in sorted(self.f.showing.get(observation.term, ())):
            link = self.f.of(cause)[observation.term]
            weight = s.absence_weight(link.probability, self.f.background(link.feature, self.targets))
            reason = f"absent; {link.probability:.0%} have it"
            self.parts[cause].append(
                Contribution("finding", f"no {observation.label}", weight, reason, link.sources, link.feature)
            )

    # ------------------------------------------------------------------ age and earlier values

    def _age_observations(self) -> Iterator[Observation]:
        age = self.case.age_days
        for term, low, high in ONSETS:
            if age is not None and low <= age < high and term in self.t.graph:
                yield Observation(term, self.t.label(term), text="age")

    def _add_age(self) -> None:
        age = self.case.age_days
        if age is not None and age <= ADULT_DAYS:
            return
        weight = s.TOO_OLD if age is not None else s.AGE_NOT_GIVEN
        part = Contribution("finding", "age", *weight)
        for cause in self._only_early:
            self.parts[cause].append(part)

    @property
    def _only_early(self) -> tuple[str, ...]:
        """Causes all of whose stated onsets lie in early life."""
        if "only early" not in self.t.memo:
            found = self.f.find_showing(EARLY_ONSETS) - self.f.find_showing(LATER_ONSETS)
            self.t.memo["only early"] = tuple(sorted(found))
        causes: tuple[str, ...] = self.t.memo["only early"]
        return causes

    @cached_property
    def earlier_normal(self) -> Reading | None:
        """Oldest white-cell reading that was normal before a later low one."""
        return find_earlier_normal(self.case)

    def earlier(self, cause: str, kind: str) -> Contribution | None:
        """An earlier normal count against a constant cause; None for one that comes and goes."""
        reading = self.earlier_normal
        if reading is None or kind not in s.CONSTANT_KINDS or is_intermittent(self.t, cause):
            return None
        return self._against_constant

    @cached_property
    def _against_constant(self) -> Contribution:
        reading = self.earlier_normal
        assert reading is not None
        label = f"{reading.label} {reading.value:g} {reading.days_ago:g} days ago"
        return Contribution("time", label, *s.EARLIER_NORMAL)

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
                if link.stated and link.probability >= s.DEFINING_FREQUENCY:
                    found.setdefault(cause, observation.label)
        return found

    @property
    def _parts_of_wholes(self) -> dict[str, set[str]]:
        if "parts" not in self.t.memo:
            found: dict[str, set[str]] = defaultdict(set)
            for (whole, part), link in self.t.links("has component").items():
                if link.supported:
                    found[whole].add(part)
            self.t.memo["parts"] = dict(found)
        parts: dict[str, set[str]] = self.t.memo["parts"]
        return parts

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


def _with_twins(observations: Iterable[Observation], features: Features) -> Iterator[Observation]:
    given = {o.term for o in observations}
    for observation in observations:
        yield observation
        wider = features.t.above(observation.term) if observation.present else {observation.term}
        for twin in sorted({features.twins[term] for term in wider if term in features.twins} - given):
            yield replace(observation, term=twin)
