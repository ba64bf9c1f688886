"""The forms of one answer: text made again from the data, RDF with provenance, a CDS Hooks card, a page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields
from typing import Any
from urllib.parse import urlparse

import pytest
import rdflib
from click.testing import CliRunner

from kg import answering
from kg.answer.card import SUMMARY_LIMIT, find_url, render_card
from kg.answer.data import explanation_to_json
from kg.answer.rdf import render_rdf
from kg.answer.text import render_explanation
from kg.case.records import Reading
from kg.cli import cli
from kg.reasoning.records import (
    Alert,
    CantMiss,
    Cause,
    Chain,
    Contribution,
    DrugGiven,
    Evidence,
    Explanation,
    Mechanism,
    Step,
    Variant,
)

CASES: list[dict[str, Any]] = [
    {"findings": ["neutropenia"]},
    {"findings": ["fever"], "labs": ["ANC=0.4"], "drugs": ["clozapine@50d"], "absent": ["splenomegaly"], "age": "P41Y"},
    {"findings": ["agranulocytosis", "low platelets"], "drugs": ["methimazole"]},
    {"findings": ["leukopenia"], "absent": ["splenomegaly"]},
    {"labs": ["ANC=3.5", "WBC=7"]},
]
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
SCHEMA = rdflib.Namespace("https://schema.org/")
OPTIONS = ["-p", "fever", "--lab", "ANC=0.4", "--drug", "clozapine@50d", "-n", "splenomegaly"]


def _read(kind: type, data: dict[str, Any], **nested: Any) -> Any:
    """Record of the fields that the data hold under the same name; lists become tuples."""
    names = {f.name for f in fields(kind)}
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key in names}
    return kind(**(plain | nested))


def _read_cause(data: dict[str, Any]) -> Cause:
    chains = []
    for chain in data["chains"]:
        steps = []
        for step in chain["steps"]:
            evidence = tuple(_read(Evidence, item, statement_kind=item["kind"]) for item in step["evidence"])
            steps.append(_read(Step, step, evidence=evidence))
        chains.append(_read(Chain, chain, steps=tuple(steps)))
    parts = tuple(_read(Contribution, part) for part in data["contributions"])
    mechanisms = tuple(_read(Mechanism, mechanism) for mechanism in data["mechanisms"])
    marks = {"variants": tuple(_read(Variant, item) for item in data["variants"])}
    marks |= {"cant_miss": _read(CantMiss, data["cant_miss"])} if data["cant_miss"] else {}
    cause: Cause = _read(Cause, data, chains=tuple(chains), contributions=parts, mechanisms=mechanisms, **marks)
    return cause


def read_answer(data: dict[str, Any]) -> Explanation:
    """An answer made again from its JSON form."""
    causes, struck = (tuple(map(_read_cause, data[key])) for key in ("causes", "struck_out"))
    readings = tuple(_read(Reading, reading) for reading in data["readings"])
    rows = {"alert_rows": tuple(_read(Alert, row) for row in data["alert_rows"])}
    drugs = {"drugs_given": tuple(_read(DrugGiven, drug) for drug in data["drugs_given"])}
    answer: Explanation = _read(Explanation, data, causes=causes, struck_out=struck, readings=readings, **rows, **drugs)
    return answer


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("show_all", "detail"), [(False, 0), (True, 0), (False, 2)])
def test_the_text_is_made_from_the_data_and_nothing_else(case: dict[str, Any], show_all: bool, detail: int) -> None:
    answer = answering.explain_case(answering.build_case(**case))
    data = json.loads(json.dumps(explanation_to_json(answer)))
    assert render_explanation(read_answer(data), show_all, detail) == render_explanation(answer, show_all, detail)


@pytest.fixture(scope="module")
def answer() -> Explanation:
    return answering.explain_case(answering.build_case(**CASES[1]))


@pytest.fixture(scope="module")
def graph(answer: Explanation) -> rdflib.Graph:
    return rdflib.Graph().parse(data=render_rdf(answer, "kg explain"), format="turtle")


def test_the_same_case_gives_the_same_bytes_in_another_process() -> None:
    runs = []
    for seed, options in (("1", OPTIONS), ("2", [*OPTIONS[4:], *OPTIONS[:4]])):
        command = [sys.executable, "-m", "kg", "explain", *options, "-f", "ttl"]
        runs.append(subprocess.run(command, capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}).stdout)
    assert runs[0] == runs[1]
    assert runs[0].startswith(b"@prefix")


def test_another_case_has_another_hash() -> None:
    texts = [render_rdf(answering.explain_case(answering.build_case(**case)), "kg explain") for case in CASES[:2]]
    hashes = [{str(o) for o in rdflib.Graph().parse(data=t, format="turtle").objects(None, PROV.used)} for t in texts]
    assert any(iri.startswith("urn:sha256:") for iri in hashes[0])
    assert hashes[0] != hashes[1]


def test_the_answer_says_what_it_was_made_from(graph: rdflib.Graph, answer: Explanation) -> None:
    (activity,) = graph.subjects(rdflib.RDF.type, PROV.Activity)
    used = {str(iri) for iri in graph.objects(activity, PROV.used)}
    assert f"https://w3id.org/leukograph/releases/{answer.versions['data']}/leukograph.owl" in used
    assert graph.value(activity, rdflib.RDFS.label) == rdflib.Literal("kg explain")
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]


def test_each_step_names_the_associations_that_the_data_name(graph: rdflib.Graph, answer: Explanation) -> None:
    statements = set(graph.subjects(rdflib.RDF.type, rdflib.RDF.Statement))
    steps = [s for c in (*answer.causes, *answer.struck_out) for chain in c.chains for s in chain.steps]
    assert len(statements) == len(steps)
    named = {str(iri) for s in statements for iri in graph.objects(s, PROV.wasDerivedFrom)}
    assert named == {f"https://w3id.org/leukograph/{e.association.replace(':', '_')}" for s in steps for e in s.evidence}


def test_the_list_holds_every_cause_at_its_rank(graph: rdflib.Graph, answer: Explanation) -> None:
    rows = graph.query(
        """SELECT ?position ?item WHERE { ?list schema:name "causes" ; schema:itemListElement ?e .
           ?e schema:position ?position ; schema:item ?item } ORDER BY ?position""",
        initNs={"schema": SCHEMA},
    )
    found = [str(row[1]).rpartition("/")[2].replace("_", ":") for row in rows]  # type: ignore[index]
    assert found == [cause.id for cause in answer.causes]


@pytest.mark.parametrize("case", CASES)
def test_a_card_keeps_to_the_specification(case: dict[str, Any]) -> None:
    answer = answering.explain_case(answering.build_case(**case))
    (card,) = render_card(answer)["cards"]
    assert 0 < len(card["summary"]) <= SUMMARY_LIMIT
    assert card["indicator"] == ("critical" if answer.alerts else "info")
    assert card["source"]["label"]
    assert "suggestions" not in card
    for link in card["links"]:
        assert link["type"] == "absolute"
        assert urlparse(link["url"]).scheme in ("http", "https")
        assert " " not in link["url"]


def test_a_card_puts_urgency_first_and_says_no_diagnosis(answer: Explanation) -> None:
    (card,) = render_card(answer)["cards"]
    assert card["summary"].startswith("Urgent review. Could explain")
    assert card["detail"].startswith("**fever")
    assert "not a diagnosis" in card["detail"]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("PMID:123", "https://pubmed.ncbi.nlm.nih.gov/123"),
        ("DOI:10.1000/a_b", "https://doi.org/10.1000/a_b"),
        ("PMC:PMC55", "https://pmc.ncbi.nlm.nih.gov/articles/PMC55"),
        ("https://example.org/x (mirror)", "https://example.org/x"),
        ("SEED:01", ""),
    ],
)
def test_a_source_leads_to_its_address_where_it_has_one(source: str, url: str) -> None:
    assert find_url(source) == url


@pytest.mark.parametrize(
    ("form", "start"), [("ttl", "@prefix"), ("fhir", '{\n  "cards"'), ("html", "<!doctype html"), ("tsv", "rank")]
)
def test_the_command_prints_every_form(form: str, start: str) -> None:
    run = CliRunner().invoke(cli, ["explain", "agranulocytosis", "-f", form])
    assert run.exit_code == 0
    assert run.stdout.lower().startswith(start)
