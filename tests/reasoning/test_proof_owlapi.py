"""Our proofs against OWLAPI: each set of axioms that we give is a justification, for OWLAPI too."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.knowledge.graph import find_reach
from kg.knowledge.graph.axioms import Axiom
from kg.reasoning.explain import Engine
from kg.reasoning.questions.proof import Proof, Prover
from kg.reasoning.saturation import IS_A
from kg.vocabulary import PREDICATES

from .owlapi import Owlapi

LIMIT = 12  # justifications that OWLAPI looks for before the comparison gives up
CAUSAL_SAMPLE, ANEW_SAMPLE = 60, 25


@pytest.fixture(scope="module")
def owlapi(live_owl: Path) -> Owlapi:
    return Owlapi(live_owl.with_name("leukograph-base.owl"))


def _prop(proof: Proof) -> str:
    return IS_A if proof.predicate == IS_A else PREDICATES[proof.predicate].curie


def _is_justification(owlapi: Owlapi, proof: Proof) -> bool:
    """OWLAPI, given our axioms alone, needs every one of them and nothing else."""
    ours = frozenset(owlapi.axiom(axiom) for axiom in proof.axioms)
    assert all(owlapi.ontology.containsAxiom(axiom) for axiom in ours), "an axiom that the file does not hold"
    return owlapi.justify(owlapi.edge(proof.subject, _prop(proof), proof.object), ours, 2) == [ours]


def test_our_axioms_are_those_of_the_file(owlapi: Owlapi, axioms: tuple[Axiom, ...]) -> None:
    ours = {owlapi.axiom(axiom) for axiom in axioms}
    assert not [axiom for axiom in ours if not owlapi.ontology.containsAxiom(axiom)]
    left = [a for a in owlapi.ontology.getAxioms() if a not in ours and a.isLogicalAxiom()]
    kinds = {str(axiom.getAxiomType()) for axiom in left}
    assert kinds <= {"DisjointClasses", "ObjectPropertyRange"}


def test_each_proof_of_an_inferred_edge_is_a_justification(
    owlapi: Owlapi, prover: Prover, inferred_edges: list[tuple[str, str]]
) -> None:
    proofs = [prover.prove(child, IS_A, parent) for child, parent in inferred_edges]
    assert [edge for edge, p in zip(inferred_edges, proofs, strict=True) if p is None or not _is_justification(owlapi, p)] == []


def _causal_proofs(engine: Engine, prover: Prover) -> list[Proof]:
    terms = [n for n, d in engine.t.graph.nodes(data=True) if d["category"] in ("finding", "reading")]
    pairs = [(c, term) for term in sorted(terms) for c, tier in find_reach(engine.t, term).tiers.items() if tier != "unspecific"]
    chosen = random.Random(3).sample(pairs, CAUSAL_SAMPLE)
    proofs = [p for cause, term in chosen for p in prover.prove_all(cause, term) if not p.asserted]
    assert {p.predicate for p in proofs} >= {"can cause", "can cause indirectly", "can account for reading"}
    return proofs


def test_each_proof_of_a_causal_edge_is_a_justification(owlapi: Owlapi, engine: Engine, prover: Prover) -> None:
    wrong = [p for p in _causal_proofs(engine, prover) if not _is_justification(owlapi, p)]
    assert [(p.subject, p.predicate, p.object) for p in wrong] == []


def test_our_proof_is_among_those_that_owlapi_finds_by_itself(
    owlapi: Owlapi, prover: Prover, inferred_edges: list[tuple[str, str]]
) -> None:
    compared = 0
    for child, parent in random.Random(4).sample(inferred_edges, ANEW_SAMPLE):
        proof = prover.prove(child, IS_A, parent)
        assert proof is not None
        theirs = owlapi.justify_anew(owlapi.edge(child, IS_A, parent), child, LIMIT)
        if len(theirs) < LIMIT:  # all that there are
            compared += 1
            assert frozenset(owlapi.axiom(axiom) for axiom in proof.axioms) in theirs
            assert len(proof.axioms) == min(map(len, theirs))
    assert compared >= ANEW_SAMPLE // 2
