"""Rules for what a figure may say: typed, of bearers of the cause, and no window of a study taken for an onset."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Violation
from kg.vocabulary import FREQUENCIES, FREQUENCY_MEASURES

# How a text says that people were chosen for their low count: "pancytopenic adults", "children with acute neutropenia".
# What stands behind a semicolon says which count was taken. Low platelets choose nobody for low white cells.
_COUNT = r"(?:pancyto|cyto|neutro|leuko|leuco|lympho|lymphocyto|granulocyto)peni"
LOW_COUNT = re.compile(rf"\b{_COUNT}c\b|\b(?:with|of|for|in) (?:[\w-]+ ){{0,3}}(?:{_COUNT}a|agranulocytosis)\b", re.IGNORECASE)
CAUSING = ("can cause", "has defining feature", "can bring about", "can account for reading")
# Days from which a span that opens with the exposure is read as the time that a study watched.
WINDOW_DAYS = 7


def check_frequencies(curation: Curation) -> Iterator[Violation]:
    """A frequency cell holds a class of HPO or a grading word; figures have cells of their own."""
    for row in curation.associations:
        if row.frequency and row.frequency not in FREQUENCIES:
            mend = "write n, total, value, low or high with measure and unit; what fits none goes into the gist"
            yield error("untyped_frequency", at(row.place, "frequency"), f"{row.frequency!r}", mend)


def check_reversed_conditionals(curation: Curation) -> Iterator[Violation]:
    """A frequency among bearers of the cause is not taken from people who were chosen by the finding."""
    for row in curation.associations:
        if row.predicate in CAUSING and row.measure in FREQUENCY_MEASURES and (word := _find_selection(row)):
            message = f"{word!r} chooses the population by the finding"
            mend = "measure 'share of causes among the affected', or name those who have the cause"
            yield error("reversed_conditional", at(row.place, "denominator"), message, mend)


def _find_selection(row: Association) -> str:
    """Word of a low count in population or denominator; the name of the cause itself selects nothing."""
    texts = (text.partition(";")[0] for text in (row.denominator, row.population))
    found = [match[0] for text in texts for match in LOW_COUNT.finditer(text)]
    return next((words for words in found if words.split()[-1].casefold() not in row.subject_label.casefold()), "")


def check_study_windows(curation: Curation) -> Iterator[Violation]:
    """The time that a study watched is no onset: days from the exposure on, beside a count, say which of the two they are."""
    for row in curation.associations:
        watched = row.time_kind == "study window" and (row.onset_min or row.onset_max)
        if watched or (not row.time_kind and _may_be_window(row)):
            message = f"are days {row.onset_min} to {row.onset_max} an onset, or the window of the study?"
            mend = "time_kind 'onset', or 'study window' with time_min and time_max in place of the onset"
            yield error("window_as_onset", at(row.place, "onset_min"), message, mend)


def _may_be_window(row: Association) -> bool:
    counted = row.statement_kind in ("cohort", "trial") and bool(row.n or row.value)
    return counted and row.onset_min == "0" and row.onset_max not in ("", "0") and float(row.onset_max) > WINDOW_DAYS
