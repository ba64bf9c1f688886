"""One model, two languages: the scripts of the exported page, run in Node, against the engine, on generated cases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.answer.data import explanation_to_json
from kg.case.records import Case
from tests.conftest import skip
from tests.page.generated import Cases, as_input

Json = dict[str, Any]
COUNT = int(os.environ.get("LEUKOGRAPH_GENERATED_CASES", "500"))
WHOLE = ("status", "to_ask", "label_lists", "alerts", "sets", "coverage")
CAUSE = (
    "id",
    "label",
    "kind",
    "family",
    "rank",
    "tier",
    "score",
    "shelf",
    "variants",
    "explains",
    "not_checked",
    "not_explained",
    "struck",
)
STEP = ("subject", "predicate", "object", "asserted", "scope", "struck")


@pytest.fixture(scope="module")
def cases(live_owl: Path) -> list[Case]:  # noqa: ARG001 - it has to be built
    """The same cases every time."""
    engine = answering.get_engine()
    white = [n for n in sorted(engine.t.graph) if engine.t.category(n) in ("finding", "reading") and engine._is_white(n)]
    return list(Cases(engine.t, engine.tables.priors, white).draw(COUNT))


@pytest.fixture(scope="module")
def page_answers(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> list[Json]:
    """What the page's scripts answer."""
    from kg.answer.page.tables import build_tables
    from kg.serve.offline import MODEL
    from kg.serve.pages import read_part

    if not shutil.which("node"):
        skip("no node")
    path = tmp_path_factory.mktemp("model") / "page.json"
    path.write_text(json.dumps({"tables": build_tables(answering.get_engine()), "scripts": [read_part(s) for s in MODEL]}))
    script = Path(__file__).with_name("rank.cjs")
    lines = "\n".join(json.dumps(as_input(case)) for case in cases)
    run = subprocess.run(["node", str(script), str(path)], input=lines, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def find_differences(ours: Json, theirs: Json) -> Iterator[str]:
    """Where the page's answer parts from the engine's."""
    for name in WHOLE:
        if ours[name] != theirs[name]:
            yield f"{name}: {str(ours[name])[:300]} != {str(theirs[name])[:300]}"
    for block in ("causes", "struck_out"):
        if len(ours[block]) != len(theirs[block]):
            yield f"{block}: {len(ours[block])} != {len(theirs[block])}"
        for a, b in zip(ours[block], theirs[block], strict=False):
            yield from (f"{a['id']} {name}: {a[name]} != {b[name]}" for name in CAUSE if a[name] != b[name])
            yield from (f"{a['id']} {x} != {y}" for x, y in zip(_parts(a), _parts(b), strict=True) if x != y)
            if _chains(a) != _chains(b):
                yield f"{a['id']} chains"
            if [(m["id"], m["disputed"]) for m in a["mechanisms"]] != [(m["id"], m["disputed"]) for m in b["mechanisms"]]:
                yield f"{a['id']} mechanisms"


def _parts(cause: Json) -> list[tuple[Any, ...]]:
    found = [(p["factor"], p["label"], round(p["weight"], 4) + 0.0, p["reason"], p["term"]) for p in cause["contributions"]]
    return [*found, ("parts", len(found))][:60]


def _chains(cause: Json) -> list[Any]:
    return [[c["finding"], [[*(s[k] for k in STEP), _sources(s)] for s in c["steps"]]] for c in cause["chains"]]


def _sources(step: Json) -> list[tuple[str, str]]:
    return sorted({(e["direction"], e["source"]) for e in step["evidence"]})


def test_the_page_answers_generated_cases_as_the_engine_does(cases: list[Case], page_answers: list[Json]) -> None:
    """Status, causes, order, scores to four digits, every contribution with its reason, folds, shelves, what is struck out."""
    engine = answering.get_engine()
    wrong = []
    for number, (case, theirs) in enumerate(zip(cases, page_answers, strict=True)):
        ours = explanation_to_json(engine.explain(case, {}))
        wrong += [f"case {number}: {found}" for found in list(find_differences(ours, theirs))[:3]]
    assert wrong == []


def test_the_generated_cases_reach_every_factor(cases: list[Case], page_answers: list[Json]) -> None:
    """No factor, tier, shelf or status of the model stays untried."""
    causes = [cause for answer in page_answers for cause in (*answer["causes"], *answer["struck_out"])]
    factors = {part["factor"] for cause in causes for part in cause["contributions"]}
    assert factors == {
        "prior",
        "evidence",
        "tier",
        "depth",
        "lineage",
        "age",
        "sex",
        "exposure",
        "window",
        "finding",
        "unlisted",
        "time",
    }
    tiers = {"direct", "indirect", "class_evidence", "unspecific", "other_line", "reading_only", "no_evidence"}
    assert {cause["tier"] for cause in causes} == tiers
    assert {cause["shelf"] for cause in causes} == {"fits best", "fits", "cannot be excluded"}
    assert {answer["status"] for answer in page_answers} >= {"explained", "partly", "no_finding"}
    assert any(case.age_days == 0.0 for case in cases)
    assert any(cause["variants"] for cause in causes)
    assert any(answer["sets"] for answer in page_answers)
