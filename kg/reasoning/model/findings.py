"""Signs and tests of a case -> parts: present ones, absent ones, and silence about what is present.

The weight of a present sign is log P(sign | cause) - log P(sign), noisy-OR with a leak; a cause that is not known for it
loses in proportion to how complete its list is. Signs that follow from the low count itself tell little. Must not know
exposures, ages and drugs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from kg.case.records import Observation
from kg.reasoning.model.features import Features, Row
from kg.reasoning.model.parts import Part, say

TOLD = ("finding", "reading")  # what is to be explained is no evidence for its explanation (modelling.md, 12)


class Findings:
    """What the observations of one case say of each cause."""

    def __init__(self, features: Features, groups: Mapping[str, str], targets: tuple[str, ...]) -> None:
        self.f, self.t, self.w, self.groups, self.targets = features, features.t, features.w, groups, targets
        self.parts: dict[str, list[Part]] = defaultdict(list)
        self.quiet: dict[str, float] = {}  # statement -> what silence about it weighs
        self.heard: dict[str, set[str]] = defaultdict(set)  # cause -> statements that it is known for

    # ------------------------------------------------------------------ present

    def add_present(self, observation: Observation) -> None:
        """A sign, test, gene or risk that is present."""
        if self.t.category(observation.term) in TOLD:
            return
        self._add_gene(observation)
        against = self.f.against.get(observation.term, {})
        for cause, link in against.items():
            self._add(cause, observation, "risk.against", link.sources)
        for cause, link in self.f.risks.get(observation.term, {}).items():
            self._add(cause, observation, "risk.raised", link.sources)
        self._add_signs(observation, set(against))

    def _add_gene(self, observation: Observation) -> None:
        for cause in sorted(self.f.genes.get(observation.term, ())):
            self._add(cause, observation, "gene.variant", ())

    def _add(self, cause: str, observation: Observation, name: str, sources: tuple[str, ...]) -> None:
        weight, reason = self.w[name]
        statement = _statement(observation)
        part = Part(weight, "finding", observation.label, say(reason), sources, observation.term, statement, name=name)
        self.parts[cause].append(part)
        self.heard[cause].add(_statement(observation))

    def _add_signs(self, observation: Observation, against: set[str]) -> None:
        follows, statement = self.f.follows(observation.term, self.targets), _statement(observation)
        name = f"{self.f.sort(observation.term)}.scale"
        scale = self.w.value(name)
        rows, group = self.f.rows(observation.term, follows), self.group(observation.term)
        if rows and not follows and name != "exposure.scale":
            quiet = self.f.silence(observation.term) * scale
            self.quiet[statement] = min(self.quiet.get(statement, 0.0), quiet)
        low, high = self.w.value("finding.lowest"), self.w.value("finding.highest")
        for row in rows:
            if row.cause not in against:
                weight = max(low, min(high, row.weight)) * scale
                part = Part(
                    weight, "finding", observation.label, _why(row, self.t.label(row.link.feature), observation.label),
                    row.link.sources, observation.term, statement, group, name,
                )  # fmt: skip
                self.parts[row.cause].append(part)
                self.heard[row.cause].add(statement)

    def group(self, term: str) -> str:
        """Group of signs that tell the same, of the term or of a sign above it."""
        return next((self.groups[above] for above in sorted(self.t.above(term)) if above in self.groups), "")

    def add_silence(self, causes: Iterable[str]) -> None:
        """What the signs that a cause is not known for take from it, as one part."""
        scale = self.w.value("unlisted.scale")
        for cause in causes:
            silent = [weight for statement, weight in self.quiet.items() if statement not in self.heard.get(cause, ())]
            weight = sum(silent) * scale * self.f.completeness(cause)
            if weight < 0:
                self.parts[cause].append(
                    Part(weight, "unlisted", f"{len(silent)} other signs", say("it is not known for them"), name="unlisted.scale")
                )

    # ------------------------------------------------------------------ absent

    def add_absent(self, observation: Observation) -> None:
        """A sign that is stated or measured as absent, with every kind of it."""
        scale = self.w.value("absent.scale")
        for cause in sorted(self.f.showing.get(observation.term, ())):
            link = self.f.of(cause)[observation.term]
            weight = max(self.w.value("finding.lowest"), self.f.absence(cause, observation.term, self.targets) * scale)
            reason = say(f"absent; {link.probability:.0%} have it")
            label, statement = f"no {observation.label}", f"no {_statement(observation)}"
            self.parts[cause].append(
                Part(weight, "finding", label, reason, link.sources, link.feature, statement, name="absent.scale")
            )


def _statement(observation: Observation) -> str:
    return observation.text or observation.term


def _why(row: Row, own: str, given: str) -> Callable[[], str]:
    link = row.link

    def worded() -> str:
        stated = "in" if link.stated else "listed without a figure, taken as"
        named = "" if own.casefold() == given.casefold() else f"{own}: "
        return f"{named}present; {stated} {link.probability:.0%}"

    return worded


def with_twins(observations: Iterable[Observation], features: Features) -> Iterator[Observation]:
    """Observations, each with the sign or condition of the same name."""
    observed = tuple(observations)
    given = {o.term for o in observed}
    for observation in observed:
        yield observation
        wider = features.t.above(observation.term) if observation.present else {observation.term}
        for twin in sorted({features.twins[term] for term in wider if term in features.twins} - given):
            yield replace(observation, term=twin)
