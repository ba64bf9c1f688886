"""The page in a browser: nothing is asked of a network, every number can be taken away, and it reads at a glance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.cohorts.run import run_cohort
from tests.cohorts.conftest import EXTRACT


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, live_owl: Path) -> Path:  # noqa: ARG001
    out = tmp_path_factory.mktemp("page")
    run_cohort(EXTRACT, out, map_name="nhanes", jobs=1, title="Extract & <survey>")
    return out / "report.html"


def test_the_page_stands_alone(page: Path, browser: Any) -> None:
    asked: list[str] = []
    tab = browser.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.goto(page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []
    assert tab.title().startswith("Extract & <survey>")
    assert tab.locator("header li").count() == 4
    assert tab.locator("svg[role=img]").count() >= 6
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.set_viewport_size({"width": 360, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.close()


def test_every_table_can_be_taken_away(page: Path, browser: Any, tmp_path: Path) -> None:
    tab = browser.new_page()
    tab.goto(page.as_uri())
    for summary in tab.locator("summary").all():
        summary.click()
    links = tab.locator("a[download]")
    assert links.count() >= 7
    with tab.expect_download() as download:
        links.first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.read_text(encoding="utf-8").startswith("step,n\ncounts,300\n")
    tab.close()


def test_it_never_speaks_of_a_diagnosis(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("not a diagnosis", "")
    assert "diagnosis" not in text
