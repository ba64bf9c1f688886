"""The graph made ready, as JSON in the user's cache folder, keyed by the ontology's hash. No pickle: data only.

Each file begins with the digest of the rest, so that one which was damaged or exchanged, however well formed, is not believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import networkx as nx

from kg import vocabulary
from kg.exceptions import InputError
from kg.files import read_bytes, write_whole

_CODE = (Path(__file__).with_name("build.py"), Path(vocabulary.__file__))
FORMAT = "2"  # raise it when the shape of the graph changes


def load_graph(owl: Path, queries: Path, cache: Path) -> nx.MultiDiGraph:
    """Graph of a built OWL file: from the cache where its hash is known, else through the store. Raises InputError."""
    if not owl.is_file():
        raise InputError("no such file; `kg build` makes it", str(owl))
    path = cache / f"graph-{FORMAT}-{_find_digest(owl, queries, cache)}.json"
    if (graph := _read(path)) is not None:
        return graph
    graph = _build(owl, queries)
    edges = list(graph.edges(keys=True, data=True))
    write_sealed(path, {"graph": graph.graph, "nodes": list(graph.nodes(data=True)), "edges": edges})
    return graph


def _find_digest(owl: Path, queries: Path, cache: Path) -> str:
    """Hash of all that the graph is made from; not computed again while no file's size or time has changed."""
    sources = (owl, *sorted((queries / "graph").glob("*.rq")), *_CODE)
    stamp = [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in sources]
    index = cache / f"index-{FORMAT}-{hashlib.blake2b(str(owl).encode(), digest_size=8).hexdigest()}.json"
    known = read_sealed(index)
    if isinstance(known, dict) and known.get("stamp") == stamp:
        return str(known["digest"])
    digest = hashlib.blake2b(b"".join(path.read_bytes() for path in sources), digest_size=16).hexdigest()
    write_sealed(index, {"stamp": stamp, "digest": digest})
    return digest


def _build(owl: Path, queries: Path) -> nx.MultiDiGraph:
    from kg.knowledge.graph.build import build_graph
    from kg.knowledge.store import open_engine

    return build_graph(open_engine([owl]), queries)


def _read(path: Path) -> nx.MultiDiGraph | None:
    data = read_sealed(path)
    if data is None:
        return None
    try:
        graph = nx.MultiDiGraph(**data["graph"])
        graph.add_nodes_from(data["nodes"])
        graph.add_edges_from(data["edges"])
    except (KeyError, TypeError, ValueError, AttributeError, nx.NetworkXError):
        return None  # of another shape: it is only a cache
    return nx.freeze(graph)


def read_sealed(path: Path) -> Any:
    """Data of a file that stands as `write_sealed` left it; None for any other."""
    try:
        seal, _, body = read_bytes(path).partition(b"\n")
        return json.loads(body) if seal.decode() == _seal(body) else None
    except (InputError, ValueError, RecursionError):
        return None


def _seal(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def write_sealed(path: Path, data: object) -> None:
    """Keep data for later; a read-only home costs time, never the answer."""
    body = json.dumps(data, separators=(",", ":")).encode("ascii")
    with contextlib.suppress(InputError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _seal(body).encode() + b"\n" + body)
