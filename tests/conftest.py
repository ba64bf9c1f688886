"""Fixtures: the small ontology of the founding text, built once, and the live one as it stands in the repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "tests" / "fixture"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


def skip(reason: str) -> NoReturn:
    """Skip where a part of the system is missing; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def find_shared() -> Path | None:
    """Folder of data that is not in the repository, or None: `LEUKOGRAPH_SHARED`, else `../shared`."""
    path = Path(os.environ.get("LEUKOGRAPH_SHARED", ROOT.parent / "shared"))
    return path if (path / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data beside the repository; tests that need them skip where they are not."""
    path = find_shared()
    if path is None:
        pytest.skip("no shared data (LEUKOGRAPH_SHARED)")
    return path


def copy_tables(target: Path) -> Path:
    """Tables of the fixture: its own rows on the project's categories, findings and properties."""
    shutil.copytree(FIXTURE, target)
    shutil.copy(ROOT / "ontology" / "upper.ttl", target)
    for name in ("categories.tsv", "findings.tsv"):
        shutil.copy(ROOT / "ontology" / "terms" / name, target / "terms")
    return target


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A fresh copy of the fixture's tables, to be broken by a test."""
    return copy_tables(tmp_path / "ontology")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the fixture's tables and the OWL files built from them."""
    from kg.authoring import compose as authoring

    folder = copy_tables(tmp_path_factory.mktemp("small") / "ontology")
    authoring.build(folder)
    return folder


@pytest.fixture
def small_kg(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `kg` answer from the fixture, with a cache of its own."""
    monkeypatch.setenv("KG_ONTOLOGY", str(small))
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def live_owl() -> Path:
    """The built ontology of the repository."""
    path = ROOT / "ontology" / "leukograph.owl"
    assert path.exists(), "run `kg build` first"
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    path = next((p for p in CHROMIUM if Path(p).exists()), shutil.which("chromium"))
    if not path:
        skip("no Chromium (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()
