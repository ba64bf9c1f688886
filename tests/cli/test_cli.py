"""The command line as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def kg(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kg", *arguments], input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("small_kg")
class TestSmall:
    def test_explain_names_cause_mechanism_and_source(self) -> None:
        text = " ".join(kg("explain", "neutropenia", "-v").stdout.split())
        assert "Kostmann syndrome -> can act via: inadequate granulopoiesis -> can lead to: neutropenia" in text
        assert "OMIM:610738" in text

    @pytest.mark.parametrize("name", ["neutropaenia", "Neutropenia", "LEUKO:0001003", "neutropenias"])
    def test_spelling_case_plural_and_curie_name_the_same_term(self, name: str) -> None:
        assert kg("explain", name).stdout == kg("explain", "neutropenia").stdout

    def test_a_misspelt_finding_gets_suggestions_and_status_2(self) -> None:
        done = kg("explain", "neutrapenia")
        assert done.returncode == 2
        assert "did you mean" in done.stderr
        assert "neutropenia" in done.stderr
        assert not done.stdout

    def test_a_misspelt_finding_is_an_object_in_json(self) -> None:
        done = kg("explain", "neutrapenia", "-f", "json")
        answer = json.loads(done.stdout)
        assert done.returncode == 2
        assert answer["status"] == "unknown_term"
        assert "neutropenia" in answer["suggestions"]
        assert set(answer) >= {"findings", "causes", "coverage", "versions", "disclaimer"}

    def test_a_misspelt_drug_is_named(self) -> None:
        done = kg("explain", "neutropenia", "--drug", "clozapene", "-f", "json")
        (item,) = json.loads(done.stdout)["not_understood"]
        assert done.returncode == 0
        assert item["text"] == "clozapene"
        assert "clozapine" in item["suggestions"]

    def test_json_keeps_to_its_schema(self) -> None:
        import jsonschema

        schema = json.loads(kg("schema", "answer").stdout)
        jsonschema.validate(json.loads(kg("explain", "neutropenia", "-f", "json").stdout), schema)

    def test_tsv_has_one_row_a_chain(self) -> None:
        lines = kg("explain", "neutropenia", "-f", "tsv").stdout.splitlines()
        answer = json.loads(kg("explain", "neutropenia", "-f", "json").stdout)
        assert len(lines) - 1 == sum(len(cause["chains"]) for cause in answer["causes"])

    def test_a_finding_given_as_present_and_absent_is_said(self) -> None:
        done = kg("explain", "neutropenia", "--absent", "neutropaenia")
        assert done.returncode == 0
        assert "contradiction: 'neutropenia' is given as present and 'neutropaenia' as absent" in " ".join(done.stdout.split())

    def test_search_and_info_find_by_synonym(self) -> None:
        assert "LEUKO:0004002" in kg("search", "sulphonamides").stdout
        assert "SEED:24" in kg("info", "sulfonamides").stdout
        assert "SEED:24" in kg("info", "sulfonamides", "-v").stdout

    def test_search_without_a_hit_says_so(self) -> None:
        done = kg("search", "zzzzqqqq")
        assert done.returncode == 1
        assert done.stdout == "nothing found\n"


def test_a_missing_ontology_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ONTOLOGY", str(tmp_path))
    done = kg("explain", "neutropenia")
    assert done.returncode == 2
    assert "kg build" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_every_command_has_help() -> None:
    from kg.cli import COMMANDS, cli

    for name in COMMANDS:
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help, name


def test_help_lists_every_command() -> None:
    from kg.cli import COMMANDS

    text = kg("--help").stdout
    assert all(f"  {name} " in text for name in COMMANDS)
