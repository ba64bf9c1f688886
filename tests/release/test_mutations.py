"""Every error that the field or our own trial made, planted one at a time, turns a named check red; without them all is green."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import config
from kg.authoring.curation.checks_causes import check_cycles
from kg.authoring.ontology.annotations import annotate_claims, build_annotations
from kg.authoring.ontology.axioms import build_world, dump_triples
from kg.authoring.ontology.entailment import ask
from kg.authoring.ontology.guards import Facts, check_guards
from kg.authoring.ontology.inferences import check_inferences, collect_questions, read_inferences
from kg.authoring.ontology.triples import serialize
from kg.authoring.records import Curation
from kg.exceptions import ReasoningError
from kg.knowledge.store import find_queries, open_engine
from kg.vocabulary import PREFIXES, expand
from tests.release.trial import FORBIDDEN, Trial

OWL, RDF, RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]
Triples = list[ox.Triple]


def find_red(trial: Trial, folder: Path, plant: Callable[[Triples], Triples] | None = None) -> set[str]:
    """Names of the checks that find something: guards, inferences, queries, table rules."""
    curation = trial.curation
    triples = _build(curation, folder / "upper.ttl")
    triples = plant(triples) if plant else triples
    red = {v.check for v in check_cycles(curation)} | _run_queries(triples, folder)
    facts = Facts(curation, triples, [trial.forbid(*pair) for pair in FORBIDDEN])
    try:
        red |= {v.check for v in check_guards(facts)} | _run_inferences(triples)
    except ReasoningError:
        red.add("inconsistent")
    return red


def _build(curation: Curation, upper: Path) -> Triples:
    logic = dump_triples(build_world(curation, upper))
    return [*logic, *build_annotations(curation, upper), *annotate_claims(curation, upper, logic)]


def _run_queries(triples: Triples, folder: Path) -> set[str]:
    path = folder / "mutant.owl"
    path.write_bytes(serialize(triples))
    engine = open_engine([path])
    wanted = (
        "universal_over_claim",
        "equivalent_to_foreign_term",
        "member_as_subclass",
        "finding_below_reading",
        "listing_as_claim",
    )
    queries = [q for q in find_queries(config.get_queries_dir(), "verify") if q.name in (*wanted, "claim_without_source")]
    return {query.name for query in queries if engine.select(query.text).rows}


def _run_inferences(triples: Triples) -> set[str]:
    rows = [row for row in read_inferences(config.get_ontology_dir() / "inferences.tsv") if not row.module and not row.relation]
    entailed = ask(triples, collect_questions(rows))
    known = [row for row in rows if row.sub in FINDINGS and row.parent in entailed.ancestors]
    return {v.check for v in check_inferences(known, entailed)}


# The lattice rows of the table; the trial has no drugs or diseases of its own numbers.
FINDINGS = frozenset(f"LEUKO:{n:07d}" for n in (*range(1001, 1047), *range(141, 146)))


@pytest.fixture
def trial(tables: Path) -> Trial:
    return Trial(tables)


def test_the_trial_without_a_planted_error_is_green(trial: Trial, tables: Path) -> None:
    assert find_red(trial, tables) == set()


TABLE_MUTATIONS: dict[str, tuple[str, Callable[[Trial], None]]] = {
    "CL's chain cut: a neutrophil is no granulocyte": ("inference", lambda t: t.set_parents("neutrophil", "leukocyte")),
    "a wrong lineage: a neutrophil is a lymphocyte": ("inference", lambda t: t.add_parent("neutrophil", "lymphocyte")),
    "'circulating' dropped from the pattern": (
        "inference",
        lambda t: t.set_fillers("neutropenia", ("acts on cell", "CL:0000775")),
    ),
    "the filler of the pattern dropped": ("G1_equivalent", lambda t: t.set_fillers("leukopenia")),
    "near-absent is no severe degree": ("inference", lambda t: t.set_parents("near-absent degree", "degree of reduction")),
    "severe neutropenia takes the degree of agranulocytosis": (
        "G1_equivalent",
        lambda t: t.set_fillers(
            "severe neutropenia",
            ("has reduced circulating cell type", "CL:0000775"),
            ("has degree", "near-absent degree"),
        ),
    ),
    "a subset deficit placed under lymphopenia": (
        "inference",
        lambda t: t.add_parent("decreased circulating B cells", "lymphopenia"),
    ),
    "a reading placed under another": (
        "finding_below_reading",
        lambda t: t.add_parent("low absolute neutrophil count", "low total leukocyte count"),
    ),
    "a cytopenia placed under a reading": (
        "G1_unsatisfiable",
        lambda t: t.add_parent("neutrophilia", "low total leukocyte count"),
    ),
    "a class row as an axiom on the class": (
        "G3_refuted",
        lambda t: (
            t.add_parent("promethazine exposure", "phenothiazine exposure"),
            t.widen("phenothiazine exposure"),
            t.add_row("phenothiazine exposure", "can cause", "agranulocytosis"),
        )[0],
    ),
    "a member as a subclass of its group": (
        "member_as_subclass",
        lambda t: t.add_parent("promethazine exposure", "phenothiazine exposure"),
    ),
    "a combination as a subclass of its part": (
        "G3_refuted",
        lambda t: t.add_parent("methotrexate with leucovorin", "methotrexate exposure"),
    ),
    "Duffy-null causes neutropenia": (
        "G7_must_not_answer",
        lambda t: t.add_row("Duffy-null phenotype", "can cause", "neutropenia"),
    ),
    "clumping causes neutropenia": ("G7_must_not_answer", lambda t: t.add_row("leukocyte clumping", "can cause", "neutropenia")),
    "a consequence through can bring about": (
        "G2_self_explanation",
        lambda t: t.add_row("neutropenia", "can bring about", "severe infection"),
    ),
    "a consequence through can bring about closes a loop": (
        "G5_cycle",
        lambda t: t.add_row("neutropenia", "can bring about", "severe infection"),
    ),
    "Kostmann as a subclass of neutropenia": ("G2_self_explanation", lambda t: t.add_parent("Kostmann syndrome", "neutropenia")),
    "a general mechanism leads to neutropenia": (
        "G4_mechanism",
        lambda t: t.add_row("accelerated leukocyte removal", "can lead to", "neutropenia"),
    ),
    "a compartment shift leads to leukopenia": (
        "G4_mechanism",
        lambda t: t.add_row("shift between compartments", "can lead to", "leukopenia"),
    ),
    "a mechanism leads to agranulocytosis": (
        "G4_mechanism",
        lambda t: t.add_row("immune-mediated injury to neutrophils", "can lead to", "agranulocytosis"),
    ),
    "a sign as a cause": ("G5_cycle", lambda t: t.add_row("splenomegaly", "can bring about", "portal hypertension")),
    "a sign as a cause, seen in the tables": (
        "cycle",
        lambda t: t.add_row("splenomegaly", "can bring about", "portal hypertension"),
    ),
    "a risk factor through can bring about": (
        "G7_must_not_answer",
        lambda t: t.add_row("diabetes mellitus", "can bring about", "severe infection"),
    ),
    "low total stands on leukopenia": (
        "G7_must_not_answer",
        lambda t: t.add_row("leukopenia", "can show as", "low total leukocyte count"),
    ),
}


@pytest.mark.parametrize("error", TABLE_MUTATIONS)
def test_an_error_planted_in_the_tables_turns_its_check_red(trial: Trial, tables: Path, error: str) -> None:
    check, plant = TABLE_MUTATIONS[error]
    plant(trial)
    assert check in find_red(trial, tables)


def _parse(text: str) -> Triples:
    head = "".join(f"@prefix {name}: <{iri}> . " for name, iri in PREFIXES.items())
    return [quad.triple for quad in ox.parse(head + text, format=ox.RdfFormat.TURTLE)]


def _adding(text: str) -> Callable[[Triples], Triples]:
    return lambda triples: triples + _parse(text)


def _without_declaration(triples: Triples) -> Triples:
    note = ox.NamedNode(expand("LEUKO:0000224"))
    used = _parse('LEUKO:0001003 LEUKO:0000224 "a note" .')
    return [t for t in triples if not (t.subject == note and t.predicate.value == RDF + "type")] + used


def _without_sources(triples: Triples) -> Triples:
    return [t for t in triples if t.predicate.value != expand("LEUKO:0000220")]


FILE_MUTATIONS: dict[str, tuple[str, Callable[[Triples], Triples]]] = {
    "Mondo's order: neutropenia under agranulocytosis": (
        "G1_equivalent",
        _adding("LEUKO:0001003 rdfs:subClassOf LEUKO:0001005 ."),
    ),
    "Mondo's order brought in by an equivalence": (
        "equivalent_to_foreign_term",
        _adding("MONDO:0001475 a owl:Class ; rdfs:subClassOf LEUKO:0001005 . LEUKO:0001003 owl:equivalentClass MONDO:0001475 ."),
    ),
    "has component chained into can cause": (
        "G3_refuted",
        _adding("LEUKO:0000001 owl:propertyChainAxiom ( LEUKO:0000011 LEUKO:0000001 ) ."),
    ),
    "a universal over-claim": (
        "universal_over_claim",
        _adding(
            "RO:0003303 a owl:ObjectProperty . LEUKO:0008001 rdfs:subClassOf "
            "[ a owl:Restriction ; owl:onProperty RO:0003303 ; owl:someValuesFrom LEUKO:0001003 ] ."
        ),
    ),
    "a missing declaration": ("G6_profile", _without_declaration),
    "a relation that is an annotation as well": ("G6_profile", _adding("LEUKO:0000001 a owl:AnnotationProperty .")),
    "a universal restriction, outside EL": (
        "G6_profile",
        _adding(
            "LEUKO:0008001 rdfs:subClassOf "
            "[ a owl:Restriction ; owl:onProperty LEUKO:0000001 ; owl:allValuesFrom LEUKO:0001003 ] ."
        ),
    ),
    "a range on can cause alone, outside EL": ("G6_profile", _adding("LEUKO:0000001 rdfs:range LEUKO:0000102 .")),
    "cause as a category disjoint from others": ("G1_unsatisfiable", _adding("LEUKO:0000110 owl:disjointWith LEUKO:0000105 .")),
    "mechanisms disjoint from one another": ("G1_unsatisfiable", _adding("LEUKO:0002890 owl:disjointWith LEUKO:0002891 .")),
    "a claim without source and association": ("claim_without_source", _without_sources),
}


@pytest.mark.parametrize("error", FILE_MUTATIONS)
def test_an_error_planted_in_the_file_turns_its_check_red(trial: Trial, tables: Path, error: str) -> None:
    check, plant = FILE_MUTATIONS[error]
    assert check in find_red(trial, tables, plant)


def test_at_least_twenty_errors_are_planted() -> None:
    assert len(TABLE_MUTATIONS) + len(FILE_MUTATIONS) >= 20
