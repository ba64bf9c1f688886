"""What the server does not do: write, fetch, run on, grow, tell of the machine. Each limit is told as a status with a reason."""

from __future__ import annotations

import concurrent.futures
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from kg.serve.guard import Refusal, check_query
from tests.serve.conftest import MAX_ROWS, TIMEOUT, run_server

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?d && ?g != ?j) }"
PATHS = "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)* ?b . ?b (!<x:a>|^!<x:a>)* ?c . ?c (!<x:a>|^!<x:a>)* ?d }"
GROWING = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?b ?c ?d { ?a ?x ?b . ?c ?y ?d . ?e ?z ?f } }"
SORTED = "SELECT ?a ?b ?c ?d { ?a ?x ?b . ?c ?y ?d . ?e ?z ?f } ORDER BY ?d ?c ?b ?a"


def post(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    return client.post("/sparql", data={"query": query}, headers=headers)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:s> <x:p> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "PREFIX x: <x:> # SELECT\nDROP ALL",
        "LOAD <file:///etc/passwd>",
        "CLEAR ALL",
        "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "\\u0044ROP ALL",
    ],
)
@pytest.mark.parametrize("way", ["query", "update", "direct"])
def test_updates_are_forbidden(client: httpx.Client, update: str, way: str) -> None:
    """403 and why, by whichever door"""
    if way == "direct":
        answer = client.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"})
    else:
        answer = client.post("/sparql", data={way: update})
    assert answer.status_code == 403
    assert "only reads" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://{host}/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://{host}/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <http://{host}/> } SERVICE ?e { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://{host}/> { ?s ?p ?o } }",
        "SELECT * { FILTER(1<2)service<http://{host}/>{ ?s ?p ?o } FILTER(2>1) }",
        "SELECT * { FILTER(?x = '\\'') SERVICE <http://{host}/> { ?s ?p ?o } FILTER(?x = '') }",
        "PREFIX e: <http://{host}/> SELECT * { SERVICE e: { ?s ?p ?o } }",
        "SELECT * FROM <http://{host}/data.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://{host}/data.ttl> { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX e: <http://{host}/> SELECT * FROM e:data { ?s ?p ?o }",
    ],
)
def test_nothing_is_fetched(client: httpx.Client, query: str) -> None:
    """SERVICE and FROM elsewhere give 403, and nobody knocks at the address"""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        answer = post(client, query.replace("{host}", f"127.0.0.1:{listener.getsockname()[1]}"))
        assert answer.status_code == 403, answer.text
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_worker_cannot_connect_even_when_the_guard_is_passed_by(small: Path) -> None:
    """the second lock: while a query runs, its process can open no socket"""
    from kg.serve.evaluate import no_new_connections
    from kg.serve.worker import load_store

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        store = load_store(small / "leukograph.owl")
        with no_new_connections(False), pytest.raises(OSError, match="error"):
            list(store.query(query))
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_service_is_called_when_its_host_is_allowed() -> None:
    """hosts by name, and only those"""
    query = "SELECT * { SERVICE SILENT <https://sparql.example.org/x> { ?s ?p ?o } }"
    assert check_query(query, {"sparql.example.org"}).volatile
    with pytest.raises(Refusal, match="SERVICE to"):
        check_query(query, {"example.org"})


def test_words_inside_names_and_texts_are_no_keywords() -> None:
    """variables, prefixed names, strings, IRIs and comments may hold any word"""
    query = """PREFIX service: <x:service#> # SERVICE <http://e/>
    SELECT ?service ?from { ?service service:from "FROM <x>", '''it's SERVICE <y>''' ; <x:SERVICE> service:SERVICE }"""
    assert check_query(query) == ((), (), False)


@pytest.mark.parametrize("query", [ENDLESS, PATHS, GROWING, SORTED])
def test_a_runaway_query_is_ended_and_told(client: httpx.Client, query: str) -> None:
    """time or memory run out: 503 with Retry-After, soon, and never a result"""
    start = time.monotonic()
    answer = post(client, query)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert time.monotonic() - start < TIMEOUT + 2
    assert post(client, "ASK {}").json()["boolean"] is True


