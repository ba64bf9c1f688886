"""The README's shell blocks run, and its Python block too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [
    line
    for language, mark, body in BLOCK.findall(README)
    if language == "sh" and "no-test" not in mark
    for line in body.splitlines()
    if line.strip()
]


@pytest.mark.parametrize("command", [c for c in COMMANDS if not c.startswith("make")])
def test_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    shell = ["bash", "-c", command]
    done = subprocess.run(shell, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_python_of_the_readme_runs() -> None:
    code = "\n".join(body for language, _, body in BLOCK.findall(README) if language == "python")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_demo_names_what_the_founding_text_names() -> None:
    commands = [line.strip("\t@") for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "kg explain" in line]
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    text = ""
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command.replace("$(BIN)/", "")], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        text += done.stdout
    for name in ("chlorpromazine", "sulfonamide", "Kostmann syndrome", "splenomegaly", "immune-mediated injury to neutrophils"):
        assert f"{name}" in text
    joined = " ".join(text.split())
    assert "sulfonamide exposure -> can cause (some): agranulocytosis -> is a (inferred): neutropenia" in joined
