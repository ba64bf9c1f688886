"""Time in a case: windows of drugs, and earlier normal values. A window lowers or raises, it never deletes."""

from __future__ import annotations

from typing import Any, NamedTuple

from kg.case.records import Case, DrugExposure, Reading
from kg.knowledge.graph import Traversal
from kg.reasoning.model.parts import Part, say
from kg.reasoning.model.weights import Weights
from kg.vocabulary import CAUSAL

# Words in a mechanism or a finding that mean a count which comes and goes.
COMES_AND_GOES = ("cyclic", "transient", "retention", "margination", "redistribution", "recover", "pattern")


class Window(NamedTuple):
    """Days after the start of a drug between which its sources saw the onset: all together, and source by source."""

    low: float
    high: float
    sources: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]

    def share(self, day: float) -> float:
        """Share of the sources whose own span holds a day."""
        return sum(low <= day <= high for low, high in self.spans) / len(self.spans)


def find_window(traversal: Traversal, weights: Weights, cause: str) -> Window | None:
    """The sourced window of onset of a cause; None where no source gives one."""
    timed = [row for row in _rows(traversal, cause) if "onset_min" in row or "onset_max" in row]
    if not timed:
        return None
    spans = tuple(_span(row, weights.value("window.open")) for row in timed)
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    return Window(low, high, tuple(dict.fromkeys(row["source"] for row in timed)), spans)


def _span(row: dict[str, Any], factor: float) -> tuple[float, float]:
    low = row.get("onset_min", 0.0)
    return low, row.get("onset_max", low * factor)


def _rows(traversal: Traversal, cause: str) -> list[dict[str, Any]]:
    return [row for link in traversal.out(cause, *CAUSAL, "can account for reading") for row in link.rows]


def weigh_window(traversal: Traversal, weights: Weights, cause: str, drug: DrugExposure) -> Part:
    """Where the exposure stands in the sourced window of onset, or of recovery after the stop.

    Inside its window a drug stays in question even after the stop: some act months after the last dose.
    """
    window, day = find_window(traversal, weights, cause), drug.days_since_start
    if day is not None and window is not None and window.share(day):
        return _place(drug, window, weights)
    if passed := _recovered(traversal, weights, cause, drug):
        return passed
    if day is None:
        return Part(0.0, "window", drug.label, say("start not given: window unknown"))
    if window is None:
        return Part(0.0, "window", drug.label, say(f"day {day:g}: no source gives a window"))
    return _place(drug, window, weights)


def _recovered(traversal: Traversal, weights: Weights, cause: str, drug: DrugExposure) -> Part | None:
    lasts = recovery_days(traversal, weights, cause)
    if drug.days_since_stop is None or drug.days_since_stop <= 2 * lasts:
        return None
    reason = f"stopped {drug.days_since_stop:g} days ago; recovery is expected within {lasts:g}"
    return Part(weights.value("window.recovered"), "window", drug.label, say(reason), name="window.recovered")


def recovery_days(traversal: Traversal, weights: Weights, cause: str) -> float:
    """Days within which the count recovers after the stop, the longest that a source gives."""
    recoveries = [row["recovery_max"] for row in _rows(traversal, cause) if "recovery_max" in row]
    return max(recoveries, default=weights.value("window.recovery"))


def _place(drug: DrugExposure, window: Window, weights: Weights) -> Part:
    """Sources differ: inside, the weight is the share of spans that hold the day, full from half of them on."""
    day = drug.days_since_start or 0.0
    share = window.share(day)
    word = "early" if day < window.low else "late" if day > window.high else "inside"
    weight = weights.value(f"window.{word}") * (min(1.0, 2.0 * share) if word == "inside" else 1.0)
    held = (
        f"in {round(share * len(window.spans))} of {len(window.spans)} sourced windows" if word == "inside" else "sourced window"
    )
    reason = f"{word}: day {day:g}, {held} {window.low:g} to {window.high:g}"
    return Part(weight, "window", drug.label, say(reason), window.sources, name=f"window.{word}")


def find_earlier_normal(case: Case) -> Reading | None:
    """The oldest white-cell reading that was normal at its own time, before a later low one."""
    lows = [r.days_ago for r in case.readings if r.decides]
    latest_low = min(lows, default=0.0)
    normal = [r for r in case.readings if r.rules_out and not r.decides and r.days_ago > latest_low]
    return max(normal, key=lambda r: r.days_ago, default=None)


def is_intermittent(traversal: Traversal, cause: str) -> bool:
    """Whether a cause gives a count that comes and goes, by the names of its findings and mechanisms."""
    known: dict[str, bool] = traversal.memo.setdefault("intermittent", {})
    if cause not in known:
        known[cause] = _comes_and_goes(traversal, cause)
    return known[cause]


def _comes_and_goes(traversal: Traversal, cause: str) -> bool:
    links = [link for above in traversal.above(cause) for link in traversal.out(above, *CAUSAL) if link.supported]
    words = " ".join(traversal.label(link.object) for link in links)
    return any(word in words for word in COMES_AND_GOES)
