"""The records that pass between the layers. Frozen dataclasses only: no I/O, no rules, no rendering.

Three groups: what the tables hold (`Term`, `Association`), what a user asks with (`Case`), what an answer is
made of (`Explanation`). Days are numbers, counts are 10*9/L, weights are natural logarithms of likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

# --------------------------------------------------------------------------- what the tables hold


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


@dataclass(frozen=True, slots=True)
class Curation:
    """All tables together."""

    terms: tuple[Term, ...]
    associations: tuple[Association, ...]
    registry: tuple[RegisteredId, ...] | None = None  # None where the folder keeps no registry


# --------------------------------------------------------------------------- what a user asks with


@dataclass(frozen=True, slots=True)
class Observation:
    """A finding, feature, condition or test result that is stated as present or absent."""

    term: str
    label: str
    present: bool = True
    text: str = ""
    days_ago: float = 0.0
    place: str = ""


@dataclass(frozen=True, slots=True)
class DrugExposure:
    """A drug (by its cause id) with the days since its start and its stop, where given."""

    term: str
    label: str
    text: str = ""
    days_since_start: float | None = None
    days_since_stop: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A laboratory value in its canonical unit and what a named threshold row made of it."""

    test: str
    label: str
    value: float
    unit: str
    days_ago: float = 0.0
    decides: str = ""  # finding that holds, empty where the value is not low (or not high)
    decides_label: str = ""
    degree: str = ""
    rules_out: tuple[str, ...] = ()  # findings that a normal value speaks against
    threshold: str = ""
    rule: str = ""  # the threshold in words
    source: str = ""
    competing: tuple[str, ...] = ()  # what the other profiles would say
    assumptions: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One resolved case: everything is an identifier or a number."""

    readings: tuple[Reading, ...] = ()
    observations: tuple[Observation, ...] = ()
    drugs: tuple[DrugExposure, ...] = ()
    drugs_complete: bool = False
    age_days: float | None = None
    sex: str = ""
    duffy: str = ""
    profile: str = "adult-usual"
    not_understood: tuple[Mapping[str, str], ...] = ()
    assumptions: tuple[str, ...] = ()


# --------------------------------------------------------------------------- what an answer is made of


@dataclass(frozen=True, slots=True)
class Evidence:
    """The association row behind a step; `quantity` is the frequency as its source states it."""

    association: str
    source: str
    statement_kind: str
    code: str
    gist: str
    direction: str = "supports"
    quantity: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One typed step of a chain; `asserted` is False where the step follows from others (is-a, inferred hierarchy)."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    evidence: tuple[Evidence, ...] = ()
    asserted: bool = True
    scope: str = "all"
    struck: str = ""  # why this patient does not have the step

    @property
    def sources(self) -> tuple[str, ...]:
        """Distinct sources in order."""
        return tuple(dict.fromkeys(e.source for e in self.evidence))


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps from a cause to a finding; `weakest` is the weakest kind of statement on the way."""

    finding: str
    steps: tuple[Step, ...]
    weakest: str = ""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism through which a cause may act: its family, and whether it is disputed."""

    id: str
    label: str
    family: str
    disputed: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one input did to one cause: the number and its reason are one object."""

    factor: str  # prior, exposure, finding, window, severity, time, lineage, interaction
    label: str
    weight: float
    reason: str
    sources: tuple[str, ...] = ()
    term: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One answer: a cause with its chains and what spoke for and against it."""

    id: str
    label: str
    synonyms: tuple[str, ...]
    kind: str
    family: str
    tier: str
    chains: Sequence[Chain]
    mechanisms: Sequence[Mechanism] = ()
    explains: tuple[str, ...] = ()  # the given findings that it reaches
    rank: int = 0
    score: float = 0.0
    contributions: tuple[Contribution, ...] = ()
    not_explained: Sequence[str] = ()
    not_checked: Sequence[str] = ()
    remarks: tuple[str, ...] = ()
    struck: str = ""

    @property
    def quantities(self) -> tuple[str, ...]:
        """Frequencies of the claims that begin the chains, each with its source."""
        evidence = [e for chain in self.chains for step in chain.steps[:2] for e in step.evidence if e.direction == "supports"]
        return tuple(dict.fromkeys(f"{e.quantity} [{e.source}]" for e in evidence if e.quantity))


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. Grouping and wording are matters of rendering."""

    status: str
    findings: tuple[Mapping[str, Any], ...]
    causes: tuple[Cause, ...] = ()
    struck_out: tuple[Cause, ...] = ()
    to_ask: tuple[Mapping[str, str], ...] = ()
    label_lists: tuple[Mapping[str, Any], ...] = ()
    not_understood: tuple[Mapping[str, Any], ...] = ()
    alerts: tuple[str, ...] = ()
    sets: tuple[Mapping[str, Any], ...] = ()
    coverage: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    disclaimer: str = ""
    readings: tuple[Reading, ...] = ()
    assumptions: tuple[str, ...] = ()
    case: Case | None = None
