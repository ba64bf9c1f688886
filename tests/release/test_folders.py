"""Nothing is deleted that we did not write: which folders a command replaces, and what twenty kills at random leave of each."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.authoring.folders import MARKER, mend, replace_folder
from kg.authoring.sealed import is_sealed, seal, write_files
from kg.exceptions import InputError
from tests.conftest import ROOT, copy_tables

KILLS = 20
Content = dict[str, bytes]


def write(target: Path, **files: str) -> None:
    with replace_folder(target, "kg site") as beside:
        for name, text in files.items():
            (beside / name).write_text(text, encoding="utf-8")


def read(folder: Path) -> Content:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _add_file(folder: Path) -> None:
    (folder / "letter.txt").write_text("mine", encoding="utf-8")


def _add_folder(folder: Path) -> None:
    (folder / "mine").mkdir()


def _add_link(folder: Path) -> None:
    (folder / "link").symlink_to(folder.parent)


def _edit(folder: Path) -> None:
    (folder / "a").write_text("edited", encoding="utf-8")


def _lose_marker(folder: Path) -> None:
    (folder / MARKER).unlink()


def _break_marker(folder: Path) -> None:
    (folder / MARKER).write_text("[" * 100_000, encoding="utf-8")


@pytest.mark.parametrize("change", [_add_file, _add_folder, _add_link, _edit, _lose_marker, _break_marker])
def test_a_folder_that_was_touched_is_refused_and_stays(tmp_path: Path, change: Callable[[Path], None]) -> None:
    target = tmp_path / "site"
    write(target, a="1")
    change(target)
    before = sorted(path.name for path in target.iterdir())
    with pytest.raises(InputError, match=r"move it away|name another folder"):
        write(target, a="2")
    assert sorted(path.name for path in target.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_untouched_folder_of_the_same_maker_is_replaced_whole(tmp_path: Path) -> None:
    write(tmp_path / "site", a="1", b="1")
    write(tmp_path / "site", a="2")
    assert set(read(tmp_path / "site")) == {"a", MARKER}
    with pytest.raises(InputError, match="was written by `kg site`"), replace_folder(tmp_path / "site", "kg export"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_file_that_comes_while_we_write_is_seen(tmp_path: Path) -> None:
    write(tmp_path / "site", a="1")
    with pytest.raises(InputError, match=r"letter\.txt"), replace_folder(tmp_path / "site", "kg site"):
        _add_file(tmp_path / "site")
    assert (tmp_path / "site" / "letter.txt").exists()


@pytest.mark.parametrize("command", ["site", "export"])
@pytest.mark.parametrize("place", ["ontology", ".", "/", "file", "link"])
def test_tables_files_and_foreign_folders_survive_every_command(small: Path, tmp_path: Path, command: str, place: str) -> None:
    """`kg site ontology/` emptied every curated table, and ended with status 0"""
    ontology = tmp_path / "ontology"
    shutil.copytree(small, ontology)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(ontology)
    before = read(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "kg", command, place, "--ontology", str(small)],
        cwd=tmp_path,
        env=os.environ | {"KG_CACHE": str(tmp_path.parent / "cache"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith("kg: ")
    assert "Traceback" not in done.stderr
    assert read(tmp_path) == before


def test_leftovers_of_others_stay(tmp_path: Path) -> None:
    """a folder is ours by the marker in it, not by its name; and those of a living process are left alone"""
    (tmp_path / ".site.999999.part").mkdir()
    (tmp_path / ".site.999999.part" / "thesis.txt").write_text("mine", encoding="utf-8")
    living = tmp_path / f".site.{os.getppid()}.part"
    shutil.copytree(_left(tmp_path, "part"), living)
    mend(tmp_path / "site")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".site.999999.part", living.name])


def _left(folder: Path, state: str) -> Path:
    """What a run that was killed left behind."""
    write(folder / "made", a="1")
    left = folder / f".site.999998.{state}"
    (folder / "made").rename(left)
    return left


def test_an_old_folder_comes_back_after_a_kill_between_the_renames(tmp_path: Path) -> None:
    _left(tmp_path, "old")
    mend(tmp_path / "site")
    assert (tmp_path / "site" / "a").read_text(encoding="utf-8") == "1"
    _left(tmp_path, "old")
    mend(tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_owl_files_know_themselves(tmp_path: Path) -> None:
    data = b"<rdf:RDF xmlns='https://w3id.org/leukograph/'/>"
    assert is_sealed(seal(data))
    assert not is_sealed(seal(data).replace(b"rdf", b"xyz", 1))
    told: list[str] = []
    path = tmp_path / "x.owl"
    write_files(tmp_path, "kg-build", {"x.owl": data}, told.append)
    write_files(tmp_path, "kg-build", {"x.owl": data + b" "}, told.append)
    assert told == []
    path.write_bytes(path.read_bytes().replace(b"rdf", b"xyz", 1))
    edited = path.read_bytes()
    write_files(tmp_path, "kg-build", {"x.owl": data}, told.append)
    assert (tmp_path / "x.owl.1.kept").read_bytes() == edited
    assert "x.owl.1.kept" in told[0]
    path.write_bytes(b"my novel")
    with pytest.raises(InputError, match="move it away"):
        write_files(tmp_path, "kg-build", {"x.owl": data}, told.append)
    assert path.read_bytes() == b"my novel"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two ontologies, built, that differ in one definition."""
    from kg.authoring import compose

    folders = []
    for name in ("one", "two"):
        folder = copy_tables(tmp_path_factory.mktemp(name) / "ontology")
        table = folder / "terms" / "seed.tsv"
        rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
        rows[3][2] += f" (version {name})"
        table.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        shutil.copy(ROOT / "ontology" / "shapes.ttl", folder)
        shutil.copytree(ROOT / "ontology" / "mappings", folder / "mappings")
        compose.build(folder)
        folders.append(folder)
    return folders


