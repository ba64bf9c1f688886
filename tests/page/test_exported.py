"""The question page as one offline file: the same ranking as Python's, without a server and without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.case.records import Case

Open = Callable[..., Any]
# Every kind of input that the tables hold: windows, recovery, absent findings, conditions, wholes, ages, genes, earlier values.
CASES: list[dict[str, Any]] = [
    {"labs": ["ANC=0.4", "ANC=4.1@200d"], "findings": ["fever"], "absent": ["splenomegaly"], "drugs": ["clozapine@50d"]},
    {"labs": ["ANC=0.9"], "drugs": ["methimazole@400d", "azathioprine@1d", "rituximab@200..150d"]},
    {"labs": ["lymphocytes=0.5", "ANC=3"], "drugs": ["prednisone@5d"], "drugs_complete": True},
    {"findings": ["neutropenia", "HIV infection", "anemia", "thrombocytopenia"], "age": "P30Y"},
    {"findings": ["severe neutropenia", "recurrent infections"], "age": "P8M"},
    {"findings": ["neutropenia", "cirrhosis", "splenomegaly"], "absent": ["arthritis", "oral ulcers"]},
    {"labs": ["WBC=2.1"]},
    {"findings": ["neutropenia", "lymphopenia", "monocytopenia"], "absent": ["HIV infection"]},
    {"labs": ["ANC=6"]},
    {"findings": ["leukopenia"], "absent": ["splenomegaly", "fever"], "age": "P70Y"},
    {"labs": ["WBC=0.6", "ANC=0.4@2000d", "platelets=8@3d", "hemoglobin=7.1"], "findings": ["sepsis", "circulating blasts"]},
    {"labs": ["ANC=0.6"], "findings": ["sore throat"], "drugs": ["methimazole@30d", "clozapine@200..90d"]},
    {"labs": ["ANC<0.5", "lymphocytes=0.1"], "findings": ["poor feeding"], "age": "P3D"},
]  # fmt: skip


def resolve(case: Case) -> dict[str, Any]:
    """A resolved case as the page's script takes it."""
    return {
        "observations": [{"term": o.term, "label": o.label, "present": o.present, "text": o.text} for o in case.observations],
        "drugs": [{"term": d.term, "label": d.label, "start": d.days_since_start, "stop": d.days_since_stop} for d in case.drugs],
        "complete": case.drugs_complete,
        "age": case.age_days,
        "readings": [
            {"test": r.test, "bound": r.bound, "label": r.label, "value": r.value, "days_ago": r.days_ago}
            | {"decides": r.decides, "normal": bool(r.rules_out)}
            for r in case.readings
        ],
    }


