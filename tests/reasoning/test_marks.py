"""Marks beside the order: sourced, typed, in the data, and without any weight."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlparse

import jsonschema
import pytest

from kg.answer.data import answer_schema, explanation_to_json
from kg.case.records import Case
from kg.reasoning.explain import Engine
from tests.conftest import ROOT

Build = Callable[..., Case]
TABLE = (ROOT / "ontology" / "cant_miss.tsv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines(), delimiter="\t"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["label"])
def test_each_row_names_a_cause_and_a_source_that_may_be_used(engine: Engine, row: dict[str, str]) -> None:
    assert engine.t.category(row["cause"]) == "cause"
    assert engine.t.label(row["cause"]) == row["label"]
    assert row["reason"]
    banned = {line.split("\t")[0] for line in (ROOT / "ontology" / "banned_hosts.tsv").read_text(encoding="utf-8").splitlines()}
    assert ":" in row["source"]
    assert urlparse(row["source"]).netloc.removeprefix("www.") not in banned


def test_the_table_is_sorted_and_names_each_cause_once() -> None:
    ids = [row["cause"] for row in ROWS]
    assert ids == sorted(set(ids))


def test_marks_stand_beside_the_order_and_never_move_it(build: Build, engine: Engine) -> None:
    case = build("pancytopenia", "fever")
    marked = engine.explain(case, {})
    bare = Engine(engine.t, engine.tables._replace(cant_miss={})).explain(case, {})
    assert any(cause.cant_miss for cause in marked.causes)
    assert [replace(cause, cant_miss=None) for cause in marked.causes] == list(bare.causes)


def test_a_kind_has_the_mark_of_its_class(build: Build, engine: Engine) -> None:
    causes = {c.label: c for c in engine.explain(build("leukopenia", "fever", "tick bite"), {}).causes}
    spotted = causes["Rocky Mountain spotted fever"]
    assert spotted.cant_miss is not None
    assert spotted.cant_miss.source == "PMID:27172113"
    assert spotted.commonness == engine.tables.priors.commonness[spotted.id][0]


def test_the_data_hold_the_marks(build: Build, engine: Engine) -> None:
    data = explanation_to_json(engine.explain(build("leukopenia", "fever"), {"data": "test"}))
    jsonschema.validate(data, answer_schema())
    assert any(cause["cant_miss"] for cause in data["causes"])
    assert any(cause["only_with"] for cause in data["causes"])
    assert {cause["commonness"] for cause in data["causes"]} > {"common", "rare"}
