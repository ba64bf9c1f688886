"""The answer to one case: which findings call for an explanation, which causes reach them, in what order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from kg.case.records import Case, Observation
from kg.knowledge.graph import Traversal
from kg.reasoning.alerts import find_alerts
from kg.reasoning.chains import strike_chains
from kg.reasoning.drugs_given import describe_drugs
from kg.reasoning.fold import find_wider, fold
from kg.reasoning.marks import Marks, find_marks, spread_cant_miss
from kg.reasoning.model.demography import Expectation, count_commonness
from kg.reasoning.model.features import EXPOSURE, Features
from kg.reasoning.model.parts import Part
from kg.reasoning.model.prepared import DRUG_KINDS, LEUKOPENIA, LOW_TOTAL, Lazy, Prepared, prepare, prepare_without_evidence
from kg.reasoning.model.priors import EMPTY, Priors
from kg.reasoning.model.shares import Shares
from kg.reasoning.model.support import Support
from kg.reasoning.model.weights import Weights
from kg.reasoning.normal import NORMAL_FOR, find_normal_for
from kg.reasoning.records import SHELVES, CantMiss, Cause, Explanation, Variant
from kg.reasoning.sets import find_smallest_sets
from kg.vocabulary import DISCLAIMER

SUBSET_DEFICIT = "LEUKO:0000103"
KEPT = 64  # sets of findings whose causes are kept ready


class Tables(NamedTuple):
    """What the model takes from tables beside the graph: its numbers, its priors, and the signs that tell the same."""

    weights: Weights
    priors: Priors = EMPTY
    groups: Mapping[str, str] = {}
    forms: frozenset[str] = frozenset()
    cant_miss: Mapping[str, CantMiss] = {}


class Engine:
    """Explains cases over one frozen graph; keeps nothing of a case."""

    def __init__(self, traversal: Traversal, tables: Tables) -> None:
        self.t, self.tables = traversal, tables
        self.features = Features(traversal, tables.weights, self._commonness)
        shares = Shares(traversal, tables.weights, tables.priors.shares)
        self.expectation = Expectation(self._commonness, shares, tables.priors, tables.weights)
        self._prepared: dict[tuple[str, ...], dict[str, Prepared]] = {}

    def _commonness(self, cause: str) -> float:
        kind = str(self.t.graph.nodes[cause].get("kind", ""))
        return count_commonness(cause, kind, self.tables.priors, self.tables.weights)

    @cached_property
    def cant_miss(self) -> Mapping[str, CantMiss]:
        """What must not be missed, by cause."""
        return spread_cant_miss(self.tables.cant_miss, self.t)

    def explain(self, case: Case, versions: Mapping[str, str], folds: bool = True) -> Explanation:
        """Explanation of a case. Status: explained, partly, none_in_scope, no_finding or normal_for.

        Without `folds` every form and class stands on its own, as a reader of single sources wants it.
        """
        targets = self.find_targets(case)
        scored, struck_out, asked, support = self.rank(case, targets)
        causes, struck = self._causes(scored, support, folds), self._causes(struck_out, support, folds)
        alerts = find_alerts(case, self.t)
        listings = self._label_listings(case, targets)
        normal = find_normal_for(case.readings, targets)
        return Explanation(
            status=NORMAL_FOR if normal else _status(targets, causes),
            normal_for=normal,
            findings=tuple(self._describe(case, target) for target in targets),
            causes=causes,
            struck_out=struck,
            to_ask=tuple({"id": p.cause, "label": p.label, "question": "taken in the last weeks?"} for p in asked),
            label_lists=tuple(listings),
            not_understood=case.not_understood,
            drugs_given=describe_drugs(case, targets, causes, struck, listings, self.t),
            no_bearing=case.no_bearing,
            alerts=tuple(alert.text for alert in alerts),
            alert_rows=alerts,
            sets=find_smallest_sets(causes, targets, self.t),
            coverage=self._coverage(len(causes), len(struck), len(asked)),
            versions=versions,
            disclaimer=DISCLAIMER,
            readings=case.readings,
            assumptions=(*case.contradictions, *case.assumptions),
            case=case,
        )

    def prepare(self, targets: tuple[str, ...]) -> dict[str, Prepared]:
        """Causes of a set of findings, made ready once; the oldest set gives way where many are asked."""
        if targets not in self._prepared:
            if len(self._prepared) >= KEPT:
                del self._prepared[next(iter(self._prepared))]
            self._prepared[targets] = prepare(self.t, self.tables.weights, targets, self._telling)
        return self._prepared[targets]

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

    def rank(self, case: Case, targets: tuple[str, ...]) -> tuple[list[Scored], list[Scored], list[Prepared], Support]:
        """Ranked and struck out, best first, to be asked, and the support that they come from."""
        support = Support(self.t, self.features, self.expectation, self.tables.priors, self.tables.groups, case, targets)
        prepared = self.prepare(targets)
        prepared = prepared | self._taken_without_evidence(case, prepared, targets)
        stated = bool(case.drugs) or case.drugs_complete
        asked = [p for c, p in prepared.items() if stated and p.kind in DRUG_KINDS and c not in support.exposed]
        left = set(prepared) - {p.cause for p in asked}
        parts = support.weigh(p for p in prepared.values() if p.cause in left)
        struck = {c: reason for c in parts if (reason := support.strike(prepared[c]))} if support.absent else {}
        scored = [Scored(prepared[c], found, struck.get(c, "")) for c, found in parts.items()]
        scored.sort(key=lambda item: item.order)
        return [x for x in scored if not x.struck], [x for x in scored if x.struck], asked, support

    def _taken_without_evidence(
        self, case: Case, prepared: Mapping[str, Prepared], targets: tuple[str, ...]
    ) -> dict[str, Prepared]:
        """Drugs that are taken and of which no source says anything for the findings: never dropped, marked as what they are."""
        taken = {d.term for d in case.drugs if d.term in self.t.graph} if targets else set()
        return {c: prepare_without_evidence(self.t, self.tables.weights, c) for c in sorted(taken - prepared.keys())}

    def _causes(self, scored: list[Scored], support: Support, folds: bool = True) -> tuple[Cause, ...]:
        given = frozenset(o.term for o in (*support.present, *support.absent))
        features = [o for o in support.present if self._calls_for_cause(o.term)]
        folded = fold(scored, self.t, self.tables.forms) if folds else [(item, []) for item in scored]
        shelves = find_shelves([head.score for head, _ in folded], self.tables.weights)
        return tuple(
            _cause(rank, head, self._variants(head, rest), shelf, given, features, support.ruled_out, self._marks(head))
            for rank, ((head, rest), shelf) in enumerate(zip(folded, shelves, strict=True), 1)
        )

    def _variants(self, head: Scored, rest: list[Scored]) -> tuple[Variant, ...]:
        wider = find_wider(head.cause, self.t) if rest else frozenset()
        return tuple(Variant(other.cause, other.p.label, other.score, other.cause in wider) for other in rest)

    def _marks(self, head: Scored) -> Marks:
        return find_marks(head.cause, head.parts, self.tables.priors, self.cant_miss)

    def _calls_for_cause(self, term: str) -> bool:
        """Signs do; what the patient was exposed to needs no explanation."""
        return self.t.category(term) in ("feature", "gene", "consequence") and EXPOSURE not in self.t.above(term)

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
    """A cause with its parts under one case; its score is their sum."""

    __slots__ = ("p", "parts", "score", "struck")

    def __init__(self, p: Prepared, parts: list[Part], struck: str = "") -> None:
        self.p, self.parts, self.struck = p, parts, struck
        self.score = round(sum(part.weight for part in parts), 4)

    @property
    def cause(self) -> str:
        return self.p.cause

    @property
    def order(self) -> tuple[Any, ...]:
        return -self.score, self.p.tie


def find_shelves(scores: Sequence[float], weights: Weights) -> list[str]:
    """Shelf of each score of an order: how far it lies below the best, and never more than a reader can take in."""
    found = []
    for place, score in enumerate(scores, 1):
        gap = scores[0] - score
        best = gap <= weights.value("shelf.best.gap") and place <= weights.value("shelf.best.most")
        fits = gap <= weights.value("shelf.fits.gap") and place <= weights.value("shelf.fits.most")
        found.append(SHELVES[0] if best else SHELVES[1] if fits else SHELVES[2])
    return found


def _cause(
    rank: int,
    item: Scored,
    variants: tuple[Variant, ...],
    shelf: str,
    given: frozenset[str],
    features: list[Observation],
    absent: Mapping[str, str],
    marks: Marks,
) -> Cause:
    p = item.p

    def unchecked() -> tuple[str, ...]:
        return tuple(label for feature, label in p.telling if feature not in given)[:3]

    def unexplained() -> tuple[str, ...]:
        told = {part.term for part in item.parts} | {part.statement for part in item.parts if part.statement}
        return tuple(o.label for o in features if o.term not in told and (o.text or o.term) not in told)

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
        contributions=Lazy(lambda: tuple(part.as_contribution() for part in item.parts)),
        not_explained=Lazy(unexplained) if features else (),
        not_checked=Lazy(unchecked),
        struck=item.struck,
        shelf=shelf,
        variants=variants,
        commonness=marks.commonness,
        only_with=marks.only_with,
        cant_miss=marks.cant_miss,
    )


def _status(targets: tuple[str, ...], causes: tuple[Cause, ...]) -> str:
    if not targets:
        return "no_finding"
    explained = {target for cause in causes for target in cause.explains}
    if not explained:
        return "none_in_scope"
    return "explained" if explained >= set(targets) else "partly"
