"""`kg view` writes a whole page or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kg", *arguments], capture_output=True, text=True, cwd=folder, check=False)


@pytest.mark.usefixtures("small_kg")
def test_view_writes_the_causes_of_a_finding(tmp_path: Path) -> None:
    """A name in UK spelling is enough; the page names the finding and its causes."""
    done = run("view", "neutropaenia", "-o", "page.html", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("page.html")
    assert "<title>What could explain neutropenia? · Leukograph</title>" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("small_kg")
def test_view_draws_the_core_map_and_a_neighbourhood(tmp_path: Path) -> None:
    """Without a term the whole core map; of another term what stands around it."""
    for arguments, title in ((("view",), "the core map"), (("view", "splenomegaly"), "What is known of splenomegaly")):
        assert run(*arguments, folder=tmp_path).returncode == 0
        assert title in (tmp_path / "leukograph.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("small_kg")
def test_view_draws_a_saved_answer(tmp_path: Path) -> None:
    """`kg explain -f json` and `kg view --answer` fit together."""
    answer = run("explain", "neutropenia", "-f", "json", folder=tmp_path).stdout
    (tmp_path / "answer.json").write_text(answer, encoding="utf-8")
    assert run("view", "--answer", "answer.json", "-o", "page.html", folder=tmp_path).returncode == 0
    assert (tmp_path / "page.html").exists()
    unknown = json.loads(answer) | {
        "status": "unknown_term",
        "causes": [],
        "not_understood": [{"text": "x", "suggestions": ["y"]}],
    }
    (tmp_path / "answer.json").write_text(json.dumps(unknown), encoding="utf-8")
    assert run("view", "--answer", "answer.json", "-o", "page.html", folder=tmp_path).returncode == 0


@pytest.mark.usefixtures("small_kg")
def test_view_exports_the_question_page(tmp_path: Path) -> None:
    """`--app` writes the question page as one file."""
    assert run("view", "--app", "-o", "app.html", folder=tmp_path).returncode == 0
    assert "What could explain a low white-cell count?" in (tmp_path / "app.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("small_kg")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("view", "neutropenya"), "kg: unknown term 'neutropenya'; did you mean neutropenia"),
        (("view", "--answer", "none.json"), "kg: none.json: cannot be read: No such file or directory"),
        (("view", "splenomegaly", "--scope", "causes"), "kg: scope 'causes' needs findings"),
        (("view", "-o", "no/such/folder.html"), "kg: no/such/folder.html: cannot be written"),
    ],
)
def test_bad_input_gets_one_line_and_leaves_nothing(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    """Exit status 2, one clear line, no page and no part of one."""
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("**/*.html*"))
