"""`kg reason`: classify the ontology and tell what follows."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg import config


@click.command()
@click.option(
    "--ontology", type=click.Path(file_okay=False, exists=True, path_type=Path), default=None, help="Folder with the OWL files."
)
def reason(ontology: Path | None) -> None:
    """Classify with HermiT; exit status 2 where a class is unsatisfiable, two are one, or the built file says otherwise.

    Needs a Java runtime, which the extra 'reason' brings.
    """
    from kg.authoring.release.reasoning import classify

    found = classify(ontology or config.get_ontology_dir())
    click.echo(f"{found.classes} classes, {found.subsumptions} subsumptions between named classes")
    click.echo(f"{len(found.unsatisfiable)} unsatisfiable, {len(found.equivalent)} equivalent pairs")
    for title, pairs in (
        ("equivalent", found.equivalent),
        ("not in leukograph.owl", found.missing),
        ("does not follow", found.surplus),
    ):
        for child, parent in pairs:
            click.echo(f"{title}: {child} {parent}")
    for term in found.unsatisfiable:
        click.echo(f"unsatisfiable: {term}")
    if not found.sound:
        sys.exit(2)
    click.echo("leukograph.owl states the same hierarchy")
