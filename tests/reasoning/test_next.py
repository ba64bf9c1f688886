"""`kg next`: which unchecked finding or test splits the causes best, the cheaper first among near-equals."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from kg import config
from kg.case.records import Case
from kg.cli import cli
from kg.reasoning.explain import Engine
from kg.reasoning.questions.next_test import (
    EFFORTS,
    NEAR,
    NEVER,
    EffortRule,
    classify,
    find_next,
    information,
    parse_efforts,
    weigh_causes,
)

Build = Callable[..., Case]


@pytest.fixture(scope="module")
def rules() -> tuple[EffortRule, ...]:
    return parse_efforts((config.find_share() / "ontology" / "effort.tsv").read_text(encoding="utf-8"))


def _entropy(weights: list[float]) -> float:
    return -sum(w * math.log2(w) for w in weights if w > 0)


def test_the_value_of_a_question_is_the_entropy_that_its_result_removes() -> None:
    draw = random.Random(5)
    raw = [draw.random() for _ in range(6)]
    weights = {str(i): w / sum(raw) for i, w in enumerate(raw)}
    known = {"0": 0.9, "2": 0.3, "5": 0.02}
    chances = {cause: known.get(cause, 0.1) for cause in weights}
    present = sum(weights[c] * chances[c] for c in weights)
    after = [_entropy([weights[c] * p(c) / total for c in weights]) for p, total in (
        (lambda c: chances[c], present), (lambda c: 1 - chances[c], 1 - present)
    )]  # fmt: skip
    expected = _entropy(list(weights.values())) - present * after[0] - (1 - present) * after[1]
    bits, chance = information(weights, known, 0.1)
    assert (bits, chance) == (pytest.approx(expected), pytest.approx(present))


def test_a_question_that_every_cause_answers_alike_is_worth_nothing() -> None:
    assert information({"a": 0.4, "b": 0.6}, {"a": 0.3, "b": 0.3}, 0.3)[0] == pytest.approx(0.0)
    assert information({"a": 0.5, "b": 0.5}, {"a": 1.0, "b": 0.0}, 0.5)[0] == pytest.approx(1.0)


def test_weights_of_causes_add_up_to_one(engine: Engine, build: Build) -> None:
    weights = weigh_causes(engine.explain(build("neutropenia"), {}).causes)
    assert sum(weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("label", "effort"),
    [
        ("Fever", "bedside"),
        ("Hypopigmentation of hair", "bedside"),
        ("intermittent neutropenia on serial counts", "bedside"),
        ("Antineutrophil antibody positivity", "blood"),
        ("atypical lymphocytes on blood smear", "blood"),
        ("Decreased circulating vitamin B12 concentration", "blood"),
        ("Hyponatremia", "blood"),
        ("Fy(a-b-) phenotype", "blood"),
        ("Pulmonary infiltrates", "imaging"),
        ("Metaphyseal dysplasia", "imaging"),
        ("Bone marrow hypocellularity", "marrow or genetic"),
        ("Myelokathexis", "marrow or genetic"),
        ("BRAF V600E mutation", "marrow or genetic"),
        ("recurrence of the low count on rechallenge", "never"),
        ("correction of the count after splenectomy", "never"),
        ("Childhood onset", "never"),
        ("Abnormality of the skeletal system", "never"),
    ],
)
def test_features_fall_into_their_class_of_effort(engine: Engine, rules: tuple[EffortRule, ...], label: str, effort: str) -> None:
    feature = next(node for node in engine.features.showing if engine.t.label(node) == label)
    assert classify(engine.t, feature, rules) == effort


def test_every_rule_names_a_known_class_and_decides_something(engine: Engine, rules: tuple[EffortRule, ...]) -> None:
    assert {rule.effort for rule in rules} <= {*EFFORTS, NEVER}
    assert {classify(engine.t, feature, rules) for feature in engine.features.showing} == {*EFFORTS, NEVER}


def test_among_nearly_equal_questions_the_cheaper_comes_first(
    engine: Engine, build: Build, rules: tuple[EffortRule, ...]
) -> None:
    questions = find_next(engine, build("neutropenia", "fever", drugs=["clozapine@50d"]), rules, 12)["questions"]
    assert len(questions) == 12
    for earlier, later in itertools.pairwise(questions):
        if later["bits"] > earlier["bits"]:
            assert EFFORTS.index(earlier["effort"]) <= EFFORTS.index(later["effort"])
            assert earlier["bits"] >= NEAR * later["bits"] - 1e-4


def test_nothing_that_was_given_is_asked_again(engine: Engine, build: Build, rules: tuple[EffortRule, ...]) -> None:
    case = build("neutropenia", "fever", absent=["splenomegaly"])
    asked = {q["label"] for q in find_next(engine, case, rules, 40)["questions"]}
    assert not asked & {"Fever", "Splenomegaly", "Low-grade fever", "Persistent fever"}


def test_each_question_tells_what_either_result_would_do(engine: Engine, build: Build, rules: tuple[EffortRule, ...]) -> None:
    found = find_next(engine, build("agranulocytosis", age="P1Y", drugs_complete=True), rules, 3)
    for question in found["questions"]:
        tops = [[c["id"] for c in question[key]["top"]] for key in ("if_present", "if_absent")]
        assert tops[0] != tops[1]
        assert 0.0 < question["present"] < 1.0


def test_the_drugs_are_asked_for_before_any_test(engine: Engine, build: Build, rules: tuple[EffortRule, ...]) -> None:
    assert "drugs" in find_next(engine, build("neutropenia"), rules)["ask_first"][0]["question"]
    stated = find_next(engine, build("neutropenia", drugs=["clozapine"], age="P40Y"), rules)["ask_first"]
    assert [item["question"] for item in stated] == ["when was it started: clozapine exposure"]


def test_a_case_without_a_finding_asks_nothing(engine: Engine, build: Build, rules: tuple[EffortRule, ...]) -> None:
    found = find_next(engine, build("fever"), rules)
    assert (found["status"], found["questions"]) == ("no_finding", [])


def test_the_command_lists_questions_with_their_results() -> None:
    run = CliRunner().invoke(cli, ["next", "neutropenia", "--limit", "2"])
    assert run.exit_code == 0
    assert run.stdout.count("if present") == 2
    assert "not probability of disease" in run.stdout
