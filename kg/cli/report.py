"""The command that says what the knowledge covers."""

from __future__ import annotations

import click

from kg import answering, config
from kg.authoring.report import build_sections, read_facts
from kg.authoring.report.render import render_json, render_markdown, render_text

_RENDER = {"text": render_text, "json": render_json, "md": render_markdown}


@click.command()
@click.option("-f", "--format", "form", type=click.Choice(list(_RENDER)), default="text", show_default=True)
def report(form: str) -> None:
    """Count what the knowledge covers: causes, evidence, mechanisms, limits, gaps."""
    facts = read_facts(answering.open_endpoint(), config.get_queries_dir())
    click.echo(_RENDER[form](build_sections(facts)), nl=False)
