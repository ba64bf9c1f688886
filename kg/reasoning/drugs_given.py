"""What an answer says of each drug that was given: one record for each, so that none vanishes.

Owns the standing of a given drug: read off the finished causes, the label listings and the graph. Must not know how causes are
weighed, nor the wording of an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.case.records import Case, DrugExposure
from kg.knowledge.graph.traversal import Link, Traversal
from kg.reasoning.chains import order_evidence
from kg.reasoning.records import Cause, Chain, DrugGiven, Step
from kg.vocabulary import CAUSAL

# In the order in which an answer shows them.
STANDINGS = (
    "could explain it",
    "only its class has evidence",
    "label lists it",
    "struck out",
    "evidence speaks against",
    "evidence for other findings only",
    "nothing to explain",
    "known drug, nothing found",
    "name not known",
)
NO_EVIDENCE = "no_evidence"  # a drug that stands in the order because it is taken, and for nothing else
ANY_DRUG = "LEUKO:0004229"  # that medicines can do it says nothing of one
QUANTITIES_SHOWN, SOURCES_SHOWN = 3, 4


def describe_drugs(
    case: Case,
    targets: Sequence[str],
    causes: Iterable[Cause],
    struck: Iterable[Cause],
    listings: Iterable[Mapping[str, Any]],
    traversal: Traversal,
) -> tuple[DrugGiven, ...]:
    """One record for each drug of the case, those that could explain the findings first."""
    if not case.drugs:
        return ()
    wanted = {drug.term for drug in case.drugs}
    judge = _Judge(
        traversal,
        tuple(targets),
        _by_id(causes, wanted),
        {cause.id: cause for cause in struck if cause.id in wanted},
        [item for item in listings if item["taken"]],
    )
    found = [judge.describe(drug) for drug in case.drugs]
    return tuple(sorted(found, key=lambda d: (STANDINGS.index(d.standing), d.rank, d.label)))


def _by_id(causes: Iterable[Cause], wanted: set[str]) -> dict[str, Cause]:
    """Causes with evidence, under their own ids and those of the forms that fold into them; the drug's own place counts first."""
    found: dict[str, Cause] = {}
    for cause in causes:
        for name in {cause.id, *(variant.id for variant in cause.variants)} & wanted:
            if cause.tier != NO_EVIDENCE and (name == cause.id or name not in found):
                found[name] = cause
    return found


def _related(drug: DrugExposure, traversal: Traversal) -> list[str]:
    """The drug and its groups, the nearest first."""
    own = [drug.term, *related_groups(drug.term, traversal)] if drug.term else []
    return [*own, *(above for group in drug.classes for above in _rise(group, traversal))]


def related_groups(term: str, traversal: Traversal) -> list[str]:
    """Groups that a drug belongs to, and those above them, the nearest first."""
    groups = [link.object for link in traversal.out(term, "member of drug group") if link.supported]
    found = dict.fromkeys(above for start in (term, *groups) for above in _rise(start, traversal))
    return sorted(found.keys() - {term}, key=lambda node: (-len(traversal.above(node)), node))


def _rise(node: str, traversal: Traversal) -> list[str]:
    return sorted(traversal.above(node), key=lambda above: (-len(traversal.above(above)), above))


def is_contested(link: Link) -> bool:
    """Whether a source speaks against a claim."""
    return any(row["direction"] != "supports" for row in link.rows)


