"""Lines of text with a style each, cut or folded to a width. Owns layout; must not know what an answer is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import NamedTuple

WIDTH = 80
ELLIPSIS = "…"


class Line(NamedTuple):
    """One line; the style (alert, heading, cause, note, plain) is for a terminal that shows colour."""

    text: str
    style: str = "plain"


def cut(text: str, width: int) -> str:
    """The text, ended by an ellipsis where it is too long."""
    return text if len(text) <= width else text[: width - 1].rstrip(" ,;:") + ELLIPSIS


def fold(text: str, width: int, indent: int = 0, style: str = "plain", most: int = 0) -> list[Line]:
    """The text over several lines, the later ones indented; with `most`, what is too long is cut, else long words stay whole."""
    lines = textwrap.wrap(
        text, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    if most and len(lines) > most:
        rest = " ".join(line.strip() for line in lines[most - 1 :])
        lines = [*lines[: most - 1], cut((" " * indent if most > 1 else "") + rest, width)]
    return [Line(cut(line, width) if most else line, style) for line in lines]


def labelled(label: str, text: str, width: int, style: str = "plain", most: int = 0) -> list[Line]:
    """A text behind a label of ten columns, folded under itself."""
    return fold(f"{label:<9} {text}", width, 10, style, most)


def join_items(items: Iterable[str], width: int, separator: str = ", ", count: bool = True) -> str:
    """As many items as fit, then (with `count`) how many are left; the first one is always there."""
    found = list(items)
    shown = found[:1]
    for item in found[1:]:
        more = len(found) - len(shown) - 1
        if len(separator.join([*shown, item])) + (len(f" +{more}") if more and count else 0) > width:
            break
        shown.append(item)
    left = len(found) - len(shown)
    return separator.join(shown) + (f" +{left}" if left and count else "")


class Sources:
    """Sources by number, in the order in which they are cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, source: str) -> int:
        """Its number; the next one where it is new."""
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def cite(self, sources: Iterable[str]) -> str:
        """`[1, 2]`."""
        return f"[{', '.join(str(self.number(source)) for source in sources)}]"

    def show(self, width: int, whole: bool = False) -> list[Line]:
        """The numbered sources, as many on a line as fit; one that is longer than a line is cut, unless `whole`."""
        lines: list[str] = []
        for source, number in self._numbers.items():
            item = f"[{number}] {source}" if whole else cut(f"[{number}] {source}", width)
            if lines and len(lines[-1]) + len(item) + 2 <= width:
                lines[-1] += f"  {item}"
            else:
                lines.append(item)
        return [Line(line, "note") for line in lines]


def as_text(lines: Iterable[Line]) -> str:
    """The lines as plain text."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines)
