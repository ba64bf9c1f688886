"""The answer to one case: which findings call for an explanation, which causes reach them, in what order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.case.records import Case
from kg.knowledge.graph import Traversal
from kg.reasoning.alerts import find_alerts
from kg.reasoning.chains import strike_chains
from kg.reasoning.model.features import Features
from kg.reasoning.model.prepared import LEUKOPENIA, LOW_TOTAL, Lazy, Prepared, prepare
from kg.reasoning.model.scoring import BELOW_ITS_OWN_EFFECT, GENE_VARIANT
from kg.reasoning.model.support import Support
from kg.reasoning.records import Cause, Contribution, Explanation
from kg.reasoning.sets import find_smallest_sets
from kg.vocabulary import DISCLAIMER

SUBSET_DEFICIT = "LEUKO:0000103"
DRUG_KINDS = ("drug", "drug group", "combined cause")
Ranking = tuple[tuple[Cause, ...], tuple[Cause, ...], list[Prepared]]


class Engine:
    """Explains cases over one frozen graph; keeps nothing of a case."""

    def __init__(self, traversal: Traversal) -> None:
        self.t = traversal
        self.features = Features(traversal)

    def explain(self, case: Case, versions: Mapping[str, str]) -> Explanation:
        """Explanation of a case. Status: explained, partly, none_in_scope or no_finding."""
        targets = self.find_targets(case)
        support = Support(self.t, self.features, case, targets)
        causes, struck, asked = self._rank(case, support, targets)
        return Explanation(
            status=_status(targets, causes),
            findings=tuple(self._describe(case, target) for target in targets),
            causes=causes,
            struck_out=struck,
            to_ask=tuple({"id": p.cause, "label": p.label, "question": "taken in the last weeks?"} for p in asked),
            label_lists=tuple(self._label_listings(case, targets)),
            not_understood=case.not_understood,
            alerts=find_alerts(case, self.t),
            sets=find_smallest_sets(causes, targets, self.t),
            coverage=self._coverage(len(causes), len(struck), len(asked)),
            versions=versions,
            disclaimer=DISCLAIMER,
            readings=case.readings,
            assumptions=(*case.contradictions, *case.assumptions),
            case=case,
        )

    def prepare(self, targets: tuple[str, ...]) -> dict[str, Prepared]:
        """Causes of a set of findings, made ready once."""
        key = "prepared", targets
        if key not in self.t.memo:
            self.t.memo[key] = prepare(self.t, targets, self._telling)
        found: dict[str, Prepared] = self.t.memo[key]
        return found

    # ------------------------------------------------------------------ what calls for an explanation

    def find_targets(self, case: Case) -> tuple[str, ...]:
        """Findings and low readings to be explained: the most specific ones, the total only where no line is known."""
        stated = [o.term for o in case.observations if o.present] + [r.decides for r in case.readings if r.decides]
        kept = [t for t in dict.fromkeys(stated) if self.t.category(t) in ("finding", "reading") and self._is_white(t)]
        specific = [t for t in kept if not any(o != t and t in self.t.above(o) for o in kept)]
        if LOW_TOTAL in specific and any(self._shows_as_low_total(t) for t in specific if t != LOW_TOTAL):
            specific.remove(LOW_TOTAL)
        return tuple(sorted(specific))

    def _is_white(self, term: str) -> bool:
        above = self.t.above(term)
        return LEUKOPENIA in above or SUBSET_DEFICIT in above or self.t.category(term) == "reading"

    def _shows_as_low_total(self, term: str) -> bool:
        links = [link for above in self.t.above(term) for link in self.t.out(above, "can show as")]
        return any(link.object == LOW_TOTAL and link.supported for link in links)

    def _describe(self, case: Case, target: str) -> dict[str, Any]:
        text = next((o.text for o in case.observations if o.term == target and o.present), "")
        item: dict[str, Any] = {"id": target, "label": self.t.label(target), "text": text}
        if reading := next((r for r in case.readings if r.decides == target), None):
            item |= {"value": reading.text, "rule": reading.rule, "source": reading.source, "competing": list(reading.competing)}
        return item

    # ------------------------------------------------------------------ which causes, in which order

    def _rank(self, case: Case, support: Support, targets: tuple[str, ...]) -> Ranking:
        """Ranked, struck out, to be asked; kept where the case gives nothing but the findings."""
        plain = not (case.age_days or case.drugs or case.drugs_complete or case.readings)
        plain = plain and all(o.present and o.term in targets for o in case.observations)
        key = "ranking", targets
        if plain and key in self.t.memo:
            known: Ranking = self.t.memo[key]
            return known
        scored, struck, asked = self._weigh(case, support, self.prepare(targets))
        ranking = self._causes(_stand_behind(scored), support), self._causes(struck, support), asked
        if plain:
            self.t.memo[key] = ranking
        return ranking

    def _weigh(
        self, case: Case, support: Support, prepared: Mapping[str, Prepared]
    ) -> tuple[list[Scored], list[Scored], list[Prepared]]:
        priors = {kind: support.prior(kind) for kind in {p.kind for p in prepared.values()}}
        drugs_stated = bool(case.drugs) or case.drugs_complete
        scored: list[Scored] = []
        struck: list[Scored] = []
        asked = []
        for cause, p in prepared.items():
            parts = (priors[p.kind], *p.parts, *support.parts.get(cause, ()))
            if earlier := support.earlier(cause, p.kind):
                parts = (*parts, earlier)
            if reason := support.strike(p) if support.absent else "":
                struck.append(Scored(p, parts, reason))
            elif drugs_stated and p.kind in DRUG_KINDS and cause not in support.exposed:
                asked.append(p)
            else:
                scored.append(Scored(p, parts))
        return scored, struck, asked

    def _causes(self, scored: list[Scored], support: Support) -> tuple[Cause, ...]:
        given = frozenset(o.term for o in (*support.present, *support.absent))
        features = [(o.term, o.label) for o in support.present if self.t.category(o.term) in ("feature", "gene", "consequence")]
        ordered = sorted(scored, key=lambda item: item.order)
        return tuple(_cause(rank, item, given, features, support.ruled_out) for rank, item in enumerate(ordered, 1))

    def _telling(self, cause: str) -> tuple[tuple[str, str], ...]:
        links = sorted(self.features.of(cause).values(), key=lambda link: (-link.probability, link.feature))
        return tuple((link.feature, self.t.label(link.feature)) for link in links)

    # ------------------------------------------------------------------ what else the answer says

    def _label_listings(self, case: Case, targets: tuple[str, ...]) -> list[dict[str, Any]]:
        taken = {d.term for d in case.drugs}
        near = frozenset().union(*(self.t.above(t) | self.t.below(t) for t in targets)) if targets else frozenset()
        found = []
        for (drug, obj), link in self.t.links("label lists").items():
            if obj in near and self._is_white(obj):
                item = {"id": drug, "label": self.t.label(drug), "finding": self.t.label(obj), "taken": drug in taken}
                found.append(item | {"source": link.rows[0]["source"]})
        return sorted(found, key=lambda item: (not item["taken"], item["label"], item["finding"]))

    def _coverage(self, explaining: int, struck: int, asked: int) -> dict[str, int]:
        considered = len(self.t.causes)
        rest = considered - explaining - struck - asked
        return {"considered": considered, "explaining": explaining, "struck_out": struck, "to_ask": asked, "not_addressed": rest}


class Scored:
    """A cause with its contributions under one case."""

    __slots__ = ("p", "parts", "score", "struck")

    def __init__(self, p: Prepared, parts: tuple[Contribution, ...], struck: str = "") -> None:
        self.p, self.parts, self.struck = p, parts, struck
        self.score = round(sum(part.weight for part in parts), 4)

    @property
    def order(self) -> tuple[Any, ...]:
        return -self.score, self.p.tie


def _stand_behind(scored: list[Scored]) -> list[Scored]:
    """Put an upstream condition behind the one through which it acts: that is the nearer explanation.

    One that a stated gene variant names is an answer of its own and keeps its place.
    """
    by_cause = {item.p.cause: item for item in scored}
    found = []
    for item in scored:
        if item.p.tier == "indirect" and not any(part.weight >= GENE_VARIANT[0] for part in item.parts):
            nearer = [by_cause[link.object] for r in item.p.routes for link in r.links if link.object in by_cause]
            best = max((n for n in nearer if n.p.tier == "direct"), key=lambda n: n.score, default=None)
            if best is not None and best.score - BELOW_ITS_OWN_EFFECT < item.score:
                weight = best.score - BELOW_ITS_OWN_EFFECT - item.score
                part = Contribution("chain", best.p.label, weight, "acts through it", term=best.p.cause)
                item = Scored(item.p, (*item.parts, part))
        found.append(item)
    return found


def _cause(rank: int, item: Scored, given: frozenset[str], features: list[tuple[str, str]], absent: Mapping[str, str]) -> Cause:
    p = item.p

    def unchecked() -> tuple[str, ...]:
        return tuple(label for feature, label in p.telling if feature not in given)[:3]

    def unexplained() -> tuple[str, ...]:
        told = {part.term for part in item.parts}
        return tuple(label for term, label in features if term not in told)

    return Cause(
        id=p.cause,
        label=p.label,
        synonyms=p.synonyms,
        kind=p.kind,
        family=p.family,
        tier=p.tier,
        chains=Lazy(lambda: strike_chains(p.chains, absent)) if absent else p.chains,
        mechanisms=p.mechanisms,
        explains=p.explains,
        rank=rank,
        score=item.score,
        contributions=item.parts,
        not_explained=Lazy(unexplained) if features else (),
        not_checked=Lazy(unchecked),
        struck=item.struck,
    )


def explain(case: Case, traversal: Traversal, versions: Mapping[str, str]) -> Explanation:
    """One case, explained once; a caller with many cases keeps an `Engine`."""
    return Engine(traversal).explain(case, versions)


def _status(targets: tuple[str, ...], causes: tuple[Cause, ...]) -> str:
    if not targets:
        return "no_finding"
    explained = {target for cause in causes for target in cause.explains}
    if not explained:
        return "none_in_scope"
    return "explained" if explained >= set(targets) else "partly"
