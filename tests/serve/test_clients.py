"""Clients that people have talk to the server as it is and get the same rows: curl, SPARQLWrapper, rdflib, Comunica."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.conftest import skip
from tests.serve.conftest import need

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
QUERY = f"SELECT ?s ?label {{ ?s {LABEL} ?label }} ORDER BY ?s ?label LIMIT 30"
COMUNICA = Path(__file__).parent / "comunica"
Rows = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def rows(client: httpx.Client) -> Rows:
    """What the server answers, as plain HTTP."""
    found = client.post("/sparql", data={"query": QUERY}).json()["results"]["bindings"]
    assert len(found) == 30
    return [(row["s"]["value"], row["label"]["value"]) for row in found]


@pytest.mark.parametrize("options", [["-G", "--data-urlencode"], ["--data-urlencode"]])
def test_curl(server: str, rows: Rows, options: list[str]) -> None:
    """GET and POST from a shell, as CSV, packed on the way"""
    command = [
        need("curl"),
        "-sS",
        "--fail",
        "--compressed",
        "-H",
        "Accept: text/csv",
        *options,
        f"query={QUERY}",
        server + "/sparql",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    assert [tuple(row) for row in list(csv.reader(io.StringIO(found)))[1:]] == rows


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("way", ["urlencoded", "postdirectly"])
def test_sparqlwrapper(server: str, rows: Rows, method: str, way: str) -> None:
    """JSON rows and a described graph, each way that it can ask"""
    from SPARQLWrapper import JSON, SPARQLWrapper

    wrapper = SPARQLWrapper(server + "/sparql", returnFormat=JSON)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(way)
    wrapper.setQuery(QUERY)
    found = wrapper.queryAndConvert()["results"]["bindings"]
    assert [(row["s"]["value"], row["label"]["value"]) for row in found] == rows


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # SPARQLWrapper still makes one
def test_sparqlwrapper_reads_graphs(server: str, rows: Rows) -> None:
    """CONSTRUCT as an rdflib graph"""
    from SPARQLWrapper import RDFXML, SPARQLWrapper

    wrapper = SPARQLWrapper(server + "/sparql")
    wrapper.setReturnFormat(RDFXML)
    wrapper.setQuery(f"CONSTRUCT {{ ?s {LABEL} ?label }} {{ VALUES ?s {{ <{rows[0][0]}> }} ?s {LABEL} ?label }}")
    assert {tuple(map(str, (s, o))) for s, _, o in wrapper.queryAndConvert()} == {row for row in rows if row[0] == rows[0][0]}


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store(server: str, rows: Rows, method: str) -> None:
    """a graph whose triples are here: queries and patterns"""
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(server + "/sparql", method=method))
    assert [tuple(str(term) for term in row) for row in graph.query(QUERY)] == rows
    assert rows[0][1] in {str(label) for label in graph.objects(URIRef(rows[0][0]), URIRef(LABEL.strip("<>")))}


def test_comunica(server: str, rows: Rows) -> None:
    """version 4 of the JavaScript engine, given the endpoint as its source"""
    node = need("node")
    if not (COMUNICA / "node_modules").is_dir():
        skip("no Comunica (npm ci --ignore-scripts in tests/serve/comunica)")
    command = [node, str(COMUNICA / "ask.mjs"), server + "/sparql", QUERY]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert [(row["s"], row["label"]) for row in json.loads(found)] == rows
