"""The command that runs SPARQL."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Any

import click

from kg import answering
from kg.cli.remote_options import login_options
from kg.exceptions import InputError
from kg.knowledge.store.writing import FORMATS, write_results

MAX_BYTES = 2_000_000  # of a query


def complete_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's signature
    """Names of competency queries."""
    return [name for name in answering.find_query_names() if name.startswith(incomplete)]


@click.command()
@click.argument("name", shell_complete=complete_name, required=False)
@click.option("--param", "params", multiple=True, metavar="K=V", help="Value of a parameter (repeatable).")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--endpoint", envvar="KG_ENDPOINT", metavar="URL", help="Ask this SPARQL endpoint instead of the built ontology.")
@click.option("--graph", envvar="KG_GRAPH", metavar="IRI", help="Named graph there that holds ours (default: its default graph).")
@login_options
@click.option("--explain", "show", is_flag=True, help="Show the query, its parameters bound, and run nothing.")
def query(name: str | None, params: tuple[str, ...], form: str, show: bool, **where: Any) -> None:
    """Run a SPARQL query: NAME of the library, a FILE, or - for standard input; without one, list the names."""
    if name is None:
        click.echo("\n".join(f"{q.name:48} {q.summary}" for q in answering.find_queries()))
        return
    text = answering.read_query_text(_read(name), dict(_split(param) for param in params))
    if show:
        click.echo(text, nl=False)
        return
    start = time.perf_counter()
    output, count = write_results(answering.run_query(text, **where), form)
    seconds = time.perf_counter() - start
    _print(output)
    sys.stderr.write(f"{count} {'row' if count == 1 else 'rows'} in {seconds:.3f} s\n")


def _read(name: str) -> str | Path:
    """Text from standard input, a path where such a file is, else the name."""
    if name == "-":
        return _decode(sys.stdin.buffer.read(MAX_BYTES + 1))
    path = Path(name)
    return path if path.suffix in (".rq", ".sparql") or path.is_file() else name


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES / 1e6:.0f} MB", "standard input")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", "standard input") from None


def _split(param: str) -> tuple[str, str]:
    key, sign, value = param.partition("=")
    if not sign:
        raise InputError(f"--param {param!r} has no '='")
    return key, value


def _print(output: str) -> None:
    """Page what is longer than the terminal."""
    if sys.stdout.isatty() and output.count("\n") > shutil.get_terminal_size().lines:
        click.echo_via_pager(output)
    else:
        click.echo(output, nl=False)
