"""RDF store and query library. Owns SPARQL: engines at home and elsewhere, the catalogue of named queries, their parameters.

Must not know how the OWL file came about, nor what the rows are used for.
"""

from kg.knowledge.store.catalogue import NamedQuery, bind, find_queries, get_query
from kg.knowledge.store.engine import Engine, OxigraphEngine, Results, Rows, as_rows, open_engine
from kg.knowledge.store.index import build_query_index, build_sparql_examples
from kg.knowledge.store.login import Login
from kg.knowledge.store.remote import RemoteEngine, push, put

__all__ = [
    "Engine",
    "Login",
    "NamedQuery",
    "OxigraphEngine",
    "RemoteEngine",
    "Results",
    "Rows",
    "as_rows",
    "bind",
    "build_query_index",
    "build_sparql_examples",
    "find_queries",
    "get_query",
    "open_engine",
    "push",
    "put",
]
