"""Rules for association rows: known terms with their labels, closed lists, numbers, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.authoring.curation.names import Names
from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Violation
from kg.vocabulary import DIRECTIONS, EVIDENCE, MEASURES, PREDICATES, READ, SCOPES, TIME_KINDS

COUNTS = ("n", "total")
RANGES = (
    *(("n", "total"), ("onset_min", "onset_max"), ("recovery_min", "recovery_max")),
    *(("low", "high"), ("low", "value"), ("value", "high")),
    *(("time_min", "time_max"), ("time_min", "time_median"), ("time_median", "time_max")),
)
NUMBERS = tuple(dict.fromkeys(column for pair in RANGES for column in pair))
CLOSED = (("measure", MEASURES), ("time_kind", TIME_KINDS), ("read", READ))

SOURCE = re.compile(
    r"^(PMID:\d+|DOI:10\.\d{4,}/\S+|PMC:PMC\d+|OMIM:\d{6}|ORPHA:\d+|HP:\d{7}|MONDO:\d{7}|DOID:\d+|ISBN:[\dX-]+"
    r"|https?://\S+|SEED:(0[1-9]|[12]\d|30)|FDA label .+ \(TAC 2017\)|WHO ATC-DDD .+|LEUKO:curation|loinc2hpo .+|MIMIC-IV .+)$"
)


def check_references(curation: Curation) -> Iterator[Violation]:
    """Every identifier and label in a cell is a term of the tables."""
    names = Names(curation.terms)
    mend = "add the term, or correct the spelling"
    for term in curation.terms:
        cells = [("parents", parent) for parent in term.parents] + [(prop, filler) for prop, filler in term.restrictions]
        for column, cell in cells:
            if names.find(cell) is None:
                yield error("unknown_term", at(term.place, column), f"{cell!r} is no term of the tables", mend)
    for row in curation.associations:
        for column, cell, label in (("subject", row.subject, row.subject_label), ("object", row.object, row.object_label)):
            found = names.by_id.get(cell)
            if cell and found is None:
                yield error("unknown_term", at(row.place, column), f"{cell} is no term of the tables", mend)
            elif found and found.label != label:
                yield error(
                    "label_mismatch",
                    at(row.place, f"{column}_label"),
                    f"{cell} is {found.label!r}, not {label!r}",
                    "copy the label",
                )
        if row.evidence and row.evidence not in names.by_id:
            yield error("unknown_term", at(row.place, "evidence"), f"{row.evidence} is no term of the tables", mend)


def check_values(curation: Curation) -> Iterator[Violation]:
    """Cells with a closed list, a number or a form keep to it."""
    ids = {row.id for row in curation.associations}
    for row in curation.associations:
        closed = (("predicate", PREDICATES), ("scope", SCOPES), ("direction", DIRECTIONS), ("statement_kind", EVIDENCE))
        for column, allowed in closed:
            if (value := getattr(row, column)) and value not in allowed:
                yield error("unknown_value", at(row.place, column), f"{value!r} is not allowed", f"one of: {', '.join(allowed)}")
        if row.statement_kind in EVIDENCE and row.evidence and row.evidence != EVIDENCE[row.statement_kind]:
            yield error(
                "evidence_mismatch", at(row.place, "evidence"), f"{row.evidence} does not fit", EVIDENCE[row.statement_kind]
            )
        if row.source and not SOURCE.match(row.source):
            yield error(
                "malformed_source",
                at(row.place, "source"),
                f"{row.source!r}",
                "PMID:…, DOI:…, PMC:…, OMIM:…, https://…, SEED:nn",
            )
        if len(row.gist.split()) > 30:
            yield error("long_gist", at(row.place, "gist"), f"{len(row.gist.split())} words", "at most 30 words")
        if row.refutes_id and row.refutes_id not in ids:
            yield error(
                "unknown_term", at(row.place, "refutes_id"), f"{row.refutes_id} is no association", "name an association id"
            )
        yield from _check_numbers(row)
        yield from _check_figures(row)


def _check_figures(row: Association) -> Iterator[Violation]:
    """A figure says what it measures and in which unit, a time says which one it is."""
    for column, allowed in CLOSED:
        if (text := getattr(row, column)) and text not in allowed:
            yield error("closed_list", at(row.place, column), f"{text!r} is not one of the list", ", ".join(allowed))
    if (row.value or row.low or row.high) and not (row.measure and row.unit):
        yield error("untyped_figure", at(row.place, "measure"), "a figure without measure or unit", "say both")
    if (row.time_median or row.time_min or row.time_max) and not row.time_kind:
        yield error("untyped_time", at(row.place, "time_kind"), "days without their kind", ", ".join(TIME_KINDS))


def _check_numbers(row: Association) -> Iterator[Violation]:
    for column in NUMBERS:
        text = getattr(row, column)
        if text and not re.fullmatch(r"\d+" if column in COUNTS else r"\d+(\.\d+)?", text):
            yield error("malformed_number", at(row.place, column), f"{text!r} is no number", "write a plain number")
            return
    for low, high in RANGES:
        a, b = getattr(row, low), getattr(row, high)
        if a and b and float(a) > float(b):
            yield error("reversed_range", at(row.place, low), f"{low} {a} is above {high} {b}", "exchange or correct them")
