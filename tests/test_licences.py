"""What travels in other people's wheels and is said beside the licences: answering touches none of it, and building no Pellet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

WATCH = """
import sys
touched = []
def note(event, arguments):
    if event in ("open", "import", "subprocess.Popen", "os.exec", "os.posix_spawn"):
        words = [word for word in map(str, arguments) if "dist-info" not in word]
        touched.extend(word for word in words if any(name in word.lower() for name in WORDS))
WORDS = {words!r}
sys.addaudithook(note)
from kg.__main__ import run
for arguments in {commands!r}:
    status = run(arguments)
    assert status in (0, 1), (arguments, status)
sys.stderr.write(repr(sorted(set(touched))))
"""
ANSWERING = [
    ["explain", "neutropenia", "-f", "json"],
    ["explain", "neutropenia", "-f", "ttl"],
    ["compare", "leukopenia", "neutropenia"],
    ["query", "causes_of_finding"],
    ["why", "neutropenia", "leukopenia"],
    ["next", "neutropenia"],
    ["search", "clozapine"],
]


def watch(words: list[str], commands: list[list[str]]) -> str:
    """Files, modules and programs whose names hold one of the words, touched while the commands ran."""
    code = WATCH.format(words=words, commands=commands)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.usefixtures("small_kg")
def test_answering_imports_neither_owlready2_nor_what_its_wheel_carries() -> None:
    """Pellet is under the AGPL, log4j a library of many updates; neither is loaded, started or even opened"""
    assert watch(["owlready2", "pellet", "log4j", "hermit", "java"], ANSWERING).endswith("[]")


def test_building_starts_hermit_and_never_pellet(tables: Path, tmp_path: Path) -> None:
    command = ["build", "--ontology", str(tables), "-o", str(tmp_path / "out")]
    assert watch(["pellet", "log4j"], [command]).endswith("[]")
    assert "owlready2" in watch(["owlready2"], [["build", "--ontology", str(tables), "-o", str(tmp_path / "again")]])


def test_the_wheel_carries_what_we_say_and_the_licences_say_it() -> None:
    import owlready2

    folder = Path(owlready2.__file__).parent
    jars = {path.name.partition("-")[0] for path in (folder / "pellet").glob("*.jar")}
    said = (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"pellet", "log4j"} <= jars
    assert "AGPL" in (folder / "pellet" / "LICENSE.txt").read_text(encoding="utf-8", errors="replace").upper()
    for text in (said, readme):
        assert "owlready2" in text
        assert "Pellet" in text
        assert "AGPL" in text
        assert "log4j" in text
