"""`kg diff`: what came, changed and was retired between two builds."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kg.authoring import compose as authoring
from kg.authoring.release.diff import compare, read_entries, render_changes
from kg.cli import cli


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_build_does_not_differ_from_itself(small: Path) -> None:
    assert compare(read_entries(small), read_entries(small)) == []


def test_added_and_changed_terms_are_told(small: Path, tables: Path) -> None:
    seed = tables / "terms" / "seed.tsv"
    _edit(seed, "The marrow makes too few neutrophils.", "The marrow puts out too few neutrophils.")
    _edit(
        seed,
        "LEUKO:0009001\toverwhelming infection\t",
        "LEUKO:0008099\tbig spleen\tA new term.\tSEED:20\t\tdisease\t\nLEUKO:0009001\toverwhelming infection\t",
    )
    authoring.build(tables)
    changes = {c.id: c for c in compare(read_entries(small), read_entries(tables))}
    assert changes["LEUKO:0002001"].what == "changed"
    assert any("puts out" in line for line in changes["LEUKO:0002001"].lines)
    assert changes["LEUKO:0008099"].what == "added"
    assert "- terms added: 1" in render_changes(list(changes.values()))


def test_the_command_says_what_is_wrong_with_a_missing_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", str(tmp_path / "no.owl"), str(tmp_path / "no.owl")])
    assert "kg build" in str(result.exception)
