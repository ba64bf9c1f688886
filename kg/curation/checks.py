"""Rules that the tables must keep. Each check is a function from the tables to violations; `CHECKS` is the list.

A violation names file, row, column and the mend. Nothing here needs a reasoner or a store.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import networkx as nx

from kg.curation.names import CURIE, Names
from kg.model import Association, Curation, Place, Term, Violation
from kg.vocabulary import CAUSAL, DIRECTIONS, EVIDENCE, PREDICATES, PREFIXES, SCOPES

REQUIRED = (
    "id",
    "subject",
    "predicate",
    "object",
    "scope",
    "direction",
    "evidence",
    "statement_kind",
    "source",
    "gist",
    "reviewed_on",
)
SOURCE = re.compile(
    r"^(PMID:\d+|DOI:10\.\d{4,}/\S+|PMC:PMC\d+|OMIM:\d{6}|ORPHA:\d+|HP:\d{7}|MONDO:\d{7}|DOID:\d+|ISBN:[\dX-]+"
    r"|https?://\S+|SEED:(0[1-9]|[12]\d|30)|FDA label .+ \(TAC 2017\)|WHO ATC-DDD .+|LEUKO:curation|loinc2hpo .+|MIMIC-IV .+)$"
)
# Codes of terminologies whose terms do not let us pass them on.
FORBIDDEN = re.compile(r"\b(MEDDRA|MedDRA|SNOMEDCT|SCTID|SNOMED)\s*[: ]\s*\d", re.IGNORECASE)

Check = Callable[[Curation], Iterator[Violation]]


def _at(place: Place, column: str = "") -> Place:
    return replace(place, column=column)


def _error(check: str, place: Place, message: str, mend: str) -> Violation:
    return Violation(check, "ERROR", place, message, mend)


def check_empty_cells(curation: Curation) -> Iterator[Violation]:
    """No required cell is empty."""
    for term in curation.terms:
        for column, value in (("ID", term.id), ("LABEL", term.label)):
            if not value:
                yield _error("empty_cell", _at(term.place, column), "the cell is empty", "fill it or drop the row")
        if term.id.startswith("LEUKO:") and term.type == "owl:Class" and not term.get_values("IAO:0000115"):
            yield _error(
                "missing_definition", _at(term.place, "definition"), f"{term.id} has no definition", "write one sentence"
            )
    for row in curation.associations:
        for column in REQUIRED:
            if not getattr(row, column):
                mend = "name the source that you read" if column == "source" else "fill it or drop the row"
                yield _error(
                    "missing_source" if column == "source" else "empty_cell", _at(row.place, column), "the cell is empty", mend
                )


def check_ids(curation: Curation) -> Iterator[Violation]:
    """Identifiers are well formed and used once; labels are unique; tables are sorted by id."""
    records: list[Term | Association] = [*curation.terms, *curation.associations]
    seen: dict[str, Place] = {}
    for record in records:
        if record.id and not (CURIE.match(record.id) and record.id.split(":")[0] in PREFIXES):
            yield _error("malformed_id", _at(record.place, "ID"), f"{record.id!r} is no CURIE that we know", "write PREFIX:local")
        if record.id in seen:
            yield _error(
                "duplicate_id", _at(record.place, "ID"), f"{record.id} stands already in {seen[record.id]}", "give it a new id"
            )
        seen.setdefault(record.id, record.place)
    for before, after in pairwise(records):
        if before.place.file == after.place.file and before.id > after.id:
            yield _error("unsorted_table", _at(after.place, "ID"), f"{after.id} stands behind {before.id}", "sort the rows by id")


def check_labels(curation: Curation) -> Iterator[Violation]:
    """A label, a definition or an exact synonym belongs to one term; no stray white space."""
    seen: dict[tuple[str, str], Term] = {}
    for term in curation.terms:
        texts = [("duplicate_label", "LABEL", term.label)]
        texts += [("duplicate_definition", "definition", d) for d in term.get_values("IAO:0000115")]
        texts += [("duplicate_synonym", "exact synonyms", s) for s in term.get_values("oboInOwl:hasExactSynonym")]
        for check, column, text in texts:
            other = seen.setdefault((check, text), term)
            if other is not term:
                yield _error(check, _at(term.place, column), f"{text!r} belongs to {other.id} as well", "make it unique")
            if text != " ".join(text.split()):
                yield _error("white_space", _at(term.place, column), f"{text!r} has stray white space", "remove it")


def check_references(curation: Curation) -> Iterator[Violation]:
    """Every identifier and label in a cell is a term of the tables."""
    names = Names(curation.terms)
    mend = "add the term, or correct the spelling"
    for term in curation.terms:
        cells = [("parents", parent) for parent in term.parents] + [(prop, filler) for prop, filler in term.restrictions]
        for column, cell in cells:
            if names.find(cell) is None:
                yield _error("unknown_term", _at(term.place, column), f"{cell!r} is no term of the tables", mend)
    for row in curation.associations:
        for column, cell, label in (("subject", row.subject, row.subject_label), ("object", row.object, row.object_label)):
            found = names.by_id.get(cell)
            if cell and found is None:
                yield _error("unknown_term", _at(row.place, column), f"{cell} is no term of the tables", mend)
            elif found and found.label != label:
                yield _error(
                    "label_mismatch",
                    _at(row.place, f"{column}_label"),
                    f"{cell} is {found.label!r}, not {label!r}",
                    "copy the label",
                )
        if row.evidence and row.evidence not in names.by_id:
            yield _error("unknown_term", _at(row.place, "evidence"), f"{row.evidence} is no term of the tables", mend)


def check_values(curation: Curation) -> Iterator[Violation]:
    """Cells with a closed list, a number or a form keep to it."""
    ids = {row.id for row in curation.associations}
    for row in curation.associations:
        closed = (("predicate", PREDICATES), ("scope", SCOPES), ("direction", DIRECTIONS), ("statement_kind", EVIDENCE))
        for column, allowed in closed:
            if (value := getattr(row, column)) and value not in allowed:
                yield _error(
                    "unknown_value", _at(row.place, column), f"{value!r} is not allowed", f"one of: {', '.join(allowed)}"
                )
        if row.statement_kind in EVIDENCE and row.evidence and row.evidence != EVIDENCE[row.statement_kind]:
            yield _error(
                "evidence_mismatch", _at(row.place, "evidence"), f"{row.evidence} does not fit", EVIDENCE[row.statement_kind]
            )
        if row.source and not SOURCE.match(row.source):
            yield _error(
                "malformed_source",
                _at(row.place, "source"),
                f"{row.source!r}",
                "PMID:…, DOI:…, PMC:…, OMIM:…, https://…, SEED:nn",
            )
        if len(row.gist.split()) > 30:
            yield _error("long_gist", _at(row.place, "gist"), f"{len(row.gist.split())} words", "at most 30 words")
        if row.refutes_id and row.refutes_id not in ids:
            yield _error(
                "unknown_term", _at(row.place, "refutes_id"), f"{row.refutes_id} is no association", "name an association id"
            )
        yield from _check_numbers(row)


def _check_numbers(row: Association) -> Iterator[Violation]:
    for column in ("n", "total", "onset_min", "onset_max", "recovery_min", "recovery_max"):
        text = getattr(row, column)
        if text and not re.fullmatch(r"\d+" if column in ("n", "total") else r"\d+(\.\d+)?", text):
            yield _error("malformed_number", _at(row.place, column), f"{text!r} is no number", "write a plain number")
            return
    for low, high in (("n", "total"), ("onset_min", "onset_max"), ("recovery_min", "recovery_max")):
        a, b = getattr(row, low), getattr(row, high)
        if a and b and float(a) > float(b):
            yield _error("reversed_range", _at(row.place, low), f"{low} {a} is above {high} {b}", "exchange or correct them")


def check_forbidden_codes(curation: Curation) -> Iterator[Violation]:
    """No code of MedDRA or SNOMED CT stands in a table that is shipped."""
    texts = [(t.place, [a.value for a in t.annotations]) for t in curation.terms]
    texts += [(row.place, [row.source, row.gist, row.frequency]) for row in curation.associations]
    for place, values in texts:
        for value in values:
            if FORBIDDEN.search(value):
                yield _error("forbidden_code", place, f"{value!r}", "their terms forbid it: remove the code")


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
        yield _error("cycle", place, labels, "take back one of these links")


def _find_cycles(edges: dict[str, set[str]]) -> Iterator[list[str]]:
    """One cycle for each strongly connected group."""
    graph = nx.DiGraph((a, b) for a in sorted(edges) for b in sorted(edges[a]))
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1 or any(graph.has_edge(node, node) for node in group):
            yield [a for a, _ in nx.find_cycle(graph.subgraph(sorted(group)))]


CHECKS: tuple[Check, ...] = (
    check_empty_cells,
    check_ids,
    check_labels,
    check_references,
    check_values,
    check_forbidden_codes,
    check_cycles,
)


def check_curation(curation: Curation, checks: Iterable[Check] = CHECKS) -> tuple[Violation, ...]:
    """All violations, in the order of the checks and of the tables."""
    return tuple(violation for check in checks for violation in check(curation))


def count_sources(curation: Curation) -> Counter[str]:
    """How many associations rest on each source."""
    return Counter(row.source for row in curation.associations)
