"""The query library: every file is well headed, ordered, answered alike by two engines, and true to the graph."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.knowledge.graph.build import build_graph
from kg.knowledge.graph.reach import find_reach
from kg.knowledge.graph.traversal import Traversal
from kg.knowledge.store import (
    NamedQuery,
    OxigraphEngine,
    bind,
    build_query_index,
    build_sparql_examples,
    find_queries,
    open_engine,
)
from kg.vocabulary import contract
from tests.conftest import ROOT
from tests.queries.rows import GOLDEN, read_golden, render, rows_of, rows_of_rdflib
from tests.queries.slice import open_slice, read_text

QUERIES = find_queries(ROOT / "queries")
# rdflib's own engine takes more than a few seconds for these on the slice: it is asked on the fixture instead.
SLOW_IN_RDFLIB = ("causes_by_mechanism_family", "causes_of_attributed_finding", "causes_of_finding")
BOTH_TIERS = ("direct", "indirect")


def by_name(query: NamedQuery) -> str:
    return query.name


@pytest.fixture(scope="module")
def engines(small: Path) -> dict[str, OxigraphEngine]:
    return {"fixture": open_engine([small / "leukograph.owl"]), "slice": open_slice()}


@pytest.fixture(scope="module")
def rdflib_graphs(small: Path) -> dict[str, Graph]:
    return {
        "fixture": Graph().parse(small / "leukograph.owl", format="xml"),
        "slice": Graph().parse(data=read_text(), format="nt"),
    }


def test_the_library_holds_forty_questions() -> None:
    assert len(QUERIES) >= 40


@pytest.mark.parametrize("query", QUERIES, ids=by_name)
def test_a_query_has_summary_tags_order_and_examples_that_bind(query: NamedQuery) -> None:
    assert query.summary.endswith(("?", ".", ")"))
    assert query.tags
    assert re.search(r"\nORDER BY [^\n]+\n$", query.text)
    if query.params:
        assert bind(query, {p.name: p.example for p in query.params})


@pytest.mark.parametrize("data", ["fixture", "slice"])
@pytest.mark.parametrize("query", QUERIES, ids=by_name)
def test_a_query_gives_its_golden_rows(query: NamedQuery, data: str, engines: dict[str, OxigraphEngine]) -> None:
    assert render(rows_of(engines[data], query.text)) == read_golden(data, query.name), "python -m tests.regenerate"


@pytest.mark.parametrize("query", QUERIES, ids=by_name)
def test_rdflib_gives_the_same_rows(
    query: NamedQuery, engines: dict[str, OxigraphEngine], rdflib_graphs: dict[str, Graph]
) -> None:
    data = "fixture" if query.name in SLOW_IN_RDFLIB else "slice"
    assert sorted(rows_of(engines[data], query.text)) == sorted(rows_of_rdflib(rdflib_graphs[data], query.text))


@pytest.mark.parametrize("query", QUERIES, ids=by_name)
def test_a_question_has_an_answer_in_the_slice(query: NamedQuery) -> None:
    assert read_golden("slice", query.name)


def test_no_golden_file_is_left_behind() -> None:
    for data in ("fixture", "slice"):
        assert {path.stem for path in (GOLDEN / data).glob("*.tsv")} == {query.name for query in QUERIES}


@pytest.fixture(scope="module")
def live(live_owl: Path) -> tuple[OxigraphEngine, Traversal]:
    engine = open_engine([live_owl])
    return engine, Traversal(build_graph(engine, ROOT / "queries"))


def test_sparql_and_graph_give_the_same_causes_for_every_finding(live: tuple[OxigraphEngine, Traversal]) -> None:
    engine, traversal = live
    findings = [n for n, d in traversal.graph.nodes(data=True) if d["category"] == "finding"]
    queries = {query.name: query for query in QUERIES}
    for finding in findings:
        name = "causes_of_attributed_finding" if traversal.attribution(finding) else "causes_of_finding"
        rows = engine.select(bind(queries[name], {"finding": finding})).as_dicts()
        found = {(contract(row["cause"] or ""), row["tier"]) for row in rows}
        assert found == {(c, t) for c, t in find_reach(traversal, finding).tiers.items() if t in BOTH_TIERS}, finding


def test_no_upstream_chain_is_longer_than_the_query_follows(live: tuple[OxigraphEngine, Traversal]) -> None:
    _, traversal = live
    lengths = [
        sum(link.predicate == "can bring about" for link in route.links)
        for finding, data in traversal.graph.nodes(data=True)
        if data["category"] == "finding"
        for routes in find_reach(traversal, finding).routes.values()
        for route in routes
    ]
    assert max(lengths) <= 6


def test_the_index_is_as_the_headers_say() -> None:
    assert (ROOT / "queries" / "README.md").read_text(encoding="utf-8") == build_query_index(ROOT / "queries")


def test_the_examples_are_valid_turtle_with_one_executable_a_query() -> None:
    triples = list(ox.parse(build_sparql_examples(), format=ox.RdfFormat.TURTLE))
    executables = [t for t in triples if str(t.object.value) == "http://www.w3.org/ns/shacl#SPARQLExecutable"]
    assert len(executables) == len(QUERIES)
