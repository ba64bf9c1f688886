"""RDF store and query library. Owns SPARQL: engines, the catalogue of named queries, the binding of parameters.

Must not know how the OWL file came about, nor what the rows are used for.
"""

from kg.store.catalogue import NamedQuery, bind, find_queries, get_query
from kg.store.engine import Engine, OxigraphEngine, Rows, open_engine

__all__ = ["Engine", "NamedQuery", "OxigraphEngine", "Rows", "bind", "find_queries", "get_query", "open_engine"]
