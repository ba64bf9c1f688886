"""Commands that ask: explain, compare, search, info, schema."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from kg import answering
from kg.answer import term_text
from kg.answer.about import build_about
from kg.answer.data import answer_schema, explanation_to_json, explanation_to_tsv, unknown_term_answer
from kg.answer.text import build_explanation
from kg.cli.case_options import case_options, read_options
from kg.cli.complete import complete_any, complete_term
from kg.cli.terminal import find_width, show
from kg.exceptions import UnknownTermError

if TYPE_CHECKING:
    from kg.answer.types import Answer

LIST_FORMATS = click.Choice(["text", "json"])
FORMS = click.Choice(["text", "json", "tsv", "html", "ttl", "fhir"])


@click.command()
@click.argument("findings", nargs=-1, shell_complete=complete_term)
@case_options
@click.option("-f", "--format", "form", type=FORMS, default="text", show_default=True)
@click.option(
    "--source", metavar="PREFIX", help="Only causes whose own evidence comes from such a source, e.g. SEED or PMID:17470834."
)
@click.option("--all", "show_all", is_flag=True, help="Show every cause instead of the first ones.")
@click.option("-v", "--verbose", "detail", count=True, help="Add chains and sources; -vv adds the sums.")
def explain(findings: tuple[str, ...], form: str, show_all: bool, detail: int, source: str | None, **case: Any) -> None:
    """What could explain FINDINGS (names, synonyms or CURIEs), or a case given by options?"""
    try:
        answer = answering.explain_case(read_options(*findings, **case), folds=not source)
    except UnknownTermError as error:
        if form == "json":
            click.echo(json.dumps(unknown_term_answer(error, answering.get_versions()), indent=2, ensure_ascii=False))
        sys.stderr.write(f"kg: {error}\n")
        sys.exit(2)
    answer = _keep_source(answer, source) if source else answer
    if form == "text":
        show(build_explanation(answer, show_all, detail, find_width()))
    else:
        click.echo(_render(answer, form), nl=False)


def _keep_source(answer: Answer, source: str) -> Answer:
    """The answer with those causes only whose own rows cite a source that begins so; ranks stay as they were."""
    kept = [c for c in answer.causes if any(s.startswith(source) for chain in c.chains for s in chain.steps[0].sources)]
    return replace(answer, causes=tuple(kept))


def _render(answer: Answer, form: str) -> str:
    if form == "json":
        return json.dumps(explanation_to_json(answer), indent=2, ensure_ascii=False) + "\n"
    if form == "tsv":
        return explanation_to_tsv(answer)
    if form == "html":
        return answer.to_html()
    if form == "ttl":
        from kg.answer.rdf import render_rdf

        return render_rdf(answer, "kg explain --format ttl")
    from kg.answer.card import render_card

    return json.dumps(render_card(answer), indent=2, ensure_ascii=False) + "\n"


@click.command()
@click.argument("first", shell_complete=complete_term)
@click.argument("second", shell_complete=complete_term)
@click.option("-f", "--format", "form", type=LIST_FORMATS, default="text", show_default=True)
def compare(first: str, second: str, form: str) -> None:
    """Similarities and differences of two terms."""
    _print(answering.compare(first, second), form, term_text.render_comparison)


@click.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True, help="At most so many terms.")
@click.option("-f", "--format", "form", type=LIST_FORMATS, default="text", show_default=True)
def search(text: str, limit: int, form: str) -> None:
    """Find terms by label, synonym or code."""
    found = answering.search(text, limit)
    _print(found, form, term_text.render_search)
    if not found:
        sys.exit(1)


@click.command()
@click.argument("term", shell_complete=complete_any)
@click.option("-f", "--format", "form", type=LIST_FORMATS, default="text", show_default=True)
@click.option("-v", "--verbose", "detail", count=True, help="Add every row, with its id, source and gist.")
def info(term: str, form: str, detail: int) -> None:
    """What is known of a drug, a disease, a mechanism or any other TERM, on one screen."""
    found = answering.tell_about(term)
    if form == "json":
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        show(build_about(found, find_width(), detail))


@click.command()
@click.argument("name", type=click.Choice(["answer", "case"]))
def schema(name: str) -> None:
    """JSON Schema of an answer or of a case."""
    click.echo(json.dumps(answer_schema() if name == "answer" else answering.case_schema(), indent=2))


def _print(data: Any, form: str, render: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False) if form == "json" else render(data), nl=form == "json")
