"""How the server ends, and how its workers do: soon, with the right status, nothing left behind, no request lost in vain."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from kg.serve.places import make_place
from tests.serve.conftest import run_process, run_server
from tests.serve.test_safety import ENDLESS, SORTED

PROC = Path("/proc/self/task")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of our own, so that what is left there is ours."""
    place = tmp_path / "t"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield place
    monkeypatch.setattr(tempfile, "tempdir", None)


def find_children(pid: int) -> list[int]:
    """Processes that a process started, on a system with /proc."""
    if not PROC.exists():
        pytest.skip("no /proc")
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def find_nursery(server: int) -> int:
    (nursery,) = find_children(server)
    return nursery


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def ask(address: str, query: str = "ASK {}", timeout: float = 60) -> httpx.Response:
    return httpx.post(address + "/sparql", data={"query": query}, timeout=timeout)


def ask_apart(address: str, query: str) -> threading.Thread:
    """Ask without waiting for the answer, which may never come."""

    def run() -> None:
        with contextlib.suppress(httpx.HTTPError):
            ask(address, query)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)
    return thread


@contextlib.contextmanager
def trickle(address: str) -> Iterator[None]:
    """Clients that send a byte a second, send nothing, and read nothing of a large answer."""
    place = urlsplit(address)
    start = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: "
    large = f"SELECT ?a ('{'x' * 2000}' AS ?t) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 20000".encode()
    heads = [start + b"999\r\n\r\n", b"GET / HT", b"", start + b"%d\r\n\r\n%s" % (len(large), large)]
    connections = [socket.create_connection((place.hostname, place.port)) for _ in heads]
    for connection, head in zip(connections, heads, strict=True):
        connection.sendall(head)
    over = threading.Event()

    def drop() -> None:
        while not over.wait(0.2):
            for connection in connections[:2]:
                with contextlib.suppress(OSError):
                    connection.sendall(b"#")

    thread = threading.Thread(target=drop)
    thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        over.set()
        thread.join()
        for connection in connections:
            connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("limit", ["2", "30"])
def test_a_signal_ends_it_within_its_limit(small: Path, folder: Path, number: signal.Signals, limit: str) -> None:
    """the request limit or five seconds, with a busy worker and clients that trickle or do not read; status 0, no folder"""
    with run_process(small, "--workers", "2", "--timeout", limit) as (address, process), trickle(address):
        thread = ask_apart(address, ENDLESS)
        workers = find_children(find_nursery(process.pid))
        start = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - start < min(5, float(limit)) + 0.5
        thread.join()
        assert not any(map(is_running, workers))
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("live_owl")
@pytest.mark.parametrize("wait", [0.0, 0.3, 0.8])
def test_a_signal_is_heard_while_the_workers_load(folder: Path, wait: float) -> None:
    """the live ontology takes seconds to load"""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while not find_children(process.pid):
            time.sleep(0.02)
        time.sleep(wait)
        start = time.monotonic()
        process.terminate()
        out, errors = process.communicate(timeout=10)
    assert (process.returncode, out, errors) == (0, "", "")
    assert time.monotonic() - start < 5
    assert list(folder.iterdir()) == []


def test_sigkill_leaves_nothing_that_the_next_start_does_not_clear(small: Path, folder: Path) -> None:
    """and a busy worker does not outlive its server by more than a second"""
    with run_process(small, "--workers", "2") as (address, process):
        thread = ask_apart(address, ENDLESS)
        nursery = find_nursery(process.pid)
        family = [nursery, *find_children(nursery)]
        assert len(family) == 3
        process.kill()
        process.wait(5)
        time.sleep(1)
        assert not any(map(is_running, family))
        thread.join()
    left = list(folder.iterdir())
    assert len(left) == 1
    (folder / "leukograph-mine").mkdir()
    (folder / "leukograph-mine" / "lock").write_text("")
    (folder / "leukograph-mine" / "thesis.txt").write_text("not yours", encoding="utf-8")
    (folder / "leukograph-link").symlink_to(left[0])
    with run_server(small, "--workers", "1") as address:
        assert ask(address).status_code == 200
        assert left[0] not in folder.iterdir()
        living = make_place()  # a second server leaves the first one's folder alone
        assert ask(address).status_code == 200
        living.remove()
    assert {path.name for path in folder.iterdir()} == {"leukograph-mine", "leukograph-link"}


