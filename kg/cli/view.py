"""The command that writes interactive pages."""

from __future__ import annotations

from pathlib import Path

import click

from kg import answering
from kg.answer import page
from kg.case.readers.schema import read_json
from kg.cli.complete import complete_any
from kg.files import read_bytes, write_whole

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
    write_whole(output, html.encode("utf-8"))
    click.echo(f"{output}  {len(html.encode()) / 1e6:.2f} MB, opens in a browser without a network")


def _render_file(path: Path) -> str:
    data = read_json(read_bytes(path), str(path))
    return page.render_json(data, answering.get_engine().t, str(path))
