"""`kg why`: proofs down to the rows of the tables, without a reasoner."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import answering, config
from kg.cli import cli
from kg.exceptions import UnknownTermError
from kg.knowledge.graph import find_reach
from kg.knowledge.graph.axioms import find_places
from kg.reasoning.explain import Engine
from kg.reasoning.questions.proof import Prover, find_groups
from kg.reasoning.saturation import Rules, Saturation

SAMPLE = 250


@pytest.mark.usefixtures("small_kg")
def test_a_proof_names_the_axioms_and_their_rows(small: Path) -> None:
    found = answering.why("chlorpromazine", "leukopenia")
    assert found["status"] == "entailed"
    (proof,) = found["proofs"]
    assert (proof["predicate"], proof["asserted"]) == ("can cause", False)
    assert [axiom["text"] for axiom in proof["axioms"]] == [
        "'chlorpromazine exposure' SubClassOf 'can cause' some neutropenia",
        "neutropenia = cytopenia and 'has reduced circulating cell type' some neutrophil",
        "neutrophil SubClassOf granulocyte",
        "granulocyte SubClassOf 'myeloid leukocyte'",
        "'myeloid leukocyte' SubClassOf leukocyte",
        "leukopenia = cytopenia and 'has reduced circulating cell type' some leukocyte",
    ]
    rows = [row for axiom in proof["axioms"] for row in axiom["rows"]]
    assert rows[0]["id"] == "LEUKO:1000005"
    for row in rows:
        name, line = row["place"].split(":")
        assert (small / name).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith(row["id"] + "\t")


@pytest.mark.usefixtures("small_kg")
def test_each_step_rests_on_earlier_steps_and_a_named_axiom() -> None:
    (proof,) = answering.why("chlorpromazine", "leukopenia")["proofs"]
    last = proof["steps"][-1]
    assert (last["subject_label"], last["object_label"]) == ("neutropenia", "leukopenia")
    for step in proof["steps"]:
        assert step["axiom"] in {axiom["number"] for axiom in proof["axioms"]}
        assert all(number < step["number"] for number in step["from"])


@pytest.mark.usefixtures("small_kg")
@pytest.mark.parametrize(
    ("subject", "obj", "predicate"),
    [
        ("agranulocytosis", "neutropenia", "is a"),
        ("splenomegaly", "neutropenia", "can cause"),
        ("splenomegaly", "low absolute neutrophil count", "can account for reading"),
        ("portal hypertension", "neutropenia", "can cause indirectly"),
        ("portal hypertension", "splenomegaly", "can bring about"),
        ("Kostmann syndrome", "neutropenia", "can cause"),
        ("Kostmann syndrome", "inadequate granulopoiesis", "can act via"),
    ],
)
def test_every_kind_of_edge_is_proved(subject: str, obj: str, predicate: str) -> None:
    found = answering.why(subject, obj)
    assert [proof["predicate"] for proof in found["proofs"]] == [predicate]


@pytest.mark.usefixtures("small_kg")
def test_what_holds_of_some_members_is_proved_of_the_class_that_stands_for_them() -> None:
    found = answering.why("phenothiazine exposure", "neutropenia")
    assert found["status"] == "some_members"
    assert {proof["stands_for"] for proof in found["proofs"]} == {answering.resolve("phenothiazine exposure")}


@pytest.mark.usefixtures("small_kg")
def test_a_member_without_evidence_inherits_nothing_and_what_refutes_it_is_shown() -> None:
    found = answering.why("promethazine", "agranulocytosis")
    assert (found["status"], found["proofs"]) == ("not_entailed", [])
    assert [row["direction"] for row in found["against"]] == ["refutes"]


@pytest.mark.usefixtures("small_kg")
def test_the_command_prints_the_proof_and_tells_by_its_exit_status_whether_there_is_one() -> None:
    run = CliRunner().invoke(cli, ["why", "agranulocytosis", "leukopenia"])
    assert run.exit_code == 0
    assert "LEUKO:0001005" in run.stdout
    assert "agranulocytosis is a leukopenia    by [" in run.stdout
    data = json.loads(CliRunner().invoke(cli, ["why", "agranulocytosis", "leukopenia", "-f", "json"]).stdout)
    assert data["versions"]["data"]
    assert CliRunner().invoke(cli, ["why", "leukopenia", "agranulocytosis"]).exit_code == 1
    with pytest.raises(UnknownTermError):
        answering.why("agranulocytosiss", "leukopenia")


def test_every_inferred_edge_of_the_ontology_has_a_proof(prover: Prover, inferred_edges: list[tuple[str, str]]) -> None:
    assert inferred_edges
    assert [edge for edge in inferred_edges if prover.prove(edge[0], "is a", edge[1]) is None] == []


def test_no_axiom_of_a_proof_can_be_left_out(prover: Prover, inferred_edges: list[tuple[str, str]]) -> None:
    for child, parent in random.Random(1).sample(inferred_edges, 60):
        proof = prover.prove(child, "is a", parent)
        assert proof is not None
        for axiom in proof.axioms:
            rest = [other for other in proof.axioms if other is not axiom]
            assert not Saturation(Rules(rest), child).find(child, "is a", parent)


def _pairs(engine: Engine, *tiers: str) -> list[tuple[str, str, str]]:
    findings = [n for n, d in engine.t.graph.nodes(data=True) if d["category"] == "finding" and not engine.t.attribution(n)]
    reached = [(cause, f, tier) for f in sorted(findings) for cause, tier in find_reach(engine.t, f).tiers.items()]
    return random.Random(2).sample([pair for pair in reached if pair[2] in tiers], SAMPLE)


def test_what_an_answer_calls_direct_or_indirect_is_proved(engine: Engine, prover: Prover) -> None:
    for cause, finding, tier in _pairs(engine, "direct", "indirect"):
        predicate = "can cause" if tier == "direct" else "can cause indirectly"
        subjects = [cause, *find_groups(engine.t, cause)]
        assert any(prover.prove(subject, predicate, finding) for subject in subjects), (cause, finding, tier)


def test_what_an_answer_calls_class_evidence_or_unspecific_is_not_proved(engine: Engine, prover: Prover) -> None:
    for cause, finding, tier in _pairs(engine, "class_evidence", "unspecific"):
        for subject in [cause, *find_groups(engine.t, cause)]:
            assert prover.prove(subject, "can cause", finding) is None, (cause, finding, tier)


def test_every_row_that_a_proof_names_stands_in_the_tables(prover: Prover, inferred_edges: list[tuple[str, str]]) -> None:
    proofs = [prover.prove(child, "is a", parent) for child, parent in inferred_edges]
    axioms = {axiom for proof in proofs if proof for axiom in proof.axioms if axiom.kind not in ("chain", "subproperty")}
    ids = {row for axiom in axioms for row in axiom.rows or (axiom.subject,)}
    assert ids - find_places(config.get_ontology_dir(), ids).keys() == set()