def test_workers_that_cannot_start_are_one_line(tmp_path: Path, folder: Path) -> None:
    """no traceback, status 2, no folder"""
    (tmp_path / "leukograph.owl").write_text("no ontology", encoding="utf-8")
    env = os.environ | {"KG_ONTOLOGY": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--port", "0"], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert all(line.startswith("kg: ") for line in done.stderr.splitlines())
    assert list(folder.iterdir()) == []


def test_twenty_kills_of_workers_and_five_of_the_nursery_lose_no_request(small: Path) -> None:
    """a request whose worker was killed under it is tried once more"""
    killed = {"worker": 0, "nursery": 0}
    with run_process(small, "--workers", "2", "--timeout", "60") as (address, process), ThreadPoolExecutor(8) as threads:
        over = threading.Event()

        def keep_asking(_: int) -> list[str]:
            answers = []
            with httpx.Client(base_url=address, timeout=120) as client:
                while not over.is_set():
                    answer = client.post("/sparql", data={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
                    answers.append("answered" if answer.status_code == 200 else answer.text)
            return answers

        asking = [threads.submit(keep_asking, n) for n in range(8)]
        try:
            for round_ in range(25):
                time.sleep(0.15)
                nursery = find_nursery(process.pid) if find_children(process.pid) else 0
                family = find_children(nursery)
                if round_ % 5 == 4 and nursery:
                    os.kill(nursery, signal.SIGKILL)
                    killed["nursery"] += 1
                    wait_for_workers(process.pid)
                elif family:
                    os.kill(family[0], signal.SIGKILL)
                    killed["worker"] += 1
        finally:
            over.set()
        answers = [answer for future in asking for answer in future.result()]
    assert killed == {"worker": 20, "nursery": 5}
    lost = [answer for answer in answers if answer != "answered"]
    assert [answer for answer in lost if "so was a second try" not in answer] == []  # killed twice: no retry could save it
    assert len(lost) < 3
    assert len(answers) > 100


def wait_for_workers(server: int) -> None:
    """Wait until a new nursery has both its workers."""
    for _ in range(600):
        time.sleep(0.05)
        if any(len(find_children(child)) == 2 for child in find_children(server)):
            return
    raise AssertionError("no new nursery came")


def test_a_worker_that_is_killed_twice_is_told_as_that(small: Path) -> None:
    """not as the request's own doing"""
    with run_process(small, "--workers", "2", "--timeout", "20") as (address, process), ThreadPoolExecutor(1) as threads:
        asking = threads.submit(ask, address, ENDLESS)
        nursery = find_nursery(process.pid)
        for _ in range(2):
            time.sleep(0.7)
            for worker in find_children(nursery):
                os.kill(worker, signal.SIGKILL)
        answer = asking.result()
    assert answer.status_code == 503
    assert "killed from outside" in answer.text
    assert "second try" in answer.text


def test_memory_that_runs_out_is_told_and_ends_the_worker(small: Path) -> None:
    """in Oxigraph, which aborts, and in Python, which raises; the next request gets a new process; --memory is per worker"""
    from kg.serve import calls

    assert "explain" in calls.CALLS
    with run_process(small, "--workers", "1", "--timeout", "60", "--memory", "150") as (address, process):
        nursery = find_nursery(process.pid)
        (first,) = find_children(nursery)
        answer = ask(address, SORTED)
        assert answer.status_code == 503
        assert "memory" in answer.text
        assert ask(address).status_code == 200
        (second,) = find_children(nursery)
        assert second != first
        large = "SELECT (REPLACE(?x, 'x', '" + "y" * 100_000 + "') AS ?y) { BIND('" + "x" * 20_000 + "' AS ?x) }"
        assert ask(address, large).status_code == 503
        assert ask(address).status_code == 200
        assert find_children(nursery) != [second]


def test_a_python_memory_error_ends_its_worker(small: Path) -> None:
    """what was left half done there is not used again (a worker lived on with it)"""
    code = f"""
import json, os, socket, sys
from pathlib import Path
from kg.serve import calls, frames, worker
os.environ["KG_ONTOLOGY"] = {str(small)!r}
calls.CALLS["facts"] = lambda _: [0] * (1 << 33)
ours, theirs = socket.socketpair()
worker.limit_resources(200_000_000)
alive = worker.answer(None, {{"call": "facts", "arguments": {{}}, "seconds": 20}}, theirs)
header = json.loads(frames.receive(ours)[1])
print(alive, header["status"], header["last"], "memory" in header["error"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "503", "True", "True"]


def test_help_says_that_memory_is_per_worker() -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "serve", "--help"], capture_output=True, text=True, check=True)
    assert re.search(r"--memory.*ONE\s+worker", done.stdout, re.DOTALL)
