"""A case as the engine takes it: identifiers and numbers only, nothing left in words but for display.

Days are numbers before now, counts are 10*9/L.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """A finding, feature, condition or test result that is stated as present or absent.

    Where a text states a more special thing than the graph has, `stated` is its HPO term, `term` the nearest one above it in
    the graph, and `steps` how many steps of is-a lie between: the more, the less the term says.
    """

    term: str
    label: str
    present: bool = True
    text: str = ""
    days_ago: float = 0.0
    place: str = ""
    stated: str = ""
    stated_label: str = ""
    steps: int = 0
    past: bool = False  # an earlier state; `days_ago` is 0 where the text does not say when
    duration_days: float | None = None


@dataclass(frozen=True, slots=True)
class TextReading:
    """What was made of one text of the case: `status` is understood, partly understood, or not understood."""

    kind: str
    text: str
    status: str
    terms: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DrugExposure:
    """A drug with the days since its start and its stop, where given.

    `term` is its cause in the graph, empty where it has none; `substance` its UNII; `known` is False where nobody knows the name.
    """

    term: str
    label: str
    text: str = ""
    days_since_start: float | None = None
    days_since_stop: float | None = None
    substance: str = ""
    known: bool = True
    suggestions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()  # groups of the graph that its name's stem puts a drug without a term into

    @property
    def key(self) -> str:
        """What makes two entries one drug."""
        return self.term or self.substance or self.text.casefold()


@dataclass(frozen=True, slots=True)
class Reading:
    """A laboratory value in its canonical unit and what a named threshold row made of it."""

    test: str
    label: str
    value: float
    unit: str
    days_ago: float = 0.0
    bound: str = ""  # set where the true value lies below or above: <, <=, >, >=
    decides: str = ""  # finding that holds, empty where the value is not low (or not high)
    decides_label: str = ""
    degree: str = ""
    normal_for: str = ""  # the group for which the value is normal, where the usual rule would call it low
    on_limit: bool = False  # the value stands exactly on the lower limit
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
    no_bearing: tuple[str, ...] = ()  # known conditions and circumstances that nothing ties to a low count
    age_days: float | None = None
    sex: str = ""
    duffy: str = ""
    profile: str = "adult-usual"
    not_understood: tuple[Mapping[str, str], ...] = ()
    assumptions: tuple[str, ...] = ()
    texts: tuple[TextReading, ...] = ()  # what was made of each text
    contradictions: tuple[str, ...] = ()
    without_bearing: tuple[Mapping[str, str], ...] = ()  # known to the vocabulary, but no cause bears on it
