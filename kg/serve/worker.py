"""The processes that evaluate. One nursery loads the store and the graph once and forks workers, which share its memory.

A worker connects to the server's socket and answers one request at a time; the server kills a worker whose time is over, and
the nursery forks the next one within milliseconds and tells how the last one ended (`PID STATUS` a line). The nursery holds the
other end of a pipe to the server: when the server is gone, it kills its workers, whatever they do, and ends.
Run as `python -m kg.serve.worker SOCKET OWL WORKERS MAX_MEMORY`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.exceptions import LeukographError
from kg.serve import frames
from kg.serve.guard import Refusal

if TYPE_CHECKING:
    import pyoxigraph as ox

GONE, SPENT, FAILED = 3, 4, 1  # exit status of a worker: its server is gone; its memory ran out; anything else
YOUNG = 0.2  # seconds: a worker that ended sooner is replaced with a pause, so that nothing spins
DEAF = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # sent to a whole group; they are the server's to answer


def main(arguments: list[str]) -> int:
    """Load everything, keep so many workers alive, end with the server."""
    place, owl, workers, memory = arguments
    for number in DEAF:
        signal.signal(number, signal.SIG_IGN)
    try:
        store = load_store(Path(owl))
        prepare_calls()
    except (LeukographError, SyntaxError, ValueError, OSError) as error:
        sys.stderr.write(f"kg: the ontology cannot be served: {error}\n")
        return 2
    gc.collect()
    gc.freeze()
    return Nursery(store, place, int(memory)).tend(int(workers))


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


class Nursery:
    """Keeps workers alive while the server is there."""

    def __init__(self, store: ox.Store, place: str, memory: int) -> None:
        self.store, self.place, self.memory = store, place, memory
        self.born: dict[int, float] = {}
        self.bell, ringing = socket.socketpair()
        ringing.setblocking(False)
        self.ringing = ringing

    def tend(self, workers: int) -> int:
        """Fork workers and replace each that ends. Returns when the server is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.ringing.fileno(), warn_on_full_buffer=False)
        for _ in range(workers):
            self.fork()
        while True:
            ready, _, _ = select.select([sys.stdin, self.bell], [], [])
            if sys.stdin in ready and not os.read(sys.stdin.fileno(), 1):
                return self.end()
            if self.bell in ready:
                self.bell.recv(4096)
                self.replace_ended()

    def replace_ended(self) -> None:
        """Tell how each ended worker ended, and fork another."""
        while self.born:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if time.monotonic() - self.born.pop(pid, 0.0) < YOUNG:
                time.sleep(YOUNG)
            with contextlib.suppress(OSError):
                os.write(1, f"{pid} {os.waitstatus_to_exitcode(status)}\n".encode())
            self.fork()

    def end(self) -> int:
        """Kill all workers: nobody is there any more to take their answers."""
        for pid in self.born:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return 0

    def fork(self) -> None:
        """Start one worker."""
        pid = os.fork()
        if pid:
            self.born[pid] = time.monotonic()
            return
        code = FAILED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            leave_pipes()
            code = work(self.store, self.place, self.memory)
        except MemoryError:
            code = SPENT
        finally:
            os._exit(code)


def leave_pipes() -> None:
    """Let go of the nursery's pipes to the server, which have to close when the nursery ends."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    os.close(nothing)


def work(store: ox.Store, place: str, memory: int) -> int:
    """A worker's life: connect, say who it is, answer until the server is gone or memory ran out."""
    limit_resources(memory)
    nursery = os.getppid()
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(place)
            connection.sendall(frames.pack_json(b"H", {"pid": os.getpid(), "nursery": nursery, "triples": len(store) // 2}))
            while True:
                _, data = frames.receive(connection)
                if not answer(store, json.loads(data), connection):
                    return SPENT
    except (EOFError, OSError):
        return GONE


def limit_resources(memory: int) -> None:
    """Bound what a query may take on top of the shared graph; no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # not everywhere: macOS has no /proc and no working limit
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def answer(store: ox.Store, request: Mapping[str, Any], connection: socket.socket) -> bool:
    """Answer one request; the kernel ends the process when the time is over, whatever runs then.

    Returns whether the worker may live on: after a MemoryError nobody knows what was left half done.
    """
    from kg.serve.calls import answer_call
    from kg.serve.evaluate import answer_query

    def send(kind: bytes, value: Any) -> None:
        connection.sendall(frames.pack(kind, value) if isinstance(value, bytes) else frames.pack_json(kind, value))

    sound = True
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
        sound = False
        reason = "the request needs more memory than it may take (--memory)"
        send(b"H", {"status": 503, "error": reason, "retry_after": 1, "whole": True, "last": True})
        send(b"D", b"")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    send(b"E", b"")
    return sound


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