class _Judge:
    """The findings of one answer and what stands in it of the given drugs."""

    def __init__(
        self,
        traversal: Traversal,
        targets: tuple[str, ...],
        causes: Mapping[str, Cause],
        struck: Mapping[str, Cause],
        listings: list[Mapping[str, Any]],
    ) -> None:
        self.t, self.targets, self.causes, self.struck, self.listings = traversal, targets, causes, struck, listings
        self.near = frozenset().union(*(traversal.above(t) | traversal.below(t) for t in targets)) if targets else frozenset()

    def describe(self, drug: DrugExposure) -> DrugGiven:
        """The standing of one drug with what supports it."""
        labels = [item for item in self.listings if drug.term and item["id"] == drug.term]
        against = self._find_against(drug)
        shared: dict[str, Any] = {
            "text": drug.text,
            "label": drug.label.removesuffix(" exposure"),
            "term": drug.term,
            "substance": drug.substance,
            "label_lists": tuple(dict.fromkeys(f"{item['finding']} [{item['source']}]" for item in labels)),
            "against": _sources(against, supporting=False),
            "suggestions": drug.suggestions,
        }
        return DrugGiven(**shared, **self._stand(drug, bool(labels), bool(against)))

    def _stand(self, drug: DrugExposure, labelled: bool, against: bool) -> dict[str, Any]:
        if not drug.known:
            return {"standing": "name not known"}
        if cause := self.causes.get(drug.term):
            return self._explaining(cause)
        if cause := self.struck.get(drug.term):
            return {"standing": "struck out", "reason": cause.struck}
        if groups := self._find_groups(drug):
            return self._by_class(groups)
        if not self.targets:
            return {"standing": "nothing to explain"}
        if labelled:
            return {"standing": "label lists it"}
        others = self._find_others(drug)
        if against:
            return {"standing": "evidence speaks against", "other_findings": others}
        return {"standing": STANDINGS[5], "other_findings": others} if others else {"standing": "known drug, nothing found"}

    def _explaining(self, cause: Cause) -> dict[str, Any]:
        if cause.tier == "class_evidence":
            return self._by_class(_claiming(cause)) | {"rank": cause.rank}
        times = [part.reason for part in cause.contributions if part.factor == "window"]
        return {
            "standing": "could explain it",
            "rank": cause.rank,
            "incidence": cause.quantities[:QUANTITIES_SHOWN],
            "time": times[0] if times else "",
            "sources": _first_sources(cause),
        }

    def _by_class(self, groups: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        sources = tuple(dict.fromkeys(source for found in groups.values() for source in found))[:SOURCES_SHOWN]
        return {"standing": "only its class has evidence", "classes": tuple(groups), "sources": sources}

    def _find_groups(self, drug: DrugExposure) -> dict[str, tuple[str, ...]]:
        """The nearest group of the drug that has evidence for these findings, with its sources."""
        for group in _related(drug, self.t):
            links = [link for link in self.t.out(group, *CAUSAL) if link.supported and link.object in self.near]
            if links and group not in (drug.term, ANY_DRUG):
                return {self.t.label(group).removesuffix(" exposure"): _sources(links, supporting=True)}
        return {}

    def _find_against(self, drug: DrugExposure) -> list[Link]:
        links = self.t.out(drug.term, *CAUSAL) if drug.term else []
        return [link for link in links if link.object in self.near and is_contested(link)]

    def _find_others(self, drug: DrugExposure) -> tuple[str, ...]:
        """Findings for which the drug has evidence, where it has none for these."""
        links = self.t.out(drug.term, *CAUSAL) if drug.term else []
        found = (link.object for link in links if link.supported and self.t.category(link.object) == "finding")
        return tuple(sorted({self.t.label(term) for term in found}))


def _claiming(cause: Cause) -> dict[str, tuple[str, ...]]:
    """Classes whose evidence a cause stands on: the subjects of the first claims that are no membership."""
    found: dict[str, tuple[str, ...]] = {}
    for chain in cause.chains:
        if step := _first_claim(chain):
            found.setdefault(step.subject_label.removesuffix(" exposure"), step.sources)
    return found


def _first_claim(chain: Chain) -> Step | None:
    return next((step for step in chain.steps if step.evidence and step.predicate in CAUSAL), None)


def _first_sources(cause: Cause) -> tuple[str, ...]:
    claims = (claim for chain in cause.chains if (claim := _first_claim(chain)))
    supporting = (e.source for claim in claims for e in claim.evidence if e.direction == "supports")
    return tuple(dict.fromkeys(supporting))[:SOURCES_SHOWN]


def _sources(links: Iterable[Link], *, supporting: bool) -> tuple[str, ...]:
    """Sources for or against claims, the strongest of each first."""
    told = (e for link in links for e in order_evidence(link) if (e.direction == "supports") == supporting)
    return tuple(dict.fromkeys(e.source for e in told))[:SOURCES_SHOWN]
