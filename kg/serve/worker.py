"""The processes that evaluate. One nursery loads the store and the graph once and forks workers, which share its memory.

A worker connects to the server's socket and answers one request at a time; the server kills a worker whose time is over,
and the nursery forks the next one within milliseconds. When the server is gone, all of them end.
Run as `python -m kg.serve.worker SOCKET OWL WORKERS MAX_MEMORY`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.exceptions import LeukographError
from kg.serve import frames
from kg.serve.guard import Refusal

if TYPE_CHECKING:
    import pyoxigraph as ox

GONE = 3  # exit status of a worker that has no server any more


def main(arguments: list[str]) -> int:
    """Load everything, keep so many workers alive, end with the server."""
    place, owl, workers, memory = arguments
    try:
        store = load_store(Path(owl))
        prepare_calls()
    except (LeukographError, SyntaxError, ValueError, OSError) as error:
        sys.stderr.write(f"kg: the ontology cannot be served: {error}\n")
        return 2
    gc.collect()
    gc.freeze()
    return tend(store, place, int(workers), int(memory))


def load_store(owl: Path) -> ox.Store:
    """The ontology in memory, as the default graph and, with the same blank nodes, as the named graph."""
    import pyoxigraph as ox

    from kg.knowledge.store import open_engine
    from kg.serve.evaluate import GRAPH

    store = open_engine([owl]).store
    name = ox.NamedNode(GRAPH)
    store.bulk_extend([ox.Quad(q.subject, q.predicate, q.object, name) for q in store])
    return store


def prepare_calls() -> None:
    """Load what the API needs before the first fork."""
    from kg import answering
    from kg.serve import calls  # noqa: F401 - imported for the workers to come

    answering.get_engine()
    answering.get_resolver()


def tend(store: ox.Store, place: str, workers: int, memory: int) -> int:
    """Fork workers and replace each that ends. Returns when the server is gone."""
    for _ in range(workers):
        fork(store, place, memory)
    while True:
        _, status = os.wait()
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == GONE:
            return 0
        fork(store, place, memory)


def fork(store: ox.Store, place: str, memory: int) -> None:
    """Start one worker."""
    if os.fork() == 0:
        code = 1
        try:
            code = work(store, place, memory)
        finally:
            os._exit(code)


def work(store: ox.Store, place: str, memory: int) -> int:
    """A worker's life: connect, say who it is, answer until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    limit_resources(memory)
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(place)
            connection.sendall(frames.pack_json(b"H", {"pid": os.getpid(), "triples": len(store) // 2}))
            while True:
                _, data = frames.receive(connection)
                answer(store, json.loads(data), connection)
    except (EOFError, OSError):
        return GONE


def limit_resources(memory: int) -> None:
    """Bound what a query may take on top of the shared graph; no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # not everywhere: macOS has no /proc and no working limit
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def answer(store: ox.Store, request: Mapping[str, Any], connection: socket.socket) -> None:
    """Answer one request; the kernel ends the process when the time is over, whatever runs then."""
    from kg.serve.calls import answer_call
    from kg.serve.evaluate import answer_query

    def send(kind: bytes, value: Any) -> None:
        connection.sendall(frames.pack(kind, value) if isinstance(value, bytes) else frames.pack_json(kind, value))

    signal.setitimer(signal.ITIMER_REAL, request["seconds"])
    try:
        if "query" in request:
            answer_query(store, request, send)
        else:
            answer_call(request, send)
    except Refusal as refusal:
        send(b"H", {"status": refusal.status, "error": refusal.reason, "retry_after": refusal.retry_after, "whole": True})
        send(b"D", b"")
    except MemoryError:
        send(b"H", {"status": 503, "error": "the request needs more memory than it may take", "retry_after": 1, "whole": True})
        send(b"D", b"")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    send(b"E", b"")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
