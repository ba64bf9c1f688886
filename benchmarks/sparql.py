"""The query library on Oxigraph, rdflib's own engine and Virtuoso: same data, one run, every row read.

Then on a large graph, ours with HPO and its annotations in the same form. Where engines give unequal numbers of rows the
table says so. rdflib runs each query in a process that is ended at a limit: what takes longer counts as the limit, a lower bound.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from benchmarks._hpo import LABEL, find_folder, read_quads
from kg.knowledge.store import Engine, NamedQuery, OxigraphEngine, RemoteEngine, find_queries, open_engine
from kg.vocabulary import ONTOLOGY_IRI
from tests.conftest import ROOT
from tests.store.conftest import run_virtuoso

ROUNDS = 3
LIMIT, LONG_LIMIT = 2.0, 5.0  # seconds a query that rdflib gets on our graph and on the large one


def run() -> list[dict[str, Any]]:
    """Rows of the benchmark table, in about twelve minutes."""
    engine = open_engine([ROOT / "ontology" / "leukograph.owl"])
    rows = measure(engine, find_queries(ROOT / "queries"), LIMIT)
    return rows + (measure(engine, find_queries(ROOT / "queries"), LONG_LIMIT) if add_hpo(engine) else [])


def add_hpo(engine: OxigraphEngine, copies: int = 1) -> bool:
    """Make the graph large; False where HPO is not installed."""
    if folder := find_folder():
        engine.store.bulk_extend(quad for quad in read_quads(folder, copies) if not is_second_label(engine.store, quad))
        engine.store.optimize()
    return folder is not None


def is_second_label(store: ox.Store, quad: ox.Quad) -> bool:
    """Whether a term of ours would get another name."""
    return quad.predicate == LABEL and any(store.quads_for_pattern(quad.subject, LABEL, None, None))


def measure(engine: OxigraphEngine, queries: list[NamedQuery], limit: float, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """All engines on the triples of one store; rdflib only with a limit of seconds a query."""
    name, rows = f"{len(queries)} queries, {len(engine.store):,} triples", []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        engine.store.dump(str(path), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        ours, counts = ask_all(engine, queries, rounds)
        if limit:
            peer = sum(_rdflib(path, queries, limit))
            rows.append(_row(f"{name}: rdflib (at most {limit:g} s a query)", ours, peer, "≥ 20 ×"))
        if shutil.which("virtuoso-t"):
            with run_virtuoso(Path(folder), "*.nt", ONTOLOGY_IRI) as address:
                peer, found = ask_all(RemoteEngine(address, graph=ONTOLOGY_IRI), queries, rounds)
            unequal = ", ".join(query.name for query, a, b in zip(queries, counts, found, strict=True) if a != b)
            same = f"unequal: {unequal}" if unequal else "all with as many rows"
            rows.append(_row(f"{name}: Virtuoso, warm, over its endpoint ({same})", ours, peer, "≥ 1 ×"))
    return rows


def ask_all(engine: Engine, queries: list[NamedQuery], rounds: int) -> tuple[float, list[int]]:
    """Seconds of the whole library, each query by its median of some rounds after a first one; and the rows of each."""
    counts = [consume(engine, query.text) for query in queries]
    return sum(_median(lambda text=q.text: consume(engine, text), rounds) for q in queries), counts  # type: ignore[misc]


def consume(engine: Engine, text: str) -> int:
    """Read every row of a result."""
    results = engine.run(text)
    return sum(1 for _ in results) if not isinstance(results, ox.QueryBoolean) else 1


def _row(what: str, ours: float, peer: float, goal: str) -> dict[str, Any]:
    return {"what": what, "ours": f"{ours:.2f} s", "peer": f"{peer:.2f} s", "ratio": f"{peer / ours:.1f} ×", "goal": goal}


def _median(call: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _rdflib(path: Path, queries: list[NamedQuery], limit: float) -> Iterator[float]:
    """Seconds of each query in a process of its own, ended at the limit."""
    from rdflib import Graph

    graph = Graph().parse(path, format="nt")
    context = multiprocessing.get_context("fork")
    for query in queries:
        process = context.Process(target=_ask, args=(graph, query.text))
        start = time.perf_counter()
        process.start()
        process.join(limit)
        yield min(time.perf_counter() - start, limit)
        process.kill()
        process.join()


def _ask(graph: Any, text: str) -> None:
    list(graph.query(text))


if __name__ == "__main__":  # python -m benchmarks.sparql 10: ten copies of HPO's annotations, about a hundred times our graph
    large = open_engine([ROOT / "ontology" / "leukograph.owl"])
    if add_hpo(large, int(sys.argv[1])):
        sys.stdout.writelines(f"{row}\n" for row in measure(large, find_queries(ROOT / "queries"), limit=0, rounds=1))
