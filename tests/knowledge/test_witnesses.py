"""An inferred pair of cause and finding that no row stands behind is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kg.authoring.curation import read_curation
from kg.authoring.ontology.annotations import annotate_claims, build_annotations
from kg.authoring.ontology.axioms import build_world, dump_triples
from kg.authoring.ontology.guards import Facts
from kg.authoring.ontology.witnesses import check_witnesses
from kg.authoring.records import Curation


def _facts(curation: Curation, upper: Path) -> Facts:
    logic = dump_triples(build_world(curation, upper))
    return Facts(curation, [*logic, *build_annotations(curation, upper), *annotate_claims(curation, upper, logic)])


def test_a_pair_that_only_a_definition_makes_has_no_witness(tables: Path) -> None:
    curation, upper = read_curation(tables), tables / "upper.ttl"
    assert not list(check_witnesses(_facts(curation, upper)))
    smuggled = tuple(
        replace(t, restrictions=(*t.restrictions, ("can cause", "neutropenia"))) if t.label == "promethazine exposure" else t
        for t in curation.terms
    )
    found = list(check_witnesses(_facts(replace(curation, terms=smuggled), upper)))
    assert found
    assert all("promethazine exposure can" in v.message for v in found)
