"""Other ontology tools load the release and find what the tables hold; the README's matrix says just that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.release.matrix import BEGIN, END, OWL_TOOLS, ROOT, TOOLS, compare, expect, render

Tool = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize("name", [name for name in OWL_TOOLS if name != "py-horned-owl"])
def test_a_tool_finds_as_many_classes_axioms_and_annotations_as_the_tables_hold(
    tool: Tool, release: Path, ontology_dir: Path, name: str
) -> None:
    expected = expect(release, ontology_dir)
    found = tool(name)
    assert {key: found[key] for key in expected._fields} == expected._asdict()


def test_owlapi_finds_owl_2_el_and_dl(tool: Tool) -> None:
    found = tool("OWLAPI")
    assert found["OWL2_EL"], found["OWL2_EL_violations"]
    assert found["OWL2_DL"], found["OWL2_DL_violations"]


def test_horned_owl_reads_the_functional_syntax_whole(tool: Tool, release: Path, ontology_dir: Path) -> None:
    assert tool("py-horned-owl")["functional_syntax"] == expect(release, ontology_dir)._asdict()


@pytest.mark.parametrize("name", ["leukograph.ttl", "leukograph.ofn"])
def test_owlapi_finds_the_same_axioms_in_turtle_and_functional_syntax(
    owlapi: Callable[..., dict[str, Any]], release: Path, ontology_dir: Path, name: str
) -> None:
    found = owlapi("count", release / name)
    expected = expect(release, ontology_dir)
    assert {key: found[key] for key in expected._fields} == expected._asdict()


def test_the_bridge_module_stands_alone_in_owl_2_dl(owlapi: Callable[..., dict[str, Any]], release: Path) -> None:
    found = owlapi("count", release / "leukograph-hpo-bridge.owl")
    assert found["OWL2_DL"], found["OWL2_DL_violations"]


@pytest.mark.parametrize("name", ["Biolink model", "sssom"])
def test_a_validator_has_nothing_to_say(tool: Tool, name: str) -> None:
    assert tool(name)["errors"] == []


def test_every_row_of_the_matrix_is_equal_or_tells_why_not(tool: Tool, release: Path, ontology_dir: Path) -> None:
    lines = compare({name: tool(name) for name in TOOLS}, release, ontology_dir)
    assert [line.tool for line in lines if line.found != line.expected] == []


def test_the_readme_tells_of_every_tool_what_was_found(tool: Tool, release: Path, ontology_dir: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = render(compare({name: tool(name) for name in TOOLS}, release, ontology_dir))
    told = readme.partition(BEGIN)[2].partition(END)[0].strip()
    assert _without_numbers(told) == _without_numbers(table), "run `python -m tests.release.matrix --write`"


def _without_numbers(table: str) -> list[list[str]]:
    """Tool, file, verdict and remark of each row: a release has its own numbers, a newer tool its own version."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if not line.startswith("|---")]
    return [[row[1], row[3], row[7], row[8]] for row in rows]
