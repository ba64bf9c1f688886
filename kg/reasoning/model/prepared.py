"""What is known of each cause of a set of findings before any case: tier, routes, chains, static weights.

Computed once for each set of findings and kept with the graph; a case adds only what its inputs touch.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from kg.knowledge.graph import Link, Route, Traversal, find_base, find_reach
from kg.reasoning.chains import build_chains, build_mechanisms
from kg.reasoning.model.features import read_chance
from kg.reasoning.model.parts import Part, say
from kg.reasoning.model.weights import Weights
from kg.reasoning.records import Chain, Mechanism
from kg.vocabulary import FAMILIES, TIERS

LEUKOPENIA, LOW_TOTAL = "LEUKO:0001001", "LEUKO:0000143"
OUT_OF_DEFAULT = frozenset({"LEUKO:0001023", "LEUKO:0001024"})  # eosinopenia and basopenia: not what leukopenia asks for
COUNTED = frozenset({"trial", "cohort", "label", "review", "guideline", "curated database"})
DRUG_KINDS = ("drug", "drug group", "combined cause")
T = TypeVar("T")


class Lazy(Sequence[T]):
    """A tuple that is made when somebody looks: an answer with hundreds of causes shows the chains of a few."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], tuple[T, ...]]) -> None:
        self._make = make
        self._made: tuple[T, ...] | None = None

    def _get(self) -> tuple[T, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._get()[index]

    def __len__(self) -> int:
        return len(self._get())

    def __iter__(self) -> Iterator[T]:
        return iter(self._get())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._get())

    def __repr__(self) -> str:
        return repr(self._get())


@dataclass(frozen=True, slots=True)
class Prepared:
    """One cause of a set of findings."""

    cause: str
    label: str
    synonyms: tuple[str, ...]
    kind: str
    family: str
    tier: str
    explains: tuple[str, ...]
    routes: tuple[Route, ...]
    terms: frozenset[str]  # everything that the routes pass
    chains: Sequence[Chain]
    mechanisms: Sequence[Mechanism]
    parts: tuple[Part, ...]
    tie: tuple[int, int, str, str]  # what decides between equal scores: tier, family, label, id
    telling: Sequence[tuple[str, str]]  # the most telling features: id and label


def prepare(
    traversal: Traversal, weights: Weights, targets: tuple[str, ...], telling: Callable[[str], tuple[tuple[str, str], ...]]
) -> dict[str, Prepared]:
    """Every cause that reaches one of the findings, in order of id."""
    reached: dict[str, dict[str, tuple[str, list[Route]]]] = defaultdict(dict)
    for target in targets:
        reach = find_reach(traversal, target)
        for cause, routes in reach.routes.items():
            if target != LEUKOPENIA or not _only_by(routes, traversal):
                reached[cause][target] = (reach.tiers[cause], routes)
    return {cause: _prepare_one(traversal, weights, cause, reached[cause], targets, telling) for cause in sorted(reached)}


def prepare_without_evidence(traversal: Traversal, weights: Weights, cause: str) -> Prepared:
    """A drug that is taken and of which no source says anything for the findings."""
    data: dict[str, Any] = traversal.graph.nodes[cause]
    weight, reason = weights["tier.no_evidence"]
    return Prepared(
        cause=cause,
        label=data["label"],
        synonyms=(*data.get("exact", ()), *data.get("related", ())),
        kind=data["kind"],
        family=data["family"],
        tier="no_evidence",
        explains=(),
        routes=(),
        terms=frozenset(),
        chains=(),
        mechanisms=Lazy(lambda: build_mechanisms(traversal, cause)),
        parts=(Part(weight, "tier", "no_evidence", say(reason), name="tier.no_evidence"),),
        tie=(TIERS.index("no_evidence"), FAMILIES.index(data["family"]), data["label"], cause),
        telling=(),
    )


