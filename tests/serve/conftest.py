"""A real server in its own process, on the small ontology of the fixture."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import skip

TIMEOUT = 2.0
MAX_ROWS = 3000
ORIGIN = "https://example.org"  # a page elsewhere that may read the answers


@contextmanager
def run_process(folder: Path, *options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`kg serve` on a free port: its address, and the process, which is ended where the test has not done so."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *options]
    env = (
        os.environ | {"KG_ONTOLOGY": str(folder), "KG_CACHE": str(folder.parent / "cache"), "PYTHONUNBUFFERED": "1"} | environment
    )
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        found = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert found, "the server did not say where it is"
        yield found[0], process
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@contextmanager
def run_server(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    """`kg serve` on a free port; gives its address."""
    with run_process(folder, *options, **environment) as (address, _):
        yield address


@pytest.fixture(scope="session")
def server(small: Path) -> Iterator[str]:
    """Address of a server with short limits."""
    with run_server(
        small, "--timeout", str(TIMEOUT), "--max-rows", str(MAX_ROWS), "--workers", "2", "--allow-origin", ORIGIN
    ) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    """HTTP client of that server."""
    with httpx.Client(base_url=server, timeout=30) as found:
        yield found


def need(program: str) -> str:
    """Path of a program; a test without it is skipped here and fails in CI."""
    path = shutil.which(program)
    if path is None:
        skip(f"{program} is not installed")
    return path
