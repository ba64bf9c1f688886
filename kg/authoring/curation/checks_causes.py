"""Rules for the causal model: no cycle, a path from every cause to a finding, mechanisms with a site.

The reviews at the end are lists for a curator to look through; they break nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import networkx as nx

from kg.authoring.curation.causation import MECHANISM, Causation
from kg.authoring.curation.names import Names
from kg.authoring.curation.rules import error
from kg.authoring.records import Curation, Term, Violation
from kg.vocabulary import CAUSAL

NEUTROPHIL, PANCYTOPENIA = "CL:0000775", "LEUKO:0001025"
LEUKOPENIA, LOW_TOTAL = "LEUKO:0001001", "LEUKO:0000143"
REDUCED = "has reduced circulating cell type"
MOST_CHILDREN = 12
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


def check_mechanism_sites(curation: Curation) -> Iterator[Violation]:
    """Every mechanism but a mere family names the cell that it acts on or the process that it disturbs, or inherits them."""
    names = Names(curation.terms)
    families = _find_families(curation, names)
    for term in curation.terms:
        above = names.find_ancestors(term.id) - {term.id}
        stated = MECHANISM in above and term.label not in GENERAL and term.id not in families
        if stated and not _has_site(names, {term.id} | above):
            mend = "fill 'acts on cell' or 'disturbs process'"
            yield error("mechanism_without_site", term.place, f"{term.label} names neither cell nor process", mend)


def check_mechanism_levels(curation: Curation) -> Iterator[Violation]:
    """No mechanism stands above more kinds than a reader takes in at once."""
    names = Names(curation.terms)
    children: dict[str, list[str]] = defaultdict(list)
    for term in curation.terms:
        if MECHANISM in names.find_ancestors(term.id):
            for parent in names.parents[term.id]:
                children[parent].append(term.label)
    for parent, below in children.items():
        if len(below) > MOST_CHILDREN:
            message = f"{names.by_id[parent].label} has {len(below)} kinds"
            yield error("crowded_level", names.by_id[parent].place, message, "put a family between")


def _find_families(curation: Curation, names: Names) -> set[str]:
    """Terms that stand above others and in no row."""
    named = {end for row in curation.associations for end in (row.subject, row.object)}
    return {parent for parents in names.parents.values() for parent in parents} - named


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


def review_unread_leukopenia(curation: Curation) -> Iterator[Violation]:
    """Causes of leukopenia and of no line that shows as a low total: without a row to the reading no case of them is found.

    Leukopenia itself does not show as a low total count, since an eosinopenia would inherit it (decision 9).
    """
    causation = Causation(curation)
    rows = [row for row in curation.associations if row.predicate == "can show as" and row.object == LOW_TOTAL]
    shown = {row.subject for row in rows if row.direction == "supports" and row.scope == "all"}
    any_line = _find_reduced(causation.names.by_id[LEUKOPENIA]) if LEUKOPENIA in causation.names.by_id else set()
    cells = {cell for term in curation.terms if term.id in shown for cell in _find_reduced(term)} - any_line
    telling = {t.id for t in curation.terms if any(cells & _find_reduced(above) for above in _find_above(causation, t))}
    for cause, row in causation.claiming_rows.items():
        found = causation.find_findings(cause)
        if LEUKOPENIA in found and not found & (telling | shown | {LOW_TOTAL}):
            message = f"{row.subject_label} can cause leukopenia, but accounts for no low total count"
            yield Violation("unread_leukopenia", "WARN", row.place, message, "add a row `can account for reading`")


def _is_neutropenia(causation: Causation, term: Term) -> bool:
    return any(NEUTROPHIL in _find_reduced(above) for above in _find_above(causation, term))


def _find_reduced(term: Term) -> set[str]:
    return {cell for prop, cell in term.restrictions if prop == REDUCED}


def _find_above(causation: Causation, term: Term) -> list[Term]:
    return [causation.names.by_id[i] for i in causation.names.find_ancestors(term.id) if i in causation.names.by_id]
