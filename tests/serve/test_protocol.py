"""The SPARQL 1.1 protocol, test by test after the W3C's protocol suite (query part), written from the specification."""

from __future__ import annotations

import json

import httpx
import pytest

from kg.serve.evaluate import GRAPH
from tests.serve.conftest import ORIGIN

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def count(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("SELECT (1 AS ?x) {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("DESCRIBE <http://example.org/x>", "text/turtle", "text/turtle"),
        ("CONSTRUCT { <x:s> <x:p> 1 } WHERE {}", "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_each_query_form_answers_in_a_type_of_its_kind(client: httpx.Client, query: str, accept: str, media: str) -> None:
    """query_content_type_select, _ask, _describe, _construct"""
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media


def test_a_query_comes_by_get_by_form_and_directly(client: httpx.Client) -> None:
    """query_get, query_post_form, query_post_direct: the same answer"""
    answers = [
        client.get("/sparql", params={"query": COUNT}),
        client.post("/sparql", data={"query": COUNT}),
        client.post("/sparql", content=COUNT, headers=DIRECT),
        client.post("/sparql", content=COUNT, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}),
    ]
    assert len({answer.text for answer in answers}) == 1
    assert count(answers[0]) > 100


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_of_the_protocol_counts_in_every_form(client: httpx.Client, way: str) -> None:
    """query_dataset_default_graph, _named_graphs, _full, by GET and POST: a named graph alone leaves the default graph empty"""

    def ask(query: str, **dataset: str) -> int:
        if way == "get":
            return count(client.get("/sparql", params={"query": query, **dataset}))
        if way == "form":
            return count(client.post("/sparql", data={"query": query, **dataset}))
        return count(client.post("/sparql", params=dataset, content=query, headers=DIRECT))

    default, named = {"default-graph-uri": GRAPH}, {"named-graph-uri": GRAPH}
    everything = ask(COUNT)
    assert ask(COUNT, **default) == everything
    assert ask(COUNT_NAMED, **default) == 0
    assert ask(COUNT, **named) == 0
    assert ask(COUNT_NAMED, **named) == everything
    assert ask(COUNT, **default, **named) == everything == ask(COUNT_NAMED, **default, **named) == ask(COUNT_NAMED)


def test_the_protocol_s_dataset_stands_above_from(client: httpx.Client) -> None:
    """query_multiple_dataset"""
    query = COUNT.replace("{", f"FROM NAMED <{GRAPH}> {{", 1)
    assert count(client.get("/sparql", params={"query": query})) == 0
    assert count(client.get("/sparql", params={"query": query, "default-graph-uri": GRAPH})) > 100


def test_from_may_name_our_graph_by_prefix(client: httpx.Client) -> None:
    """FROM with a prefixed name is read like FROM with an IRI"""
    query = f"PREFIX g: <{GRAPH.removesuffix('.owl')}.> " + COUNT.replace("{", "FROM g:owl {", 1)
    assert count(client.get("/sparql", params={"query": query})) == count(client.get("/sparql", params={"query": COUNT}))


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "status"),
    [
        ("PUT", "/sparql?query=ASK%20%7B%7D", {}, b"", 405),  # bad_query_method
        ("DELETE", "/sparql?query=ASK%20%7B%7D", {}, b"", 405),
        ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D", {}, b"", 400),  # bad_multiple_queries
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415),  # bad_query_wrong_media_type
        ("POST", "/sparql", {}, b"query=ASK%20%7B%7D", 415),  # bad_query_missing_form_type
        ("POST", "/sparql", {}, b"ASK {}", 415),  # bad_query_missing_direct_type
        ("POST", "/sparql", DIRECT, "ASK { 'é' }".encode("utf-16"), 400),  # bad_query_non_utf8
        ("POST", "/sparql", FORM, b"query=%ff%fe", 400),
        ("GET", "/sparql?query=ASK%20%7B", {}, b"", 400),  # bad_query_syntax
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql?query=ASK%20%7B%7D", DIRECT, b"ASK {}", 400),  # one in the address and one in the body
        ("GET", "/sparql?default-graph-uri=http%3A%2F%2Fexample.org", {}, b"", 400),
    ],
)
def test_a_bad_request_is_refused_with_a_reason(
    client: httpx.Client, method: str, url: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    """the bad_* tests: the right status and one line of text"""
    answer = client.request(method, url, headers=headers, content=body)
    assert answer.status_code == status
    assert len(answer.text.strip().splitlines()) == 1


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    """HEAD tells type and tag without a body"""
    answer = client.head("/sparql", params={"query": "ASK {}"})
    assert answer.status_code == 200
    assert not answer.content
    assert answer.headers["etag"] == client.get("/sparql", params={"query": "ASK {}"}).headers["etag"]


def test_an_answer_that_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    """If-None-Match with the tag of the same data, query and format gives 304; another format or a changing answer does not"""
    ask = {"params": {"query": COUNT}}
    tag = client.get("/sparql", **ask).headers["etag"]
    assert client.get("/sparql", **ask, headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/sparql", **ask, headers={"If-None-Match": tag, "Accept": "text/csv"}).status_code == 200
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (NOW() AS ?t) {}"}).headers


def test_only_a_page_that_was_named_may_ask(client: httpx.Client) -> None:
    """CORS: preflight and answer for an origin of --allow-origin, and no word of it to any other"""
    ask = {"params": {"query": "ASK {}"}}
    for origin, allowed in ((ORIGIN, True), ("https://example.com", False), (ORIGIN + ":444", False), ("null", False)):
        preflight = client.options("/sparql", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        answer = client.get("/sparql", **ask, headers={"Origin": origin})
        assert answer.status_code == 200
        for found in (preflight, answer):
            assert found.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert not allowed or "Origin" in found.headers["vary"]
        assert preflight.is_success == allowed


def test_a_slash_too_many_stays_on_this_server(client: httpx.Client) -> None:
    """no redirect to a host that the client named"""
    for path in ("/sparql/?query=ASK", "/sparql/", "/api/search/?q=x", "//example.com//", "/explore/", "/sparql//example.com/"):
        answer = client.get(client.base_url.join("/").copy_with(raw_path=path.encode()), headers={"Host": "localhost"})
        assert not answer.headers.get("location", "").startswith(("//", "http")), path
    assert client.get("/sparql/?query=ASK", follow_redirects=False).headers["location"] == "/sparql?query=ASK"


def test_json_results_are_the_w3c_form(client: httpx.Client) -> None:
    """SPARQL 1.1 results in JSON: head, bindings, and an unbound variable left out"""
    answer = client.get("/sparql", params={"query": 'SELECT ?a ?b { VALUES (?a ?b) { ("x"@en UNDEF) (1 <x:y>) } }'})
    first, second = json.loads(answer.text)["results"]["bindings"]
    assert first == {"a": {"type": "literal", "xml:lang": "en", "value": "x"}}
    assert second["b"] == {"type": "uri", "value": "x:y"}
