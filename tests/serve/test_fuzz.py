"""Whatever is sent, the server answers with a status that it means, and goes on answering."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.serve.guard import Refusal, check_query, tokenize

MEANT = {200, 304, 400, 403, 404, 405, 406, 413, 414, 415, 422, 500, 503}
WORDS = """SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) . ; , * ?a ?b ?c <http://example.org/x> <> rdfs:label a "text" 'it''s'
\"\"\" OPTIONAL UNION MINUS FILTER BIND VALUES GRAPH SERVICE FROM NAMED ORDER BY LIMIT OFFSET GROUP HAVING COUNT DISTINCT REGEX
NOT EXISTS PREFIX BASE | / ^ + ! = < > && || 1 -1 1e400 0.5 @en ^^ _:b [] # \\
\\u0041 \\U0000110000 INSERT DROP NOW() RAND()""".split()
QUERIES: Sequence[st.SearchStrategy[str]] = (
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map(lambda words: f"SELECT * {{ ?a ?b ?c {' '.join(words)} }} LIMIT 5"),
)
QUIET = settings(max_examples=80, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(query=st.one_of(*QUERIES))
def test_any_query_text_is_answered(client: httpx.Client, query: str) -> None:
    """statuses are meant, nothing crashes"""
    text = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.post("/sparql", data={"query": text})
    assert answer.status_code in MEANT
    assert "Traceback" not in answer.text
    assert client.get("/health").status_code == 200


@QUIET
@given(
    path=st.sampled_from(
        ["/sparql", "/api/search", "/api/compare", "/api/why", "/api/explain", "/.well-known/void", "/editor/x", "/"]
    ),
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                ["query", "update", "default-graph-uri", "named-graph-uri", "q", "limit", "first", "second", "finding", "x"]
            ),
            st.text(st.characters(codec="utf-8"), max_size=40),
        ),
        max_size=5,
    ),
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)
def test_any_parameters_and_any_accept_are_answered(
    client: httpx.Client, path: str, pairs: list[tuple[str, str]], accept: str
) -> None:
    """GET with anything in the address and the header"""
    answer = client.get(path, params=pairs, headers={"Accept": accept.strip()})
    assert answer.status_code in MEANT - {500}


@QUIET
@given(
    body=st.binary(max_size=200),
    media=st.sampled_from(["application/json", "application/sparql-query", "application/x-www-form-urlencoded"]),
)
@pytest.mark.parametrize("path", ["/sparql", "/api/explain", "/api/what-if"])
def test_any_bytes_are_answered(client: httpx.Client, path: str, body: bytes, media: str) -> None:
    """POST of anything"""
    answer = client.post(path, content=body, headers={"Content-Type": media})
    assert answer.status_code in MEANT - {500}


@settings(max_examples=300, deadline=None, database=None)
@given(query=st.one_of(*QUERIES))
def test_the_guard_reads_any_text(query: str) -> None:
    """tokens or a refusal, in time that grows with the text alone"""
    with contextlib.suppress(Refusal):
        assert len(check_query(query)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "'" * 100_000,
        '"""' + '"" ' * 50_000,
        "<" * 100_000,
        "\\u" * 50_000,
        "a:" * 50_000,
        "'''" + "\\'" * 50_000,
        "'''a' " * 20_000,
        "'''\\'' " * 20_000,
    ],
)
def test_the_guard_is_quick_on_hostile_text(text: str) -> None:
    """no pattern of the guard runs in more than linear time"""
    start = time.perf_counter()
    with contextlib.suppress(Refusal):
        list(tokenize("SELECT " + text))
    assert time.perf_counter() - start < 2
