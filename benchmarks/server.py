"""What the server costs: 16 and 100 clients at once, and the same queries on Oxigraph in this process, without HTTP.

Small queries show the price of a request; the query library shows the price where the engine works. Times are wall times.
Memory is what the server and its workers hold by themselves (proportional share), before and after all requests. How many small
requests are sent stands in KG_BENCH_REQUESTS (100,000 where nothing is said); a figure of fewer says how many.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg import answering, config
from kg.knowledge.store import find_queries

Row = dict[str, Any]
CLIENTS, MANY = 16, 100
REQUESTS = int(os.environ.get("KG_BENCH_REQUESTS", "100000"))
QUICK = 0.3
HEAD = "POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n"
LABEL = "SELECT ?label {{ <https://w3id.org/leukograph/LEUKO_{:07}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"


def run() -> list[Row]:
    """All rows, in about two minutes."""
    store = answering.load_store().engine.store
    small = [LABEL.format(1000 + number) for number in range(50)]
    library = [query.text for query in find_queries(config.get_queries_dir())]
    with serve() as (port, pid):
        load(port, small * 20)  # warm
        before = measure_memory(pid)
        rows = measure("label of a term", port, store, small, REQUESTS)
        after = measure_memory(pid)
        rows.append(measure_many(port, small))
        quick = [query for query in library if is_quick(port, query)]
        rows += measure(f"{len(quick)} library queries under {QUICK:g} s", port, store, quick, len(quick) * 8, repeat=2)
        rows.append(
            _row(
                f"server: memory after {REQUESTS:,} small requests, MB (peer: before)",
                after,
                before,
                after / before,
                "flat: ratio under 1.1",
            )
        )
        rows.append(measure_limit(port))
    return rows


def measure(name: str, port: int, store: ox.Store, queries: Sequence[str], total: int, repeat: int = 40) -> list[Row]:
    """Throughput, latencies and overhead of one load."""
    alone = measure_engine(store, queries, repeat)
    one = sorted(load(port, list(queries) * repeat, clients=1)[1])
    wall, times = load(port, [queries[n % len(queries)] for n in range(total)])
    rate, own = total / wall, 1 / alone
    times = sorted(times)
    overhead = 1000 * (statistics.fmean(one) - alone)
    return [
        _row(f"server, {name}: answers a second, {CLIENTS} clients (peer: Oxigraph in one process)", rate, own, rate / own),
        _row(
            f"server, {name}: p50 and p99 of {CLIENTS} clients, ms",
            f"{1000 * quantile(times, 0.5):.3g}, {1000 * quantile(times, 0.99):.3g}",
        ),
        _row(f"server, {name}: overhead of HTTP and worker a query, ms (peer: the query itself)", overhead, 1000 * alone, "", ""),
    ]


def measure_many(port: int, queries: Sequence[str]) -> Row:
    """A hundred clients at once; every answer has to come (`load` stops at the first that does not)."""
    total = max(MANY, REQUESTS // 5)
    wall, times = load(port, [queries[n % len(queries)] for n in range(total)], clients=MANY)
    times = sorted(times)
    tails = f"{1000 * quantile(times, 0.5):.3g}, {1000 * quantile(times, 0.99):.3g}"
    return _row(
        f"server, {MANY} clients, {total:,} requests: p50 and p99, ms; answers a second; errors",
        f"{tails}; {total / wall:.0f}; 0",
    )


def is_quick(port: int, query: str) -> bool:
    """Whether the server answers within a short time; the slow ones measure the engine and not the server."""
    try:
        return load(port, [query], clients=1)[1][0] < QUICK
    except AssertionError:  # refused at the time limit
        return False


def measure_engine(store: ox.Store, queries: Sequence[str], repeat: int) -> float:
    """Mean seconds that Oxigraph takes for a query with its JSON or N-Triples, in this process."""
    start = time.perf_counter()
    for _ in range(repeat):
        for query in queries:
            results = store.query(query)
            triples = isinstance(results, ox.QueryTriples)
            results.serialize(format=ox.RdfFormat.N_TRIPLES if triples else ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
    return (time.perf_counter() - start) / (repeat * len(queries))


def measure_limit(port: int) -> Row:
    """How exactly a runaway query is ended."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) }"
    _, (taken,) = load(port, [endless], clients=1, status=b"503")
    return _row("server: a runaway query is ended after, s (limit 5)", taken, 5, taken / 5, "503, ratio under 1.1")


def load(port: int, queries: Sequence[str], clients: int = CLIENTS, status: bytes = b"200") -> tuple[float, list[float]]:
    """Wall time, and the time of each request, of clients that ask one query after another on connections kept open."""
    return asyncio.run(_load(port, queries, clients, status))


async def _load(port: int, queries: Sequence[str], clients: int, status: bytes) -> tuple[float, list[float]]:
    waiting, times = iter(queries), []
    start = time.perf_counter()
    await asyncio.gather(*(_client(port, waiting, times, status) for _ in range(clients)))
    return time.perf_counter() - start, times


async def _client(port: int, waiting: Iterator[str], times: list[float], status: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    for query in waiting:
        start = time.perf_counter()
        body = b"query=" + quote(query).encode()
        writer.write(HEAD.format(len(body)).encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.split(b" ", 2)[1] == status, answer
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        await (reader.readexactly(int(length[1])) if length else reader.readuntil(b"\r\n0\r\n\r\n"))
        times.append(time.perf_counter() - start)
    writer.close()


@contextmanager
def serve() -> Iterator[tuple[int, int]]:
    """`kg serve` on a free port: port and process."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", "--timeout", "5", "--workers", "2"]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found, "the server did not start"
        yield int(found[1]), process.pid
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def measure_memory(pid: int) -> float:
    """Megabytes of a process and its descendants, shared pages divided among them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
    return (int(own[1]) if own else 0) / 1000 + sum(measure_memory(int(child)) for child in children)


def quantile(values: Sequence[float], share: float) -> float:
    """Value below which a share of sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]


def _row(what: str, ours: float | str, peer: float | str = "", ratio: float | str = "", goal: str = "") -> Row:
    return {"what": what, "ours": ours, "peer": peer, "ratio": ratio, "goal": goal}
