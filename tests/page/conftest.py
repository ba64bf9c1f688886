"""Fixtures of the page tests: a real Chromium without a network, pages built from the small ontology, axe-core."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Watch:
    """What went wrong on a page: console errors, exceptions, and every request beyond what is allowed."""

    def __init__(self, page: Any, allowed: tuple[str, ...], expected: str) -> None:
        self.expected = expected
        self.problems: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda e: self.problems.append(f"exception: {e}"))
        page.on("request", lambda r: self.requests.append(r.url) if not r.url.startswith(allowed) else None)

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning") and not (self.expected and self.expected in message.text):
            self.problems.append(f"{message.type}: {message.text}")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a file or an address; at the end any console error and any request to elsewhere fails the test."""
    contexts: list[Any] = []
    watches: list[Watch] = []

    def open_one(
        target: Path | str, width: int = 1280, height: int = 800, dark: bool = False, fragment: str = "", expected: str = ""
    ) -> Any:
        url = target.as_uri() if isinstance(target, Path) else target
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        if isinstance(target, Path):
            context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a machine of two cores may run more than this
        contexts.append(context)
        origin = "/".join(url.split("/")[:3]) if url.startswith("http") else "file://"
        watches.append(Watch(page, ("data:", "blob:", "about:", origin), expected))
        page.goto(url + fragment)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [w.problems for w in watches if w.problems] == []
    assert [w.requests for w in watches if w.requests] == []


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe-core, from npm."""
    path = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists() and shutil.which("npm"):
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=False, capture_output=True)
    if not path.exists():
        skip("no axe-core (npm install in tests/page)")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def check_access(axe: str) -> Callable[[Any], list[str]]:
    """Violations that axe-core finds on a page, AA and best practices."""

    def check(page: Any) -> list[str]:
        page.evaluate(axe)
        found = page.evaluate("async () => (await axe.run(document)).violations")
        return [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}" for v in found]

    return check


def load_small(small: Path, folder: Path) -> Any:
    """The small ontology as a graph to walk over."""
    from kg.knowledge.graph.cache import load_graph
    from kg.knowledge.graph.traversal import Traversal

    return Traversal(load_graph(small / "leukograph.owl", ROOT / "queries", folder / "cache"))


@pytest.fixture(scope="session")
def small_pages(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with `neutropenia.html`, `core.html` and `splenomegaly.html`, drawn from the small ontology."""
    from kg.answer.page import render_graph
    from kg.answering import Knowledge

    folder = tmp_path_factory.mktemp("pages")
    traversal = load_small(small, folder)
    for name, terms in (("neutropenia", ["LEUKO:0001003"]), ("core", []), ("splenomegaly", ["LEUKO:0008001"])):
        (folder / f"{name}.html").write_text(
            render_graph(traversal, Knowledge(graph=traversal.graph).engine.explain, terms), encoding="utf-8"
        )
    return folder
