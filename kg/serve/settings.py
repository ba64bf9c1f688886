"""What the person who starts the server decides, checked once. Must not know HTTP frameworks or SPARQL."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.exceptions import InputError

MAX_SECONDS = 86_400.0
_ORIGIN = re.compile(r"https?://[a-z0-9.\-_\[\]:]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and places. Times in seconds, sizes in bytes.

    `services` are hosts that SERVICE may call, `hosts` further names that the server is asked by, `origins` the web pages that
    may read its answers. `max_memory` is what one worker may take beside the graph that all share.
    """

    owl: Path
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    max_rows: int = 100_000
    workers: int = field(default_factory=lambda: max(2, min(8, os.cpu_count() or 2)))
    token: str = ""
    services: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    max_body: int = 2_000_000
    max_bodies: int = 64_000_000  # of all requests that are being read
    max_url: int = 16_000
    max_head: int = 32_000
    max_headers: int = 100
    head_time: float = 10.0
    max_connections: int = field(default_factory=lambda: find_room())
    max_per_client: int = 200
    max_memory: int = 1_000_000_000
    max_waiting: int = 256

    def __post_init__(self) -> None:
        """Raises InputError for a server that would stand open, or could not answer at all."""
        if not self.owl.is_file():
            raise InputError("no such ontology; `kg build` makes it", self.owl.name)
        if not is_loopback(self.host) and len(self.token) < 16:
            raise InputError(f"{self.host} is reachable from outside: give --token-file or KG_TOKEN, of at least 16 characters")
        if not self.token.isascii() or not self.token.isprintable():
            raise InputError("a token is one line of plain ASCII")
        if not 0 < self.timeout <= MAX_SECONDS:  # false for nan, too
            raise InputError(f"the time limit has to be above 0 and at most {MAX_SECONDS:g} seconds")
        if self.max_rows < 1 or self.workers < 1 or self.max_memory < 50_000_000 or self.max_per_client < 1:
            raise InputError("rows, workers and connections have to be above 0, and memory at least 50 MB")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise InputError(f"{origin!r} is no origin: give scheme and host, such as https://example.org")

    @property
    def answer_time(self) -> float:
        """Seconds after which a request is over in any case: waiting for a worker, evaluating, sending."""
        return 2 * self.timeout + self.head_time

    @property
    def end_time(self) -> int:
        """Seconds that requests may still take when the server has been told to end; one is kept for the workers."""
        return max(0, int(min(5.0, self.timeout)) - 1)

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server. A page elsewhere whose name was bent to our address does not."""
        try:
            name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in {self.host.lower(), *(host.lower() for host in self.hosts)}:
            return True
        if is_loopback(self.host):
            return is_loopback(name)
        return is_everywhere(self.host) and (is_address(name) or name == socket.gethostname().lower())


def find_room() -> int:
    """Connections that the process may hold, some files left for everything else."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1000 if soft == resource.RLIM_INFINITY else max(50, min(1000, soft - 200))


def is_address(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_everywhere(host: str) -> bool:
    """Whether a server bound to the host listens on every address of the machine."""
    return is_address(host) and ipaddress.ip_address(host).is_unspecified


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to the host."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
