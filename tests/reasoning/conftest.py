"""The live graph, its engine and its proofs, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import config
from kg.answering import Knowledge
from kg.case.raw import RawCase
from kg.case.readers.flags import Flags
from kg.case.records import Case
from kg.case.resolve import Resolver
from kg.knowledge.graph.axioms import Axiom, load_axioms
from kg.knowledge.lexicon import Lexicon
from kg.reasoning.explain import Engine
from kg.reasoning.questions.proof import Prover


@pytest.fixture(scope="session")
def engine(live_owl: Path) -> Engine:
    """Engine over the live graph."""
    return Knowledge(live_owl).engine


@pytest.fixture(scope="session")
def axioms(live_owl: Path) -> tuple[Axiom, ...]:
    """Axioms of the live ontology, the inferred ones left out."""
    return load_axioms(live_owl, config.get_queries_dir(), config.get_cache_dir())


@pytest.fixture(scope="session")
def prover(axioms: tuple[Axiom, ...]) -> Prover:
    return Prover(axioms)


@pytest.fixture(scope="session")
def inferred_edges(engine: Engine) -> list[tuple[str, str]]:
    """Every is-a edge that the reasoner added to the live ontology."""
    edges = engine.t.graph.edges(keys=True, data=True)
    return sorted((child, parent) for child, parent, key, data in edges if key == "is a" and not data["asserted"])


@pytest.fixture(scope="session")
def build(engine: Engine) -> Callable[..., Case]:
    """Cases of the live graph from names, as `answering.build_case` reads them."""
    resolver = Resolver(engine.t.graph, Lexicon(engine.t.graph))

    def build_case(*findings: str, **given: object) -> Case:
        words = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
        raw, typed = Flags(findings=findings, **words).add_to(RawCase())  # type: ignore[arg-type]
        return resolver.resolve(raw, "", typed)

    return build_case
