"""Alerts: every input that must not wait, those that must stay silent, and that nothing added takes an alert away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import config
from kg.case.records import Case
from kg.case.values import analytes
from kg.reasoning.alerts import URGENCIES, find_alerts, load_rules, parse_rules
from kg.reasoning.explain import Engine

Build = Callable[..., Case]
NOW = ": needs urgent medical review now; do not wait for this tool"
TODAY = ": needs medical review today; do not wait for this tool"

# Findings and further fields of a case -> alert rows that hold.
URGENT: list[tuple[list[str], dict[str, Any], set[str]]] = [
    ([], {"labs": ["WBC=0.6"]}, {"white-count"}),
    (["bacteremia"], {"labs": ["ANC=0.8"]}, {"infection-neutropenia"}),
    (["sepsis"], {"labs": ["ANC=0.8"]}, {"infection-neutropenia"}),
    (["septic shock", "neutropenia"], {}, {"infection-neutropenia"}),
    (["neonatal sepsis", "neutropenia"], {}, {"infection-neutropenia"}),
    (["chills"], {"labs": ["WBC=0.9"]}, {"infection-neutropenia", "white-count"}),
    ([], {"labs": ["ANC=0.8", "temperature=38.0"]}, {"infection-neutropenia"}),
    ([], {"labs": ["ANC=0.8", "temperature=35.9"]}, {"infection-neutropenia"}),
    (["fever", "pancytopenia"], {}, {"infection-neutropenia"}),
    (["sore throat"], {"labs": ["ANC=0.6"], "drugs": ["carbimazole"]}, {"sore-mouth-drug"}),
    (["mouth ulcers"], {"labs": ["ANC=0.6"], "drugs": ["methimazole@40d"]}, {"sore-mouth-drug"}),
    (["mouth ulcers"], {"labs": ["ANC=0.6"], "drugs": ["clozapine@90..20d"]}, {"sore-mouth-drug"}),
    (["circulating blasts"], {}, {"blasts"}),
    ([], {"labs": ["blasts=3[%]"]}, {"blasts"}),
    ([], {"labs": ["ANC=0.9", "platelets=8"]}, {"platelets"}),
    (["pancytopenia"], {"labs": ["hemoglobin=7.1", "platelets=35"]}, {"pancytopenia-hemoglobin", "pancytopenia-platelets"}),
    ([], {"labs": ["WBC=2", "hemoglobin=7.1", "platelets=35"]}, {"pancytopenia-hemoglobin", "pancytopenia-platelets"}),
    ([], {"labs": ["hemoglobin=7.1", "platelets=29"]}, {"two-lines"}),
    ([], {"labs": ["lymphocytes=0.1"]}, {"lymphocytes"}),
    ([], {"labs": ["CD4=0.1"]}, {"cd4"}),
    (["poor feeding"], {"labs": ["ANC=0.3"], "age": "P3D"}, {"young-infant", "agranulocytosis"}),
    (["lethargy"], {"labs": ["ANC=0.9"], "age": "P40D"}, {"young-infant"}),
    (["agranulocytosis"], {}, {"agranulocytosis"}),
    (["drug-induced agranulocytosis"], {}, {"agranulocytosis"}),
    (["severe neutropenia"], {}, {"agranulocytosis"}),
    ([], {"labs": ["ANC=0.4@10d"]}, {"agranulocytosis"}),
    ([], {"labs": ["ANC=0.4@1d", "WBC=3"]}, {"agranulocytosis"}),  # the total of today says nothing against it
]
SILENT: list[tuple[list[str], dict[str, Any]]] = [
    (["neutropenia", "no fever, rash"], {}),
    (["neutropenia"], {"absent": ["fever", "chills", "sepsis"]}),
    (["fever"], {}),
    (["fever"], {"labs": ["ANC=1.0"]}),
    (["Q fever", "neutropenia"], {}),  # a word is no sign
    ([], {"labs": ["ANC=0.4@2000d", "ANC=5.0"]}),
    ([], {"labs": ["ANC=0.4@2000d"]}),
    ([], {"labs": ["ANC=0.4@3d", "ANC=1.2"]}),
    ([], {"labs": ["ANC=0.5"]}),
    ([], {"labs": ["ANC<1.5"]}),
    ([], {"labs": ["WBC=1.0"]}),
    ([], {"labs": ["ANC=0.8", "temperature=37.9"]}),
    (["sore throat"], {"labs": ["ANC=0.6"], "drugs": ["carbimazole@300..200d"]}),
    (["sore throat"], {"labs": ["ANC=1.6"], "drugs": ["carbimazole"]}),
    (["poor feeding"], {"labs": ["ANC=0.8"], "age": "P70D"}),
    (["poor feeding"], {"labs": ["ANC=0.8"]}),
    ([], {"labs": ["platelets=20"]}),
    ([], {"labs": ["lymphocytes=0.2"]}),
    ([], {"labs": ["blasts=0[%]"]}),
]


def held(engine: Engine, case: Case) -> set[str]:
    return {alert.id for alert in find_alerts(case, engine.t)}


@pytest.mark.parametrize(("findings", "fields", "rows"), URGENT)
def test_what_must_not_wait_alerts(
    build: Build, engine: Engine, findings: list[str], fields: dict[str, Any], rows: set[str]
) -> None:
    assert held(engine, build(*findings, **fields)) == rows


@pytest.mark.parametrize(("findings", "fields"), SILENT)
def test_what_is_not_urgent_is_silent(build: Build, engine: Engine, findings: list[str], fields: dict[str, Any]) -> None:
    assert held(engine, build(*findings, **fields)) == set()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"labs": ["ANC<0.5"]}, "ANC below 0.5" + NOW),
        ({"labs": ["ANC=0.4@3d"]}, "ANC 0.4, 3 days ago" + NOW),
        ({"labs": ["WBC=0.4"]}, "ANC at most 0.4" + NOW),
        ({"labs": ["ANC=0.35", "temperature=39.1"]}, "body temperature 39.1 with a low neutrophil count (ANC 0.35)" + NOW),
        ({"labs": ["lymphocytes<0.2"]}, "ALC below 0.2, so CD4 cells can be no more than that" + TODAY),
    ],
)
def test_an_alert_says_what_was_given(build: Build, engine: Engine, fields: dict[str, Any], text: str) -> None:
    assert text in [alert.text for alert in find_alerts(build(**fields), engine.t)]


def test_the_answer_carries_the_alerts_with_their_sources(build: Build, engine: Engine) -> None:
    answer = engine.explain(build("fever", labs=["ANC=0.3", "lymphocytes=0.1"]), {})
    assert answer.alerts == tuple(alert.text for alert in answer.alert_rows)
    assert [alert.urgency for alert in answer.alert_rows] == sorted((a.urgency for a in answer.alert_rows), key=URGENCIES.index)
    assert all(alert.source for alert in answer.alert_rows)


def test_every_row_names_signs_terms_and_tests_that_exist(engine: Engine) -> None:
    rules, signs = load_rules()
    tests = analytes.Tests(engine.t.graph).by_id
    assert {name for rule in rules for name in rule.signs} == set(signs)
    for sign in (sign for found in signs.values() for sign in found):
        assert sign.subject in (tests if sign.kind == "value" else engine.t.graph), sign
    for line in (config.find_share() / "ontology" / "alert_signs.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        _, kind, subject, _, _, unit, _, _ = line.split("\t")
        assert kind != "value" or unit == tests[subject].unit, line


def test_a_limit_of_the_table_is_the_limit_of_the_alert(build: Build, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = config.find_share() / "ontology"
    alerts, signs = ((folder / name).read_text(encoding="utf-8") for name in ("alerts.tsv", "alert_signs.tsv"))
    moved = parse_rules(alerts, signs.replace("LEUKO:0030001\t<\t0.5", "LEUKO:0030001\t<\t0.3"))
    monkeypatch.setattr("kg.reasoning.alerts.load_rules", lambda: moved)
    assert held(engine, build(labs=["ANC=0.4"])) == set()
    assert held(engine, build(labs=["ANC=0.2"])) == {"agranulocytosis"}


ITEMS: list[tuple[str, str]] = [
    *[("findings", text) for text in ("fever", "sepsis", "sore throat", "rash", "neutropenia", "pancytopenia")],
    *[("findings", text) for text in ("poor feeding", "circulating blasts", "agranulocytosis", "anemia")],
    *[("drugs", text) for text in ("carbimazole", "clozapine@40d", "amoxicillin", "prednisone@100..90d")],
    *[("labs", text) for text in ("ANC=0.3", "ANC=0.7", "ANC<0.5", "WBC=0.8", "platelets=8", "hemoglobin=7", "lymphocytes=0.1")],
    *[("labs", text) for text in ("temperature=39", "temperature=37", "CRP=90", "WBC=0.9@4d", "ANC=0.2@5d", "platelets=300@9d")],
]  # fmt: skip


def assemble(build: Build, items: list[tuple[str, str]], age: str) -> Case:
    fields: dict[str, Any] = {kind: [text for k, text in items if k == kind] for kind in ("labs", "drugs")}
    return build(*(text for kind, text in items if kind == "findings"), **fields, age=age)


def analyte(item: tuple[str, str]) -> str:
    return item[1].split("=")[0].split("<")[0] if item[0] == "labs" else ""


@settings(max_examples=120, deadline=None)
@given(st.sets(st.sampled_from(ITEMS), max_size=6), st.sampled_from(ITEMS), st.sampled_from(["", "P3D", "P9Y", "P60Y"]))
def test_an_item_more_never_takes_an_alert_away(
    build: Build, engine: Engine, items: set[tuple[str, str]], more: tuple[str, str], age: str
) -> None:
    """Only a newer value of the same analyte may, so none of an analyte that the case has is added."""
    bounded = {"WBC": "ANC"}
    same = {bounded.get(analyte(item), analyte(item)) for item in items if item[0] == "labs"}
    if more[0] == "labs" and bounded.get(analyte(more), analyte(more)) in same:
        return
    kept = sorted(items)
    counts = [item for item in kept if analyte(item) in ("ANC", "WBC")]
    kept = [item for item in kept if item not in counts[1:]]  # two counts of one moment may contradict each other
    before = held(engine, assemble(build, kept, age))
    assert before <= held(engine, assemble(build, [*kept, more], age))
