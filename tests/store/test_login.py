"""What is sent to whom: a redirection must not carry a login to another address."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from kg.exceptions import InputError
from kg.knowledge.store import Login, RemoteEngine


class Listener(BaseHTTPRequestHandler):
    """Notes who logs in; sends on to `elsewhere` where it has one, after a digest challenge where nobody logged in."""

    seen: ClassVar[list[tuple[str, str]]] = []
    elsewhere: ClassVar[dict[int, str]] = {}

    def do_POST(self) -> None:
        port, shown = self.server.server_address[1], self.headers.get("Authorization", "")
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((str(port), shown))
        self.send_response((302 if shown else 401) if port in self.elsewhere else 404)
        self.send_header("Location", self.elsewhere.get(int(port), ""))
        self.send_header("WWW-Authenticate", 'Digest realm="here", nonce="abc", qop="auth"')
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def ports() -> Iterator[list[int]]:
    servers = [HTTPServer(("127.0.0.1", 0), Listener) for _ in range(2)]
    found = [int(server.server_address[1]) for server in servers]
    Listener.seen.clear()
    Listener.elsewhere.clear()
    Listener.elsewhere[found[0]] = f"http://127.0.0.1:{found[1]}/sparql"
    for server in servers:
        Thread(target=server.serve_forever, daemon=True).start()
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("login", "scheme"), [(Login(token="secret"), "Bearer secret"), (Login("dba", "dba"), "Digest username")]
)
def test_a_redirection_carries_no_login_elsewhere(ports: list[int], login: Login, scheme: str) -> None:
    with pytest.raises(InputError, match="404"):
        RemoteEngine(f"http://127.0.0.1:{ports[0]}/sparql", login=login).select("SELECT * { ?s ?p ?o }")
    assert any(port == str(ports[0]) and shown.startswith(scheme) for port, shown in Listener.seen)
    assert [shown for port, shown in Listener.seen if port == str(ports[1])] == [""]
