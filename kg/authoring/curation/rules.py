"""What every check is made of: its type, and the two helpers that make a violation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from kg.authoring.records import Curation, Place, Violation

Check = Callable[[Curation], Iterator[Violation]]


def at(place: Place, column: str = "") -> Place:
    """The same place, with the column named."""
    return replace(place, column=column)


def error(check: str, place: Place, message: str, mend: str) -> Violation:
    """A violation that stops the build."""
    return Violation(check, "ERROR", place, message, mend)
