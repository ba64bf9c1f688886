"""The answer to one case: which findings call for an explanation, which causes reach them, in what order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kg.explanation.alerts import find_alerts
from kg.explanation.chains import build_chains, build_evidence
from kg.explanation.features import Features
from kg.explanation.scoring import LINE_NOT_KNOWN, UNEXPLAINED_FINDING
from kg.explanation.sets import find_smallest_sets
from kg.explanation.support import Support
from kg.graph.traversal import Route, Traversal
from kg.model import Case, Cause, Contribution, Explanation
from kg.vocabulary import DISCLAIMER, FAMILIES, TIERS

LEUKOPENIA, LOW_TOTAL = "LEUKO:0001001", "LEUKO:0000143"
OUT_OF_DEFAULT = frozenset({"LEUKO:0001023", "LEUKO:0001024"})  # eosinopenia and basopenia: not what leukopenia asks for
DRUG_KINDS = ("drug", "drug group", "combined cause")


class Engine:
    """Explains cases over one frozen graph; keeps nothing of a case."""

    def __init__(self, traversal: Traversal) -> None:
        self.t = traversal
        self.features = Features(traversal)
        self._chains: dict[tuple[str, str], tuple[Any, ...]] = {}

    def explain(self, case: Case, versions: Mapping[str, str]) -> Explanation:
        """Explanation of a case. Status: explained, partly, none_in_scope or no_finding."""
        targets = self.find_targets(case)
        support = Support(self.t, self.features, case)
        candidates = self._find_candidates(targets)
        causes, struck, asked = self._weigh(case, support, candidates, targets)
        ranked = tuple(_ranked(causes))
        return Explanation(
            status=_status(targets, ranked),
            findings=tuple(self._describe(case, targets)),
            causes=ranked,
            struck_out=tuple(_ranked(struck)),
            to_ask=tuple(asked),
            label_lists=tuple(self._label_listings(case, targets)),
            not_understood=case.not_understood,
            alerts=find_alerts(case, self.t),
            sets=find_smallest_sets(ranked, targets, self.t),
            coverage=self._coverage(ranked, struck, asked),
            versions=versions,
            disclaimer=DISCLAIMER,
            readings=case.readings,
            assumptions=case.assumptions,
            case=case,
        )

    # ------------------------------------------------------------------ what calls for an explanation

    def find_targets(self, case: Case) -> tuple[str, ...]:
        """Findings and low readings to be explained: the most specific ones, the total only where no line is known."""
        stated = [o.term for o in case.observations if o.present] + [r.decides for r in case.readings if r.decides]
        kept = [t for t in dict.fromkeys(stated) if self.t.category(t) in ("finding", "reading") and self._is_white(t)]
        specific = [t for t in kept if not any(o != t and t in self.t.above(o) for o in kept)]
        if LOW_TOTAL in specific and any(self._shows_as_low_total(t) for t in specific if t != LOW_TOTAL):
            specific.remove(LOW_TOTAL)
        return tuple(specific)

    def _is_white(self, term: str) -> bool:
        return LEUKOPENIA in self.t.above(term) or self.t.category(term) == "reading" or "LEUKO:0000103" in self.t.above(term)

    def _shows_as_low_total(self, term: str) -> bool:
        return any(
            link.object == LOW_TOTAL and link.supported
            for above in self.t.above(term)
            for link in self.t.out(above, "can show as")
        )

    def _describe(self, case: Case, targets: tuple[str, ...]) -> list[dict[str, Any]]:
        found = []
        for target in targets:
            reading = next((r for r in case.readings if r.decides == target), None)
            text = next((o.text for o in case.observations if o.term == target and o.present), "")
            item: dict[str, Any] = {"id": target, "label": self.t.label(target), "text": text}
            if reading:
                item |= {
                    "value": reading.text,
                    "rule": reading.rule,
                    "source": reading.source,
                    "competing": list(reading.competing),
                }
            found.append(item)
        return found

    # ------------------------------------------------------------------ which causes, in which tier

    def _find_candidates(self, targets: tuple[str, ...]) -> dict[str, dict[str, tuple[str, list[Route]]]]:
        found: dict[str, dict[str, tuple[str, list[Route]]]] = defaultdict(dict)
        for target in targets:
            reach = self.t.reach(target)
            for cause, routes in reach.routes.items():
                if target != LEUKOPENIA or not _only_by(routes, OUT_OF_DEFAULT, self.t):
                    found[cause][target] = (reach.tiers[cause], routes)
        return found

    def _weigh(
        self, case: Case, support: Support, candidates: Mapping[str, dict[str, tuple[str, list[Route]]]], targets: tuple[str, ...]
    ) -> tuple[list[Cause], list[Cause], list[dict[str, str]]]:
        causes: list[Cause] = []
        struck: list[Cause] = []
        asked: list[dict[str, str]] = []
        drugs_stated = bool(case.drugs) or case.drugs_complete
        for cause in sorted(candidates):
            built = self._build(cause, candidates[cause], support, targets)
            if built.struck:
                struck.append(built)
            elif drugs_stated and built.kind in DRUG_KINDS and not any(c.factor == "exposure" for c in built.contributions):
                asked.append({"id": cause, "label": built.label, "question": "taken in the last weeks?"})
            else:
                causes.append(built)
        return causes, struck, asked

    def _build(
        self, cause: str, reached: dict[str, tuple[str, list[Route]]], support: Support, targets: tuple[str, ...]
    ) -> Cause:
        tier = min((tier for tier, _ in reached.values()), key=TIERS.index)
        routes = [route for t, found in reached.values() if t == tier for route in found]
        parts = support.contributions(cause, tier, routes)
        parts += [Contribution("lineage", self.t.label(t), *UNEXPLAINED_FINDING, term=t) for t in targets if t not in reached]
        if targets == (LOW_TOTAL,):
            parts.append(Contribution("lineage", "line not known", *LINE_NOT_KNOWN))
        data = self.t.graph.nodes[cause]
        told = {part.term for part in parts}
        return Cause(
            id=cause,
            label=data["label"],
            synonyms=tuple(data.get("exact", ())) + tuple(data.get("related", ())),
            kind=data["kind"],
            family=data["family"],
            tier=tier,
            chains=tuple(chain for t, (_, found) in reached.items() for chain in self._chain(cause, t, found)),
            explains=tuple(reached),
            score=round(sum(part.weight for part in parts), 4),
            contributions=tuple(parts),
            not_explained=tuple(o.label for o in support.present if o.term not in told and self._is_feature(o.term)),
            not_checked=self._not_checked(cause, support),
            quantities=self._quantities(routes),
            struck=support.strike(cause),
        )

    def _chain(self, cause: str, target: str, routes: list[Route]) -> tuple[Any, ...]:
        key = cause, target
        if key not in self._chains:
            self._chains[key] = build_chains(self.t, cause, target, routes)
        return self._chains[key]

    def _is_feature(self, term: str) -> bool:
        return self.t.category(term) in ("feature", "gene", "consequence")

    def _not_checked(self, cause: str, support: Support) -> tuple[str, ...]:
        given = {o.term for o in (*support.present, *support.absent)}
        links = sorted(self.features.of(cause).values(), key=lambda link: (-link.probability, link.feature))
        return tuple(self.t.label(link.feature) for link in links if link.feature not in given)[:3]

    def _quantities(self, routes: list[Route]) -> tuple[str, ...]:
        rows = [row for route in routes for row in route.links[0].rows if row["direction"] == "supports"]
        found = [f"{e.quantity} [{e.source}]" for e in map(build_evidence, rows) if e.quantity]
        return tuple(dict.fromkeys(found))[:4]

    # ------------------------------------------------------------------ what else the answer says

    def _label_listings(self, case: Case, targets: tuple[str, ...]) -> list[dict[str, Any]]:
        taken = {d.term for d in case.drugs}
        found = []
        wanted = {t: self.t.above(t) | self.t.below(t) for t in targets}
        for (drug, predicate, obj), link in self.t.links.items():
            if predicate == "label lists" and any(obj in near for near in wanted.values()) and self._is_white(obj):
                item = {"id": drug, "label": self.t.label(drug), "finding": self.t.label(obj), "taken": drug in taken}
                found.append(item | {"source": link.rows[0]["source"]})
        return sorted(found, key=lambda item: (not item["taken"], item["label"], item["finding"]))

    def _coverage(self, causes: tuple[Cause, ...], struck: list[Cause], asked: list[dict[str, str]]) -> dict[str, int]:
        considered = len(self.t.causes)
        addressed = len(causes) + len(struck) + len(asked)
        return {
            "considered": considered,
            "explaining": len(causes),
            "struck_out": len(struck),
            "to_ask": len(asked),
            "not_addressed": considered - addressed,
        }


def explain(case: Case, traversal: Traversal, versions: Mapping[str, str]) -> Explanation:
    """One case, explained once; a caller with many cases keeps an `Engine`."""
    return Engine(traversal).explain(case, versions)


def _only_by(routes: list[Route], findings: frozenset[str], traversal: Traversal) -> bool:
    return all(traversal.above(route.links[-1].object) & findings for route in routes)


def _ranked(causes: list[Cause]) -> list[Cause]:
    from dataclasses import replace

    ordered = sorted(causes, key=lambda c: (-c.score, TIERS.index(c.tier), FAMILIES.index(c.family), c.label, c.id))
    return [replace(cause, rank=rank) for rank, cause in enumerate(ordered, 1)]


def _status(targets: tuple[str, ...], causes: tuple[Cause, ...]) -> str:
    if not targets:
        return "no_finding"
    explained = {target for cause in causes for target in cause.explains}
    if not explained:
        return "none_in_scope"
    return "explained" if explained >= set(targets) else "partly"
