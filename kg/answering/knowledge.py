"""Everything that answers come from, as one object: the graph, its names, the engine, the reader, the store, the prover.

Built once from one built OWL file (or a graph) and the tables beside it, and never changed; what it keeps ready is bounded
by the graph and never by the cases. Two of them answer side by side. Must not know how anything is shown.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import kg
from kg import config
from kg.files import read_text

if TYPE_CHECKING:
    import networkx as nx

    from kg.answer.graph import KnowledgeGraph
    from kg.case.resolve import Resolver
    from kg.knowledge.graph import Traversal
    from kg.knowledge.lexicon import Lexicon
    from kg.knowledge.store import Engine as StoreEngine
    from kg.knowledge.store import Login, OxigraphEngine
    from kg.reasoning.explain import Engine, Tables
    from kg.reasoning.questions.next_test import EffortRule
    from kg.reasoning.questions.proof import Prover


class Knowledge:
    """One ontology with its tables. Parts are made when first asked for."""

    def __init__(self, owl: Path | None = None, tables: Path | None = None, graph: nx.MultiDiGraph | None = None) -> None:
        self.owl = owl or find_owl()
        self.folder = tables or config.get_ontology_dir()
        if graph is not None:
            self.graph = graph

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The frozen networkx graph."""
        from kg.knowledge.graph.cache import load_graph

        return load_graph(self.owl, config.get_queries_dir(), config.get_cache_dir())

    @cached_property
    def shown(self) -> KnowledgeGraph:
        """The same graph, able to show itself."""
        from kg.answer.graph import KnowledgeGraph

        return KnowledgeGraph.of(self.graph, lambda case, versions: self.engine.explain(case, versions))

    @cached_property
    def traversal(self) -> Traversal:
        """Walks over the graph."""
        from kg.knowledge.graph.traversal import Traversal

        return Traversal(self.graph)

    @cached_property
    def tables(self) -> Tables:
        """The numbers, priors, groups and forms of the model."""
        from kg.reasoning.explain import Tables
        from kg.reasoning.fold import parse_forms
        from kg.reasoning.marks import parse_cant_miss
        from kg.reasoning.model.groups import parse_groups
        from kg.reasoning.model.priors import parse_priors
        from kg.reasoning.model.weights import parse_weights

        priors = {path.name: read_text(path) for path in sorted((self.folder / "priors").glob("*.tsv"))}
        weights, groups, forms = (self._read_table(name) for name in ("weights.tsv", "redundant.tsv", "forms.tsv"))
        cant_miss = parse_cant_miss(self._read_table("cant_miss.tsv"))
        return Tables(parse_weights(weights), parse_priors(priors), parse_groups(groups), parse_forms(forms), cant_miss)

    def _read_table(self, name: str) -> str:
        """Text of a table of the model; an ontology of one's own that lacks it takes ours."""
        own = self.folder / name
        return read_text(own if own.exists() else config.find_share() / "ontology" / name)

    @cached_property
    def engine(self) -> Engine:
        """What explains cases."""
        from kg.reasoning.explain import Engine

        return Engine(self.traversal, self.tables)

    @cached_property
    def lexicon(self) -> Lexicon:
        """Names of all terms."""
        from kg.knowledge.lexicon import Lexicon

        return Lexicon(self.graph)

    @cached_property
    def resolver(self) -> Resolver:
        """What reads cases."""
        from kg.case.resolve import Resolver

        return Resolver(self.graph, self.lexicon)

    @cached_property
    def store(self) -> OxigraphEngine:
        """The built ontology as triples."""
        from kg.knowledge.store import open_engine

        return open_engine([self.owl])

    @cached_property
    def prover(self) -> Prover:
        """What proves an inferred edge."""
        from kg.knowledge.graph.axioms import load_axioms
        from kg.reasoning.questions.proof import Prover

        return Prover(load_axioms(self.owl, config.get_queries_dir(), config.get_cache_dir()))

    @cached_property
    def efforts(self) -> tuple[EffortRule, ...]:
        """What a test asks of the patient."""
        from kg.reasoning.questions.next_test import parse_efforts

        return parse_efforts(self._read_table("effort.tsv"))

    @cached_property
    def versions(self) -> dict[str, str]:
        """Versions of the data and of the program."""
        return {"data": str(self.graph.graph.get("version", "")), "leukograph": kg.__version__}


def find_owl() -> Path:
    """The built ontology that answers come from."""
    return config.get_ontology_dir() / "leukograph.owl"


_KNOWN: dict[tuple[Path, Path], Knowledge] = {}
MOST_KNOWN = 4


def get_knowledge(owl: Path | None = None) -> Knowledge:
    """The knowledge of a built OWL file, kept for the life of the process; without one, of the ontology here."""
    key = owl or find_owl(), config.get_ontology_dir()
    if key not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[key] = Knowledge(key[0])
    return _KNOWN[key]


def open_endpoint(endpoint: str | None = None, graph: str | None = None, login: Login | None = None) -> StoreEngine:
    """Engine at an endpoint, else the built ontology here. Raises InputError.

    What is not given stands in `KG_ENDPOINT`, `KG_GRAPH` (the graph asked) and `KG_ENDPOINT_USER`, `_PASSWORD`, `_TOKEN`.
    """
    from kg.knowledge.store import Login, RemoteEngine

    if not (address := endpoint or os.environ.get("KG_ENDPOINT", "")):
        return get_knowledge().store
    return RemoteEngine(address, graph=graph or os.environ.get("KG_GRAPH", ""), login=login or Login.from_environment())


def get_knowledge_at(endpoint: str) -> Knowledge:
    """Knowledge whose graph is read from a SPARQL endpoint. Raises InputError."""
    from kg.knowledge.graph.build import build_graph

    return Knowledge(graph=build_graph(open_endpoint(endpoint), config.get_queries_dir()))
