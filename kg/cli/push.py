"""The command that loads the ontology into another triple store."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from kg import answering
from kg.cli.remote_options import login_options
from kg.knowledge.store.login import Login
from kg.vocabulary import ONTOLOGY_IRI


@click.command()
@click.option("--endpoint", envvar="KG_ENDPOINT", required=True, metavar="URL", help="SPARQL UPDATE address of the store.")
@click.option("--graph", default=ONTOLOGY_IRI, show_default=True, metavar="IRI", help="Named graph to load into.")
@click.option("--owl", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="RDF file (default: the ontology).")
@click.option("--keep", is_flag=True, help="Add to what is in the graph instead of replacing it.")
@click.option("--graph-store", "whole", is_flag=True, help="The address is one of the Graph Store Protocol: one fast request.")
@login_options
def push(endpoint: str, graph: str, owl: Path | None, keep: bool, whole: bool, login: Login) -> None:
    """Load the built ontology into a triple store by SPARQL UPDATE or the Graph Store Protocol."""
    start = time.perf_counter()
    done = answering.push(endpoint, graph, owl, whole=whole, clear=not keep, login=login, progress=_tell)
    sys.stderr.write(f"\r{done} triples in {time.perf_counter() - start:.1f} s   \n")


def _tell(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} triples")
        sys.stderr.flush()
