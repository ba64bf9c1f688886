"""Texts with their right reading: phrases of every kind, and all texts of the development cases, labelled by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.case.resolve import Resolver
from kg.evaluation.reading import GOALS, evaluate_reading, read_gold

HERE = Path(__file__).parent
PHRASES = read_gold(HERE / "phrases.tsv")


@pytest.fixture(scope="module")
def phrases() -> dict[str, dict[str, Any]]:
    """Wrongly read phrases by their text."""
    return {outcome["text"]: outcome for outcome in evaluate_reading(PHRASES)["wrong"]}


@pytest.mark.parametrize("text", [item.text for item in PHRASES])
def test_phrase_is_read_rightly(phrases: dict[str, dict[str, Any]], text: str) -> None:
    outcome = phrases.get(text, {})
    assert not outcome.get("wrong")
    assert not outcome.get("missed")


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    return evaluate_reading(read_gold(HERE / "gold" / "readings.tsv"))


@pytest.mark.parametrize("half", ["A", "B"])
@pytest.mark.parametrize("figure", sorted(GOALS))
def test_texts_of_the_development_cases_reach_the_goal(gold: dict[str, Any], half: str, figure: str) -> None:
    reached, of = gold["halves"][half][figure]
    assert reached / of >= GOALS[figure]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("weight loss despite good humour", "good humour"),
        ("red zebra papules", "zebra"),
        ("spleen 17.6 cm", "spleen 17.6 cm"),
        ("spinal fluid with 59% neutrophils", "59% neutrophils"),
        ("enlarged spleen, 17.2 cm", "17.2 cm"),
    ],
)
def test_what_no_name_uses_is_left_over(resolver: Resolver, text: str, left: str) -> None:
    assert any(left in part for part in resolver.text.read(text).left_over)


@pytest.mark.parametrize(
    ("text", "stated", "steps"),
    [("ear pain", "HP:0030766", 2), ("productive cough", "HP:0031245", 1)],
)
def test_term_that_the_graph_lacks_counts_through_its_ancestor(resolver: Resolver, text: str, stated: str, steps: int) -> None:
    (found,) = resolver.text.read(text).found
    assert (found.stated, found.steps) == (stated, steps)
    assert found.term in resolver.graph


def test_special_sign_that_is_absent_denies_no_general_one(resolver: Resolver) -> None:
    found = resolver.text.read("ear pain", present=False)
    assert not found.found
    assert found.known_terms == (("HP:0030766", False),)


@pytest.mark.parametrize(("text", "days"), [("COVID-19 two weeks ago", 14.0), ("pneumonia 3 months ago", 91.3125)])
def test_time_ago_gives_days(resolver: Resolver, text: str, days: float) -> None:
    assert {f.days_ago for f in resolver.text.read(text).found} == {days}


@pytest.mark.parametrize(
    ("text", "days"),
    [("fever for four weeks", 28.0), ("3-day history of fever", 3.0), ("fever", None), ("fever for several days", None)],
)
def test_duration_gives_days(resolver: Resolver, text: str, days: float | None) -> None:
    assert {f.duration_days for f in resolver.text.read(text).found} == {days}


def test_drug_of_two_years_ago_is_no_drug_of_today(resolver: Resolver) -> None:
    (used,) = resolver.text.read("chemotherapy two years ago").used
    assert used.past
    assert used.days_ago == 730.5


def test_value_with_its_time(resolver: Resolver) -> None:
    (lab,) = resolver.text.read("ANC 0.9 two weeks ago").labs
    assert (lab.value, lab.days_ago) == (0.9, 14.0)


@pytest.mark.parametrize(
    "text", ["hypertension", "appendectomy in childhood", "previously healthy", "relapsing-remitting multiple sclerosis"]
)
def test_what_bears_on_no_cause_is_known_and_no_failure(read: Any, text: str) -> None:
    case = read(labs=[{"test": "ANC", "value": 0.4}], history=[{"text": text}])
    assert len(case.no_bearing) == 1
    assert not case.not_understood


def test_table_says_what_was_made_of_each_text(read: Any) -> None:
    texts = ["fever", "red zebra papules", "xyzzy"]
    case = read(findings=[{"text": text} for text in texts])
    assert {t.text: t.status for t in case.texts} == dict(
        zip(texts, ("understood", "partly understood", "not understood"), strict=True)
    )
