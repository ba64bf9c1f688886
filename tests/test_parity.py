"""Three ways, one answer: reasoner, SPARQL and networkx give the same causes for every finding of the ontology."""

from __future__ import annotations

from functools import cache

import pytest

from kg import config
from kg.authoring.ontology.entailment import Causes, infer_causes
from kg.knowledge.graph import Traversal, find_reach
from kg.knowledge.graph.cache import load_graph
from kg.knowledge.store import OxigraphEngine, bind, get_query
from kg.vocabulary import CAUSAL, contract, expand
from tests.conftest import ROOT

OWL = ROOT / "ontology" / "leukograph.owl"
DIRECT, INDIRECT = "direct", "indirect"


@cache
def traversal() -> Traversal:
    return Traversal(load_graph(OWL, config.get_queries_dir(), config.get_cache_dir()))


def findings() -> list[str]:
    graph = traversal().graph
    return sorted(node for node, data in graph.nodes(data=True) if data["category"] == "finding")


def walk(finding: str, tier: str) -> set[str]:
    """Causes that the networkx layer finds in one tier."""
    return {cause for cause, found in find_reach(traversal(), finding).tiers.items() if found == tier}


@cache
def engine() -> OxigraphEngine:
    return OxigraphEngine(OWL)


def select(finding: str, tier: str) -> set[str]:
    """Causes that the SPARQL query finds in one tier."""
    name = "causes_of_attributed_finding" if traversal().attribution(finding) else "causes_of_finding"
    query = get_query(config.get_queries_dir(), name)
    rows = engine().select(bind(query, {"finding": expand(finding)})).as_dicts()
    return {contract(row["cause"] or "") for row in rows if row["tier"] == tier}


@cache
def infer() -> Causes:
    """Causes that HermiT finds in the base file, which asserts no inferred axiom."""
    return infer_causes(ROOT / "ontology" / "leukograph-base.owl")


@pytest.mark.parametrize("tier", [DIRECT, INDIRECT])
def test_sparql_and_networkx_agree_on_every_finding(tier: str) -> None:
    for finding in findings():
        assert select(finding, tier) == walk(finding, tier), traversal().label(finding)


def test_reasoner_and_networkx_agree_on_direct_causes() -> None:
    for finding in findings():
        if not traversal().attribution(finding):  # that one asks its genus
            assert only_causes(infer().direct[finding]) == walk(finding, DIRECT), traversal().label(finding)


def test_reasoner_and_networkx_agree_on_indirect_causes() -> None:
    for finding in findings():
        if not traversal().attribution(finding):
            beyond = only_causes(infer().indirect[finding]) - walk(finding, DIRECT)
            assert beyond == walk(finding, INDIRECT), traversal().label(finding)


def only_causes(classes: frozenset[str]) -> set[str]:
    """Without the classes that merely gather others: categories without a row of their own."""
    return {c for c in classes if traversal().category(c) == "cause" or traversal().out(c, *CAUSAL)}


def test_there_is_something_to_agree_on() -> None:
    assert len(findings()) >= 25
    assert len(walk("LEUKO:0001003", DIRECT)) > 300
    assert walk("LEUKO:0001003", INDIRECT)
