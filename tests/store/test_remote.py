"""The same queries and the same graph from a remote engine: pushed into Virtuoso by UPDATE, read back from its endpoint."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg import answering
from kg.exceptions import InputError
from kg.knowledge.graph.build import build_graph
from kg.knowledge.store import NamedQuery, RemoteEngine, find_queries, push
from kg.knowledge.store.remote import find_batches
from kg.vocabulary import ONTOLOGY_IRI
from tests.conftest import ROOT
from tests.queries.rows import rows_of
from tests.queries.slice import open_slice

QUERIES = find_queries(ROOT / "queries")


@pytest.fixture(scope="session")
def pushed(virtuoso: str) -> RemoteEngine:
    push(RemoteEngine(virtuoso), (quad.triple for quad in open_slice().store), ONTOLOGY_IRI)
    return RemoteEngine(virtuoso, graph=ONTOLOGY_IRI)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_virtuoso_gives_the_same_rows(query: NamedQuery, pushed: RemoteEngine) -> None:
    assert sorted(rows_of(pushed, query.text)) == sorted(rows_of(open_slice(), query.text))


def test_the_graph_loads_from_the_endpoint(pushed: RemoteEngine) -> None:
    there, here = (build_graph(engine, ROOT / "queries") for engine in (pushed, open_slice()))
    assert set(there.edges(keys=True)) == set(here.edges(keys=True))
    assert {(u, v, k): d["asserted"] for u, v, k, d in there.edges(keys=True, data=True)} == {
        (u, v, k): d["asserted"] for u, v, k, d in here.edges(keys=True, data=True)
    }
    assert dict(there.nodes(data=True)) == dict(here.nodes(data=True))


def test_batches_never_part_what_a_blank_node_joins() -> None:
    p, node = ox.NamedNode("https://example.org/p"), ox.NamedNode("https://example.org/s")
    blanks = [ox.BlankNode() for _ in range(30)]
    triples = [t for b in blanks for t in (ox.Triple(node, p, b), ox.Triple(b, p, node))] + [ox.Triple(blanks[0], p, blanks[1])]
    batches = list(find_batches(iter(triples), 7))
    assert sum(map(len, batches)) == len(triples)
    homes = {b: {i for i, batch in enumerate(batches) for t in batch if b in (t.subject, t.object)} for b in blanks}
    assert all(len(found) == 1 for found in homes.values())


def test_an_address_where_nothing_answers_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="does not answer"):
        RemoteEngine("http://127.0.0.1:9/sparql", timeout=2).select("SELECT * { ?s ?p ?o }")


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InputError, match="no http address"):
        RemoteEngine("ftp://example.org")


@pytest.mark.usefixtures("small_kg")
def test_the_store_is_an_rdflib_graph_and_gives_frames() -> None:
    graph = answering.load_store()
    assert len(graph) == len(list(graph.query("SELECT * { ?s ?p ?o }")))
    frame = answering.query("finding_hierarchy").to_frame()
    assert list(frame.columns)[:2] == ["finding", "label"]
