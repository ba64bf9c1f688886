"""The graph made ready, as JSON in the user's cache folder, keyed by the ontology's hash. No pickle: data only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

import networkx as nx

from kg import vocabulary

_CODE = (Path(__file__).with_name("build.py"), Path(vocabulary.__file__))
FORMAT = "1"  # raise it when the shape of the graph changes


def load_graph(owl: Path, queries: Path, cache: Path) -> nx.MultiDiGraph:
    """Graph of a built OWL file: from the cache where its hash is known, else through the store. Raises InputError."""
    from kg.exceptions import InputError

    if not owl.exists():
        raise InputError("no such file; `kg build` makes it", str(owl))
    path = cache / f"graph-{FORMAT}-{_find_digest(owl, queries, cache)}.json"
    if (graph := _read(path)) is not None:
        return graph
    graph = _build(owl, queries)
    _write(path, {"graph": graph.graph, "nodes": list(graph.nodes(data=True)), "edges": list(graph.edges(keys=True, data=True))})
    return graph


def _find_digest(owl: Path, queries: Path, cache: Path) -> str:
    """Hash of all that the graph is made from; not computed again while no file's size or time has changed."""
    sources = (owl, *sorted((queries / "graph").glob("*.rq")), *_CODE)
    stamp = [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in sources]
    index = cache / f"index-{hashlib.blake2b(str(owl).encode(), digest_size=8).hexdigest()}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(index.read_bytes())
        if known["stamp"] == stamp:
            return str(known["digest"])
    digest = hashlib.blake2b(b"".join(path.read_bytes() for path in sources), digest_size=16).hexdigest()
    _write(index, {"stamp": stamp, "digest": digest})
    return digest


def _build(owl: Path, queries: Path) -> nx.MultiDiGraph:
    from kg.knowledge.graph.build import build_graph
    from kg.knowledge.store import open_engine

    return build_graph(open_engine([owl]), queries)


def _read(path: Path) -> nx.MultiDiGraph | None:
    try:
        data = json.loads(path.read_bytes())
        graph = nx.MultiDiGraph(**data["graph"])
        graph.add_nodes_from(data["nodes"])
        graph.add_edges_from(data["edges"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent or damaged: it is only a cache
    return nx.freeze(graph)


def _write(path: Path, data: object) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)  # a read-only home costs time, never the answer