COMMANDS = {
    "site": lambda source, target: ["site", "-q", str(target), "--ontology", str(source)],
    "export": lambda source, target: ["export", "-q", str(target), "--ontology", str(source)],
    "build": lambda source, target: ["build", "--ontology", str(source), "-o", str(target)],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_twenty_kills_leave_the_old_or_the_new_and_no_litter(two: list[Path], tmp_path: Path, command: str) -> None:
    """SIGKILL at random moments, half of them in the last fifth of a run, where the moves are"""
    target, chance = tmp_path / "place" / "out", random.Random(command)
    environment = os.environ | {"KG_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}

    def start(number: int) -> subprocess.Popen[bytes]:
        arguments = COMMANDS[command](two[number % 2], target)
        pipe = subprocess.DEVNULL
        return subprocess.Popen([sys.executable, "-m", "kg", *arguments], env=environment, stdout=pipe, stderr=pipe)

    def finish(number: int) -> tuple[Content, float]:
        begin = time.monotonic()
        assert start(number).wait(120) == 0
        return read(target), time.monotonic() - begin

    states = [finish(0)[0], finish(1)[0]]
    seconds = finish(1)[1]
    assert states[0] != states[1]
    killed = number = 0
    while killed < KILLS:
        number += 1
        assert number < 4 * KILLS, "the runs end before they can be killed"
        running = start(number)
        time.sleep(seconds * (chance.uniform(0, 0.8) if number % 2 else chance.uniform(0.8, 1.05)))
        running.send_signal(signal.SIGKILL)
        struck = running.wait(60) == -signal.SIGKILL
        killed += struck
        seconds *= 1.02 if struck else 0.9  # the machine does other things, too
        mend(target / "kg-build" if command == "build" else target)
        assert read(target) in states
    assert finish(0)[0] == states[0]
    assert [path.name for path in target.parent.iterdir()] == ["out"]
    assert not [path for path in target.iterdir() if path.name.startswith(".") and path.name != MARKER]


STEPS = """
import os, signal, sys
from pathlib import Path
from kg.authoring.folders import replace_folder
from kg.authoring.sealed import write_files
way, target, text, left = sys.argv[1], Path(sys.argv[2]), sys.argv[3], [int(sys.argv[4])]
def strike(event, _):
    if event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "shutil.rmtree"):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(strike)
if way == "folder":
    with replace_folder(target, "kg site") as beside:
        for name in ("a", "b"):
            (beside / name).write_text(text)
else:
    write_files(target, "kg-build", {name: b"<https://w3id.org/leukograph/>" + text.encode() for name in ("a", "b")}, print)
"""


@pytest.mark.parametrize("way", ["folder", "files"])
def test_a_kill_before_any_single_step_leaves_the_old_or_the_new(tmp_path: Path, way: str) -> None:
    """SIGKILL before the first touch of the disk, then before the second, until a run comes through"""
    target = tmp_path / "place" / "out"

    def run(text: str, step: int) -> bool:
        command = [sys.executable, "-c", STEPS, way, str(target), text, str(step)]
        return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True).returncode == 0

    def read_settled() -> Content:
        mend(target if way == "folder" else target / "kg-build")
        return read(target)

    states = [read_settled() for text in ("x", "y") if run(text, 0)]
    assert len(states) == 2
    texts = ["x", "y"]
    for step in range(1, 200):
        text = texts[states.index(read_settled()) - 1]  # the other one than lies there
        if run(text, step):
            break
        assert read_settled() in states
    assert 10 < step < 199
    assert read_settled() == states[texts.index(text)]
    assert [path.name for path in target.parent.iterdir()] == ["out"]
