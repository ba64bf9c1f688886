"""`kg diff`: the change report between two releases."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", help="How to print it.")
def diff(old: Path, new: Path, form: str) -> None:
    """Terms and associations added, changed, obsoleted or removed between two built files (or folders that hold one)."""
    from kg.authoring.release.diff import compare, read_entries, render_changes

    changes = compare(read_entries(old), read_entries(new))
    if form == "json":
        click.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=1))
    else:
        click.echo(render_changes(changes), nl=False)
