"""The command that writes interactive pages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from kg import answering
from kg.answer import page
from kg.cli.complete import complete_any
from kg.exceptions import InputError

DEFAULT_NAME = "leukograph.html"


@click.command()
@click.argument("terms", nargs=-1, metavar="[TERM]...", shell_complete=complete_any)
@click.option(
    "--answer", "answer_file", type=click.Path(path_type=Path), metavar="FILE", help="An answer of `kg explain -f json`."
)
@click.option(
    "--scope", type=click.Choice(page.SCOPES), help="What to draw: causes of findings, what stands around a term, or all."
)
@click.option("--app", is_flag=True, help="The whole question page as one offline file, with the scoring and without the server.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path(DEFAULT_NAME), show_default=True, help="The page.")
def view(terms: tuple[str, ...], answer_file: Path | None, scope: str | None, app: bool, output: Path) -> None:
    """Interactive HTML page, one file, offline: the causes of TERM, what stands around it, or the whole core map."""
    if app:
        from kg.serve.offline import render_app

        html = render_app()
    elif answer_file:
        html = _render_file(answer_file)
    else:
        ids = [answering.resolve(term) for term in terms]
        html = page.render_graph(answering.get_engine().t, answering.get_engine().explain, ids, scope or "")
    write_page(output, html)
    click.echo(f"{output}  {len(html.encode()) / 1e6:.2f} MB, opens in a browser without a network")


def _render_file(path: Path) -> str:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None
    except ValueError as error:
        raise InputError(f"is no JSON: {error}", str(path)) from None
    return page.render_json(data, answering.get_engine().t, str(path))


def write_page(path: Path, html: str) -> None:
    """Write beside, then rename: a page is whole or absent. Raises InputError where the place cannot be written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(html, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", str(path)) from None
