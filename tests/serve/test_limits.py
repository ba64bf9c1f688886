"""What one client can take from the others: bytes of headers, connections, time. Each attack leaves the server open and small."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from kg.exceptions import InputError
from kg.serve.settings import Settings
from tests.serve.conftest import run_process, run_server

MEGABYTE = 1_000_000
GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: "


@pytest.fixture(scope="module")
def running(small: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with run_process(small, "--workers", "1", "--timeout", "3", "--allow-host", "kg.example.org") as found:
        yield found


@pytest.fixture
def address(running: tuple[str, subprocess.Popen[str]]) -> str:
    return running[0]


def connect(address: str, source: str = "127.0.0.1") -> socket.socket:
    """A bare connection; on Linux each 127.x.y.z is an address of this machine."""
    place = urlsplit(address)
    return socket.create_connection((place.hostname, place.port), timeout=20, source_address=(source, 0))


def send(address: str, head: bytes) -> bytes:
    """What comes back for some bytes, until the server closes."""
    with connect(address) as connection:
        with contextlib.suppress(ConnectionError):  # refused before all was sent
            connection.sendall(head)
        return receive(connection)


def receive(connection: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65536):
            answer += part
    return answer


def measure(process: subprocess.Popen[str]) -> int:
    """Peak resident bytes of the server's own process, where the system tells."""
    path = Path(f"/proc/{process.pid}/status")
    if not path.exists():
        pytest.skip("no /proc")
    found = re.search(r"VmHWM:\s+(\d+)", path.read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (GET + b"X-A: b\r\n" * 200 + b"\r\n", 431),
        (GET + b"X-A: " + b"b" * 40_000 + b"\r\n\r\n", 431),
        (GET + b"X" * 100_000, 431),
        (GET + b"".join(b"X-%d: %s\r\n" % (n, b"b" * 900) for n in range(60)) + b"\r\n", 431),
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /" + b"x" * 170_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (GET + b"Host: other\r\nConnection: close\r\n\r\n", 400),
        (GET + b"X-A: b\r\n" * 50 + b"Connection: close\r\n\r\n", 200),
    ],
)
def test_headers_and_address_have_an_end(address: str, head: bytes, status: int) -> None:
    """too many, too long, without an end, no HTTP at all: told, and closed"""
    assert send(address, head).startswith(b"HTTP/1.1 %d " % status)


def test_a_hundred_megabytes_of_headers_take_no_memory(running: tuple[str, subprocess.Popen[str]]) -> None:
    """876 MB before; the connection ends after the first of them"""
    address, process = running
    before = measure(process)
    line = b"X-Small: header\r\n" * 60_000
    with connect(address) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(GET)
        for _ in range(100):
            connection.sendall(line)
        pytest.fail("all of it was taken")
    assert measure(process) - before < 30 * MEGABYTE
    assert httpx.get(address + "/health").status_code == 200


def test_half_open_connections_lock_nobody_out(running: tuple[str, subprocess.Popen[str]]) -> None:
    """1,050 of them, from one client and from five; another client, and the same one, are served at once"""
    address, process = running
    before = measure(process)
    for sources in (["127.0.0.1"], [f"127.0.0.{n}" for n in range(2, 7)]):
        held = []
        for number in range(1050):
            held.append(connect(address, sources[number % len(sources)]))
            with contextlib.suppress(ConnectionError):
                held[-1].sendall(b"GET /health HTTP/1.1\r\nX-")
        start = time.monotonic()
        assert httpx.get(address + "/health").status_code == 200
        assert httpx.post(address + "/sparql", data={"query": "ASK {}"}).status_code == 200
        assert time.monotonic() - start < 2
        for connection in held:
            connection.close()
    assert measure(process) - before < 60 * MEGABYTE


def test_a_client_has_so_many_connections_and_no_more(small: Path) -> None:
    """those that wait give way to new ones; those on which a request runs do not"""
    slow = POST + b"9\r\n\r\n"
    with run_server(small, "--workers", "1", "--timeout", "20", "--connections", "3") as address:
        held = [connect(address) for _ in range(3)]
        for connection in held:
            connection.sendall(slow)
        time.sleep(0.3)
        assert send(address, GET + b"\r\n").startswith(b"HTTP/1.1 503 ")
        assert httpx.get(address + "/health").status_code == 503
        with connect(address, "127.0.0.2") as other:
            other.sendall(GET + b"\r\n")
            assert other.recv(100).startswith(b"HTTP/1.1 200 ")
        for connection in held:
            connection.sendall(b"ASK {} #x")
            assert b" 200 " in connection.recv(100)
        assert httpx.get(address + "/health").status_code == 200
        for connection in held:
            connection.close()


