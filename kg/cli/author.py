"""Commands of the authoring wing: build and check."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import click

from kg import authoring, config

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--ontology", type=_FOLDER, default=None, help="Folder with the tables (default: the project's).")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder for the OWL files.")
def build(ontology: Path | None, output: Path | None) -> None:
    """Build leukograph-base.owl and leukograph.owl from the tables."""
    start = time.perf_counter()
    for path in authoring.build(ontology or config.get_ontology_dir(), output):
        click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    sys.stderr.write(f"built in {time.perf_counter() - start:.1f} s\n")


@click.command()
@click.option("--ontology", type=_FOLDER, default=None, help="Folder with the tables (default: the project's).")
@click.option("--tables", "only_tables", is_flag=True, help="Only the rules that need no reasoner (one second).")
def check(ontology: Path | None, only_tables: bool) -> None:
    """Check the tables and what follows from them; exit status 2 where an error is found."""
    violations = authoring.check(ontology or config.get_ontology_dir(), entailments=not only_tables)
    for violation in violations:
        click.echo(str(violation))
    count = Counter(violation.level for violation in violations)
    click.echo(f"{count['ERROR']} errors, {count['WARN']} warnings, {count['INFO']} for review")
    if count["ERROR"]:
        sys.exit(2)
