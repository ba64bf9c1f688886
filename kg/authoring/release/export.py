"""All artefacts of a release. Owns their names and the order of work; each writer stands in a module of its own.

Everything is rendered into a folder beside the target, which takes its place when all of it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.authoring.folders import replace_folder
from kg.authoring.ontology.triples import read_triples
from kg.authoring.release.axioms import Ontology, parse_ontology
from kg.exceptions import InputError
from kg.files import MAX_RDF, read_bytes

Writer = Callable[["Sources"], "str | bytes"]
Progress = Callable[[str], None]


class Sources:
    """What the writers start from, each made when the first of them asks: files, triples, axioms, graph, mappings."""

    def __init__(self, ontology_dir: Path) -> None:
        self.folder = ontology_dir

    def read_bytes(self, name: str) -> bytes:
        """Bytes of a built or hand-written file. Raises InputError where it is missing."""
        path = self.folder / name
        if not path.exists():
            raise InputError("no such file; `kg build` makes the OWL files", str(path))
        return read_bytes(path, MAX_RDF)

    @cached_property
    def triples(self) -> list[ox.Triple]:
        return read_triples(self.folder / "leukograph.owl")

    @cached_property
    def ontology(self) -> Ontology:
        return parse_ontology(self.triples)

    @cached_property
    def graph(self) -> Any:
        from kg.config import get_cache_dir, get_queries_dir
        from kg.knowledge.graph.cache import load_graph

        return load_graph(self.folder / "leukograph.owl", get_queries_dir(), get_cache_dir())

    @cached_property
    def mappings(self) -> list[dict[str, str]]:
        from kg.authoring.curation import read_curation
        from kg.authoring.release.mappings import find_mappings

        return find_mappings(read_curation(self.folder), self.folder / "mappings")


def _owl(sources: Sources) -> bytes:
    assert sources.ontology  # a file that is no ontology is not handed on
    return sources.read_bytes("leukograph.owl")


def _turtle(sources: Sources) -> bytes:
    from kg.authoring.release.rdf import render_turtle

    return render_turtle(sources.triples)


def _jsonld(sources: Sources) -> bytes:
    from kg.authoring.release.rdf import render_jsonld

    return render_jsonld(sources.triples)


def _associations(sources: Sources) -> bytes:
    from kg.authoring.release.rdf import render_turtle, select_associations

    return render_turtle(select_associations(sources.triples))


def _void(sources: Sources) -> bytes:
    from kg.authoring.release.rdf import describe_dataset, render_turtle

    return render_turtle(describe_dataset(sources.triples, sources.mappings, list(ARTEFACTS)))


def _functional(sources: Sources) -> str:
    from kg.authoring.release.functional import render_functional

    return render_functional(sources.ontology)


def _obo(sources: Sources) -> str:
    from kg.authoring.release.obo import render_obo

    return render_obo(sources.ontology)


def _obographs(sources: Sources) -> str:
    from kg.authoring.release.obographs import render_obographs

    return render_obographs(sources.ontology)


def _sssom(sources: Sources) -> str:
    from kg.authoring.release.mappings import render_sssom

    return render_sssom(sources.mappings, sources.ontology.version)


def _bridge(sources: Sources) -> bytes:
    from kg.authoring.ontology.triples import serialize
    from kg.authoring.release.bridge import build_bridge

    return serialize(build_bridge(sources.ontology, sources.mappings))


def _graph_writer(module: str, function: str) -> Writer:
    def write(sources: Sources) -> str:
        from importlib import import_module

        return str(getattr(import_module(f"kg.authoring.release.{module}"), function)(sources.graph))

    return write


def _cx2(sources: Sources) -> str:
    from kg.authoring.release.graphs import render_cx2

    return render_cx2(sources.graph, f"Leukograph {sources.ontology.version}")


ARTEFACTS: dict[str, Writer] = {
    "leukograph.owl": _owl,
    "leukograph-base.owl": lambda sources: sources.read_bytes("leukograph-base.owl"),
    "leukograph.ttl": _turtle,
    "leukograph.ofn": _functional,
    "leukograph.obo": _obo,
    "leukograph.json": _obographs,
    "leukograph.jsonld": _jsonld,
    "leukograph_nodes.tsv": _graph_writer("tables", "render_kgx_nodes"),
    "leukograph_edges.tsv": _graph_writer("tables", "render_kgx_edges"),
    "leukograph.graphml": _graph_writer("graphs", "render_graphml"),
    "leukograph.cx2": _cx2,
    "leukograph-neo4j-nodes.csv": _graph_writer("tables", "render_neo4j_nodes"),
    "leukograph-neo4j-relationships.csv": _graph_writer("tables", "render_neo4j_edges"),
    "leukograph.sssom.tsv": _sssom,
    "leukograph-associations.ttl": _associations,
    "leukograph-shapes.ttl": lambda sources: sources.read_bytes("shapes.ttl"),
    "leukograph-hpo-bridge.owl": _bridge,
    "void.ttl": _void,
}


def select_artefacts(only: Sequence[str]) -> list[str]:
    """Names that are asked for, by full name or ending (`obo`, `.ttl`); all where none is. Raises InputError."""
    if not only:
        return list(ARTEFACTS)
    chosen = []
    for wish in only:
        found = [name for name in ARTEFACTS if wish == name or name.endswith("." + wish.lstrip("."))]
        if not found:
            raise InputError(f"no artefact {wish!r}; there are: {', '.join(ARTEFACTS)}")
        chosen += found
    return [name for name in ARTEFACTS if name in chosen]


def export(ontology_dir: Path, target: Path, only: Sequence[str] = (), progress: Progress = lambda _: None) -> list[Path]:
    """Write the artefacts into a folder, all or none; with `only`, earlier ones stay. Raises InputError.

    The folder is new, empty, or an earlier export that nobody touched (`kg.authoring.folders`); a source that is missing or
    broken leaves it as it was.
    """
    names = select_artefacts(only)
    with replace_folder(target, "kg export", keep=bool(only)) as beside:
        sources = Sources(ontology_dir)
        for name in names:
            progress(name)
            data = ARTEFACTS[name](sources)
            (beside / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return [target / name for name in names]
