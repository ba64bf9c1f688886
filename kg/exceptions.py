"""The error tree. Owns every exception that a caller may catch; knows nothing else.

LeukographError
├── CurationError        the tables break a rule: carries every violation found
├── UnknownTermError     a name that no term has: carries suggestions
├── InputError           a case, value, query or file that cannot be read as asked
├── MissingExtraError    an optional part is not installed: names the extra
└── ReasoningError       the reasoner found a contradiction, or could not run
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.authoring.records import Violation


SHOWN = 30  # violations in a message; the error object carries them all


class LeukographError(Exception):
    """Base of all errors raised on purpose; the command line prints it and exits with 2."""


class CurationError(LeukographError):
    """The curated tables break at least one rule."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        lines = [str(violation) for violation in self.violations[:SHOWN]]
        more = len(self.violations) - SHOWN
        super().__init__("\n".join([*lines, f"… and {more} more; `kg check` lists all"] if more > 0 else lines))


class UnknownTermError(LeukographError):
    """A finding, drug or condition that no label, synonym or identifier matches."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"; did you mean {', '.join(self.suggestions)}?" if suggestions else ""
        super().__init__(f"unknown term {name!r}{hint}")


class InputError(LeukographError):
    """Input that contradicts itself or cannot be understood; `place` is the path inside it."""

    def __init__(self, message: str, place: str = "") -> None:
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


class MissingExtraError(LeukographError):
    """A feature whose libraries are not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{feature} needs the '{extra}' extra: pip install 'leukograph[{extra}]'")


class ReasoningError(LeukographError):
    """The ontology is inconsistent, has an unsatisfiable class, or the reasoner did not start."""
