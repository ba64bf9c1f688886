"""Two reasoners, HermiT and ELK, agree on the live ontology; the guards and the table of inferences hold under both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.authoring.curation import read_curation
from kg.authoring.ontology.entailment import Entailment, ask, define_questions, interpret
from kg.authoring.ontology.guards import GUARDS, Facts, check_guards, read_forbidden
from kg.authoring.ontology.inferences import Inference, check_inferences, collect_questions, read_inferences
from kg.authoring.ontology.triples import read_triples, serialize
from kg.authoring.release.reasoning import find_stated
from kg.vocabulary import contract

Owlapi = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def base(ontology_dir: Path) -> list[ox.Triple]:
    return read_triples(ontology_dir / "leukograph-base.owl")


@pytest.fixture(scope="module")
def facts(ontology_dir: Path, base: list[ox.Triple]) -> Facts:
    return Facts(read_curation(ontology_dir), base, read_forbidden(ontology_dir / "must_not_answer.tsv"))


@pytest.fixture(scope="module")
def rows(ontology_dir: Path) -> list[Inference]:
    return read_inferences(ontology_dir / "inferences.tsv")


@pytest.fixture(scope="module")
def elk(owlapi: Owlapi, ontology_dir: Path) -> dict[str, Any]:
    """What ELK makes of the base file."""
    return owlapi("elk", ontology_dir / "leukograph-base.owl")


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_finds_nothing_in_the_live_ontology(facts: Facts, guard: str) -> None:
    assert [str(v) for v in check_guards(facts, [guard])] == []


def test_the_tables_of_inferences_and_of_forbidden_pairs_are_large_enough(facts: Facts, rows: Sequence[Inference]) -> None:
    assert len(rows) >= 60
    assert len(facts.forbidden) >= 40


def test_both_reasoners_infer_the_same_superclasses(facts: Facts, elk: dict[str, Any]) -> None:
    hermit = {(c, above) for c, supers in facts.entailed.ancestors.items() for above in supers if above != c}
    assert {(contract(c), contract(above)) for c, above in elk["pairs"]} == hermit
    assert elk["unsatisfiable"] == list(facts.entailed.unsatisfiable) == []


def test_the_built_file_states_the_hierarchy_that_both_reasoners_infer(ontology_dir: Path, elk: dict[str, Any]) -> None:
    stated = find_stated(ontology_dir / "leukograph.owl")
    assert stated == {(contract(c), contract(above)) for c, above in elk["pairs"]}


def test_elk_classifies_in_no_more_than_ten_times_the_time_of_loading(elk: dict[str, Any]) -> None:
    assert elk["classify_seconds"] <= 10 * elk["load_seconds"]


@pytest.mark.parametrize("bridge", [False, True], ids=["alone", "with the HPO bridge"])
def test_hermit_bears_out_the_table_of_inferences(
    base: list[ox.Triple], release: Path, rows: list[Inference], bridge: bool
) -> None:
    triples = base + (read_triples(release / "leukograph-hpo-bridge.owl") if bridge else [])
    chosen = [row for row in rows if bridge or not row.module]
    assert [str(v) for v in check_inferences(chosen, ask(triples, collect_questions(chosen)))] == []


@pytest.mark.parametrize("bridge", [False, True], ids=["alone", "with the HPO bridge"])
def test_elk_bears_out_the_table_of_inferences(
    owlapi: Owlapi, base: list[ox.Triple], ontology_dir: Path, release: Path, rows: list[Inference], bridge: bool, tmp_path: Path
) -> None:
    chosen = [row for row in rows if bridge or not row.module]
    questions = sorted(set(collect_questions(chosen)))
    defined = define_questions(base, questions)
    (tmp_path / "questions.owl").write_bytes(serialize(defined))
    files = [ontology_dir / "leukograph-base.owl", tmp_path / "questions.owl"]
    found = owlapi("elk", *files, *([release / "leukograph-hpo-bridge.owl"] if bridge else []))
    assert [str(v) for v in check_inferences(chosen, _entailment(found, base, questions))] == []


def _entailment(found: dict[str, Any], base: list[ox.Triple], questions: list[tuple[str, str]]) -> Entailment:
    """ELK's pairs in the form in which HermiT's are checked."""
    edges: dict[str, set[str]] = {c: {c} for c in map(contract, found["classes"])}
    for child, above in found["pairs"]:
        edges[contract(child)].add(contract(above))
    return interpret(edges, base, questions, tuple(found["unsatisfiable"]))
