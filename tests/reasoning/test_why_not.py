"""`kg why-not`: the first condition that fails, and the smallest change that mends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from click.testing import CliRunner

from kg.case.records import Case, DrugExposure, Observation, Reading
from kg.cli import cli
from kg.reasoning.explain import Engine
from kg.reasoning.questions.edits import Edit, apply_edits
from kg.reasoning.questions.why_not import TOP, why_not

Build = Callable[..., Case]


def _ask(engine: Engine, case: Case, label: str) -> dict[str, Any]:
    cause = next(node for node in engine.t.causes if engine.t.label(node) == label)
    return why_not(engine, case, cause)


def _holds(engine: Engine, case: Case, found: dict[str, Any]) -> None:
    """Every change that is offered gives the rank that it claims."""
    for option in (*found["changes"]["to_answer"], *found["changes"]["to_top"]):
        edits = [Edit(c["kind"], c["id"], c["label"], c["days"]) for c in option["changes"]]
        ranks = {c.id: c.rank for c in engine.explain(apply_edits(case, edits), {}).causes}
        assert ranks[found["cause"]] == option["rank"]
    assert all(option["rank"] <= TOP for option in found["changes"]["to_top"])


def test_a_drug_that_is_not_among_those_stated_fails_by_its_exposure(engine: Engine, build: Build) -> None:
    case = build("agranulocytosis", drugs=["clozapine"])
    found = _ask(engine, case, "methimazole exposure")
    assert (found["fails"], found["rank"]) == ("exposure", None)
    assert [c["text"] for c in found["changes"]["to_answer"][0]["changes"]] == ["methimazole exposure taken"]
    _holds(engine, case, found)


def test_a_cause_of_another_line_fails_by_its_reach(engine: Engine, build: Build) -> None:
    case = build("neutropenia")
    found = _ask(engine, case, "glucocorticoid exposure")
    assert found["fails"] == "reach"
    assert "lymphopenia" in found["conditions"][-1]["detail"]
    assert found["changes"]["to_answer"][0]["changes"][0]["kind"] == "finding"
    _holds(engine, case, found)


def test_a_cause_without_a_finding_is_not_brought_back_by_force(engine: Engine, build: Build) -> None:
    found = _ask(engine, build("neutropenia"), "promethazine exposure")
    assert found["fails"] == "reach"
    assert found["changes"] == {"to_answer": [], "to_top": []}


def test_a_cause_that_an_absent_finding_strikes_comes_back_without_it(engine: Engine, build: Build) -> None:
    case = build("neutropenia", absent=["splenomegaly"])
    found = _ask(engine, case, "splenomegaly")
    assert found["fails"] == "not ruled out"
    assert found["changes"]["to_answer"][0]["changes"][0]["op"] == "drop"
    _holds(engine, case, found)


def test_a_drug_outside_its_window_is_offered_a_day_inside_it(engine: Engine, build: Build) -> None:
    others = [f"{drug}@30d" for drug in ("methimazole", "dapsone", "ticlopidine", "carbamazepine", "sulfasalazine")]
    case = build("agranulocytosis", drugs=[*others, "clozapine@30000d"])
    found = _ask(engine, case, "clozapine exposure")
    assert found["fails"] == "window"
    assert {option["changes"][0]["kind"] for option in found["changes"]["to_top"][:1]} == {"window"}
    _holds(engine, case, found)


def test_a_low_rank_names_who_stands_before_and_what_lifts_it(engine: Engine, build: Build) -> None:
    case = build("agranulocytosis", "fever", drugs=["clozapine@50d"])
    found = _ask(engine, case, "myelodysplastic syndrome")
    assert found["fails"] == "rank"
    assert found["outranked_by"][0]["label"] == "clozapine exposure"
    assert any("given as taken" in reason for reason in found["outranked_by"][0]["by"])
    assert found["changes"]["to_answer"] == []
    _holds(engine, case, found)


def test_a_cause_at_the_top_fails_nothing(engine: Engine, build: Build) -> None:
    found = _ask(engine, build("agranulocytosis", drugs=["clozapine@50d"]), "clozapine exposure")
    assert (found["fails"], found["rank"]) == ("", 1)


def test_without_a_low_count_there_is_nothing_to_explain(engine: Engine, build: Build) -> None:
    found = _ask(engine, build("fever"), "clozapine exposure")
    assert (found["fails"], len(found["conditions"])) == ("finding", 1)
    assert found["changes"] == {"to_answer": [], "to_top": []}


def test_each_kind_of_change_does_what_it_says() -> None:
    earlier = Reading("t", "ANC", 4.0, "10*9/L", 100.0, rules_out=("x",), text="ANC 4.0")
    case = Case((earlier,), (Observation("a", "a", False), Observation("b", "b")), (DrugExposure("d", "d", "", 1.0),))
    assert apply_edits(case, [Edit("absent", "a", "a")]).observations == (Observation("b", "b"),)
    assert apply_edits(case, [Edit("earlier value", "ANC 4.0", "ANC 4")]).readings == ()
    assert apply_edits(case, [Edit("window", "d", "d", 50.0)]).drugs[0].days_since_start == 50.0
    assert {d.term for d in apply_edits(case, [Edit("drug", "e", "e")]).drugs} == {"d", "e"}
    assert {(o.term, o.present) for o in apply_edits(case, [Edit("feature", "a", "a")]).observations} == {
        ("a", True),
        ("b", True),
    }


def test_the_command_prints_the_condition_and_the_change() -> None:
    options = ["--lab", "ANC=0.4", "--drug", "clozapine@50d", "-n", "splenomegaly", "-p", "fever"]
    run = CliRunner().invoke(cli, ["why-not", "methimazole", *options])
    assert run.exit_code == 0
    assert run.stdout.startswith("Alert")
    assert "NO   is the exposure given" in run.stdout
    assert "methimazole exposure taken  -> rank" in run.stdout
