"""What a text means: terms with their time, values, drugs, what was left over, and why nothing was read.

Owns the records only. Must not know how a text is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kg.case.raw import RawLab


class Found(NamedTuple):
    """A term of the graph that a text states; `stated` is the more special term of HPO, `steps` above which it was found."""

    term: str
    present: bool = True
    stated: str = ""
    steps: int = 0
    past: bool = False
    days_ago: float = 0.0
    duration_days: float | None = None


class Used(NamedTuple):
    """A drug that a text says was taken; `past` where it is taken no more, with the days since then if they are stated."""

    term: str
    past: bool = False
    days_ago: float | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means; empty with a reason where it is set aside. `known` is what is in a vocabulary but bears on no cause."""

    found: tuple[Found, ...] = ()
    labs: tuple[RawLab, ...] = ()
    used: tuple[Used, ...] = ()
    known: tuple[str, ...] = ()
    known_terms: tuple[tuple[str, bool], ...] = ()  # terms of HPO among it, present or denied
    left_over: tuple[str, ...] = ()
    reason: str = ""
    silent: bool = False  # only qualifies what stands beside it

    @property
    def present(self) -> tuple[str, ...]:
        """Terms that are present."""
        return tuple(dict.fromkeys(f.term for f in self.found if f.present))

    @property
    def absent(self) -> tuple[str, ...]:
        """Terms that are denied."""
        return tuple(dict.fromkeys(f.term for f in self.found if not f.present))

    @property
    def drugs(self) -> tuple[str, ...]:
        """Drugs that were taken."""
        return tuple(dict.fromkeys(u.term for u in self.used))

    def __bool__(self) -> bool:
        return bool(self.found or self.labs or self.used or self.known)

    def __add__(self, other: Meaning) -> Meaning:
        def both(first: tuple[object, ...], second: tuple[object, ...]) -> tuple[object, ...]:
            return (*first, *(item for item in second if item not in first))

        return Meaning(
            both(self.found, other.found),  # type: ignore[arg-type]
            both(self.labs, other.labs),  # type: ignore[arg-type]
            both(self.used, other.used),  # type: ignore[arg-type]
            both(self.known, other.known),  # type: ignore[arg-type]
            both(self.known_terms, other.known_terms),  # type: ignore[arg-type]
            self.left_over + other.left_over,
            self.reason or other.reason,
        )


NOTHING = Meaning()
SILENT = Meaning(silent=True)
