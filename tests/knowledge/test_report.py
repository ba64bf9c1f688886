"""The report counts what the tables hold; its numbers on the small ontology are known, those of the live one have floors."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import config
from kg.authoring.report import Section, build_sections, read_facts
from kg.authoring.report.render import build_report_table, build_table, render_json, render_text
from kg.knowledge.store import open_engine
from tests.conftest import ROOT


def _sections(owl: Path) -> dict[str, Section]:
    return {s.name: s for s in build_sections(read_facts(open_engine([owl]), config.get_queries_dir()))}


@cache
def _live(owl: Path) -> dict[str, Section]:
    return _sections(owl)


def test_small_ontology_is_counted_by_hand(small: Path) -> None:
    sections = _sections(small / "leukograph.owl")
    causes = {row[0]: row[1] for row in sections["causes"].rows if row[1]}
    assert causes == {"drug": 1, "drug group": 3, "sequestration": 1, "inherited disease": 1, "other condition": 1}
    claims = {(p, s, r) for _, p, s, r, _ in sections["associations"].rows}
    assert {("can cause", 4, 2), ("member of drug group", 2, 0)} <= claims
    assert [row[0] for row in sections["refuted"].rows] == ["glucocorticoid exposure", "promethazine exposure"]
    assert ("neutropenia", 4, 0) in sections["findings"].rows
    assert not sections["label_only"].rows


def test_the_curation_holds_what_it_set_itself(live_owl: Path) -> None:
    goals = [(str(name), int(found), int(goal)) for name, found, goal in _live(live_owl)["goals"].rows]
    assert not [row for row in goals if not row[0].endswith("without a source") and row[1] < row[2]]
    assert {name: found for name, found, _ in goals}["thresholds and reference ranges without a source"] == 0


def test_every_format_tells_the_same(live_owl: Path) -> None:
    sections = tuple(_live(live_owl).values())
    data = json.loads(render_json(sections))
    assert [row["causes"] for row in data["causes"]] == [row[1] for row in _live(live_owl)["causes"].rows]
    text = render_text(sections)
    assert all(section.title in text for section in sections)
    assert len(build_table(sections[0]).splitlines()) == len(sections[0].rows) + 2


def test_the_command_prints_the_report_and_refuses_an_unknown_format() -> None:
    from kg.__main__ import main  # noqa: F401 - the command line must load
    from kg.cli.report import report

    done = CliRunner().invoke(report, ["-f", "json"])
    assert done.exit_code == 0
    assert set(json.loads(done.output)) >= {
        "goals",
        "causes",
        "associations",
        "evidence",
        "years",
        "findings",
        "unmapped",
        "refuted",
    }
    assert CliRunner().invoke(report, ["-f", "xml"]).exit_code == 2


def test_the_table_of_the_readme_is_the_one_that_the_report_makes(live_owl: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- report -->\n(.*?)<!-- /report -->", readme, re.DOTALL)
    if found is None and not os.environ.get("CI"):
        pytest.skip("the README has no report table yet")
    assert found, "README.md lacks the markers of the report table"
    assert found[1].strip() == build_report_table(_live(live_owl).values()).strip(), "run `make regenerate`"