@pytest.fixture(scope="module")
def exported(live_owl: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - it has to be built
    """The exported page of the live ontology."""
    from kg.serve.offline import render_app

    path = tmp_path_factory.mktemp("app") / "app.html"
    path.write_text(render_app(), encoding="utf-8")
    return path


def differences(page: Any, case: Case) -> list[str]:
    """Where the page's ranking parts from the engine's; the fourth decimal may round differently."""
    answer = answering.explain_case(case)
    script = """(given) => {
      const r = LK.rank(given), id = (c) => LK.tableTerm(c.cause)[0];
      const reasons = (c) => c.parts.filter((p) => p.factor !== "evidence").map((p) => p.reason).sort();
      return { causes: r.causes.map((c) => [id(c), c.score]), reasons: r.causes.map((c) => [id(c), reasons(c)]), alerts: r.alerts,
               struck: r.struck.map((c) => [id(c), c.struck]), asked: r.asked.map(id),
               targets: r.targets.map((n) => LK.tableTerm(n)[0]) };
    }"""
    found = page.evaluate(script, resolve(case))
    ours = [(cause.id, cause.score) for cause in answer.causes]
    wrong = [f"{a} != {b}" for a, b in zip(found["causes"], ours, strict=False) if a[0] != b[0] or abs(a[1] - b[1]) > 0.00011]
    wrong += [f"{len(found['causes'])} causes, not {len(ours)}"] if len(found["causes"]) != len(ours) else []
    reasons = {c.id: sorted(p.reason for p in c.contributions if p.factor != "evidence") for c in answer.causes}
    wrong += [f"reasons of {cause}" for cause, said in found["reasons"] if said != reasons.get(cause)]
    wrong += [] if dict(found["struck"]) == {c.id: c.struck for c in answer.struck_out} else ["struck out"]
    wrong += [] if set(found["asked"]) == {item["id"] for item in answer.to_ask} else ["to ask"]
    wrong += [] if found["alerts"] == list(answer.alerts) else ["alerts"]
    return wrong + ([] if found["targets"] == [f["id"] for f in answer.findings] else ["findings"])


def test_the_page_ranks_every_kind_of_input_as_python_does(exported: Path, open_page: Open) -> None:
    """Order, scores, struck-out causes with their reasons, questions and alerts are the engine's own."""
    page = open_page(exported)
    wrong = {str(case): found for case in CASES if (found := differences(page, answering.build_case(**case))[:3])}
    assert wrong == {}


def test_the_page_ranks_the_published_cases_as_python_does(exported: Path, open_page: Open, shared: Path) -> None:
    """The same on every case of `cases-dev.jsonl`."""
    page = open_page(exported)
    records = [json.loads(line) for line in (shared / "data" / "cases-dev.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = {r["id"]: found for r in records if (found := differences(page, answering.read_case(r["case"]))[:3])}
    assert wrong == {}


def test_typed_values_are_judged_as_the_intake_judges_them(exported: Path, open_page: Open) -> None:
    """Below, at and above the limits, in other units, and impossible values: the same finding, or the same refusal."""
    page = open_page(exported)
    script = "async (lab) => { const a = await LK.solve({patient: {}, labs: [lab], findings: [], drugs: []}); return [a.findings.map((f) => f.id), a.not_understood.length]; }"  # noqa: E501
    units = {"10*9/L": 1.0, "/uL": 1000.0, "10*3/uL": 1.0}
    for test in ("ANC", "WBC", "lymphocytes"):
        for value in (0.05, 0.1, 0.3, 0.5, 0.8, 0.99, 1.0, 1.4, 1.5, 2.0, 3.9, 4.0, 9.0):
            expected = [f["id"] for f in answering.explain(labs=[f"{test}={value!r}[10*9/L]"]).findings]
            for unit, factor in units.items():
                assert page.evaluate(script, {"test": test, "value": value * factor, "unit": unit}) == [expected, 0], (
                    test,
                    value,
                    unit,
                )
    assert page.evaluate(script, {"test": "hemoglobin", "value": 300, "unit": "g/dL"})[1] == 1
    assert page.evaluate(script, {"test": "ANC", "value": 40, "unit": "%"})[1] == 1


def test_the_exported_page_works_from_disk(exported: Path, open_page: Open, check_access: Callable[[Any], list[str]]) -> None:
    """One file, no request, under 2 MB: an answer at once, the same form, no panel that needs a server, accessible."""
    assert exported.stat().st_size < 2_000_000
    page = open_page(exported)
    page.keyboard.type("0.4")
    page.locator("#causes .cause").first.wait_for()
    page.click("#example")
    page.locator(".alert").nth(1).wait_for()
    assert page.locator("#causes .name").first.inner_text() == "clozapine"
    assert page.locator(".alert").count() == 2
    assert "clozapine: could explain it, rank 1" in page.locator("#drugs-given").inner_text()
    assert not page.locator("a.served").first.is_visible()
    assert page.locator("#why-not-block, #what-if, #next details").count() == 0
    page.fill("#finding", "blue toenails of unknown origin")
    page.keyboard.press("Enter")
    page.locator("#answer", has_text="Not understood").wait_for()
    page.click("text=Sources and contributions >> nth=0")
    page.locator("#causes a.source").first.wait_for()
    assert check_access(page) == []


def test_the_exported_page_is_the_same_every_time(exported: Path) -> None:
    """The file is deterministic."""
    from kg.serve.offline import render_app

    assert render_app() == exported.read_text(encoding="utf-8")
