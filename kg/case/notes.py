"""What the reading of a case leaves behind: what was not understood, and what was assumed.

One rule of severity: what stands in a file goes to `not_understood` and the rest is answered; what somebody typed as a flag
is an error. `flags` maps the path of such an item to the flag as typed. Must not know terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.exceptions import InputError, UnknownTermError


@dataclass(slots=True)
class Notes:
    """Collector of one reading."""

    flags: Mapping[str, str] = field(default_factory=dict)
    not_understood: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def place(self, path: str) -> str:
        """How an error names a place: the flag as typed, or the path in the input."""
        for base, flag in self.flags.items():
            if path == base or path.startswith(base + "."):
                return flag
        return path

    def refuse(self, kind: str, text: str, reason: str, path: str, suggestions: Sequence[str] = ()) -> None:
        """Set something aside. Raises InputError, or UnknownTermError for a name, where it was typed as a flag."""
        if self.place(path) != path:
            if reason:
                raise InputError(reason, self.place(path))
            raise UnknownTermError(text, suggestions)
        self.set_aside(kind, text, reason, suggestions)

    def set_aside(self, kind: str, text: str, reason: str, suggestions: Sequence[str] = ()) -> None:
        """List something that was not understood, wherever it stands: a drug that nobody knows refuses no case."""
        item: dict[str, Any] = {"kind": kind, "text": text, "reason": reason or f"no {kind} has this name"}
        if suggestions:
            item["suggestions"] = list(suggestions)
        if item not in self.not_understood:
            self.not_understood.append(item)

    def assume(self, text: str) -> None:
        """Say what was taken for granted, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)

    def know(self, label: str) -> None:
        """Set aside what a vocabulary knows and no cause bears on, once."""
        if label not in self.known:
            self.known.append(label)

    def contradict(self, remark: str) -> None:
        """Say what speaks against itself, once."""
        if remark not in self.contradictions:
            self.contradictions.append(remark)
