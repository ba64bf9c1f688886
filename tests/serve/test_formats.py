"""Every format that is offered: chosen by Accept, readable by another library, the same rows in each."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
import rdflib
from rdflib.query import Result

from kg.serve.formats import GRAPHS, RESULTS, choose, prefers_html

ROWS = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?s ?label LIMIT 40"
GRAPH = ROWS.replace("SELECT ?s ?label", "CONSTRUCT { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }")


def get(client: httpx.Client, query: str, accept: str) -> httpx.Response:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


def read_rows(answer: httpx.Response, name: str) -> set[tuple[str, ...]]:
    if name == "csv":
        return {tuple(row) for row in list(csv.reader(io.StringIO(answer.text)))[1:]}
    found = Result.parse(io.BytesIO(answer.content), format=name)
    return {tuple(str(term) for term in row) for row in found}


def test_every_result_format_has_the_same_rows(client: httpx.Client) -> None:
    """JSON, XML, CSV and TSV, read by rdflib and the csv module"""
    found = {item.name: read_rows(get(client, ROWS, item.types[0]), item.name) for item in RESULTS}
    assert len(found["json"]) == 40
    assert all(rows == found["json"] for rows in found.values())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's JSON-LD reader uses a class that rdflib has deprecated
def test_every_graph_format_has_the_same_triples(client: httpx.Client) -> None:
    """Turtle, N-Triples, RDF/XML and JSON-LD, read by rdflib"""
    names = {"turtle": "turtle", "n-triples": "nt", "rdf-xml": "xml", "json-ld": "json-ld"}
    found = [set(rdflib.Graph().parse(data=get(client, GRAPH, f.types[0]).text, format=names[f.name])) for f in GRAPHS]
    assert len(found[0]) == 40
    assert all(triples == found[0] for triples in found)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("text/*;q=0.5, application/sparql-results+xml", "xml"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.9", "tsv"),
        ("application/json", "json"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "xml"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=nonsense", None),
    ],
)
def test_accept_chooses(accept: str, name: str | None) -> None:
    """weights, ranges and refusals of an Accept header"""
    found = choose(accept, RESULTS)
    assert (found and found[0].name) == name


def test_what_nobody_makes_is_not_acceptable(client: httpx.Client) -> None:
    """406 names what there is"""
    answer = client.post("/sparql", data={"query": ROWS}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.text


def test_a_browser_gets_the_editor_and_a_program_the_description(client: httpx.Client) -> None:
    """the same address without a query"""
    assert prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not prefers_html("text/turtle, text/html;q=0.5")
    assert "<!DOCTYPE html>" in client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"}).text
    graph = rdflib.Graph().parse(data=client.get("/sparql").text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = next(graph.subjects(rdflib.RDF.type, sd.Service))
    assert str(graph.value(service, sd.endpoint)) == str(client.base_url).rstrip("/") + "/sparql"
    assert len(set(graph.objects(service, sd.resultFormat))) == len(RESULTS) + len(GRAPHS)


def test_void_counts_what_is_there(client: httpx.Client) -> None:
    """VoID in two formats, its number of triples the true one"""
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    graph = rdflib.Graph().parse(data=client.get("/.well-known/void").text, format="turtle")
    dataset = next(graph.subjects(rdflib.RDF.type, void.Dataset))
    rows = client.post("/sparql", data={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}, headers={"Accept": "text/csv"}).text
    assert int(graph.value(dataset, void.triples)) == int(rows.split()[1])
    again = client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    assert len(rdflib.Graph().parse(data=again, format="nt")) == len(graph)


def test_examples_are_the_library_in_shacl(client: httpx.Client) -> None:
    """every named query stands in the published examples, with its text"""
    from kg import answering

    graph = rdflib.Graph().parse(data=client.get("/.well-known/sparql-examples").text, format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    texts = {t for p in (sh.select, sh.ask, sh.construct) for t in graph.objects(None, p)}
    assert len(texts) == len(answering.find_query_names())


def test_large_answers_are_packed_and_whole(client: httpx.Client) -> None:
    """gzip on request, the same text inside"""
    plain = client.post("/sparql", data={"query": ROWS}, headers={"Accept-Encoding": "identity"})
    packed = client.post("/sparql", data={"query": ROWS}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
