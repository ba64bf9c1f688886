"""What one connection may cost: bytes and number of headers, seconds, and how many of them a client has.

uvicorn has no limit for any of these where httptools parses, so its protocol is extended here; what it does limit (all
connections together, an idle connection, the time to end in) is set where the server is made. A client that has too many
connections loses the one that has waited longest without a request, so that a flood locks nobody out.
Must not know what is asked.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from kg.serve.settings import Settings

MAX_PIPELINE = 16  # requests that may wait behind the one that is being answered
MAX_DISCARDED = 1_000_000  # bytes of a refused request that are read on, so that the client gets to see why
LINGER = 1.0  # seconds for the same


class TooMuchError(Exception):
    """Stops the parser; the client has been told."""


class Clients:
    """Connections by client, the oldest first."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.by_client: dict[str, dict[Connection, None]] = {}
        self.count = 0

    def add(self, connection: Connection, client: str) -> bool:
        """Take a new connection, if need be for a waiting one; False where there is no room."""
        own = self.by_client.get(client, {})
        if len(own) >= self.settings.max_per_client and not _drop_waiting(own):
            return False
        if self.count >= self.settings.max_connections and not _drop_waiting(max(self.by_client.values(), key=len)):
            return False
        self.by_client.setdefault(client, {})[connection] = None
        self.count += 1
        return True

    def remove(self, connection: Connection, client: str) -> None:
        """Forget a connection."""
        own = self.by_client.get(client, {})
        if connection in own:
            del own[connection]
            self.count -= 1
        if not own:
            self.by_client.pop(client, None)


def _drop_waiting(connections: dict[Connection, None]) -> bool:
    """Drop the oldest connection that no request is answered on."""
    found = next((connection for connection in connections if connection.is_waiting), None)
    if found is not None:
        found.drop()
    return found is not None


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with limits. Use `build_protocol`."""

    limits: ClassVar[Settings]
    clients: ClassVar[Clients]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.clock: asyncio.TimerHandle | None = None
        self.in_head, self.refused = True, False
        self.head_size = self.discarded = 0
        self._set_clock(self.limits.head_time)
        if not self.clients.add(self, self.address):
            self._refuse(503, "this client has too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        self._set_clock(None)
        self.clients.remove(self, self.address)
        super().connection_lost(exc)

    @property
    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def drop(self) -> None:
        """End the connection at once."""
        self.clients.remove(self, self.address)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.refused:
            self._discard(len(data))
            return
        if self.clock is None:  # an idle connection: what comes now has to become a request soon
            self._set_clock(self.limits.head_time)
        self.head_size += len(data)
        super().data_received(data)
        if self.in_head and self.head_size > self.limits.max_head and not self.refused:
            self._refuse(431, f"the headers are longer than {self.limits.max_head} bytes")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Called for whatever the parser stumbles over, our own limits included."""
        if not self.refused:
            self._refuse(400, "this is no HTTP request")

    # ---- what the parser finds

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINE:
            self.drop()
            raise TooMuchError
        super().on_message_begin()
        self.in_head = True

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.limits.max_url:
            self._stop(414, f"the address is longer than {self.limits.max_url} bytes; send the query with POST")

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > self.limits.max_headers:
            self._stop(431, f"there are more than {self.limits.max_headers} headers")

    def on_headers_complete(self) -> None:
        if sum(len(name) + len(value) for name, value in self.headers) > self.limits.max_head:
            self._stop(431, f"the headers are longer than {self.limits.max_head} bytes")
        self.in_head, self.head_size = False, 0
        self._set_clock(self.limits.answer_time)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and not self.refused:
            started = self.head_size and self.in_head
            self._set_clock(self.limits.answer_time if not self.is_waiting else self.limits.head_time if started else None)

    # ---- ends

    def _set_clock(self, seconds: float | None) -> None:
        if self.clock is not None:
            self.clock.cancel()
        self.clock = None if seconds is None else self.loop.call_later(seconds, self._end_late)

    def _end_late(self) -> None:
        if self.in_head and self.is_waiting and not self.refused:
            self._refuse(408, f"no whole request came within {self.limits.head_time:g} seconds")
        else:
            self.transport.abort()

    def _stop(self, status: int, reason: str) -> None:
        self._refuse(status, reason)
        raise TooMuchError

    def _refuse(self, status: int, reason: str) -> None:
        """Tell why, and close; a reset that comes too early would take the answer from the client."""
        self.refused = True
        if not self.is_waiting or self.transport.is_closing():  # an answer is on its way: no room for another
            self.transport.abort()
            return
        body = f"{reason}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"
        self.transport.write(STATUS_LINE[status] + head + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.write_eof()
        self._set_clock(LINGER)

    def _discard(self, size: int) -> None:
        self.discarded += size
        if self.discarded > MAX_DISCARDED:
            self.transport.abort()


def build_protocol(settings: Settings) -> Any:
    """The protocol class of one server, for uvicorn's setting `http`."""
    return type("LimitedConnection", (Connection,), {"limits": settings, "clients": Clients(settings)})
