"""`kg site`: a page for every term, as static HTML."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg import config


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--ontology", type=click.Path(file_okay=False, exists=True, path_type=Path), default=None, help="Folder with the ontology."
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell the steps.")
def site(target: Path, ontology: Path | None, quiet: bool) -> None:
    """Write a page for every term: names, definition, hierarchy, associations with evidence, mappings, a small graph.

    Opens from disk, with search, and asks nothing of any outside address. An earlier site in DIR is replaced.
    """
    from kg.authoring.release.export import Sources
    from kg.authoring.release.site import build_site

    def tell(step: str) -> None:
        if not quiet:
            sys.stderr.write(f"{step}\n")

    sources = Sources(ontology or config.get_ontology_dir())
    pages = build_site(sources.graph, sources.ontology, sources.mappings, target, tell)
    click.echo(f"{target / 'index.html'} ({pages} term pages)")
