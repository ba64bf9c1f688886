"""How fast the pages open in Chromium: the core map beside plain pyvis, the question page to its first answer.

Times are wall clock of a headless browser with software rendering, median of several openings. Plain pyvis gets the
default page of the same causes, mechanisms and findings, cut to `PEER_NODES` so that it ends at all.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg import answering
from kg.answer.page import render_graph
from kg.answer.page.template import unpack

Row = dict[str, Any]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
PEER_NODES, PEER_LIMIT_MS = 500, 60_000
# Waits for a mark and gives its time since the page was asked for; `requestAnimationFrame` stands for the picture.
WAIT = """(name) => new Promise((done) => {
  const look = () => {
    const found = performance.getEntriesByName(name)[0];
    if (found) done(found.startTime); else requestAnimationFrame(look);
  };
  look();
})"""
# pyvis leaves its network in a global; it paints for the first time when the simulation has settled.
HOOK = """const timer = setInterval(() => {
  if (typeof network === "undefined" || !network) return;
  clearInterval(timer);
  network.once("afterDrawing", () => performance.mark("peer-painted"));
  network.once("stabilizationIterationsDone", () => performance.mark("peer-settled"));
}, 5);"""


def run() -> list[Row]:
    """All rows; under a minute and a half, most of it plain pyvis."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        rows = [*measure_map(browser, Path(folder)), *measure_question(browser)]
        browser.close()
    return rows


def measure_map(browser: Any, folder: Path) -> list[Row]:
    """First picture and settled layout of the whole core graph; size of the file."""
    html = render_graph(answering.get_engine().t, answering.get_engine().explain)
    data = unpack(html)
    (folder / "core.html").write_text(html, encoding="utf-8")
    nodes = len(data["nodes"])
    ours = statistics.median(_open(browser, folder / "core.html", "map-settled") for _ in range(5))
    shown = write_peer(data, folder / "peer.html")
    peer = _open(browser, folder / "peer.html", "peer-settled", HOOK)
    what = f"core map of {nodes} terms, painted and settled (plain pyvis: {shown} of them), ms"
    size = round(len(html.encode()) / 1e6, 2)
    return [
        _row(what, round(ours), "at most 1000, 5 x as fast as pyvis", round(peer), round(peer / ours, 1)),
        _row("core map as one file, MB", size, "under 2", round((folder / "peer.html").stat().st_size / 1e6, 2)),
    ]


def write_peer(data: Row, path: Path) -> int:
    """Page that plain pyvis makes of the steps between the first terms of the map; the number of its nodes."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    kept: dict[str, None] = {}
    edges = []
    for subject, _, obj, *_ in data["steps"]:
        if len(kept | {subject: None, obj: None}) <= PEER_NODES:
            kept |= {subject: None, obj: None}
            edges.append((subject, obj))
    for node in kept:
        network.add_node(node, label=data["nodes"][node]["label"])
    for edge in edges:
        network.add_edge(*edge)
    path.write_text(network.generate_html(), encoding="utf-8")
    return len(kept)


def measure_question(browser: Any) -> list[Row]:
    """From asking for the question page to the first answer on it, a count being typed as soon as it takes one."""
    with serve() as address:
        times = [_open(browser, f"{address}/", "answered", act=_type) for _ in range(6)]
    return [
        _row("question page from opening to first answer, ms", round(statistics.median(times[1:])), "at most 1500"),
        _row("the same at the first visit of a fresh server, ms", round(times[0])),
    ]


def _type(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")
    page.keyboard.type("0.4")


@contextmanager
def serve() -> Iterator[str]:
    """`kg serve` on a free port, as a user starts it."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        line = server.stdout.readline()
        try:
            yield next(word.rstrip("/") for word in line.split() if word.startswith("http"))
        finally:
            server.terminate()


def _open(browser: Any, target: Path | str, mark: str, hook: str = "", act: Callable[[Any], None] | None = None) -> float:
    """Milliseconds from asking for a page to a mark on it; the limit where it never comes."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=isinstance(target, Path))
    page = context.new_page()
    if hook:
        page.add_init_script(hook)
    try:
        page.goto(target.as_uri() if isinstance(target, Path) else target, wait_until="commit")
        if act:
            act(page)
        return float(page.evaluate(f"({WAIT})({mark!r})")) if not hook else _wait_long(page, mark)
    finally:
        context.close()


def _wait_long(page: Any, mark: str) -> float:
    from playwright.sync_api import TimeoutError as TooLong

    try:
        page.wait_for_function(f"performance.getEntriesByName({mark!r}).length > 0", timeout=PEER_LIMIT_MS)
    except TooLong:
        return float(PEER_LIMIT_MS)
    return float(page.evaluate(f"performance.getEntriesByName({mark!r})[0].startTime"))


def _row(what: str, ours: float, goal: str = "", peer: float | str = "", ratio: float | str = "") -> Row:
    return {"what": what, "ours": ours, "peer": peer, "ratio": ratio, "goal": goal}


if __name__ == "__main__":
    for row in run():
        sys.stdout.write(f"{row}\n")
