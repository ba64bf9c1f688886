"""`kg what-if`: what leaves, enters, rises and falls when the case changes; changes of a case as they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from kg import answering
from kg.cli import cli
from kg.exceptions import InputError, UnknownTermError

CASE: dict[str, Any] = {"labs": ["ANC=0.4"], "drugs": ["clozapine@50d"], "absent": ["splenomegaly"], "findings": ["fever"]}


def _ask(add: list[str] | None = None, drop: list[str] | None = None) -> dict[str, Any]:
    return answering.what_if(add or [], drop or [], **CASE)


def test_a_drug_that_is_dropped_falls_and_other_drugs_come_in() -> None:
    found = _ask(drop=["drug:Clozaril"])
    clozapine = next(move for move in found["fallen"] if move["label"] == "clozapine exposure")
    assert clozapine["from"] == 1
    assert any("no longer clozapine exposure" in reason for reason in clozapine["because"])
    assert {move["because"] for move in found["entered"]} == {"was to be asked about"}


def test_a_finding_that_is_added_replaces_its_absence() -> None:
    found = _ask(add=["finding:splenomegaly"])
    back = next(move for move in found["entered"] if move["label"] == "splenomegaly")
    assert back["because"] == "was struck out: splenomegaly absent (your input)"
    assert any(move["support"] > 0 for move in found["risen"])


def test_an_absence_that_is_added_strikes_what_it_rules_out() -> None:
    found = answering.what_if(["absent:splenomegaly"], [], findings=["neutropenia"])
    left = next(move for move in found["left"] if move["label"] == "splenomegaly")
    assert left["because"].startswith("struck out:")


def test_a_value_that_is_dropped_takes_what_followed_from_it_with_it() -> None:
    found = _ask(drop=["lab:751-8"])
    assert (found["before"]["status"], found["after"]["status"]) == ("explained", "no_finding")
    assert (len(found["before"]["alerts"]) > 0, found["after"]["alerts"]) == (True, [])
    assert not found["entered"]


def test_a_changed_value_is_judged_anew() -> None:
    found = _ask(add=["lab:ANC=1.2"], drop=["lab:ANC=0.4"])
    assert found["before"]["findings"] == ["agranulocytosis"]
    assert found["after"]["findings"] == ["neutropenia"]


def test_nothing_changes_by_dropping_and_adding_the_same() -> None:
    found = _ask(add=["drug:clozapine@50d"], drop=["drug:clozapine"])
    assert all(not found[key] for key in ("left", "entered", "risen", "fallen"))


def test_every_answer_says_that_the_question_changes_and_not_the_treatment() -> None:
    assert "not the treatment" in _ask(drop=["drug:clozapine"])["note"]


@pytest.mark.parametrize(
    ("add", "drop", "message"),
    [
        ([], [], "nothing to change"),
        (["clozapine"], [], "--add clozapine: is not KIND:NAME"),
        ([], ["drug:aspirin"], "the case has no such drug; it has clozapine"),
        ([], ["absent:fever"], "the case has no such absent; it has splenomegaly"),
        (["lab:ANC"], [], "--lab ANC"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_place(add: list[str], drop: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _ask(add, drop)


def test_an_unknown_name_in_a_change_gets_suggestions() -> None:
    with pytest.raises(UnknownTermError, match="neutropenia"):
        _ask(add=["finding:neutrapenia"])


def test_the_command_reads_the_case_once_from_standard_input() -> None:
    case = json.dumps({"labs": [{"test": "ANC", "value": 0.4}], "drugs": [{"name": "clozapine"}]})
    arguments = ["what-if", "--case", "-", "--drop", "drug:clozapine", "-f", "json"]
    run = CliRunner().invoke(cli, arguments, input=case)
    assert run.exit_code == 0
    assert json.loads(run.stdout)["changes"] == [{"op": "drop", "what": "drug:clozapine"}]
    text = CliRunner().invoke(cli, arguments[:-2], input=case).stdout
    assert "This changes the question, not the treatment" in text
    assert "Falls     clozapine exposure: 1 ->" in text
