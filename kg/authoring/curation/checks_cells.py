"""Rules for single cells: filled, well formed, unique, in order, free of codes that may not be passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.authoring.curation.names import CURIE
from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Place, Term, Violation
from kg.vocabulary import PREFIXES

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
# Codes of terminologies whose terms do not let us pass them on.
FORBIDDEN = re.compile(r"\b(MEDDRA|MedDRA|SNOMEDCT|SCTID|SNOMED)\s*[: ]\s*\d", re.IGNORECASE)


def check_empty_cells(curation: Curation) -> Iterator[Violation]:
    """No required cell is empty."""
    for term in curation.terms:
        for column, value in (("ID", term.id), ("LABEL", term.label)):
            if not value:
                yield error("empty_cell", at(term.place, column), "the cell is empty", "fill it or drop the row")
        if term.id.startswith("LEUKO:") and term.type == "owl:Class" and not term.get_values("IAO:0000115"):
            yield error("missing_definition", at(term.place, "definition"), f"{term.id} has no definition", "write one sentence")
    for row in curation.associations:
        for column in REQUIRED:
            if not getattr(row, column):
                mend = "name the source that you read" if column == "source" else "fill it or drop the row"
                yield error(
                    "missing_source" if column == "source" else "empty_cell", at(row.place, column), "the cell is empty", mend
                )


def check_ids(curation: Curation) -> Iterator[Violation]:
    """Identifiers are well formed and used once; labels are unique; tables are sorted by id."""
    records: list[Term | Association] = [*curation.terms, *curation.associations]
    seen: dict[str, Place] = {}
    for record in records:
        if record.id and not (CURIE.match(record.id) and record.id.split(":")[0] in PREFIXES):
            yield error("malformed_id", at(record.place, "ID"), f"{record.id!r} is no CURIE that we know", "write PREFIX:local")
        if record.id in seen:
            yield error(
                "duplicate_id", at(record.place, "ID"), f"{record.id} stands already in {seen[record.id]}", "give it a new id"
            )
        seen.setdefault(record.id, record.place)
    for before, after in pairwise(records):
        if before.place.file == after.place.file and before.id > after.id:
            yield error("unsorted_table", at(after.place, "ID"), f"{after.id} stands behind {before.id}", "sort the rows by id")


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
                yield error(check, at(term.place, column), f"{text!r} belongs to {other.id} as well", "make it unique")
            if text != " ".join(text.split()):
                yield error("white_space", at(term.place, column), f"{text!r} has stray white space", "remove it")


def check_forbidden_codes(curation: Curation) -> Iterator[Violation]:
    """No code of MedDRA or SNOMED CT stands in a table that is shipped."""
    texts = [(t.place, [a.value for a in t.annotations]) for t in curation.terms]
    texts += [(row.place, [row.source, row.gist, row.frequency]) for row in curation.associations]
    for place, values in texts:
        for value in values:
            if FORBIDDEN.search(value):
                yield error("forbidden_code", place, f"{value!r}", "their terms forbid it: remove the code")