def test_the_evaluating_process_really_ends(small: Path) -> None:
    """after the limit no worker of that server burns time, and others have taken their places"""
    with run_server(small, "--timeout", "1", "--workers", "2") as address:
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: httpx.post(address + "/sparql", data={"query": ENDLESS}, timeout=30), range(4)))
        assert [answer.status_code for answer in found] == [503] * 4
        time.sleep(0.3)
        assert find_busy_workers(str(small)) == []
        assert httpx.post(address + "/sparql", data={"query": "ASK {}"}).status_code == 200


def test_memory_has_an_end(small: Path) -> None:
    """a query that collects millions of rows ends by its memory, long before its time"""
    with run_server(small, "--timeout", "100", "--workers", "1") as address:
        answer = httpx.post(address + "/sparql", data={"query": SORTED}, timeout=100)
        assert answer.status_code == 503
        assert "memory" in answer.text
        assert httpx.post(address + "/sparql", data={"query": "ASK {}"}).status_code == 200


def find_busy_workers(owl: str) -> list[int]:
    """Workers on an ontology that are computing right now, on a system with /proc."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc")
    before = read_times(owl)
    time.sleep(0.5)
    return [pid for pid, ticks in read_times(owl).items() if ticks - before.get(pid, ticks) > 20]


def read_times(owl: str) -> dict[int, int]:
    """Processor ticks of the workers on an ontology."""
    times = {}
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_text() if folder.name.isdigit() else ""
            if "kg.serve.worker" in command and owl in command:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                times[int(folder.name)] = int(fields[11])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return times


def test_a_client_that_leaves_frees_its_worker(small: Path) -> None:
    """an abandoned query does not keep its worker until the time limit"""
    with run_server(small, "--timeout", "60", "--workers", "1") as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(address + "/sparql", data={"query": ENDLESS}, timeout=0.5)
        start = time.monotonic()
        assert httpx.post(address + "/sparql", data={"query": "ASK {}"}, timeout=30).status_code == 200
        assert time.monotonic() - start < 10


def test_too_many_rows_are_told(client: httpx.Client) -> None:
    """one row more than the limit: 503 and the number, in every format; exactly the limit: all of them"""
    rows = "SELECT ?x { ?a ?b ?x . ?c ?d ?e } LIMIT "
    for accept in ("text/csv", "text/tab-separated-values", "application/sparql-results+json", "application/sparql-results+xml"):
        answer = post(client, rows + str(MAX_ROWS + 1), Accept=accept)
        assert answer.status_code == 503
        assert f"more than {MAX_ROWS} rows" in answer.text
        assert "retry-after" in answer.headers
    assert len(post(client, rows + str(MAX_ROWS), Accept="text/tab-separated-values").text.splitlines()) == MAX_ROWS + 1
    graph = f"CONSTRUCT {{ ?a ?b ?x . ?c ?d ?e }} {{ ?a ?b ?x . ?c ?d ?e }} LIMIT {MAX_ROWS}"
    assert post(client, graph, Accept="text/turtle").status_code == 503


def test_a_large_answer_is_streamed_whole(client: httpx.Client) -> None:
    """beyond a megabyte it comes in pieces, with no length told, and complete"""
    text = "x" * 500
    query = f"SELECT ?a ('{text}' AS ?t) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {MAX_ROWS}"
    with client.stream(
        "POST", "/sparql", data={"query": query}, headers={"Accept": "text/csv", "Accept-Encoding": "identity"}
    ) as answer:
        assert "content-length" not in answer.headers
        body = b"".join(answer.iter_bytes())
    assert body.count(b"\r\n") == MAX_ROWS + 1
    assert len(body) > 1_500_000


def test_bodies_and_addresses_have_an_end(client: httpx.Client) -> None:
    """413 and 414, for a length that is told and for one that is not"""
    assert post(client, "#" * 3_000_000).status_code == 413
    chunks = (b"#" * 100_000 for _ in range(40))
    assert client.post("/sparql", content=chunks, headers={"Content-Type": "application/sparql-query"}).status_code == 413
    assert client.get("/sparql", params={"query": "ASK {}" + "#" * 20_000}).status_code == 414
    large = {"findings": [{"text": "x" * 3_000_000}]}
    assert client.post("/api/explain", json=large).status_code == 413


def test_deep_queries_end_a_worker_at_most(client: httpx.Client) -> None:
    """nesting beyond the parser's stack is refused, and the server lives"""
    for deep in ("ASK " + "{" * 50_000 + "}" * 50_000, "SELECT (" + "(" * 50_000 + "1" + ")" * 50_000 + " AS ?x) {}"):
        assert post(client, deep).status_code in (400, 503)
    assert post(client, "ASK {}").status_code == 200


