"""Lines on a terminal: its width, colour and a box for what must not wait, a pager for what is longer than the screen.

Plain text where the output is no terminal. Owns styles; must not know what the lines say.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

import click

from kg.answer.lines import WIDTH, Line, as_text

STYLES = {"alert": "bold red", "heading": "bold cyan", "cause": "none", "note": "dim", "plain": "none"}
WIDEST = 140  # longer lines are hard to read


def find_width() -> int:
    """Columns of the terminal, or of `COLUMNS`; 80 where there is neither."""
    return max(WIDTH // 2, min(WIDEST, shutil.get_terminal_size((WIDTH, 24)).columns))


def show(lines: Sequence[Line]) -> None:
    """Write lines to standard output, through a pager where they are longer than a terminal is high."""
    if not sys.stdout.isatty():
        click.echo(as_text(lines), nl=False)
        return
    text = as_text(lines) if is_plain() else paint(lines)
    if len(lines) < shutil.get_terminal_size().lines or os.environ.get("PAGER") == "cat":
        click.echo(text, nl=False, color=True)
    else:
        os.environ.setdefault("LESS", "-RFX")
        click.echo_via_pager(text, color=True)


def is_plain() -> bool:
    """Whether colour is not wanted (https://no-color.org) or not to be had."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def paint(lines: Sequence[Line]) -> str:
    """The lines with colours, the alerts at the top in a box. Only the small parts of rich: its console loads slowly."""
    from rich.color import ColorSystem
    from rich.style import Style

    def dye(line: Line) -> str:
        style = Style.parse(STYLES[line.style])
        return style.render(line.text, color_system=ColorSystem.STANDARD) if line.text else ""

    top = next((place for place, line in enumerate(lines) if line.style != "alert"), len(lines))
    boxed = _box([line.text for line in lines[:top]]) if top else []
    return "".join(f"{dye(line)}\n" for line in (*boxed, *lines[top:]))


def _box(alerts: Sequence[str]) -> list[Line]:
    from rich.box import ROUNDED

    words = [text.removeprefix("Alert").strip() for text in alerts]
    width = max(map(len, words))
    rows = [f"{ROUNDED.mid_left} {text:<{width}} {ROUNDED.mid_right}" for text in words]
    return [Line(text, "alert") for text in (ROUNDED.get_top([width + 2]), *rows, ROUNDED.get_bottom([width + 2]))]