def _prepare_one(
    traversal: Traversal,
    weights: Weights,
    cause: str,
    reached: dict[str, tuple[str, list[Route]]],
    targets: tuple[str, ...],
    telling: Callable[[str], tuple[tuple[str, str], ...]],
) -> Prepared:
    tier = min((tier for tier, _ in reached.values()), key=TIERS.index)
    data: dict[str, Any] = traversal.graph.nodes[cause]
    parts = tuple(_static_parts(traversal, weights, data["kind"], tier, reached, targets))
    routes = tuple(route for _, found in reached.values() for route in found)
    return Prepared(
        cause=cause,
        label=data["label"],
        synonyms=(*data.get("exact", ()), *data.get("related", ())),
        kind=data["kind"],
        family=data["family"],
        tier=tier,
        explains=tuple(reached),
        routes=routes,
        terms=frozenset(end for route in routes for link in route.links for end in (link.subject, link.object)),
        chains=Lazy(lambda: tuple(c for t, (_, routes) in reached.items() for c in build_chains(traversal, cause, t, routes))),
        mechanisms=Lazy(lambda: build_mechanisms(traversal, cause)),
        parts=parts,
        tie=(TIERS.index(tier), FAMILIES.index(data["family"]), data["label"], cause),
        telling=Lazy(lambda: telling(cause)),
    )


def _static_parts(
    traversal: Traversal,
    weights: Weights,
    kind: str,
    tier: str,
    reached: dict[str, tuple[str, list[Route]]],
    targets: tuple[str, ...],
) -> Iterator[Part]:
    best = [route for found, routes in reached.values() if found == tier for route in routes]
    yield _evidence(best, kind, weights)
    if kind in DRUG_KINDS:
        yield _risk(best, weights)
    weight, reason = weights[f"tier.{tier}"]
    if weight:
        yield Part(weight, "tier", tier, say(reason), name=f"tier.{tier}")
    if any(_reports_depth(traversal, target, routes) for target, (_, routes) in reached.items()):
        weight, reason = weights["depth.reported"]
        yield Part(
            weight,
            "depth",
            traversal.label(max(targets, key=lambda t: len(traversal.above(t)))),
            say(reason),
            name="depth.reported",
        )
    for target in targets:
        if target not in reached:
            weight, reason = weights["line.unexplained"]
            yield Part(weight, "lineage", traversal.label(target), say(reason), term=target, name="line.unexplained")
    if targets == (LOW_TOTAL,):
        weight, reason = weights["line.not known"]
        yield Part(weight, "lineage", "line not known", say(reason), name="line.not known")


def _reports_depth(traversal: Traversal, target: str, routes: list[Route]) -> bool:
    """Whether a source speaks of the very depth of a finding that has one."""
    deep = find_base(traversal, target) != target
    return deep and any(target in traversal.above(route.links[-1].object) for route in routes)


def _evidence(routes: list[Route], kind: str, weights: Weights) -> Part:
    """How many independent sources speak for the claim; more papers weigh for drugs, where a stray report is common."""
    links = {route.links[0][:3]: route.links[0] for route in routes}.values()
    rows = [row for link in links for row in link.rows]
    sources = tuple(dict.fromkeys(row["source"] for row in rows if row["direction"] == "supports"))
    contrary = any(row["direction"] != "supports" for row in rows)
    scale = weights.value("drug.source") if kind in DRUG_KINDS else 0.0
    weight = scale * (math.log2(1 + len(sources)) - contrary)
    reason = f"{len(sources)} source{'s' * (len(sources) != 1)}" + ", contradicted by others" * contrary
    return Part(weight, "evidence", "sources", say(reason), sources[:8], name="drug.source")


def _risk(routes: list[Route], weights: Weights) -> Part:
    """How often those who take a drug get the finding, where a source counts them; else what kind of statement there is."""
    links = {route.links[0][:3]: route.links[0] for route in routes}.values()
    stated = [risk for link in links if (risk := count_risk(link, weights)) is not None]
    if stated:
        risk, middle = max(stated), weights.value("risk.middle")
        most = weights.value("risk.most")
        weight = max(-most, min(most, weights.value("risk.scale") * math.log10(risk / middle)))
        return Part(weight, "evidence", "risk", lambda: f"in {risk:.2g} of those who take it", name="risk.scale")
    weight, reason = weights["risk.uncounted"]
    return Part(weight, "evidence", "risk", say(reason), name="risk.uncounted")


def count_risk(link: Link, weights: Weights) -> float | None:
    """The highest share of those who take a drug that a source counts for a claim; None where none counts."""
    if link.predicate not in ("can cause", "label lists"):
        return None
    rows = [row for row in link.rows if row["direction"] == "supports" and row.get("statement_kind") in COUNTED]
    return max((chance[0] for row in rows if (chance := read_chance(row, weights))), default=None)


def _only_by(routes: list[Route], traversal: Traversal) -> bool:
    return all(traversal.above(route.links[-1].object) & OUT_OF_DEFAULT for route in routes)
