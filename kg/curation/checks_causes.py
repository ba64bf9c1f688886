"""Rules for the causal model: no cycle, a path from every cause to a finding, a mechanism or the word that none is known.

The reviews at the end are lists for a curator to look through; they break nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from kg.curation.causation import MECHANISM, Causation
from kg.curation.names import Names
from kg.curation.rules import error
from kg.model import Curation, Term, Violation
from kg.vocabulary import CAUSAL

NEUTROPHIL, PANCYTOPENIA = "CL:0000775", "LEUKO:0001025"
# Families and the placeholder: too general for a cell stage or a process of their own.
GENERAL = frozenset(
    {
        "leukocyte deficit mechanism",
        "inadequate leukocyte production",
        "accelerated leukocyte removal",
        "leukocyte shift between compartments",
        "apparent leukocyte deficit in measurement",
        "unknown or disputed mechanism",
    }
)


def check_cycles(curation: Curation) -> Iterator[Violation]:
    """Explanation edges together with is-a are acyclic (guard G5); consequences and signs are not part of it."""
    names = Names(curation.terms)
    edges: dict[str, set[str]] = {term_id: set(parents) for term_id, parents in names.parents.items()}
    places = {row.subject: row.place for row in curation.associations}
    for row in curation.associations:
        if row.predicate in CAUSAL and row.direction == "supports" and row.scope == "all":
            edges.setdefault(row.subject, set()).add(row.object)
    for cycle in _find_cycles(edges):
        labels = " -> ".join(names.by_id[i].label if i in names.by_id else i for i in cycle)
        place = next((places[i] for i in cycle if i in places), names.by_id[cycle[0]].place)
        yield error("cycle", place, labels, "take back one of these links")


def _find_cycles(edges: dict[str, set[str]]) -> Iterator[list[str]]:
    """One cycle for each strongly connected group."""
    graph = nx.DiGraph((a, b) for a in sorted(edges) for b in sorted(edges[a]))
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1 or any(graph.has_edge(node, node) for node in group):
            yield [a for a, _ in nx.find_cycle(graph.subgraph(sorted(group)))]


def check_paths(curation: Curation) -> Iterator[Violation]:
    """Every cause with a causal row reaches a finding or a reading by rows."""
    causation = Causation(curation)
    for cause, row in causation.claiming_rows.items():
        if not causation.find_findings(cause):
            mend = "add a row to a finding, or act via a mechanism that leads to one"
            yield error("no_path", row.place, f"{row.subject_label} reaches no finding", mend)


def check_mechanisms_told(curation: Curation) -> Iterator[Violation]:
    """Every cause acts via a mechanism, has components, or says that the mechanism is unknown or disputed."""
    causation = Causation(curation)
    for cause, row in causation.claiming_rows.items():
        if not causation.find_mechanisms(cause) and not causation.get_objects(cause, "has component"):
            mend = "add a row `can act via`, if need be to 'unknown or disputed mechanism'"
            yield error("no_mechanism", row.place, f"{row.subject_label} has no mechanism", mend)


def check_mechanism_sites(curation: Curation) -> Iterator[Violation]:
    """Every mechanism names the cell that it acts on or the process that it disturbs, or inherits them."""
    names = Names(curation.terms)
    for term in curation.terms:
        above = names.find_ancestors(term.id) - {term.id}
        if MECHANISM in above and term.label not in GENERAL and not _has_site(names, {term.id} | above):
            mend = "fill 'acts on cell' or 'disturbs process'"
            yield error("mechanism_without_site", term.place, f"{term.label} names neither cell nor process", mend)


def _has_site(names: Names, ids: set[str]) -> bool:
    terms = [names.by_id[i] for i in ids if i in names.by_id]
    return any(term.restrictions for term in terms if term.label not in GENERAL)


def check_combined_causes(curation: Curation) -> Iterator[Violation]:
    """A cause with components has at least two, and is no subclass of any of them (modelling decision 13)."""
    causation = Causation(curation)
    for cause, kind in causation.causes.items():
        parts = set(causation.get_objects(cause, "has component"))
        place = causation.names.by_id[cause].place
        if kind == "combined cause" and len(parts) < 2:
            yield error("lone_component", place, f"{cause} has {len(parts)} components", "name each part in a row of its own")
        if parts & causation.names.find_ancestors(cause):
            yield error("part_as_parent", place, f"{cause} is a kind of its own part", "take back the parent")


def review_pancytopenia_only(curation: Curation) -> Iterator[Violation]:
    """Causes of pancytopenia that cause no neutropenia by any row: a curator adds a mechanism or leaves it (decision 11)."""
    causation = Causation(curation)
    low = {term.id for term in curation.terms if _is_neutropenia(causation, term)}
    for cause, row in causation.claiming_rows.items():
        found = causation.find_findings(cause)
        if PANCYTOPENIA in found and not found & low:
            message = f"{row.subject_label} can cause pancytopenia, but no neutropenia"
            yield Violation("pancytopenia_only", "INFO", row.place, message, "review: does the neutrophil line fall as well?")


def _is_neutropenia(causation: Causation, term: Term) -> bool:
    above = (causation.names.by_id[i] for i in causation.names.find_ancestors(term.id) if i in causation.names.by_id)
    return any(("has reduced circulating cell type", NEUTROPHIL) in t.restrictions for t in above)
