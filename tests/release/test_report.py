"""The quality report: ROBOT's checks by name and level, each shown to find what it is for, and nothing on our own terms."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import config
from kg.authoring.release.axioms import parse_ontology
from kg.authoring.release.foundry import RULES, Header
from kg.authoring.release.report import count, render_report, run_report
from kg.knowledge.store import find_queries, open_engine
from kg.vocabulary import PREFIXES

ROBOT = {
    "ERROR": "deprecated_boolean_datatype deprecated_class_reference deprecated_property_reference duplicate_definition "
    "duplicate_label illegal_use_of_built_in_vocabulary label_formatting label_whitespace missing_label "
    "missing_ontology_description missing_ontology_license missing_ontology_title misused_obsolete_label misused_replaced_by "
    "multiple_definitions multiple_equivalent_class_definitions multiple_labels".split(),
    "WARN": "annotation_whitespace duplicate_exact_synonym duplicate_label_synonym duplicate_scoped_synonym equivalent_pair "
    "equivalent_class_axiom_no_genus invalid_xref missing_definition missing_obsolete_label missing_subset_declaration "
    "missing_synonymtype_declaration multiple_equivalent_classes invalid_entity_uri".split(),
    "INFO": "lowercase_definition missing_superclass".split(),
}
A, B, C = "LEUKO:0001003", "LEUKO:0001005", "LEUKO:0001020"
# Check -> Turtle that it must find something in.
PLANTED = {
    "deprecated_boolean_datatype": f'{A} owl:deprecated "true" .',
    "deprecated_class_reference": f"{A} rdfs:subClassOf {B} . {B} a owl:Class ; owl:deprecated true .",
    "deprecated_property_reference": f'{A} LEUKO:0000224 "x" . LEUKO:0000224 owl:deprecated true .',
    "duplicate_definition": f'{A} IAO:0000115 "X." . {B} IAO:0000115 "X." .',
    "duplicate_label": f'{A} a owl:Class ; rdfs:label "x" . {B} a owl:Class ; rdfs:label "x" .',
    "illegal_use_of_built_in_vocabulary": "owl:Thing a owl:Class .",
    "label_formatting": f'{A} rdfs:label "a\\nb" .',
    "label_whitespace": f'{A} rdfs:label "a " .',
    "missing_label": f"{A} a owl:Class .",
    "missing_ontology_description": "LEUKO:o a owl:Ontology .",
    "missing_ontology_license": "LEUKO:o a owl:Ontology .",
    "missing_ontology_title": "LEUKO:o a owl:Ontology .",
    "misused_obsolete_label": f'{A} rdfs:label "obsolete x" .',
    "misused_replaced_by": f"{A} IAO:0100001 {B} .",
    "multiple_definitions": f'{A} IAO:0000115 "X." , "Y." .',
    "multiple_equivalent_class_definitions": f"{A} owl:equivalentClass [ a owl:Class ] , [ a owl:Class ] .",
    "multiple_labels": f'{A} rdfs:label "x" , "y" .',
    "annotation_whitespace": f'{A} LEUKO:0000224 "a  b" . LEUKO:0000224 a owl:AnnotationProperty .',
    "duplicate_exact_synonym": f'{A} oboInOwl:hasExactSynonym "x" . {B} oboInOwl:hasExactSynonym "x" .',
    "duplicate_label_synonym": f'{A} rdfs:label "x" ; oboInOwl:hasExactSynonym "x" .',
    "duplicate_scoped_synonym": f'{A} oboInOwl:hasExactSynonym "x" ; oboInOwl:hasRelatedSynonym "x" .',
    "equivalent_pair": f"{A} owl:equivalentClass {B} .",
    "equivalent_class_axiom_no_genus": f"{A} owl:equivalentClass [ owl:intersectionOf ( [ a owl:Restriction ] ) ] .",
    "invalid_xref": f'{A} oboInOwl:hasDbXref "no curie" .',
    "missing_definition": f"{A} a owl:Class .",
    "missing_obsolete_label": f'{A} owl:deprecated true ; rdfs:label "x" .',
    "missing_subset_declaration": f"{A} oboInOwl:inSubset LEUKO:s .",
    "missing_synonymtype_declaration": f"[] owl:annotatedSource {A} ; oboInOwl:hasSynonymType LEUKO:s .",
    "multiple_equivalent_classes": f"{A} owl:equivalentClass {B} , {C} .",
    "invalid_entity_uri": "<https://w3id.org/leukograph/LEUKO_abc> a owl:Class .",
    "lowercase_definition": f'{A} IAO:0000115 "x." .',
    "missing_superclass": f"{A} a owl:Class .",
    "association_end_unknown": f"LEUKO:1000001 a LEUKO:0000183 ; LEUKO:0000201 {A} .",
    "axiom_without_supporting_row": f"[] owl:annotatedSource {A} ; LEUKO:0000220 LEUKO:1000001 .",
    "claim_without_source": f"LEUKO:0000001 rdfs:subPropertyOf LEUKO:0000040 . {A} rdfs:subClassOf "
    f"[ owl:onProperty LEUKO:0000001 ; owl:someValuesFrom {B} ] .",
    "definition_refers_to_itself": f"{A} owl:equivalentClass [ owl:intersectionOf ( {B} {A} ) ] .",
    "definition_with_underscore": f'{A} IAO:0000115 "A_b." .',
    "definition_without_source": f'{A} a owl:Class ; IAO:0000115 "X." .',
    "equivalent_to_foreign_term": f"{A} owl:equivalentClass HP:0001875 .",
    "finding_below_reading": f"{A} rdfs:subClassOf LEUKO:0000143 . LEUKO:0000143 rdfs:subClassOf LEUKO:0000140 .",
    "forbidden_code": f'{A} oboInOwl:hasDbXref "SNOMEDCT:1" .',
    "label_with_iri": f'{A} a owl:Class ; rdfs:label "http://x" .',
    "listing_as_claim": f"[] owl:annotatedSource {A} ; LEUKO:0000220 LEUKO:1 . LEUKO:1 LEUKO:0000202 LEUKO:0000032 .",
    "member_as_subclass": f"{A} rdfs:subClassOf LEUKO:0000116 , {B} . {B} rdfs:subClassOf LEUKO:0000118 .",
    "number_out_of_range": "LEUKO:9999999 a owl:Class .",
    "obsolete_without_reason": f"{A} owl:deprecated true .",
    "replaced_by_and_consider": f"{A} IAO:0100001 {B} ; oboInOwl:consider {C} .",
    "role_as_category": f'{A} a owl:Class ; rdfs:label "Cause" .',
    "single_child": f"{A} rdfs:subClassOf {B} .",
    "stub_without_origin": "CL:0000775 a owl:Class .",
    "subclass_of_itself": f"{A} rdfs:subClassOf {B} . {B} rdfs:subClassOf {A} .",
    "synonym_with_illegal_end": f'{A} oboInOwl:hasExactSynonym "x," .',
    "undeclared_annotation_property": f'{A} LEUKO:0000999 "x" .',
    "universal_over_claim": f"{A} rdfs:subClassOf [ owl:onProperty RO:0003303 ; owl:someValuesFrom {B} ] .",
    "unknown_xref_prefix": f'{A} oboInOwl:hasDbXref "XYZ:1" .',
}
QUERIES = {query.name: query for query in find_queries(config.get_queries_dir(), "verify")}


def test_the_32_checks_of_robots_report_are_there_by_name_and_level() -> None:
    found: dict[str, list[str]] = {"ERROR": [], "WARN": [], "INFO": []}
    for query in QUERIES.values():
        told = dict(re.findall(r"^#\+ (\w+): (.*)$", query.text, re.MULTILINE))
        if told["origin"] == "ROBOT report":
            found[told["level"]].append(query.name)
    assert {level: sorted(names) for level, names in found.items()} == {k: sorted(v) for k, v in ROBOT.items()}
    assert sum(map(len, found.values())) == 32


def test_every_check_has_its_planted_violation() -> None:
    assert sorted(PLANTED) == sorted(QUERIES)


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_check_finds_its_planted_violation(name: str, tmp_path: Path) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    (tmp_path / "planted.ttl").write_text(prefixes + PLANTED[name], encoding="utf-8")
    assert open_engine([tmp_path / "planted.ttl"]).select(QUERIES[name].text).rows != []


def test_an_empty_header_violates_the_metadata_rules() -> None:
    bare = parse_ontology(
        [
            ox.Triple(
                ox.NamedNode("https://w3id.org/leukograph/x.owl"),
                ox.NamedNode(PREFIXES["rdf"] + "type"),
                ox.NamedNode(PREFIXES["owl"] + "Ontology"),
            )
        ]
    )
    red = {rule.name for rule in RULES if list(rule.find(Header(bare)))}
    assert {"fp-001 open", "fp-004 versioning", "fp-005 scope", "FOOPS OM1 minimum metadata", "FOOPS VER1 version IRI"} <= red


def test_the_live_ontology_has_no_error_and_no_warning_on_its_own_terms(ontology_dir: Path) -> None:
    rows = run_report(ontology_dir, config.get_queries_dir())
    assert [row.check for row in rows if row.skipped] == []
    assert (count(rows, "ERROR"), count(rows, "WARN")) == (0, 0), render_report(rows)
