"""Commands that question an answer: why, why-not, what-if, next."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from kg import answering
from kg.cli.ask import LIST_FORMATS, complete_term
from kg.render import questions as render


@click.command()
@click.argument("subject", shell_complete=complete_term)
@click.argument("object", shell_complete=complete_term)
@click.option("-f", "--format", "form", type=LIST_FORMATS, default="text", show_default=True)
def why(subject: str, object: str, form: str) -> None:
    """Proof that SUBJECT is a kind of OBJECT, or can cause it, down to the rows of the tables.

    Exit status 1 where nothing of the kind follows. (ROBOT's `explain` is this; our `explain` gives causes.)
    """
    found = answering.why(subject, object)
    _print(found, form, render.render_why)
    if found["status"] == "not_entailed":
        sys.exit(1)


def _print(data: Mapping[str, Any], form: str, render_text: Callable[[Mapping[str, Any]], str]) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False) if form == "json" else render_text(data), nl=form == "json")
