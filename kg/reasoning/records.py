"""What an answer is made of, as frozen records: evidence, steps, chains, contributions, causes, the whole explanation.

Weights are natural logarithms of likelihood ratios. No I/O, no rules, no rendering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.case.records import Case, Reading


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
class Variant:
    """Another form of the disease that a cause heads, or a class of which it is a kind."""

    id: str
    label: str
    score: float
    wider: bool = False  # a class of the cause, and no form of its own


@dataclass(frozen=True, slots=True)
class CantMiss:
    """Why a cause must not be missed, and who says so. Stands beside the order and never moves it."""

    reason: str
    source: str


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
    contributions: Sequence[Contribution] = ()
    not_explained: Sequence[str] = ()
    not_checked: Sequence[str] = ()
    remarks: tuple[str, ...] = ()
    struck: str = ""
    shelf: str = ""  # how well it fits: one of SHELVES
    variants: tuple[Variant, ...] = ()  # what folds into it
    commonness: str = ""  # common, uncommon, rare or very rare; empty where no row says
    only_with: str = ""  # exposures of which it needs one and the case gives none
    cant_miss: CantMiss | None = None

    @property
    def quantities(self) -> tuple[str, ...]:
        """Frequencies of the claims that begin the chains, each with its source."""
        evidence = [e for chain in self.chains for step in chain.steps[:2] for e in step.evidence if e.direction == "supports"]
        return tuple(dict.fromkeys(f"{e.quantity} [{e.source}]" for e in evidence if e.quantity))


SHELVES = ("fits best", "fits", "cannot be excluded")


@dataclass(frozen=True, slots=True)
class Alert:
    """What must not wait: the row of `alerts.tsv` that holds, its urgency (now, today), its words and its source."""

    id: str
    urgency: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class DrugGiven:
    """What the answer says of one given drug. `standing` is one of `kg.reasoning.drugs_given.STANDINGS`."""

    text: str
    label: str
    standing: str
    term: str = ""
    substance: str = ""  # UNII
    rank: int = 0  # among the causes; 0 where it is none of them
    incidence: tuple[str, ...] = ()  # as its sources state it, each with its source
    time: str = ""  # days on the drug against its window of onset
    classes: tuple[str, ...] = ()  # whose evidence it is, where the drug has none of its own
    other_findings: tuple[str, ...] = ()
    label_lists: tuple[str, ...] = ()  # findings that a product label lists, each with its source
    against: tuple[str, ...] = ()  # sources that speak against
    sources: tuple[str, ...] = ()
    reason: str = ""  # why it is struck out
    suggestions: tuple[str, ...] = ()


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
    drugs_given: tuple[DrugGiven, ...] = ()
    normal_for: tuple[Mapping[str, Any], ...] = ()  # values that are normal for a group and low by the usual rule
    no_bearing: tuple[str, ...] = ()  # known conditions that nothing ties to a low count
    alerts: tuple[str, ...] = ()  # their words; the rows behind them stand in `alert_rows`
    alert_rows: tuple[Alert, ...] = ()
    sets: tuple[Mapping[str, Any], ...] = ()
    coverage: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    disclaimer: str = ""
    readings: tuple[Reading, ...] = ()
    assumptions: tuple[str, ...] = ()
    case: Case | None = None

    def find_cause(self, cause: str) -> Cause | None:
        """The cause of an id in the order, or the one that it folds into; None where it is not in the answer."""
        return next((c for c in self.causes if cause == c.id or any(cause == v.id for v in c.variants)), None)
