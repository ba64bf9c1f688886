"""What the reading of a case leaves behind: what was not understood, and what was assumed.

One rule for files and flags alike: what cannot be read goes to `not_understood` with its path, and the rest is answered; only
where nothing remains is the first of them an error. `flags` maps the path of an item to the flag as typed. Must not know terms.
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
    places: Mapping[str, str] = field(default_factory=dict)
    not_understood: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    without_bearing: list[dict[str, str]] = field(default_factory=list)

    def place(self, path: str) -> str:
        """How an error names a place: the flag as typed, or the path in the input."""
        for base, flag in self.flags.items():
            if path == base or path.startswith(base + "."):
                return flag
        return path

    def say_where(self, path: str) -> str:
        """The flag as typed, the path in the file, or the path as it is."""
        if (flag := self.place(path)) != path:
            return flag
        return next(
            (place + path[len(base) :] for base, place in self.places.items() if path == base or path.startswith(base + ".")),
            path,
        )

    def refuse(self, kind: str, text: str, reason: str, path: str, suggestions: Sequence[str] = ()) -> None:
        """Set something aside, once, with the place of its path."""
        self.list_unread(kind, text, reason, self.say_where(path), suggestions)

    def list_unread(self, kind: str, text: str, reason: str, place: str, suggestions: Sequence[str] = ()) -> None:
        """Set something aside whose place is known as the input has it."""
        item: dict[str, Any] = {"kind": kind, "text": text, "reason": reason or f"no {kind} has this name", "path": place}
        if suggestions:
            item["suggestions"] = list(suggestions)
        same = [known for known in self.not_understood if all(known[key] == item[key] for key in ("kind", "text", "reason"))]
        if not same:
            self.not_understood.append(item)
        elif same[0]["path"] != place:  # a record repeats itself: one line, with the first of the places
            same[0]["times"] = same[0].get("times", 1) + 1

    def set_by(self, kind: str, text: str, label: str, reason: str = "no cause bears on it") -> None:
        """Set aside an item that the vocabulary knows and no cause bears on, with the reason."""
        item = {"kind": kind, "text": text, "label": label, "reason": reason}
        if item not in self.without_bearing:
            self.without_bearing.append(item)

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

    def check_rest(self, remains: bool) -> None:
        """Raises InputError, or UnknownTermError for a lone name, where nothing of the case could be read."""
        if remains or not (self.not_understood or self.without_bearing):
            return
        if not self.not_understood:
            raise InputError(f"{self.without_bearing[0]['text']}: {self.without_bearing[0]['reason']}")
        first = self.not_understood[0]
        more = f" (and {len(self.not_understood) - 1} more)" if len(self.not_understood) > 1 else ""
        if not more and first["reason"] == f"no {first['kind']} has this name":
            raise UnknownTermError(first["text"], first.get("suggestions", ()))
        raise InputError(f"{first['reason']}{more}", first["path"])
