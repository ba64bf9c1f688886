"""The check for known vulnerabilities finds one that is known, and lets the mended version pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.supply import Finding, main, match, read_bom

pytest.importorskip("packaging")
DATABASE = {
    "$meta": {"timestamp": 0},
    "Some_Package": [{"advisory": "reads what it should not", "cve": None, "id": "x-1", "specs": ["<1.2", ">=2,<2.3"]}],
}


@pytest.mark.parametrize(("version", "known"), [("1.1", True), ("1.2", False), ("2.2.9", True), ("2.3", False), ("1.1.1", True)])
def test_a_version_with_a_known_flaw_is_found(version: str, known: bool) -> None:
    expected = [Finding("some-package", version, "x-1", "reads what it should not")] if known else []
    assert match({"some-package": version, "other": "1.0"}, DATABASE) == expected


def test_a_bill_is_read_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """status 1 and a line where something is known, and the database is named"""
    parts = [{"name": "some-package", "version": "1.1"}, {"name": "leukograph", "version": "0"}]
    bill = tmp_path / "bill.json"
    bill.write_text(json.dumps({"bomFormat": "CycloneDX", "components": parts}), encoding="utf-8")
    assert read_bom(bill) == {"some-package": "1.1"}
    monkeypatch.setattr("tests.supply.audit", lambda packages: ("the database of this test", match(packages, DATABASE)))
    assert main(str(bill)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "some-package 1.1: x-1: reads what it should not",
        "1 packages, 1 known vulnerabilities (the database of this test)",
    ]
