"""The one screen: nothing of weight is lost when room is short, marks stand beside the order, depth on request."""

from __future__ import annotations

from typing import Any

import pytest

from kg import answering
from kg.answer.lines import WIDTH
from kg.answer.text import render_explanation
from kg.reasoning.records import SHELVES, Explanation

CASES: list[dict[str, Any]] = [
    {"findings": ["neutropenia"]},
    {"findings": ["leukopenia", "fever"], "age": "P9M"},
    {"findings": ["fever", "splenomegaly", "rash"], "labs": ["ANC=0.4", "platelets=60"], "drugs": ["clozapine@50d"]},
    {"labs": ["WBC=6"]},
    {"labs": ["ANC=1.3"], "duffy": "null", "age": "P30Y"},
    {
        "findings": ["agranulocytosis", "lymphopenia", "low platelets", "anemia", "fever", "sore throat", "pancytopenia"],
        "drugs": [f"{name}@20d" for name in ("clozapine", "carbimazole", "metamizole", "methotrexate", "ganciclovir")]
        + ["qqqq", "amlodipine", "metformin", "aciclovir", "lisinopril", "olanzapine"],
        "absent": ["splenomegaly"],
    },
]


def explain(**case: Any) -> Explanation:
    return answering.explain_case(answering.build_case(**case))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [WIDTH, 120])
def test_the_answer_fits_on_one_screen(case: dict[str, Any], width: int) -> None:
    lines = render_explanation(explain(**case), width=width).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("case", CASES)
def test_no_alert_drug_or_status_gives_way(case: dict[str, Any]) -> None:
    answer = explain(**case)
    text = " ".join(render_explanation(answer).split())
    assert all(alert in text for alert in answer.alerts)
    assert all((drug.text or drug.label) in text for drug in answer.drugs_given)
    assert answer.status.replace("_", " ") in text
    assert "not a diagnosis" in text


def test_ranks_stand_in_order_below_their_shelves() -> None:
    answer = explain(**CASES[2])
    lines = render_explanation(answer).splitlines()
    shown = [line for line in lines if line[:3].strip().isdigit()]
    assert [int(line[:3]) for line in shown] == [c.rank for c in answer.causes if not c.only_with][: len(shown)]
    headings = [line.split(" (")[0].lower() for line in lines if line.split(" (")[0].lower() in SHELVES]
    assert headings == [shelf for shelf in SHELVES if any(c.shelf == shelf and not c.only_with for c in answer.causes)]


def test_causes_that_need_an_exposure_fold_until_it_is_given() -> None:
    without, given = explain(findings=["leukopenia", "fever"]), explain(findings=["leukopenia", "fever", "tick bite"])
    name = "Colorado tick fever"
    assert next(c for c in without.causes if c.label == name).only_with
    assert not next(c for c in given.causes if c.label == name).only_with
    assert "Only with exposure: " in render_explanation(without)


def test_drugs_and_infections_are_the_first_families_of_a_bare_low_count() -> None:
    text = " ".join(render_explanation(explain(**CASES[0])).split())
    families = text.partition("Families ")[2].split("Check ")[0]
    assert families.startswith("drugs ")
    assert families.partition("), ")[2].startswith("infection ")
    assert "inherited " in families


def test_depth_adds_chains_then_sums_and_all_adds_causes() -> None:
    answer = explain(**CASES[0])
    plain, chains, sums = (render_explanation(answer, detail=detail) for detail in (0, 1, 2))
    assert " -> " not in plain
    assert " -> " in chains
    assert "  in all" not in chains
    assert sums.count("  in all") == 10
    everything = render_explanation(answer, show_all=True).splitlines()
    assert sum(line[:3].strip().isdigit() for line in everything) == len(answer.causes)
    assert answer.disclaimer in " ".join(chains.split())
