"""One model, two languages: the scripts of the exported page, run in Node, against the engine and the intake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.answer.drugs import say_drug
from kg.case.records import Case
from kg.reasoning.records import Cause, Chain, Explanation
from tests.page.generated import Cases, as_input
from tests.page.node import Page

Json = dict[str, Any]
COUNT = int(os.environ.get("LEUKOGRAPH_GENERATED_CASES", "500"))
TOLERANCE = 1e-9  # of a weight; scores are equal in the four digits that they have
FACTORS = {"prior", "evidence", "tier", "depth", "lineage", "age", "sex", "exposure", "window", "finding", "unlisted", "time"}


@pytest.fixture(scope="module")
def page(live_owl: Path, tmp_path_factory: pytest.TempPathFactory) -> Page:  # noqa: ARG001 - it has to be built
    """The exported page's data and scripts."""
    from kg.serve.offline import build_data

    return Page(build_data(), tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def cases(live_owl: Path) -> list[Case]:  # noqa: ARG001
    """The same cases every time."""
    engine = answering.get_engine()
    white = [n for n in sorted(engine.t.graph) if engine.t.category(n) in ("finding", "reading") and engine._is_white(n)]
    return list(Cases(engine.t, engine.tables.priors, white).draw(COUNT))


@pytest.fixture(scope="module")
def page_answers(page: Page, cases: list[Case]) -> list[Json]:
    """What the page's scripts answer."""
    return page.run({"resolved": as_input(case)} for case in cases)


# --------------------------------------------------------------------------- the model


def find_differences(ours: Explanation, theirs: Json) -> Iterator[str]:
    """Where the page's answer parts from the engine's."""
    whole = {
        "status": ours.status,
        "findings": [f["id"] for f in ours.findings],
        "to_ask": [dict(item) for item in ours.to_ask],
        "label_lists": [dict(item) for item in ours.label_lists],
        "alerts": list(ours.alerts),
        "sets": [dict(item) for item in ours.sets],
        "drugs_given": [(d.standing, d.label, d.rank, say_drug(d)) for d in ours.drugs_given],
        "normal_for": [dict(item) for item in ours.normal_for],
        "coverage": dict(ours.coverage),
    }
    told = [(d["standing"], d["label"], d["rank"], d["said"]) for d in theirs["drugs_given"]]
    theirs_whole = theirs | {"findings": [f["id"] for f in theirs["findings"]], "drugs_given": told}
    yield from (
        f"{name}: {str(value)[:200]} != {str(theirs_whole[name])[:200]}"
        for name, value in whole.items()
        if value != theirs_whole[name]
    )
    for name, causes in (("causes", ours.causes), ("struck_out", ours.struck_out)):
        if [c.id for c in causes] != [c["id"] for c in theirs[name]]:
            yield f"{name}: {[c.id for c in causes][:8]} != {[c['id'] for c in theirs[name]][:8]}"
            continue
        for cause, other in zip(causes, theirs[name], strict=True):
            yield from (f"{cause.id} {found}" for found in _compare(cause, other))


def _compare(ours: Cause, theirs: Json) -> Iterator[str]:
    told = {
        "label": ours.label,
        "kind": ours.kind,
        "family": ours.family,
        "rank": ours.rank,
        "tier": ours.tier,
        "score": ours.score,
        "shelf": ours.shelf,
        "explains": list(ours.explains),
        "struck": ours.struck,
        "variants": [{"id": v.id, "label": v.label, "score": v.score, "wider": v.wider} for v in ours.variants],
        "commonness": ours.commonness,
        "only_with": ours.only_with,
        "cant_miss": asdict(ours.cant_miss) if ours.cant_miss else None,
        "not_checked": list(ours.not_checked),
        "not_explained": list(ours.not_explained),
    }
    yield from (f"{name}: {value} != {theirs[name]}" for name, value in told.items() if value != theirs[name])
    parts = [(c.factor, c.label, c.reason, c.term) for c in ours.contributions]
    others = [(c["factor"], c["label"], c["reason"], c["term"]) for c in theirs["contributions"]]
    if parts != others:
        yield f"contributions: {next((a, b) for a, b in zip([*parts, 0], [*others, 0], strict=False) if a != b)}"
    pairs = zip(ours.contributions, theirs["contributions"], strict=False)
    yield from (f"weight of {a.label}: {a.weight} != {b['weight']}" for a, b in pairs if abs(a.weight - b["weight"]) > TOLERANCE)
    if "chains" in theirs and list(map(_chain, ours.chains)) != list(map(_chain_json, theirs["chains"])):
        yield "chains"
    if [(m.id, m.disputed) for m in ours.mechanisms] != [(m["id"], m["disputed"]) for m in theirs["mechanisms"]]:
        yield "mechanisms"


def _chain(chain: Chain) -> Any:
    steps = [
        (s.subject, s.predicate, s.object, s.asserted, s.scope, s.struck, {(e.direction, e.source) for e in s.evidence})
        for s in chain.steps
    ]
    return chain.finding, steps


def _chain_json(chain: Json) -> Any:
    names = ("subject", "predicate", "object", "asserted", "scope", "struck")
    return chain["finding"], [
        (*(s[n] for n in names), {(e["direction"], e["source"]) for e in s["evidence"]}) for s in chain["steps"]
    ]


def test_the_page_answers_generated_cases_as_the_engine_does(cases: list[Case], page_answers: list[Json]) -> None:
    """Status, causes, order, scores to four digits, every contribution with its reason, folds, shelves, what is struck out."""
    engine = answering.get_engine()
    wrong: list[str] = []
    for number, (case, theirs) in enumerate(zip(cases, page_answers, strict=True)):
        wrong += [f"case {number}: {found}" for found in islice(find_differences(engine.explain(case, {}), theirs), 3)]
    assert wrong == []


def test_the_generated_cases_reach_every_factor(cases: list[Case], page_answers: list[Json]) -> None:
    """No factor, tier, shelf or status of the model stays untried."""
    causes = [cause for answer in page_answers for cause in (*answer["causes"], *answer["struck_out"])]
    assert {part["factor"] for cause in causes for part in cause["contributions"]} == FACTORS
    tiers = {"direct", "indirect", "any_depth", "class_evidence", "unspecific", "other_line", "reading_only", "no_evidence"}
    assert {cause["tier"] for cause in causes} == tiers
    assert {cause["shelf"] for cause in causes} == {"fits best", "fits", "cannot be excluded"}
    assert {answer["status"] for answer in page_answers} >= {"explained", "none_in_scope", "no_finding"}
    assert any(case.age_days == 0.0 for case in cases)
    assert any(cause["variants"] for cause in causes)
    assert any(answer["sets"] for answer in page_answers)


# --------------------------------------------------------------------------- typed values

AGES = ("", "P0D", "P20D", "P8M", "P12Y", "P41Y")
VALUES = (0, 0.05, 0.1, 0.3, 0.45, 0.5, 0.8, 0.99, 1.0, 1.2, 1.3, 1.4, 1.5, 1.8, 2.0, 3.2, 3.9, 4.0, 6.0, 9.0, 40.0)
OTHERS = {
    "hemoglobin": (("g/dL", (6.0, 9.4, 12.0, 13.5, 17.0)), ("g/L", (70.0, 120.0, 135.0)), ("mmol/L", (5.0, 8.0))),
    "platelets": (("10*9/L", (8.0, 95.0, 150.0, 200.0)), ("/uL", (90000.0, 150000.0))),
    "MCV": (("fL", (70.0, 90.0, 105.0)),),
    "temperature": (("Cel", (35.2, 37.0, 38.0, 38.3, 39.4)), ("[degF]", (98.6, 101.3))),
    "CRP": (("mg/L", (3.0, 60.0)), ("mg/dL", (0.3, 9.0))),
    "LDH": (("U/L", (150.0, 900.0)),),
    "vitamin B12": (("pg/mL", (90.0, 300.0)), ("pmol/L", (100.0, 300.0))),
    "folate": (("ng/mL", (1.5, 9.0)),),
    "copper": (("ug/dL", (20.0, 100.0)), ("umol/L", (5.0, 20.0))),
    "ferritin": (("ng/mL", (10.0, 100.0, 9000.0)),),
}


def _samples() -> Iterator[Json]:
    """Cases of the form: one value of each kind, bounds, shares, totals with lines, earlier values, ages, sexes, phenotypes."""
    for age in AGES:
        for sex, duffy in (("", ""), ("female", "null"), ("male", "positive")):
            patient = {k: v for k, v in (("age", age), ("sex", sex), ("duffy", duffy)) if v}
            for test in ("ANC", "WBC", "lymphocytes", "monocytes"):
                for value in VALUES:
                    yield _form(patient, [{"test": test, "value": value, "unit": "10*9/L"}])
            for value in (0.1, 0.5, 1.5, 4.0):
                for bound in ("<", "<=", ">", ">="):
                    yield _form(patient, [{"test": "ANC", "value": value, "unit": "10*9/L", "bound": bound}])
                yield _form(patient, [{"test": "ANC", "value": value * 1000, "unit": "/uL"}])
            yield _form(patient, [{"test": "WBC", "value": 2.1, "unit": "10*9/L"}, {"test": "ANC", "value": 40, "unit": "%"}])
            yield _form(
                patient,
                [{"test": "WBC", "value": 2.1, "unit": "10*9/L"}, {"test": "lymphocytes", "value": 1.9, "unit": "10*9/L"}],
            )
            earlier = {"test": "ANC", "value": 4.1, "unit": "10*9/L", "days_ago": 200}
            yield _form(patient, [{"test": "ANC", "value": 0.4, "unit": "10*9/L"}, earlier])
            three = [{"test": "hemoglobin", "value": 7.1, "unit": "g/dL"}, {"test": "platelets", "value": 35, "unit": "10*9/L"}]
            yield _form(patient, [{"test": "WBC", "value": 1.2, "unit": "10*9/L"}, *three])
            for test, found in OTHERS.items():
                for unit, values in found:
                    for value in values:
                        yield _form(
                            patient,
                            [{"test": "ANC", "value": 0.9, "unit": "10*9/L"}, {"test": test, "value": value, "unit": unit}],
                        )


def _form(patient: Json, labs: list[Json]) -> Json:
    return {"patient": patient, "labs": labs, "findings": [{"text": "Fever", "status": "absent"}], "drugs": []}


def test_typed_values_are_judged_as_the_intake_judges_them(page: Page) -> None:
    """At, below and above the limits, for every age band, sex and phenotype, in other units, as bounds, as shares."""
    forms = list(_samples())
    wrong = []
    for form, theirs in zip(forms, page.run({"given": form} for form in forms), strict=True):
        case = answering.read_case(form)
        ours = as_input(case)
        readings = [
            (r.label, round(r.value, 9), r.decides, r.rule, r.source, r.text, list(r.competing), list(r.assumptions))
            for r in case.readings
        ]
        others = [
            (r["label"], round(r["value"], 9), *(r[k] for k in ("decides", "rule", "source", "text", "competing", "assumptions")))
            for r in theirs["readings"]
        ]
        wrong += [
            f"{form['patient']} {form['labs']}: {a} != {b}" for a, b in zip([*readings, 0], [*others, 0], strict=False) if a != b
        ][:1]
        seen = [
            {"days": 0.0} | {k: o[k] for k in ("term", "label", "present", "text", "days") if k in o}
            for o in theirs["observations"]
        ]
        wrong += [f"{form['patient']} {form['labs']}: {ours['observations']} != {seen}"] if ours["observations"] != seen else []
        wrong += [f"{form['patient']}: {ours['age']} != {theirs['age']}"] if ours["age"] != theirs["age"] else []
    assert wrong[:10] == []


@pytest.mark.parametrize(
    "lab",
    [
        {"test": "hemoglobin", "value": 300, "unit": "g/dL"},
        {"test": "ANC", "value": 400, "unit": "10*9/L"},
        {"test": "temperature", "value": 60, "unit": "Cel"},
        {"test": "ANC", "value": 40, "unit": "%"},
        {"test": "ANC", "value": 1, "unit": "mg/dL"},
    ],
)
def test_what_cannot_be_is_listed_with_its_reason(page: Page, lab: Json) -> None:
    """An impossible value, a share without a total, a unit that the test cannot have: nothing is concluded from it."""
    (found,) = page.run([{"given": _form({}, [lab])}])
    assert [r for r in found["readings"] if r["decides"]] == []
    assert found["missed"][0]["reason"]
