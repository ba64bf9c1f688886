"""What the person who starts the server decides, checked once. Must not know HTTP frameworks or SPARQL."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path

from kg.exceptions import InputError


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and places. Times in seconds, sizes in bytes; `services` are hosts that SERVICE may call, by name."""

    owl: Path
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    max_rows: int = 100_000
    workers: int = field(default_factory=lambda: max(2, min(8, os.cpu_count() or 2)))
    token: str = ""
    services: frozenset[str] = frozenset()
    max_body: int = 2_000_000
    max_url: int = 16_000
    max_memory: int = 1_000_000_000
    max_waiting: int = 256

    def __post_init__(self) -> None:
        """Raises InputError for a server that would stand open, or could not answer at all."""
        if not self.owl.exists():
            raise InputError("no such ontology; `kg build` makes it", self.owl.name)
        if not is_loopback(self.host) and len(self.token) < 16:
            raise InputError(f"{self.host} is reachable from outside: give --token (or KG_TOKEN) of at least 16 characters")
        if not self.token.isascii() or self.timeout <= 0 or self.max_rows < 1 or self.workers < 1:
            raise InputError("timeout, rows and workers have to be above 0, and a token plain ASCII")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
