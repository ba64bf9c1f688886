"""The editor page as a newcomer uses it, in a real browser: open, run an example, edit it, save CSV; no outside request."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.serve.editor_page import FOLDER


@pytest.fixture(scope="module")
def page(server: str, browser: Any) -> Iterator[Any]:
    """The editor, opened; afterwards no error and no request to elsewhere may have been seen."""
    seen: list[str] = []
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    found.on("pageerror", lambda error: seen.append(str(error)))
    found.on("console", lambda message: seen.append(message.text) if is_fault(message) else None)
    found.on("request", lambda request: None if request.url.startswith((server, "data:", "blob:")) else seen.append(request.url))
    found.goto(server + "/sparql")
    found.wait_for_selector("body[data-ready]")
    yield found
    found.close()
    assert seen == []


def is_fault(message: Any) -> bool:
    """Errors of the console, apart from the browser's line for each refusal, which a test provokes."""
    return message.type == "error" and "status of 403" not in message.text


def set_query(page: Any, text: str) -> None:
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", text)


def wait(page: Any, condition: str) -> None:
    """Until a condition holds; the page's policy forbids Playwright's own way, which evaluates text inside the page."""
    end = time.monotonic() + 10
    while not page.evaluate(condition):
        assert time.monotonic() < end, page.evaluate(
            "document.querySelector('.CodeMirror').CodeMirror.getValue()"
        ) + page.inner_text(".yasr")
        page.wait_for_timeout(50)


def run(page: Any) -> None:
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr table tbody tr")


def test_a_newcomer_runs_an_example_edits_it_and_saves_csv(page: Any) -> None:
    """the whole way of the issue"""
    page.fill("#filter", "what could explain this finding")
    page.click("#examples li:not([hidden]) button")
    run(page)
    text = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "#+ summary:" in text
    set_query(page, text.rstrip() + "\nLIMIT 2")
    page.click(".yasqe_queryButton")
    wait(page, "document.querySelectorAll('.yasr table tbody tr').length === 2")
    with page.expect_download() as download:
        page.click(".yasr_downloadIcon")
    assert download.value.suggested_filename.endswith(".csv")
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert len(list(csv.reader(io.StringIO(saved)))) == 3


def test_a_result_leads_to_the_page_of_its_term(page: Any, client: httpx.Client) -> None:
    """identifiers of terms are links that work on this server"""
    set_query(page, "SELECT ?x { ?x <http://www.w3.org/2000/01/rdf-schema#label> 'neutropenia'@en }")
    found = client.post(
        "/sparql", data={"query": "SELECT ?l { <https://w3id.org/leukograph/LEUKO_0001003> ?p ?l } LIMIT 99"}
    ).text
    assert "neutropenia" in found
    set_query(page, "SELECT ?x { VALUES ?x { <https://w3id.org/leukograph/LEUKO_0001003> } }")
    page.click(".yasqe_queryButton")
    page.wait_for_selector("a.iri[href='/terms/LEUKO:0001003']")
    assert client.get("/terms/LEUKO:0001003", follow_redirects=True).status_code == 200


def test_completion_finds_identifiers_by_name(page: Any) -> None:
    """three letters of a label become a CURIE, and its prefix is declared"""
    set_query(page, "SELECT * {\n  ?x ?y ")
    page.evaluate("(c => { c.focus(); c.setCursor({ line: 1, ch: 8 }) })(document.querySelector('.CodeMirror').CodeMirror)")
    page.keyboard.type("agranulocytosis")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hints")
    page.keyboard.press("Enter")
    wait(page, "document.querySelector('.CodeMirror').CodeMirror.getValue().includes('PREFIX LEUKO:')")
    assert "LEUKO:000" in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def test_a_refusal_is_shown_with_its_reason(page: Any) -> None:
    """an update is answered by the server's own words"""
    set_query(page, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    page.click(".yasqe_queryButton")
    page.wait_for_selector("text=SERVICE to 'example.org' is off")


def test_the_bundle_is_whole_and_licensed() -> None:
    """what the wheel carries: about a megabyte, with the licences of every package in it"""
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert 500_000 < sizes["yasgui.min.js"] < 1_200_000
    licences = (FOLDER / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("@zazuko/yasgui", "dompurify", "MIT"):
        assert name in licences
