"""Every fault in a table gives one clear line with file, row and column, exit status 2, and no file is written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

TERMS, ASSOCIATIONS = "terms/seed.tsv", "associations/seed.tsv"
Edit = Callable[[list[list[str]]], None]


def _set(row: int, column: int, value: str) -> Edit:
    def edit(rows: list[list[str]]) -> None:
        rows[row][column] = value

    return edit


def _swap(rows: list[list[str]]) -> None:
    rows[3], rows[4] = rows[4], rows[3]


def _cut(rows: list[list[str]]) -> None:
    rows[5].pop()


def _cycle(rows: list[list[str]]) -> None:
    row = list(rows[19])
    row[0], row[1], row[2], row[4], row[5] = "LEUKO:1000099", row[4], row[5], row[1], row[2]
    rows.append(row)


FAULTS: dict[str, tuple[str, Edit, tuple[str, ...]]] = {
    "an unknown term": (ASSOCIATIONS, _set(1, 4, "LEUKO:0999999"), ("unknown_term", "row 2", "'object'")),
    "an empty label": (TERMS, _set(4, 1, ""), ("empty_cell", "row 5", "'LABEL'")),
    "a missing definition": (TERMS, _set(4, 2, ""), ("missing_definition", "row 5", "'definition'")),
    "a claim without a source": (ASSOCIATIONS, _set(2, 22, ""), ("missing_source", "row 3", "'source'")),
    "a malformed source": (ASSOCIATIONS, _set(2, 22, "a blog"), ("malformed_source", "row 3", "'source'")),
    "a duplicated id": (TERMS, _set(3, 0, "LEUKO:0002001"), ("duplicate_id", "row 4", "'ID'")),
    "an unsorted table": (TERMS, _swap, ("unsorted_table", "row 5", "'ID'")),
    "an identifier not in the term tables": (TERMS, _set(3, 5, "CL:9999999"), ("unknown_term", "row 4", "'parents'")),
    "a malformed id": (TERMS, _set(2, 0, "neutro 1"), ("malformed_id", "row 3", "'ID'")),
    "a duplicated label": (TERMS, _set(3, 1, "inadequate granulopoiesis"), ("duplicate_label", "row 4", "'LABEL'")),
    "a label that is not the term's": (
        ASSOCIATIONS,
        _set(1, 2, "something else"),
        ("label_mismatch", "row 2", "'subject_label'"),
    ),
    "an unknown predicate": (ASSOCIATIONS, _set(1, 3, "causes"), ("unknown_value", "row 2", "'predicate'")),
    "an unknown scope": (ASSOCIATIONS, _set(1, 6, "most"), ("unknown_value", "row 2", "'scope'")),
    "evidence that does not fit": (ASSOCIATIONS, _set(1, 20, "ECO:0000180"), ("evidence_mismatch", "row 2", "'evidence'")),
    "a number that is none": (ASSOCIATIONS, _set(1, 8, "some"), ("malformed_number", "row 2", "'n'")),
    "a long gist": (ASSOCIATIONS, _set(1, 23, "word " * 31), ("long_gist", "row 2", "'gist'")),
    "a forbidden code": (ASSOCIATIONS, _set(1, 23, "MedDRA 10029354"), ("forbidden_code", "row 2")),
    "a cell too few": (TERMS, _cut, ("row_width", "row 6")),
    "a broken header": (ASSOCIATIONS, _set(0, 3, "verb"), ("table_header", "row 1")),
    "a template that is not understood": (TERMS, _set(1, 2, "Z what"), ("table_header", "row 1", "'Z what'")),
    "a cycle": (ASSOCIATIONS, _cycle, ("cycle", "splenomegaly", "portal hypertension")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_with_its_place_and_nothing_is_written(fault: str, tables: Path, tmp_path: Path) -> None:
    name, edit, expected = FAULTS[fault]
    _edit(tables / name, edit)
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "kg", "build", "--ontology", str(tables), "-o", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert any(all(part in line for part in expected) for line in done.stderr.splitlines()), done.stderr
    assert not list(out.glob("*")) if out.exists() else True


def _edit(path: Path, edit: Edit) -> None:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    edit(rows)
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")


def complete(tables: Path) -> None:
    """Add what the fixture lacks of a whole ontology folder: the registry, and the list of what must not be answered."""
    from kg.authoring import compose as authoring

    authoring.register_ids(tables)
    header = (ROOT / "ontology" / "must_not_answer.tsv").read_text(encoding="utf-8").splitlines()[0]
    (tables / "must_not_answer.tsv").write_text(header + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", ["upper.ttl", "ids.tsv", "must_not_answer.tsv", "terms", "associations"])
def test_a_missing_file_is_an_error_of_the_check(tables: Path, name: str) -> None:
    """a folder that lacks one passed for want of anything to check"""
    complete(tables)
    path = tables / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    command = [sys.executable, "-m", "kg", "check", "--tables", "--ontology", str(tables)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"missing_file: {name}" in done.stdout


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "not UTF-8": lambda path: path.write_bytes(path.read_bytes() + b"LEUKO:0002999\tna\xefve\n"),
    "UTF-16": lambda path: path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16")),
    "a NUL": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "a cell without an end": lambda path: path.write_bytes(path.read_bytes() + b"x" * 200_000),
    "empty": lambda path: path.write_bytes(b""),
    "a folder": lambda path: (path.unlink(), path.mkdir())[0],
}


@pytest.mark.parametrize(
    ("command", "name"),
    [(c, n) for c in ("build", "check") for n in (TERMS, ASSOCIATIONS, "ids.tsv")] + [("check", "must_not_answer.tsv")],
)
@pytest.mark.parametrize("fault", UNREADABLE)
def test_a_table_that_is_no_text_is_named(fault: str, name: str, command: str, tables: Path, tmp_path: Path) -> None:
    """one line with the file, status 2, no traceback"""
    complete(tables)
    UNREADABLE[fault](tables / name)
    arguments = [command, "--ontology", str(tables)] + (["-o", str(tmp_path / "out")] if command == "build" else [])
    done = subprocess.run([sys.executable, "-m", "kg", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert name in (done.stdout if command == "check" else done.stderr) + done.stderr


def test_a_byte_order_mark_is_no_fault(tables: Path, tmp_path: Path) -> None:
    """editors on Windows write one"""
    from kg.authoring import compose as authoring

    plain = [path.read_bytes() for path in authoring.build(tables, tmp_path / "plain")]
    for name in (TERMS, ASSOCIATIONS):
        (tables / name).write_bytes(b"\xef\xbb\xbf" + (tables / name).read_bytes())
    assert [path.read_bytes() for path in authoring.build(tables, tmp_path / "marked")] == plain


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"@prefix x:", b"x" * 100, b"<x:a> <x:b> 1 ."])
def test_a_broken_upper_ontology_is_one_line(tables: Path, content: bytes | None) -> None:
    path = tables / "upper.ttl"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    command = [sys.executable, "-m", "kg", "build", "--ontology", str(tables)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


def test_sound_tables_have_no_violation(tables: Path) -> None:
    from kg.authoring import compose as authoring

    complete(tables)
    assert not [v for v in authoring.check(tables) if v.level == "ERROR"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.exceptions import InputError
    from kg.files import write_whole

    target = tmp_path / "x.owl"
    target.write_bytes(b"old")

    def fail(*_: object) -> Path:
        raise OSError(28, "disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="disk full"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.owl"]
