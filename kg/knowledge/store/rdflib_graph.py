"""The store behind rdflib's interface: Oxigraph evaluates, rdflib's terms come out (through oxrdflib)."""

from __future__ import annotations

from oxrdflib import OxigraphStore
from rdflib import Graph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from kg.knowledge.store.engine import OxigraphEngine, Results, Rows
from kg.vocabulary import PREFIXES


class StoreGraph(Graph):
    """An `rdflib.Graph` whose queries Oxigraph evaluates; `select` gives plain rows without rdflib's terms, `to_frame()` of
    which is a pandas frame."""

    def __init__(self, engine: OxigraphEngine) -> None:
        super().__init__(store=OxigraphStore(store=engine.store), identifier=DATASET_DEFAULT_GRAPH_ID)
        self.engine = engine
        for prefix, iri in PREFIXES.items():
            self.bind(prefix, iri)

    def select(self, query: str) -> Rows:
        """Rows of a SELECT query."""
        return self.engine.select(query)

    def run(self, query: str) -> Results:
        """Result of any query, in Oxigraph's own terms."""
        return self.engine.run(query)
