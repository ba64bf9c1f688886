"""The block of the given drugs: a record for each, with its standing, in every form of an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answer.card import render_card
from kg.answer.data import answer_schema, explanation_to_json
from kg.answer.drugs import HEADING, say_drug
from kg.answer.page import build as pages
from kg.answer.page import template
from kg.answer.text import render_explanation
from kg.case.records import Case
from kg.reasoning.drugs_given import STANDINGS
from kg.reasoning.explain import Engine
from kg.reasoning.records import DrugGiven, Explanation

Build = Callable[..., Case]
NAMES = ["clozapine", "amlodipine", "qqqq", "Arava", "lisinopril", "asenapine", "metamizol", "FOLFOX", "statins", "Augmentin"]


def explain(build: Build, engine: Engine, *findings: str, **fields: Any) -> Explanation:
    return engine.explain(build(*findings, **fields), {"data": "test"})


def only(answer: Explanation) -> DrugGiven:
    (drug,) = answer.drugs_given
    return drug


@pytest.mark.parametrize(
    ("drug", "finding", "standing"),
    [
        ("clozapine@50d", "agranulocytosis", "could explain it"),
        ("T. Carbimazole 10 mg tds", "agranulocytosis", "could explain it"),
        ("metamizol", "agranulocytosis", "could explain it"),
        ("Tecfidera", "lymphopenia", "could explain it"),
        ("lisinopril", "agranulocytosis", "only its class has evidence"),
        ("abiraterone", "lymphopenia", "label lists it"),
        ("Arava", "agranulocytosis", "evidence speaks against"),
        ("filgrastim", "agranulocytosis", "evidence for other findings only"),
        ("amlodipine", "agranulocytosis", "known drug, nothing found"),
        ("metformin", "neutropenia", "known drug, nothing found"),
        ("statins", "neutropenia", "known drug, nothing found"),
        ("aciclovir", "neutropenia", "known drug, nothing found"),
        ("qqqq", "neutropenia", "name not known"),
    ],
)
def test_each_drug_has_its_standing(build: Build, engine: Engine, drug: str, finding: str, standing: str) -> None:
    assert only(explain(build, engine, finding, drugs=[drug])).standing == standing


def test_a_drug_that_could_explain_it_has_rank_time_incidence_and_sources(build: Build, engine: Engine) -> None:
    answer = explain(build, engine, labs=["ANC=0.4"], drugs=["clozapine@50d"])
    drug = only(answer)
    cause = next(c for c in answer.causes if c.id == drug.term)
    assert drug.rank == cause.rank
    assert drug.time.startswith("inside: day 50")
    assert drug.incidence
    assert set(drug.incidence) <= set(cause.quantities)
    assert drug.sources
    assert "absence of evidence" not in say_drug(drug)


def test_a_class_is_named_with_its_sources(build: Build, engine: Engine) -> None:
    drug = only(explain(build, engine, "agranulocytosis", drugs=["lisinopril"]))
    assert drug.classes == ("ACE inhibitor",)
    assert drug.sources
    assert not any("ATC" in source for source in drug.sources)  # membership is no evidence


def test_a_drug_that_the_graph_lacks_stands_on_its_class(build: Build, engine: Engine) -> None:
    """`cefradine` has no term; its stem says cephalosporin, which has evidence for neutropenia."""
    drug = only(explain(build, engine, "neutropenia", drugs=["cefradine"]))
    assert (drug.term, drug.standing, drug.classes) == ("", "only its class has evidence", ("cephalosporin",))


def test_what_is_struck_out_says_why(build: Build, engine: Engine) -> None:
    answer = explain(build, engine, "neutropenia", drugs=["clozapine"], absent=["agranulocytosis"])
    assert only(answer).standing in ("could explain it", "struck out")
    for drug in answer.drugs_given:
        assert bool(drug.reason) == (drug.standing == "struck out")


def test_without_a_low_count_there_is_nothing_to_explain(build: Build, engine: Engine) -> None:
    answer = explain(build, engine, labs=["ANC=6"], drugs=["clozapine", "qqqq"])
    assert [d.standing for d in answer.drugs_given] == ["nothing to explain", "name not known"]


def test_suggestions_stand_with_a_name_that_is_not_known(build: Build, engine: Engine) -> None:
    drug = only(explain(build, engine, "neutropenia", drugs=["clozapene"]))
    assert drug.suggestions[0] == "clozapine"
    assert say_drug(drug).startswith("clozapene: name not known; did you mean clozapine")


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(NAMES), min_size=1, max_size=5), st.sampled_from(["neutropenia", "lymphopenia", "fever"]))
def test_no_given_drug_vanishes(build: Build, engine: Engine, names: set[str], finding: str) -> None:
    case = build(finding, drugs=sorted(names))
    answer = engine.explain(case, {})
    assert {d.text for d in answer.drugs_given} == names
    assert len(answer.drugs_given) == len(case.drugs)
    standings = [STANDINGS.index(d.standing) for d in answer.drugs_given]
    assert standings == sorted(standings)


def test_every_form_of_an_answer_has_the_block(build: Build, engine: Engine) -> None:
    answer = explain(build, engine, "agranulocytosis", drugs=["asenapine", "amlodipine", "qqqq", "hypertension"])
    said = [say_drug(drug) for drug in answer.drugs_given]
    text = render_explanation(answer)
    whole = " ".join(render_explanation(answer, detail=1).split())
    data = explanation_to_json(answer)
    jsonschema.validate(data, answer_schema())
    page = template.unpack(build_page(answer, engine))
    detail = render_card(answer)["cards"][0]["detail"]
    assert text.index("Finding") < text.index(HEADING) < text.index("Causes")
    assert all(line in whole for line in said)
    assert [drug["said"] for drug in data["drugs_given"]] == said == page["drugsGiven"]
    assert HEADING in detail
    assert detail.count("\n- ") >= len(said)
    assert (data["no_bearing"], page["noBearing"]) == (["hypertension"], ["hypertension"])
    assert "Known, no bearing here  hypertension" in text


def test_a_label_listing_of_a_taken_drug_is_marked_as_what_it_is(build: Build, engine: Engine) -> None:
    answer = explain(build, engine, "agranulocytosis", drugs=["asenapine"])
    line = next(line for line in render_explanation(answer).splitlines() if "asenapine" in line)
    assert "on a product label" in line
    whole = " ".join(render_explanation(answer, detail=1).split())
    assert "a product label lists agranulocytosis" in whole
    assert "no causal evidence" in whole


def test_a_saved_answer_keeps_the_block(build: Build, engine: Engine) -> None:
    from kg.answer.page.reading import read_answer

    answer = explain(build, engine, "neutropenia", drugs=["clozapine", "qqqq"])
    assert read_answer(explanation_to_json(answer)).drugs_given == answer.drugs_given


def build_page(answer: Explanation, engine: Engine) -> str:
    return pages.render_answer(answer, engine.t)
