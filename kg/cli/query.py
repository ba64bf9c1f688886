"""The command that runs SPARQL."""

from __future__ import annotations

import csv
import io
import json
import sys
import time

import click

from kg import answering
from kg.exceptions import InputError
from kg.store import Rows


def complete_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's signature
    """Names of competency queries."""
    return [name for name in answering.find_query_names() if name.startswith(incomplete)]


@click.command()
@click.argument("name", shell_complete=complete_name, required=False)
@click.option("--param", "params", multiple=True, metavar="K=V", help="Value of a parameter (repeatable).")
@click.option("-f", "--format", "form", type=click.Choice(["table", "csv", "tsv", "json"]), default="table", show_default=True)
def query(name: str | None, params: tuple[str, ...], form: str) -> None:
    """Run a named SPARQL query; without a NAME, list them."""
    if name is None:
        click.echo("\n".join(answering.find_query_names()))
        return
    start = time.perf_counter()
    rows = answering.query(name, **dict(_split(param) for param in params))
    click.echo(_render(rows, form), nl=False)
    sys.stderr.write(f"{len(rows.rows)} rows in {time.perf_counter() - start:.3f} s\n")


def _split(param: str) -> tuple[str, str]:
    key, sign, value = param.partition("=")
    if not sign:
        raise InputError(f"--param {param!r} has no '='")
    return key, value


def _render(rows: Rows, form: str) -> str:
    if form == "json":
        return json.dumps(rows.as_dicts(), indent=2, ensure_ascii=False) + "\n"
    if form == "table":
        return _table(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    writer.writerows([rows.columns, *([cell or "" for cell in row] for row in rows.rows)])
    return stream.getvalue()


def _table(rows: Rows) -> str:
    cells = [list(rows.columns), *([cell or "" for cell in row] for row in rows.rows)]
    widths = [min(max(len(row[i]) for row in cells), 60) for i in range(len(rows.columns))]
    lines = ["  ".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]]) + "\n"