def test_a_request_has_to_come_in_time(address: str) -> None:
    """a head in ten seconds, a body within the time limit, however it trickles"""
    head = POST + b"1000\r\n\r\n"
    found: dict[str, tuple[float, bytes]] = {}

    def trickle(name: str, start: bytes, drop: bytes) -> None:
        begin = time.monotonic()
        with connect(address) as connection, contextlib.suppress(ConnectionError):
            connection.sendall(start)
            connection.settimeout(0.3)
            while time.monotonic() - begin < 20:
                with contextlib.suppress(TimeoutError):
                    found[name] = (time.monotonic() - begin, connection.recv(100))
                    return
                connection.sendall(drop)

    tasks = {"head": (GET, b"X-A: b\r\n"[:1]), "body": (head, b"#"), "empty": (b"", b"\r\n")}
    threads = [threading.Thread(target=trickle, args=(name, *task)) for name, task in tasks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[name][1].startswith(b"HTTP/1.1 408 ") for name in tasks), found
    assert found["body"][0] < 5
    assert 9 < found["head"][0] < 13


def test_an_idle_connection_and_a_pipeline_have_an_end(address: str) -> None:
    """thousands of requests in one breath are dropped, and blank lines keep nothing open"""
    with connect(address) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall((GET + b"\r\n") * 5000)
        assert receive(connection).count(b"HTTP/1.1 200") < 100
    with connect(address) as connection:
        connection.sendall((GET + b"\r\n") * 5)
        time.sleep(0.5)
        assert connection.recv(65536).count(b"HTTP/1.1 200") == 5


def test_bodies_have_an_end_together(address: str) -> None:
    """a hundred bodies of almost two megabytes that never end: some are refused, none is kept"""
    head = POST + b"1999999\r\n\r\n"
    held = [connect(address) for _ in range(60)]
    for connection in held:
        with contextlib.suppress(ConnectionError):
            connection.sendall(head + b"#" * 1_900_000)
    answers = [receive(connection)[:12] for connection in held]
    for connection in held:
        connection.close()
    assert set(answers) <= {b"HTTP/1.1 503", b"HTTP/1.1 408", b""}
    assert answers.count(b"HTTP/1.1 503") >= 20
    assert httpx.post(address + "/sparql", data={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8000", 200),
        ("kg.example.org", 200),
        ("kg.example.org.", 200),
        ("evil.example.com", 421),
        ("localhost.evil.example.com", 421),
        ("127.0.0.1.evil.example.com", 421),
        ("evil@localhost.com", 421),
        ("10.0.0.1", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_only_its_own_names_are_answered(address: str, host: str, status: int) -> None:
    """a page elsewhere that bends its name to this address gets nothing (DNS rebinding)"""
    for path in ("/", "/sparql?query=ASK%20%7B%7D", "/api/search?q=x", "/health"):
        answer = httpx.get(address + path, headers={"Host": host})
        assert answer.status_code == status
        assert "evil" not in answer.text


def test_names_of_a_server_that_listens_everywhere(live_owl: Path) -> None:
    """any address and this machine's name, but no name that somebody made up"""
    settings = Settings(live_owl, "0.0.0.0", token="x" * 16, hosts=frozenset({"kg.example.org"}))
    assert all(settings.knows_host(host) for host in ("10.0.0.1:80", "[fe80::1]", socket.gethostname(), "KG.example.org"))
    assert not any(settings.knows_host(host) for host in ("evil.example.com", "kg.example.org.evil.com", "a b", ""))


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": -1.0},
        {"timeout": 0.0},
        {"workers": 0},
        {"max_rows": 0},
        {"max_memory": 1},
        {"token": "a\nb" * 8},
        {"token": "ü" * 16},
        {"origins": frozenset({"*"})},
        {"origins": frozenset({"https://example.org/path"})},
        {"host": "0.0.0.0"},
        {"owl": Path("/")},
    ],
)
def test_settings_that_cannot_be_are_refused(live_owl: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Settings(**({"owl": live_owl} | wrong))  # type: ignore[arg-type]


def test_a_token_comes_from_a_file_or_the_environment(small: Path, tmp_path: Path) -> None:
    """never from the command line, where every user of the machine can read it"""
    env = os.environ | {"KG_ONTOLOGY": str(small)}
    command = [sys.executable, "-m", "kg", "serve"]
    for options, message in (
        (["--token", "a-token-on-the-command-line"], "--token-file"),
        (["--token-file", str(tmp_path / "none")], "cannot be read"),
        (["--timeout", "nan"], "time limit"),
        (["--memory", "1"], "--memory"),
    ):
        found = subprocess.run([*command, *options], env=env, capture_output=True, text=True, timeout=30)
        assert found.returncode == 2
        assert message in found.stderr
    (tmp_path / "token").write_text("a-token-for-this-test\n", encoding="utf-8")
    with run_server(small, "--workers", "1", "--token-file", str(tmp_path / "token")) as address:
        assert httpx.get(address + "/version").status_code == 401
        assert httpx.get(address + "/version", headers={"Authorization": "Bearer a-token-for-this-test"}).status_code == 200
