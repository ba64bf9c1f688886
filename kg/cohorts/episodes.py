"""What an episode of a low count is.

An **episode** is the stretch of time in which a person's white cells are low, as the rules in force call low:

1. It *begins* with a low count: one in which at least one line (the total, neutrophils, lymphocytes, monocytes …) is low,
   where the count before it was normal, or where it is the first count of the person that is known. In the second case
   nothing is known of the fall, and the episode is marked `first count`.
2. It *goes on* as long as some line that was low in it has not been measured as normal since.
3. It *ends* with the count by which every line that was low in it has been measured again and is not low: recovery.
   A count that does not measure a low line (a total without a differential) says nothing of it and ends nothing.
   An episode that reaches the last count is `open`.
4. Its *lowest count* is the one whose lowest line stands deepest, by the finding that the rules decide and then by value;
   of equal ones the first. The case to be explained is the person at that count.
5. Its *fall* is when the newest of the lines that are low at the lowest count became low. Drugs begun before the fall are
   told; what came after it cannot have caused it.

Counts of one moment are one count. Pure; must not know where counts come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Count(NamedTuple):
    """One count of a person: its place in the table, its time in days (None where not given), and what the rules say."""

    row: int
    time: float | None
    low: tuple[tuple[str, int, float], ...]  # line, depth of the finding, value
    normal: frozenset[str]


class Episode(NamedTuple):
    """Rows of the counts that begin, are lowest in and end an episode; `end` is None while it is open."""

    first: Count
    lowest: Count
    end: Count | None
    counts: tuple[Count, ...]  # all of them, without the one that ends it
    before: Count | None  # the normal count before it

    @property
    def fall(self) -> Count:
        """The first low count of the line that fell last, of those that are low at the lowest count."""
        lines = {line for line, _, _ in self.lowest.low}
        firsts = [next(c for c in self.counts if any(name == line for name, _, _ in c.low)) for line in lines]
        return max(firsts, key=lambda c: -float("inf") if c.time is None else c.time, default=self.first)

    @property
    def days(self) -> float | None:
        """Days from the fall to recovery, where both are known."""
        if self.end is None or self.end.time is None or self.first.time is None:
            return None
        return self.end.time - self.first.time


def find_episodes(counts: Sequence[Count]) -> list[Episode]:
    """Episodes of one person, whose counts are in the order of time."""
    found: list[Episode] = []
    running: list[Count] = []
    missing: set[str] = set()
    before: Count | None = None
    for count in counts:
        low = {line for line, _, _ in count.low}
        if not running and not low:
            before = count if count.normal else before
            continue
        missing = (missing | low) - (count.normal - low)
        if missing:
            running.append(count)
            continue
        found.append(_close(running, count, before))
        running, before = [], count
    return [*found, _close(running, None, before)] if running else found


def _close(running: Sequence[Count], end: Count | None, before: Count | None) -> Episode:
    lowest = min((c for c in running if c.low), key=lambda c: min((-depth, value) for _, depth, value in c.low))
    return Episode(running[0], lowest, end, tuple(running), before)
