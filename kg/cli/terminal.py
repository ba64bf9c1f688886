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

STYLES = {"alert": "bold red", "heading": "bold cyan", "cause": "", "note": "dim", "plain": ""}
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
    """The lines with colours, the alerts at the top in a box."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=find_width(), force_terminal=True, highlight=False)
    top = next((place for place, line in enumerate(lines) if line.style != "alert"), len(lines))
    with console.capture() as captured:
        if top:
            _box(console, lines[:top])
        for line in lines[top:]:
            console.print(Text(line.text, STYLES[line.style]), soft_wrap=True)
    return captured.get()


def _box(console: object, alerts: Sequence[Line]) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    assert isinstance(console, Console)
    words = "\n".join(line.text[10:] if line.text.startswith(" ") else line.text.removeprefix("Alert").strip() for line in alerts)
    console.print(Panel(Text(words, STYLES["alert"]), title="Alert", border_style="red", expand=False))
