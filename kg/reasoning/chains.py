"""Routes of the graph -> chains of typed steps with their evidence. Owns the wording of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg.knowledge.graph import Link, Route, Traversal
from kg.knowledge.graph.families import find_mechanism_family
from kg.reasoning.records import Chain, Evidence, Mechanism, Step
from kg.vocabulary import EVIDENCE_ORDER, FREQUENCY_MEASURES

MAX_CHAINS = 6  # the rest of a cause's routes repeat its steps


def build_evidence(row: Mapping[str, Any]) -> Evidence:
    """Evidence of one association row; quantities are in the source's own terms, onset and recovery in days."""
    return Evidence(
        association=row["id"],
        source=row["source"],
        statement_kind=row["statement_kind"],
        code=row["evidence"],
        gist=row["gist"],
        direction=row["direction"],
        quantity=_quantity(row),
    )


def _quantity(row: Mapping[str, Any]) -> str:
    """Figures and times of a row, and of whom they speak; nothing where it has none."""
    counts = f"{row['n']:g}/{row['total']:g}" if "n" in row and "total" in row else ""
    figure = _figure(row)
    parts = [row.get("frequency", ""), figure, counts, _median_day(row), _days(row, "onset"), _days(row, "recovery")]
    shown = ", ".join(part for part in parts if part)
    people = row.get("denominator") or row.get("population")
    return f"{shown} ({people})" if shown and people else shown


def _figure(row: Mapping[str, Any]) -> str:
    """Value or range with its unit; what is no frequency says what it is."""
    value, low, high = row.get("value"), row.get("low"), row.get("high")
    if value is None and low is None and high is None:
        return ""
    span = f"{low:g} to {high:g}" if low is not None and high is not None else ""
    bound = f"at least {low:g}" if low is not None else f"at most {high:g}" if high is not None else ""
    text = f"{value:g}" if value is not None else span or bound
    unit, measure = row.get("unit", ""), row.get("measure", "")
    around = f" [{span}]" if span and value is not None else ""
    if measure.endswith("ratio"):
        return f"{measure if unit == 'ratio' else unit} {text}{around}"
    measured = f"{text}%" if unit == "%" else f"{text} {unit}"
    return f"{'' if measure in FREQUENCY_MEASURES else measure + ' '}{measured}{around}"


def _median_day(row: Mapping[str, Any]) -> str:
    median, kind = row.get("time_median"), row.get("time_kind", "")
    return f"{kind} at a median of day {median:g}" if median is not None else ""


def _days(row: Mapping[str, Any], what: str) -> str:
    low, high = row.get(f"{what}_min"), row.get(f"{what}_max")
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"{what} from day {low:g}" if low is not None else f"{what} up to day {high:g}"
    return f"{what} day {low:g}" + (f" to {high:g}" if high != low else "")


def build_chains(traversal: Traversal, cause: str, finding: str, routes: list[Route]) -> tuple[Chain, ...]:
    """Chains of one cause, shortest first."""
    return tuple(build_chain(traversal, cause, finding, route) for route in routes[:MAX_CHAINS])


def strike_chains(chains: Iterable[Chain], absent: Mapping[str, str]) -> tuple[Chain, ...]:
    """The same chains, each step through a term that the patient does not have marked with the reason."""
    return tuple(replace(chain, steps=tuple(_strike(step, absent) for step in chain.steps)) for chain in chains)


def _strike(step: Step, absent: Mapping[str, str]) -> Step:
    label = absent.get(step.subject) or absent.get(step.object)
    return replace(step, struck=f"{label} absent (your input)") if label else step


def build_mechanisms(traversal: Traversal, cause: str) -> tuple[Mechanism, ...]:
    """Mechanisms through which a cause may act; disputed where there are several families, doubts or refutations."""
    links = [link for above in sorted(traversal.above(cause)) for link in traversal.out(above, "can act via")]
    links = [link for link in links if link.subject == cause or link.scope == "all"]
    supported = {link.object: link for link in links if link.supported}
    families = {find_mechanism_family(traversal, mechanism) for mechanism in supported}
    doubtful = len(families) > 1 or any(row["direction"] != "supports" for link in links for row in link.rows)
    return tuple(_mechanism(traversal, link, doubtful) for _, link in sorted(supported.items()))


def _mechanism(traversal: Traversal, link: Link, doubtful: bool) -> Mechanism:
    sources = tuple(dict.fromkeys(row["source"] for row in link.rows if row["direction"] == "supports"))
    return Mechanism(link.object, traversal.label(link.object), find_mechanism_family(traversal, link.object), doubtful, sources)


def build_chain(traversal: Traversal, cause: str, finding: str, route: Route) -> Chain:
    """Steps of one route; between two links that do not meet stands the is-a step that joins them.

    An attributed finding (drug-induced neutropenia) is reached through its genus, where the chain ends.
    """
    if attribution := traversal.attribution(finding):
        finding = attribution[0]
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
    labels = traversal.label(link.subject), traversal.label(link.object)
    return Step(link.subject, labels[0], link.predicate, link.object, labels[1], order_evidence(link), True, link.scope)


def order_evidence(link: Link) -> tuple[Evidence, ...]:
    """Evidence of a link, the strongest first, what speaks against it last."""
    return tuple(sorted((build_evidence(row) for row in link.rows), key=_strength))


def _strength(evidence: Evidence) -> tuple[bool, int, str]:
    return evidence.direction != "supports", -EVIDENCE_ORDER.index(evidence.statement_kind), evidence.association


def _join(traversal: Traversal, start: str, end: str) -> list[Step]:
    """The is-a step from one term to another; `is wider than` where a row speaks of a superclass (tier `unspecific`).

    A finding of several lines and one of a line `shares a line with` it; neither is a kind of the other.
    """
    if start == end:
        return []
    if end in traversal.above(start):
        asserted = traversal.graph.get_edge_data(start, end, "is a") or {}
        return [Step(start, traversal.label(start), "is a", end, traversal.label(end), (), bool(asserted.get("asserted")))]
    predicate = "is wider than" if start in traversal.above(end) else "shares a line with"
    return [Step(start, traversal.label(start), predicate, end, traversal.label(end), (), False)]
