"""Store -> frozen networkx graph. Owns the shape of the graph, its cache file and the walks over it.

Must not know cases, scores or wording.
"""

from kg.knowledge.graph.cache import load_graph
from kg.knowledge.graph.reach import Reach, Route, find_base, find_reach
from kg.knowledge.graph.traversal import Link, Traversal

__all__ = ["Link", "Reach", "Route", "Traversal", "find_base", "find_reach", "load_graph"]
