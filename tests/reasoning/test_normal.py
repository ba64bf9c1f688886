"""Normal, and on the limit: what the answer says where nothing, or almost nothing, is low."""

from __future__ import annotations

from collections.abc import Callable

import jsonschema
import pytest

from kg.answer.card import render_card
from kg.answer.data import answer_schema, explanation_to_json
from kg.answer.text import render_explanation
from kg.case.records import Case
from kg.reasoning.explain import Engine

Build = Callable[..., Case]


@pytest.mark.parametrize("value", ["WBC=3.2", "ANC=1.3"])
def test_duffy_null_within_its_range_is_normal_for_duffy_null(build: Build, engine: Engine, value: str) -> None:
    answer = engine.explain(build(labs=[value], duffy="null", age="P30Y"), {})
    (normal,) = answer.normal_for
    assert (answer.status, answer.causes, answer.findings) == ("normal_for", (), ())
    assert (normal["group"], normal["source"]) == ("Duffy-null", "DOI:10.1182/blood.2025029359")
    text = render_explanation(answer)
    assert f"{normal['text']} is normal for Duffy-null" in text
    assert normal["source"] in text
    assert "under the usual rule" in text
    jsonschema.validate(explanation_to_json(answer), answer_schema())
    assert "is normal for Duffy-null" in render_card(answer)["cards"][0]["summary"]


def test_what_is_low_for_duffy_null_too_is_explained(build: Build, engine: Engine) -> None:
    answer = engine.explain(build(labs=["WBC=3.2", "ANC=0.9"], duffy="null", age="P30Y"), {})
    assert (answer.status, answer.normal_for) == ("explained", ())
    assert [finding["label"] for finding in answer.findings] == ["neutropenia"]


def test_normal_for_everybody_is_no_finding(build: Build, engine: Engine) -> None:
    for fields in ({"labs": ["WBC=6"], "duffy": "null"}, {"labs": ["WBC=6"]}, {"labs": ["ANC=1.5"]}):
        answer = engine.explain(build(**fields), {})
        assert (answer.status, answer.normal_for) == ("no_finding", ())


def test_a_count_on_its_limit_beside_low_platelets_is_answered(build: Build, engine: Engine) -> None:
    answer = engine.explain(build(labs=["ANC=1.5", "platelets=95"], age="P40Y"), {})
    assert [finding["label"] for finding in answer.findings] == ["low absolute neutrophil count"]
    assert answer.causes
    assert "ANC 1.5 stands on the limit" in render_explanation(answer)
    alone = engine.explain(build(labs=["ANC=1.5"], age="P40Y"), {})
    assert alone.status == "no_finding"
    assert "ANC 1.5 stands on the limit" in render_explanation(alone)
