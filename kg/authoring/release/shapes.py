"""SHACL over the association graph. Owns pyshacl, which the `release` extra brings; imported late."""

from __future__ import annotations

import logging
from pathlib import Path

from kg.authoring.ontology.triples import read_triples
from kg.authoring.release.rdf import render_turtle, select_associations
from kg.exceptions import MissingExtraError


def find_violations(owl: Path, shapes: Path) -> list[str]:
    """What the shapes find wrong with the association nodes of a built file. Raises MissingExtraError without pyshacl."""
    try:
        import pyshacl
        import rdflib
        from rdflib.namespace import SH
    except ImportError:
        raise MissingExtraError("the SHACL check", "release") from None
    graph = rdflib.Graph().parse(data=render_turtle(select_associations(read_triples(owl))), format="turtle")
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    _, results, _ = pyshacl.validate(graph, shacl_graph=str(shapes), shacl_graph_format="turtle")
    nodes = sorted(results.subjects(SH.resultMessage))
    return sorted(f"{results.value(node, SH.focusNode)}: {results.value(node, SH.resultMessage)}" for node in nodes)
