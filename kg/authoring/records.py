"""What the tables hold, as frozen records: terms, associations, registered ids, and the rules that they break.

Every cell is text. No I/O and no rules here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: file, line, and (where known) column."""

    file: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file, f"row {self.row}" if self.row else "", f"column {self.column!r}" if self.column else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: which check, how bad (`ERROR`, `WARN`, `INFO`), where, what, and how to mend it."""

    check: str
    level: str
    place: Place
    message: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.level} {self.check}: {self.place}: {self.message}" + (f" (mend: {self.mend})" if self.mend else "")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A value of an annotation property, with the annotations of that axiom itself (`notes`)."""

    property: str
    value: str
    is_iri: bool = False
    notes: tuple[tuple[str, str], ...] = ()

    def with_notes(self, notes: tuple[tuple[str, str], ...]) -> Annotation:
        return replace(self, notes=self.notes + notes)


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a term table. Parents and fillers are labels or CURIEs, as they stand in the table."""

    id: str
    label: str
    type: str
    defined: bool
    parents: tuple[str, ...]
    restrictions: tuple[tuple[str, str], ...]
    annotations: tuple[Annotation, ...]
    place: Place

    def get_values(self, prop: str) -> tuple[str, ...]:
        """Values of an annotation property."""
        return tuple(a.value for a in self.annotations if a.property == prop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """One claim from one source, every cell as text. Field order is the column order of the tables."""

    id: str
    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    scope: str
    direction: str
    n: str
    total: str
    frequency: str
    onset_min: str
    onset_max: str
    recovery_min: str
    recovery_max: str
    dose_dependence: str
    severity: str
    population: str
    outcome: str
    refutes_id: str
    evidence: str
    statement_kind: str
    source: str
    gist: str
    reviewed_on: str
    measure: str = ""  # what kind of figure `value` is; one of MEASURES
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    denominator: str = ""  # of whom the figure speaks, in words
    time_kind: str = ""  # what the days are; one of TIME_KINDS
    time_median: str = ""
    time_min: str = ""
    time_max: str = ""
    read: str = ""  # what of the source was read; one of READ
    verified_on: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredId:
    """One line of `ids.tsv`: an id that was ever used, and, where it was retired, when, why and what stands in for it."""

    id: str
    kind: str
    first_seen: str
    obsolete: str
    replaced_by: str
    reason: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BannedHost:
    """A host whose pages are no source, and why."""

    host: str
    reason: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The ids of one paper, as a source prints them, with its title and year where they were read."""

    pmid: str
    pmcid: str
    doi: str
    title: str
    year: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Curation:
    """All tables together."""

    terms: tuple[Term, ...]
    associations: tuple[Association, ...]
    registry: tuple[RegisteredId, ...] | None = None  # None where the folder keeps no registry
    banned_hosts: tuple[BannedHost, ...] = ()
    papers: tuple[Paper, ...] = ()