def test_no_path_and_no_traceback_in_any_answer(client: httpx.Client) -> None:
    """whatever goes wrong is told in one line without a place on this machine"""
    answers = [
        post(client, "SELECT"),
        post(client, "SELECT (<http://www.w3.org/2001/XMLSchema#integer>('x') / 0 AS ?x) {}"),
        client.get("/nothing"),
        client.get("/editor/..%2f..%2fapp.py"),
        client.get("/static/%2e%2e/pages.py"),
        client.post("/api/explain", content=b"{", headers={"Content-Type": "application/json"}),
        client.post("/api/explain", content=b"[" * 100_000, headers={"Content-Type": "application/json"}),
        client.get("/api/terms/nothing"),
    ]
    for answer in answers:
        for word in ("Traceback", str(Path.home()) + "/", str(Path(__file__).parents[2]), "site-packages", ".py"):
            assert word not in answer.text.replace("app.py", "")
        assert answer.status_code < 500


def test_every_answer_has_security_headers(client: httpx.Client) -> None:
    """a policy, no sniffing, no referrer, on pages, data and errors"""
    for path in ("/", "/sparql", "/health", "/nothing", "/api/search?q=neutropenia", "/explore"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_beyond_this_machine_only_with_a_token(small: Path) -> None:
    """`kg serve --host 0.0.0.0` without one exits with 2 and a line; the token is then wanted of every request"""
    env = os.environ | {"KG_ONTOLOGY": str(small)}
    found = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--host", "0.0.0.0"], env=env, capture_output=True, text=True, timeout=30
    )
    assert found.returncode == 2
    assert "token" in found.stderr
    token = "a-token-for-this-test-only"
    with run_server(small, "--workers", "1", KG_TOKEN=token) as address:
        assert httpx.get(address + "/health").status_code == 200
        for path in ("/", "/sparql", "/api/search?q=x", "/version"):
            answer = httpx.get(address + path)
            assert answer.status_code == 401
            assert "www-authenticate" in answer.headers
        assert httpx.get(address + "/version", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert httpx.get(address + "/version", auth=("any", token)).status_code == 200
        assert httpx.get(address + "/version", auth=("any", token + "x")).status_code == 401


def test_health_answers_while_all_workers_are_busy(client: httpx.Client) -> None:
    """a watchdog is not kept waiting by queries"""
    busy = [threading.Thread(target=post, args=(client, ENDLESS)) for _ in range(2)]
    for thread in busy:
        thread.start()
    time.sleep(0.3)
    start = time.monotonic()
    assert client.get("/health").json() == {"status": "ok"}
    assert time.monotonic() - start < 1
    for thread in busy:
        thread.join()


def test_an_answer_cut_short_cannot_be_taken_for_the_whole(small: Path) -> None:
    """a reader slower than the time limit gets a broken connection, and its worker ends"""
    query = f"SELECT ?a ('{'x' * 2000}' AS ?t) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 20000"
    headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
    with run_server(small, "--timeout", "3", "--workers", "1") as address:
        with httpx.stream("POST", address + "/sparql", data={"query": query}, headers=headers) as answer:
            assert answer.status_code == 200
            pieces = answer.iter_raw(1 << 16)
            next(pieces)
            time.sleep(5)
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
        assert httpx.post(address + "/sparql", data={"query": "ASK {}"}, timeout=10).status_code == 200
