"""Commands that question an answer: why, why-not, what-if, next."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from kg import answering
from kg.answer import questions as render
from kg.cli.case_options import case_options, gather_options, read_options
from kg.cli.complete import complete_term

FORMATS = click.Choice(["text", "json"])


@click.command()
@click.argument("subject", shell_complete=complete_term)
@click.argument("object", shell_complete=complete_term)
@click.option("-f", "--format", "form", type=FORMATS, default="text", show_default=True)
def why(subject: str, object: str, form: str) -> None:
    """Proof that SUBJECT is a kind of OBJECT, or can cause it, down to the rows of the tables.

    Exit status 1 where nothing of the kind follows. (ROBOT's `explain` is this; our `explain` gives causes.)
    """
    found = answering.why(subject, object)
    _print(found, form, render.render_why)
    if found["status"] == "not_entailed":
        sys.exit(1)


@click.command("why-not")
@click.argument("cause", shell_complete=complete_term)
@click.argument("findings", nargs=-1, shell_complete=complete_term)
@case_options
@click.option("-f", "--format", "form", type=FORMATS, default="text", show_default=True)
def why_not(cause: str, findings: tuple[str, ...], form: str, **options: Any) -> None:
    """Why CAUSE does not stand (or stand high) in the answer to FINDINGS or a case, and the smallest change that mends it."""
    _print(answering.why_not(cause, read_options(*findings, **options)), form, render.render_why_not)


@click.command("what-if")
@click.argument("findings", nargs=-1, shell_complete=complete_term)
@case_options
@click.option(
    "--add", multiple=True, metavar="KIND:NAME", help="Add drug:, finding:, absent: or lab:, written as in a flag (repeatable)."
)
@click.option("--drop", multiple=True, metavar="KIND:NAME", help="Take drug:, finding:, absent: or lab: away (repeatable).")
@click.option("-f", "--format", "form", type=FORMATS, default="text", show_default=True)
def what_if(findings: tuple[str, ...], add: tuple[str, ...], drop: tuple[str, ...], form: str, **options: Any) -> None:
    """How the answer to FINDINGS or a case changes when the case does: the question changes, not the treatment.

    \b
    kg what-if --lab ANC=0.4 --drug clozapine@50d --drop drug:clozapine --add finding:splenomegaly
    """
    _print(answering.what_if(add, drop, **gather_options(*findings, **options)), form, render.render_what_if)


@click.command("next")
@click.argument("findings", nargs=-1, shell_complete=complete_term)
@case_options
@click.option("--limit", default=8, show_default=True, type=click.IntRange(1, 50), help="At most so many questions.")
@click.option("-f", "--format", "form", type=FORMATS, default="text", show_default=True)
def next(findings: tuple[str, ...], limit: int, form: str, **options: Any) -> None:
    """Which unchecked finding or test splits the causes of FINDINGS or a case best, bedside before blood before imaging."""
    _print(answering.next_tests(read_options(*findings, **options), limit), form, render.render_next)


def _print(data: Mapping[str, Any], form: str, render_text: Callable[[Mapping[str, Any]], str]) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False) if form == "json" else render_text(data), nl=form == "json")
