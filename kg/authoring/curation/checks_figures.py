"""Rules for what a figure may say: typed, of bearers of the cause, and no window of a study taken for an onset."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Violation
from kg.vocabulary import FREQUENCIES, FREQUENCY_MEASURES

# Words by which a population is chosen for its low count; a stem, since a source bends them freely.
LOW_COUNT = re.compile(r"(pancyto|cyto|neutro|leuko|leuco|lympho|lymphocyto|granulocyto)peni\w*|agranulocyt\w*", re.IGNORECASE)
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
    texts = (row.denominator, row.population)
    words = [found[0] for text in texts for found in LOW_COUNT.finditer(text)]
    return next((w for w in words if w.casefold() not in row.subject_label.casefold()), "")


def check_study_windows(curation: Curation) -> Iterator[Violation]:
    """The time that a study watched is no onset."""
    for row in curation.associations:
        watched = row.time_kind == "study window" and (row.onset_min or row.onset_max)
        if watched or _is_window(row):
            message = f"onset {row.onset_min} to {row.onset_max} days is a window of the study"
            yield error(
                "window_as_onset", at(row.place, "onset_min"), message, "time_kind 'study window' with time_min and time_max"
            )


def _is_window(row: Association) -> bool:
    observed = row.statement_kind in ("cohort", "trial") and row.onset_min == "0"
    return observed and row.onset_max.replace(".", "").isdigit() and float(row.onset_max) > WINDOW_DAYS
