"""Fixtures of the release: the live ontology exported once, and what every tool finds in it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kg.authoring.release.export import export
from tests.release.matrix import create_loaders, find_loaders, run_tool

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def ontology_dir(live_owl: Path) -> Path:
    """Folder of the live tables and OWL files."""
    return live_owl.parent


@pytest.fixture(scope="session")
def release(ontology_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with every artefact of the live ontology."""
    folder = tmp_path_factory.mktemp("export") / "release"
    export(ontology_dir, folder)
    return folder


@pytest.fixture(scope="session")
def loaders() -> Path:
    """Interpreter with the tools that load the release; made where it is missing in CI, skipped elsewhere."""
    python = find_loaders()
    if python is None and os.environ.get("CI"):
        return create_loaders()
    if python is None:
        pytest.skip("no .loaders environment: `python -m tests.release.matrix` makes it")
    return python


@pytest.fixture(scope="session")
def tool(loaders: Path, release: Path) -> Callable[[str], dict[str, Any]]:  # noqa: ARG001 - skips where there are no loaders
    """What a tool finds in the release; each runs once."""

    @cache
    def run(name: str) -> dict[str, Any]:
        return run_tool(name, release)

    return run


@pytest.fixture(scope="session")
def owlapi(loaders: Path) -> Callable[..., dict[str, Any]]:
    """Run a task of `owlapi.py` on files."""

    def run(task: str, *paths: Path) -> dict[str, Any]:
        command = [str(loaders), str(HERE / "owlapi.py"), task, *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-1500:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run
