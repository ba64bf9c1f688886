"""The query library on Oxigraph, rdflib's own engine and Virtuoso: same data, one run."""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.store import NamedQuery, RemoteEngine, find_queries, open_engine, push
from kg.vocabulary import ONTOLOGY_IRI
from tests.conftest import ROOT
from tests.store.conftest import run_virtuoso

LIMIT = 5.0  # seconds that rdflib may take for one query; what takes longer counts as this much
ROUNDS = 3


def run() -> list[dict[str, Any]]:
    """Rows of the benchmark table."""
    queries = find_queries(ROOT / "queries")
    owl = ROOT / "ontology" / "leukograph.owl"
    engine = open_engine([owl])
    ours = {q.name: _median(lambda text=q.text: engine.run(text) and None) for q in queries}
    total = sum(ours.values())
    rows = [_row(f"{len(queries)} queries, {len(engine.store):,} triples: rdflib", total, sum(_rdflib(owl, queries)), "≥ 20 ×")]
    with _virtuoso() as address:
        if address:
            remote = RemoteEngine(address, graph=ONTOLOGY_IRI)
            push(remote, (quad.triple for quad in engine.store), ONTOLOGY_IRI, size=5000)
            peer = sum(_median(lambda text=q.text: remote.run(text) and None) for q in queries)
            rows.append(_row(f"{len(queries)} queries, {len(engine.store):,} triples: Virtuoso, warm", total, peer, "≥ 1 ×"))
    return rows


def _row(what: str, ours: float, peer: float, goal: str) -> dict[str, Any]:
    return {"what": what, "ours": f"{ours:.2f} s", "peer": f"{peer:.2f} s", "ratio": f"{peer / ours:.1f} ×", "goal": goal}


def _median(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _rdflib(owl: Path, queries: list[NamedQuery]) -> Iterator[float]:
    """Seconds of each query in a process of its own, ended at the limit."""
    from rdflib import Graph

    graph = Graph().parse(owl, format="xml")
    context = multiprocessing.get_context("fork")
    for query in queries:
        process = context.Process(target=_ask, args=(graph, query.text))
        start = time.perf_counter()
        process.start()
        process.join(LIMIT)
        yield min(time.perf_counter() - start, LIMIT)
        process.kill()
        process.join()


def _ask(graph: Any, text: str) -> None:
    list(graph.query(text))


@contextmanager
def _virtuoso() -> Iterator[str]:
    if not shutil.which("virtuoso-t"):
        yield ""
        return
    with tempfile.TemporaryDirectory() as folder, run_virtuoso(Path(folder)) as address:
        yield address
