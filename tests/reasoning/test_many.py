"""The rows of many cases are held equal to the engine: same causes, order, scores, shelves, folding, status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.answering import Knowledge, get_knowledge
from kg.case.readers.sources import read_raw
from kg.case.records import Case
from kg.exceptions import LeukographError
from kg.reasoning.many import Ranker, rank_many
from tests.conftest import find_shared


@pytest.fixture(scope="module")
def knowledge(live_owl: Path) -> Knowledge:
    return get_knowledge(live_owl)


@pytest.fixture(scope="module")
def ranker(knowledge: Knowledge) -> Ranker:
    return Ranker(knowledge.engine)


def as_rows(answer: Any) -> list[tuple[str, float, str, tuple[str, ...]]]:
    return [(c.id, round(c.score, 4), c.shelf, tuple(v.id for v in c.variants)) for c in answer.causes]


def check_equal(case: Case, knowledge: Knowledge, ranker: Ranker) -> None:
    expected, found = knowledge.engine.explain(case, {}), ranker.rank(case, whole=True)
    assert found.status == expected.status
    assert [(c.cause, c.score, c.shelf, c.variants) for c in found.causes] == as_rows(expected)
    shelved = [c.cause for c in ranker.rank(case).causes]
    assert shelved == [c.id for c in expected.causes if c.shelf != "cannot be excluded"]


def draw_cases(knowledge: Knowledge, count: int, seed: int) -> Iterator[Case]:
    """Cases with everything that the model looks at, drawn from the graph; seeded."""
    random, t = np.random.default_rng(seed), knowledge.traversal
    nodes = {
        k: [n for n, d in sorted(knowledge.graph.nodes(data=True)) if d.get("category") == k]
        for k in ("feature", "cause", "finding")
    }
    drugs = [c for c in t.causes if knowledge.graph.nodes[c]["kind"] in ("drug", "drug group")]
    pick = lambda items, most: [str(x) for x in random.choice(items, int(random.integers(0, most + 1)), replace=False)]  # noqa: E731
    for _ in range(count):
        present = {*pick(nodes["feature"], 6), *pick(nodes["cause"], 2), *pick(nodes["finding"], 1)}
        absent = {*pick(nodes["feature"], 3), *pick(nodes["cause"], 1)} - present
        findings = [{"id": n, "text": t.label(n)} for n in sorted(present)]
        findings += [{"id": n, "text": t.label(n), "status": "absent"} for n in sorted(absent)]
        labs = [{"test": "ANC", "value": round(float(random.uniform(0, 3)), 2), "unit": "10*9/L"}]
        labs += [{"test": "WBC", "value": round(float(random.uniform(3, 8)), 1), "unit": "10*9/L"}]
        labs += [{"test": "ANC", "value": 4.1, "unit": "10*9/L", "days_ago": 200}] * int(random.integers(0, 2))
        labs += [{"test": "hemoglobin", "value": round(float(random.uniform(7, 15)), 1), "unit": "g/dL"}]
        taken = [
            {"name": t.label(d).removesuffix(" exposure"), "days_since_start": float(random.integers(0, 200))}
            for d in pick(drugs, 4)
        ]
        patient = {"age": f"P{int(random.integers(0, 90))}Y", "sex": str(random.choice(["female", "male", ""]))}
        data = {"patient": patient, "labs": labs, "findings": findings, "drugs": taken}
        data |= {"drugs_complete": True} if random.random() < 0.2 else {}
        try:
            yield knowledge.resolver.resolve(read_raw(data))
        except LeukographError:
            continue


def test_rows_give_what_the_engine_gives(knowledge: Knowledge, ranker: Ranker) -> None:
    cases = list(draw_cases(knowledge, 150, seed=18))
    assert len(cases) > 120
    for case in cases:
        check_equal(case, knowledge, ranker)


def test_rows_give_what_the_engine_gives_on_published_cases(knowledge: Knowledge, ranker: Ranker) -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("no shared data (LEUKOGRAPH_SHARED)")
    lines = [
        line
        for name in ("cases-dev", "cases-dev-2")
        for line in (shared / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(lines) > 130
    for line in lines:
        check_equal(knowledge.resolver.resolve(read_raw(json.loads(line)["case"])), knowledge, ranker)


def test_parts_of_a_combination_are_left_to_the_engine(knowledge: Knowledge, ranker: Ranker) -> None:
    drugs = [{"name": "allopurinol", "days_since_start": 30}, {"name": "azathioprine", "days_since_start": 40}]
    case = knowledge.resolver.resolve(read_raw({"labs": [{"test": "ANC", "value": 0.6, "unit": "10*9/L"}], "drugs": drugs}))
    assert ranker._joins_parts(case)
    check_equal(case, knowledge, ranker)


def test_a_place_that_an_infection_needs_counts_once(knowledge: Knowledge, ranker: Ranker) -> None:
    words = ["travel to Africa", "tick bite", "fever", "headache"]
    case = knowledge.resolver.resolve(
        read_raw({"labs": [{"test": "WBC", "value": 2.1, "unit": "10*9/L"}], "findings": [{"text": w} for w in words]})
    )
    check_equal(case, knowledge, ranker)


def test_many_cases_become_one_table(knowledge: Knowledge, ranker: Ranker) -> None:
    cases = list(draw_cases(knowledge, 6, seed=1))
    table = rank_many([*cases, cases[0]], ranker)
    assert len(table.status) == len(cases) + 1
    first, last = ([i for i, c in enumerate(table.case) if c == place] for place in (0, len(cases)))
    assert [table.cause[i] for i in first] == [table.cause[i] for i in last]
    assert [table.rank[i] for i in first] == list(range(1, len(first) + 1))
    assert all(table.shelf[i] != "cannot be excluded" for i in range(len(table.shelf)))
