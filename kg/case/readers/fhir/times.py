"""Times of FHIR: instants, periods, and the day from which a case counts back.

Now is the newest date of the bundle that is not after today. A record whose every date lies ahead was moved as a whole, as
de-identified ones are. Must not know resources beyond their dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

SLACK = timedelta(days=1)  # time zones
TAKEN = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming")
GIVEN = (
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveTiming",
    "occurrenceDateTime",
    "occurencePeriod",  # as R5 spells it
    "occurrencePeriod",
    "occurenceDateTime",
)
TIMES = (*GIVEN, "effectiveInstant", "issued", "authoredOn", "dateAsserted", "recordedDate", "onsetDateTime", "onsetPeriod")


def read_moment(text: Any) -> datetime | None:
    """Instant of a FHIR date or dateTime; a missing part counts from its beginning."""
    if not isinstance(text, str):
        return None
    padded = text.strip() + {4: "-01-01", 7: "-01"}.get(len(text.strip()), "")
    try:
        found = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_period(value: Any) -> tuple[datetime | None, datetime | None]:
    """Start and end of a period, an instant or a timing."""
    if isinstance(value, Mapping):
        events = value.get("event")
        if isinstance(events, list) and events:
            return read_moment(events[0]), read_moment(events[-1])
        repeat = value.get("repeat")
        bounds = repeat.get("boundsPeriod") if isinstance(repeat, Mapping) else None
        return (
            read_period(bounds)
            if isinstance(bounds, Mapping)
            else (read_moment(value.get("start")), read_moment(value.get("end")))
        )
    return read_moment(value), None


def find_when(resource: Mapping[str, Any], *names: str) -> datetime | None:
    """The first date among some elements; a period gives its end, else its start."""
    for name in names:
        start, end = read_period(resource.get(name))
        if end or start:
            return end or start
    return None


def _dates(resource: Mapping[str, Any]) -> Iterator[datetime]:
    for name in TIMES:
        yield from (moment for moment in read_period(resource.get(name)) if moment)


@dataclass(frozen=True, slots=True)
class Clock:
    """From when a case counts back, and what lies ahead."""

    now: datetime | None
    latest: datetime
    moved: bool = False

    @classmethod
    def of(cls, resources: Iterable[Mapping[str, Any]], today: datetime) -> Clock:
        """Clock of some resources as seen on a day."""
        moments = [moment for resource in resources for moment in _dates(resource)]
        past = [moment for moment in moments if moment <= today + SLACK]
        if past or not moments:
            return cls(max(past, default=None), today + SLACK)
        return cls(max(moments), max(moments), moved=True)

    def days(self, moment: datetime | None) -> float | None:
        """Days from a moment to now; None where one is not known, or the moment lies ahead."""
        if self.now is None or moment is None or moment > self.now:
            return None
        return round((self.now - moment).total_seconds() / 86400, 6)

    def find_ahead(self, moment: datetime | None) -> str:
        """What to say of a moment in the future; empty where it is none."""
        return f"lies in the future ({moment.date().isoformat()})" if moment and moment > self.latest else ""
