"""Time in a case: windows of drugs, and earlier normal values. A window lowers or raises, it never deletes."""

from __future__ import annotations

from kg.explanation import scoring as s
from kg.graph import Traversal
from kg.model import Case, Contribution, DrugExposure, Reading
from kg.vocabulary import CAUSAL

# Words in a mechanism or a finding that mean a count which comes and goes.
COMES_AND_GOES = ("cyclic", "transient", "retention", "margination", "redistribution", "recover", "pattern")


def weigh_window(traversal: Traversal, cause: str, drug: DrugExposure) -> Contribution:
    """Where the exposure stands in the sourced window of onset, or of recovery after the stop."""
    rows = [row for link in traversal.out(cause, *CAUSAL, "can account for reading") for row in link.rows]
    if drug.days_since_stop is not None:
        lasts = max([row["recovery_max"] for row in rows if "recovery_max" in row], default=s.RECOVERY_DEFAULT_DAYS)
        if drug.days_since_stop > 2 * lasts:
            reason = f"stopped {drug.days_since_stop:g} days ago; recovery is expected within {lasts:g}"
            return Contribution("window", drug.label, s.RECOVERY_PASSED, reason)
    if drug.days_since_start is None:
        return Contribution("window", drug.label, 0.0, "start not given: window unknown")
    timed = [row for row in rows if "onset_min" in row or "onset_max" in row]
    if not timed:
        return Contribution("window", drug.label, 0.0, f"day {drug.days_since_start:g}: no source gives a window")
    low = min(row.get("onset_min", 0.0) for row in timed)
    high = max(row.get("onset_max", row.get("onset_min", 0.0) * s.OPEN_WINDOW_FACTOR) for row in timed)
    return _place(drug, low, high, tuple(dict.fromkeys(row["source"] for row in timed)))


def _place(drug: DrugExposure, low: float, high: float, sources: tuple[str, ...]) -> Contribution:
    start = drug.days_since_start or 0.0
    word, weight = "inside", s.WINDOW_INSIDE
    if start < low:
        word, weight = "early", s.WINDOW_EARLY
    elif start > high:
        word, weight = "late", s.WINDOW_LATE
    reason = f"{word}: day {start:g}, sourced window {low:g} to {high:g}"
    return Contribution("window", drug.label, weight, reason, sources)


def find_earlier_normal(case: Case) -> Reading | None:
    """The oldest white-cell reading that was normal at its own time, before a later low one."""
    lows = [r.days_ago for r in case.readings if r.decides]
    latest_low = min(lows, default=0.0)
    normal = [r for r in case.readings if r.rules_out and not r.decides and r.days_ago > latest_low]
    return max(normal, key=lambda r: r.days_ago, default=None)


def is_intermittent(traversal: Traversal, cause: str) -> bool:
    """Whether a cause gives a count that comes and goes, by the names of its findings and mechanisms."""
    links = [link for above in traversal.above(cause) for link in traversal.out(above, *CAUSAL) if link.supported]
    words = " ".join(traversal.label(link.object) for link in links)
    return any(word in words for word in COMES_AND_GOES)
