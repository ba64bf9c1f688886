"""One cause under one case -> its contributions. Each function gives a weight and its reason at the same moment."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kg.explanation import scoring as s
from kg.explanation.features import Features
from kg.graph.traversal import Route, Traversal
from kg.model import Case, Contribution, DrugExposure, Observation
from kg.vocabulary import CAUSAL

# HPO onset terms that an age makes present; a later age speaks against an onset at birth that is all a cause knows.
ONSETS = (
    ("HP:0003623", 0.0, 28.0),  # neonatal
    ("HP:0003593", 28.0, 366.0),  # infantile
    ("HP:0011463", 366.0, 366.0 * 6),  # childhood
    ("HP:0003621", 366.0 * 6, 366.0 * 16),  # juvenile
)
EARLY_ONSETS = frozenset({"HP:0003577", "HP:0003623", "HP:0003593", "HP:0030674", "HP:0011461"})
COMES_AND_GOES = ("cyclic", "transient", "retention", "margination", "redistribution")


class Support:
    """Scores causes against a case; holds the indices, never a result."""

    def __init__(self, traversal: Traversal, features: Features, case: Case) -> None:
        self.t, self.f, self.case = traversal, features, case
        self.drugs = {d.term: d for d in case.drugs}
        self.present = [o for o in case.observations if o.present]
        self.absent = [o for o in case.observations if not o.present]

    def contributions(self, cause: str, tier: str, routes: list[Route]) -> list[Contribution]:
        """Everything that bears on one cause, in a fixed order."""
        parts = [self._prior(cause), self._evidence(routes), self._tier(tier)]
        parts += [*self._exposure(cause), *self._findings(cause), *self._risks(cause), *self._earlier(cause, routes)]
        return [part for part in parts if part and (abs(part.weight) > 0.004 or part.factor == "exposure")]

    # ------------------------------------------------------------------ before any finding

    def _prior(self, cause: str) -> Contribution:
        kind = str(self.t.graph.nodes[cause]["kind"])
        weight, reason = s.PRIORS[kind]
        age = self.case.age_days
        if kind == "inherited disease" and age is not None:
            bonus, why = s.INFANT_INHERITED if age < 2 * 365.25 else s.CHILD_INHERITED if age < 16 * 365.25 else (0.0, reason)
            weight, reason = weight + bonus, why if bonus else reason
        return Contribution("prior", kind, weight, reason)

    def _evidence(self, routes: list[Route]) -> Contribution:
        rows = [row for route in routes for row in route.links[0].rows if row["direction"] == "supports"]
        rows = [row for row in rows if row["predicate"] in CAUSAL or row["predicate"] == "can account for reading"]
        sources = dict.fromkeys(row["source"] for row in rows)
        weight = s.SOURCES_WEIGHT * math.log2(1 + len(sources))
        contrary = [row for route in routes for row in route.links[0].rows if row["direction"] != "supports"]
        reason = f"{len(sources)} source{'s' if len(sources) != 1 else ''}" + (", contradicted by others" if contrary else "")
        return Contribution("evidence", "sources", weight - (s.SOURCES_WEIGHT if contrary else 0.0), reason, tuple(sources)[:8])

    def _tier(self, tier: str) -> Contribution | None:
        weight, reason = s.TIER_WEIGHTS[tier]
        return Contribution("tier", tier, weight, reason) if weight else None

    # ------------------------------------------------------------------ exposure and time

    def _exposure(self, cause: str) -> Iterator[Contribution]:
        if taken := self.find_taken(cause):
            yield Contribution("exposure", taken.label, s.EXPOSED[0], s.EXPOSED[1], term=taken.term)
            if window := self._window(cause, taken):
                yield window
        if known := self._known(cause):
            observation, (weight, reason) = known
            yield Contribution("exposure", observation.label, weight, reason, term=observation.term)

    def find_taken(self, cause: str) -> DrugExposure | None:
        """The drug of the case that a cause is, or that is a part of a combined cause whose parts are all given."""
        if cause in self.drugs:
            return self.drugs[cause]
        parts = [link.object for link in self.t.out(cause, "has component") if link.supported]
        given = {o.term for o in self.present} | set(self.drugs)
        if parts and all(part in given for part in parts):
            return next((self.drugs[p] for p in parts if p in self.drugs), None)
        return None

    def _known(self, cause: str) -> tuple[Observation, tuple[float, str]] | None:
        for observation in self.present:
            if self.t.category(observation.term) == "cause" and cause in self.t.above(observation.term):
                return observation, s.KNOWN_CONDITION
        upstream = self.upstream(cause)
        for observation in self.present:
            if observation.term in upstream:
                return observation, s.UPSTREAM_KNOWN
        return None

    def upstream(self, cause: str) -> set[str]:
        """Conditions that can bring a cause about, at any distance."""
        seen: set[str] = set()
        todo = [cause]
        while todo:
            for link in self.t.into(todo.pop(), "can bring about"):
                if link.supported and link.subject not in seen:
                    seen.add(link.subject)
                    todo.append(link.subject)
        return seen

    def _window(self, cause: str, taken: DrugExposure) -> Contribution | None:
        rows = [r for link in self.t.out(cause, *CAUSAL, "can account for reading") for r in link.rows]
        stop, start = taken.days_since_stop, taken.days_since_start
        lasts = max([r["recovery_max"] for r in rows if "recovery_max" in r], default=s.RECOVERY_DEFAULT_DAYS)
        if stop is not None and stop > 2 * lasts:
            reason = f"stopped {stop:g} days ago; recovery is expected within {lasts:g}"
            return Contribution("window", taken.label, s.RECOVERY_PASSED, reason)
        if start is None:
            return Contribution("window", taken.label, 0.0, "start not given: window unknown")
        timed = [r for r in rows if "onset_min" in r or "onset_max" in r]
        if not timed:
            return Contribution("window", taken.label, 0.0, f"day {start:g}: no source gives a window")
        low = min(r.get("onset_min", 0.0) for r in timed)
        high = max(r.get("onset_max", r.get("onset_min", 0.0) * 3) for r in timed)
        sources = tuple(dict.fromkeys(r["source"] for r in timed))
        span = f"day {start:g}, sourced window {low:g} to {high:g}"
        if start < low:
            return Contribution("window", taken.label, s.WINDOW_EARLY, f"early: {span}", sources)
        if start > high:
            return Contribution("window", taken.label, s.WINDOW_LATE, f"late: {span}", sources)
        return Contribution("window", taken.label, s.WINDOW_INSIDE, f"inside: {span}", sources)

    def _earlier(self, cause: str, routes: list[Route]) -> Iterator[Contribution]:
        normal = [r for r in self.case.readings if r.rules_out and not r.decides and r.days_ago > 0]
        kind = self.t.graph.nodes[cause]["kind"]
        if not normal or kind not in ("inherited disease", "normal variant"):
            return
        words = " ".join(self.t.label(link.object) for route in routes for link in route.links)
        if not any(word in words for word in COMES_AND_GOES):
            reading = max(normal, key=lambda r: r.days_ago)
            weight, reason = s.EARLIER_NORMAL
            yield Contribution("time", f"{reading.label} {reading.value:g} {reading.days_ago:g} days ago", weight, reason)

    # ------------------------------------------------------------------ findings

    def _findings(self, cause: str) -> Iterator[Contribution]:
        for observation in (*self.present, *self._age_observations()):
            if part := self._present(cause, observation):
                yield part
        for observation in self.absent:
            if part := self._absent(cause, observation):
                yield part
        if self._is_too_old(cause):
            yield Contribution("finding", "age", -1.5, "all its sources report an onset in early life")

    def _age_observations(self) -> Iterator[Observation]:
        age = self.case.age_days
        for term, low, high in ONSETS:
            if age is not None and low <= age < high and term in self.t.graph:
                yield Observation(term, self.t.label(term), text="age")

    def _is_too_old(self, cause: str) -> bool:
        onsets = {f for f in self.f.of(cause) if f in EARLY_ONSETS or f in {term for term, *_ in ONSETS}}
        return bool(onsets) and onsets <= EARLY_ONSETS and self.case.age_days is not None and self.case.age_days > 16 * 365.25

    def _present(self, cause: str, observation: Observation) -> Contribution | None:
        term = observation.term
        if term in self.f.genes:
            return self._gene(cause, observation)
        if against := self.f.against.get(cause, {}).get(term):
            return Contribution("finding", observation.label, s.ARGUED_AGAINST[0], s.ARGUED_AGAINST[1], against.sources, term)
        if (matched := self.f.match(cause, term)) is None:
            return None
        link, share = matched
        weight = max(0.0, share * s.presence_weight(link.probability, self.f.overall.get(link.feature, 0.01)))
        stated = "in" if link.stated else "listed without a figure, taken as"
        return Contribution("finding", observation.label, weight, f"present; {stated} {link.probability:.0%}", link.sources, term)

    def _gene(self, cause: str, observation: Observation) -> Contribution | None:
        if cause not in self.f.genes[observation.term]:
            return None
        reason = "variant in a gene that causes it"
        return Contribution("finding", observation.label, s.FEATURE_LIMITS[1], reason, term=observation.term)

    def _absent(self, cause: str, observation: Observation) -> Contribution | None:
        links = self.f.of(cause)
        link = links.get(observation.term)
        if link is None:
            return None
        weight = s.absence_weight(link.probability, self.f.overall.get(link.feature, 0.01))
        return Contribution(
            "finding", f"no {observation.label}", weight, f"absent; {link.probability:.0%} have it", link.sources, link.feature
        )

    def _risks(self, cause: str) -> Iterator[Contribution]:
        risks = self.f.risks.get(cause, {})
        for observation in self.present:
            if link := risks.get(observation.term):
                yield Contribution("finding", observation.label, *s.MADE_LIKELIER, link.sources, observation.term)

    # ------------------------------------------------------------------ what rules out

    def strike(self, cause: str) -> str:
        """Why a cause is out for this patient, or an empty string."""
        for observation in self.absent:
            if observation.term in self.t.above(cause):
                return f"{observation.label} absent (your input)"
            link = self.f.of(cause).get(observation.term)
            if link and link.probability >= s.DEFINING_FREQUENCY and link.stated:
                return f"{observation.label} absent (your input), which every case has"
        parts = [link.object for link in self.t.out(cause, "has component") if link.supported]
        missing = [o for o in self.absent if o.term in parts]
        return f"{missing[0].label} absent (your input), a part of it" if missing else ""
