"""A case as the engine takes it: identifiers and numbers only, nothing left in words but for display.

Days are numbers before now, counts are 10*9/L.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
    contradictions: tuple[str, ...] = ()
    without_bearing: tuple[Mapping[str, str], ...] = ()  # known to the vocabulary, but no cause bears on it
