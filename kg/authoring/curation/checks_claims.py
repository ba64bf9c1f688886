"""Rules for what a claim may claim: universals over a part, mechanisms that nobody states, lines that no row lowers, names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from kg.authoring.curation.causation import Causation
from kg.authoring.curation.names import Names
from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Violation
from kg.vocabulary import FREQUENCY_MEASURES

UNKNOWN = "unknown or disputed mechanism"
SAYS_UNKNOWN = re.compile(
    r"unknown|unclear|obscure|disput|debat|none (?:is |was )?established"
    r"|not (?:been |yet |fully |well )*(?:known|understood|established|clarified|clear)",
    re.IGNORECASE,
)
REDUCED = "has reduced circulating cell type"
DIRECT = ("can cause", "has defining feature", "can account for reading")


def check_defining_features(curation: Curation) -> Iterator[Violation]:
    """What defines a disease holds in all who have it: no population, no degree, no sister row with fewer than all."""
    sisters: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for row in curation.associations:
        if row.predicate in ("can cause", "has defining feature"):
            sisters[row.subject, row.object].append(row)
    for row in curation.associations:
        if row.predicate == "has defining feature" and row.direction == "supports":
            mend = "write `can cause`, or take the restriction back"
            for column in ("population", "severity"):
                if text := getattr(row, column):
                    yield error("partial_definition", at(row.place, column), f"{text!r} defines a part only", mend)
            if other := next(filter(_is_partial, sisters[row.subject, row.object]), None):
                yield error("partial_definition", row.place, f"{other.id} finds it in fewer than all", mend)


def _is_partial(row: Association) -> bool:
    """Whether a row says that some bearers lack the finding."""
    if row.direction == "refutes":
        return True
    if row.direction != "supports" or row.measure not in FREQUENCY_MEASURES:
        return False
    counted = bool(row.n and row.total) and int(row.n) < int(row.total)
    return counted or (row.unit == "%" and bool(row.value) and float(row.value) < 100)


def check_unknown_mechanisms(curation: Curation) -> Iterator[Violation]:
    """That a mechanism is unknown is a claim as any other: a source says it. Where none does, there is no row."""
    for row in curation.associations:
        if row.predicate == "can act via" and row.object_label == UNKNOWN:
            said = row.statement_kind != "curator inference" and SAYS_UNKNOWN.search(row.gist)
            if row.direction != "supports" or not said:
                mend = "drop the row; a source that names no mechanism claims none"
                yield error("unstated_unknown", at(row.place, "gist"), f"{row.subject_label}: {row.gist}", mend)


def check_lines(curation: Curation) -> Iterator[Violation]:
    """A mechanism does not lead to a line of cells that the rows of its cause leave alone."""
    causation = Causation(curation)
    lines = _Lines(causation.names)
    for row in curation.associations:
        if row.predicate == "can act via" and row.direction == "supports":
            reached = lines.find_cells(causation.find_mechanism_findings([row.object]))
            lowered = lines.find_cells(causation.get_objects(row.subject, *DIRECT))
            if reached and lowered and not any(lines.are_kin(a, b) for a in reached for b in lowered):
                message = f"{row.subject_label} is not said to lower the line that {row.object_label} reaches"
                yield error("line_not_lowered", row.place, message, "take the row back, or add the finding with its source")


class _Lines:
    """Cells of which a finding has too few. A finding or reading without a cell may be of any line."""

    ANY = "CL:0000738"  # leukocyte, above every line

    def __init__(self, names: Names) -> None:
        self.names = names

    def find_cells(self, findings: object) -> set[str]:
        found: set[str] = set()
        for finding in findings if isinstance(findings, (set, list)) else ():
            terms = [self.names.by_id[i] for i in self.names.find_ancestors(finding) if i in self.names.by_id]
            cells = {cell for term in terms for prop, cell in term.restrictions if prop == REDUCED}
            found |= cells or {self.ANY}
        return found

    def are_kin(self, a: str, b: str) -> bool:
        """Whether one cell is a kind of the other."""
        return a in self.names.find_ancestors(b) or b in self.names.find_ancestors(a)


def check_exact_names(curation: Curation) -> Iterator[Violation]:
    """An exact synonym is not the label of another term of ours: one of the two names is not exact, or the terms are one."""
    labels = {term.label.casefold(): term for term in curation.terms if term.id.startswith("LEUKO:")}
    for term in curation.terms:
        for synonym in term.get_values("oboInOwl:hasExactSynonym"):
            other = labels.get(synonym.casefold())
            if other and other.id != term.id and term.id.startswith("LEUKO:") and other.type == term.type:
                message = f"{synonym!r} is the label of {other.id}"
                yield error("inexact_synonym", at(term.place, "exact synonyms"), message, "make it a related synonym")
