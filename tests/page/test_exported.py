"""The question page as one offline file: the same answer as the server's, without a server and without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from tests.page.generated import as_input
from tests.page.node import Page
from tests.page.test_question import wait_until
from tests.page.test_scoring import find_differences

Open = Callable[..., Any]
CASES: list[dict[str, Any]] = [
    {"labs": ["ANC=0.4", "ANC=4.1@200d"], "findings": ["fever"], "absent": ["splenomegaly"], "drugs": ["clozapine@50d"]},
    {"labs": ["ANC=0.9"], "drugs": ["methimazole@400d", "azathioprine@1d", "rituximab@200..150d"]},
    {"labs": ["lymphocytes=0.5", "ANC=3"], "drugs": ["prednisone@5d"], "drugs_complete": True},
    {"findings": ["neutropenia", "HIV infection", "anemia", "thrombocytopenia"], "age": "P30Y"},
    {"findings": ["severe neutropenia", "recurrent infections"], "age": "P8M"},
    {"findings": ["neutropenia"], "age": "P0D"},
    {"findings": ["neutropenia", "cirrhosis", "splenomegaly"], "absent": ["arthritis", "oral ulcers"], "sex": "female"},
    {"labs": ["WBC=2.1"]},
    {"findings": ["neutropenia", "lymphopenia", "monocytopenia"], "absent": ["HIV infection"]},
    {"labs": ["ANC=6"]},
    {"findings": ["leukopenia"], "absent": ["splenomegaly", "fever"], "age": "P70Y"},
]  # fmt: skip


@pytest.fixture(scope="module")
def exported(live_owl: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - it has to be built
    """The exported page of the live ontology."""
    from kg.serve.offline import render_app

    path = tmp_path_factory.mktemp("app") / "app.html"
    path.write_text(render_app(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Its scripts, in Node."""
    from kg.answer.page.template import unpack

    return Page(unpack(exported.read_text(encoding="utf-8")), tmp_path_factory.mktemp("node"))


def differences(page: Page, cases: dict[str, Any]) -> dict[str, list[str]]:
    """Where the page's answers part from the engine's, by case."""
    answers = page.run({"resolved": as_input(case)} for case in cases.values())
    found = zip(cases, map(answering.explain_case, cases.values()), answers, strict=True)
    return {name: wrong for name, ours, theirs in found if (wrong := list(find_differences(ours, theirs))[:3])}


def test_the_page_answers_every_kind_of_input_as_python_does(page: Page) -> None:
    """Order, scores, reasons, struck-out causes, questions and alerts are the engine's own."""
    assert differences(page, {str(case): answering.build_case(**case) for case in CASES}) == {}


def test_the_page_answers_the_published_cases_as_python_does(page: Page, shared: Path) -> None:
    """The same on every case of `cases-dev.jsonl`."""
    records = [json.loads(line) for line in (shared / "data" / "cases-dev.jsonl").read_text(encoding="utf-8").splitlines()]
    assert differences(page, {r["id"]: answering.read_case(r["case"]) for r in records}) == {}


def test_the_exported_page_works_from_disk(exported: Path, open_page: Open, check_access: Callable[[Any], list[str]]) -> None:
    """One file, no request, under 1.2 MB: an answer at once, the same form, no panel that needs a server, accessible."""
    assert exported.stat().st_size < 1_200_000
    page = open_page(exported)
    page.keyboard.type("0.4")
    page.locator("#causes .cause").first.wait_for()
    page.click("#example")
    page.locator(".alert").first.wait_for()
    example = answering.explain(
        "Fever", absent=["Splenomegaly"], labs=["ANC=0.4", "ANC=4.1@200d"], drugs=["clozapine@50d"], age="P41Y"
    )
    shown = [label.removesuffix(" exposure") for label in (c.label for c in example.causes[:10])]
    wait_until(page, "() => document.querySelector('#causes .name')?.textContent === 'clozapine'")
    assert page.locator("#causes .name").all_inner_texts() == shown
    assert page.locator("#answer > .alert").all_inner_texts() == list(example.alerts)
    assert not page.locator("a.served").first.is_visible()
    assert page.locator("#why-not-block, #what-if, #next details").count() == 0
    page.fill("#finding", "blue toenails of unknown origin")
    page.keyboard.press("Enter")
    page.locator("#answer", has_text="Not understood").wait_for()
    page.click("text=Sources and contributions >> nth=0")
    page.locator("#causes a.source").first.wait_for()
    assert check_access(page) == []


def test_the_exported_page_is_the_same_every_time(exported: Path) -> None:
    """The file is deterministic."""
    from kg.serve.offline import render_app

    assert render_app() == exported.read_text(encoding="utf-8")
