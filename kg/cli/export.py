"""`kg export`: every file format of the ontology, into one folder."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from kg import config


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(file_okay=True, path_type=Path))
@click.option(
    "--only", multiple=True, metavar="NAME", help="Just this file or ending (obo, ttl, leukograph_nodes.tsv …); repeatable."
)
@click.option(
    "--ontology", type=click.Path(file_okay=False, exists=True, path_type=Path), default=None, help="Folder with the ontology."
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell the steps.")
def export(target: Path, only: tuple[str, ...], ontology: Path | None, quiet: bool) -> None:
    """Write the ontology in every format that other tools read.

    OWL, Turtle, functional syntax, OBO, OBO Graphs, JSON-LD, KGX, GraphML, CX2, Neo4j, SSSOM, the association graph with its
    SHACL shapes, VoID and the HPO bridge. The same ontology gives the same bytes. No Java is needed.
    """
    from kg.authoring.release.export import export as export_all

    start = time.perf_counter()

    def tell(name: str) -> None:
        if not quiet:
            sys.stderr.write(f"[{time.perf_counter() - start:5.1f} s] {name}\n")

    for path in export_all(ontology or config.get_ontology_dir(), target, only, tell):
        click.echo(f"{path} ({path.stat().st_size / 1e6:.2f} MB)")
