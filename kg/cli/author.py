"""Commands of the authoring wing: build and check."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import click

from kg import config
from kg.authoring import compose as authoring

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--ontology", type=_FOLDER, default=None, help="Folder with the tables (default: the project's).")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder for the OWL files.")
def build(ontology: Path | None, output: Path | None) -> None:
    """Build leukograph-base.owl and leukograph.owl from the tables."""
    start = time.perf_counter()
    for path in authoring.build(ontology or config.get_ontology_dir(), output, _tell):
        click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    sys.stderr.write(f"built in {time.perf_counter() - start:.1f} s\n")


def _tell(line: str) -> None:
    sys.stderr.write(f"kg: {line}\n")


@click.command()
@click.option("--ontology", type=_FOLDER, default=None, help="Folder with the tables (default: the project's).")
@click.option("--tables", "only_tables", is_flag=True, help="Only the rules that need no reasoner (one second).")
@click.option("--profile", type=click.Choice(["tables", "release"]), default="tables", help="The tables, or all of a release.")
def check(ontology: Path | None, only_tables: bool, profile: str) -> None:
    """Check the tables and what follows from them; exit status 2 where an error is found.

    `--profile release` looks at the built ontology, ROBOT-report-equivalent and more: the checks of ROBOT's report by name
    and level, OBO Foundry, FOOPS!, SHACL, the guards of the causal model, the table of inferences. A warning fails it too.
    """
    folder = ontology or config.get_ontology_dir()
    if profile == "release":
        _check_release(folder)
        return
    violations = authoring.check(folder, entailments=not only_tables)
    for violation in violations:
        click.echo(str(violation))
    count = Counter(violation.level for violation in violations)
    click.echo(f"{count['ERROR']} errors, {count['WARN']} warnings, {count['INFO']} for review")
    if count["ERROR"]:
        sys.exit(2)


def _check_release(folder: Path) -> None:
    from kg.authoring.release.report import count, render_report, run_report

    rows = run_report(folder, config.get_queries_dir())
    click.echo(render_report(rows))
    if count(rows, "ERROR") or count(rows, "WARN"):
        sys.exit(2)
