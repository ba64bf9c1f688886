"""Routes of the graph -> chains of typed steps with their evidence. Owns the wording of nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.graph.traversal import Link, Route, Traversal
from kg.model import Chain, Evidence, Step
from kg.vocabulary import EVIDENCE_ORDER

MAX_CHAINS = 6  # the rest of a cause's routes repeat its steps


def build_evidence(row: Mapping[str, Any]) -> Evidence:
    """Evidence of one association row; the quantity is in the source's own terms."""
    counts = f"{row['n']:g}/{row['total']:g}" if "n" in row and "total" in row else ""
    parts = [p for p in (row.get("frequency", ""), counts if counts not in row.get("frequency", "") else "") if p]
    quantity = ", ".join(parts) + (f" ({row['population']})" if parts and row.get("population") else "")
    return Evidence(
        association=row["id"],
        source=row["source"],
        statement_kind=row["statement_kind"],
        code=row["evidence"],
        gist=row["gist"],
        direction=row["direction"],
        quantity=quantity,
    )


def build_chains(traversal: Traversal, cause: str, finding: str, routes: list[Route]) -> tuple[Chain, ...]:
    """Chains of one cause, shortest first."""
    return tuple(build_chain(traversal, cause, finding, route) for route in routes[:MAX_CHAINS])


def build_chain(traversal: Traversal, cause: str, finding: str, route: Route) -> Chain:
    """Steps of one route; between two links that do not meet stands the is-a step that joins them."""
    steps: list[Step] = []
    at = cause
    for link in route.links:
        steps += _join(traversal, at, link.subject)
        steps.append(_step(traversal, link))
        at = link.object
    steps += _join(traversal, at, finding)
    kinds = [e.statement_kind for step in steps for e in step.evidence[:1]]
    weakest = min(kinds, key=EVIDENCE_ORDER.index) if kinds else ""
    return Chain(finding, tuple(steps), weakest)


def _step(traversal: Traversal, link: Link) -> Step:
    evidence = sorted((build_evidence(row) for row in link.rows), key=_strength)
    labels = traversal.label(link.subject), traversal.label(link.object)
    return Step(link.subject, labels[0], link.predicate, link.object, labels[1], tuple(evidence), True, link.scope)


def _strength(evidence: Evidence) -> tuple[bool, int, str]:
    return evidence.direction != "supports", -EVIDENCE_ORDER.index(evidence.statement_kind), evidence.association


def _join(traversal: Traversal, start: str, end: str) -> list[Step]:
    """The is-a step from one term to another: upwards; downwards where a row speaks of a superclass (`unspecific`)."""
    if start == end:
        return []
    if end in traversal.above(start):
        asserted = traversal.graph.get_edge_data(start, end, "is a") or {}
        return [Step(start, traversal.label(start), "is a", end, traversal.label(end), (), bool(asserted.get("asserted")))]
    return [Step(end, traversal.label(end), "is a", start, traversal.label(start), (), False)]
