"""Store -> frozen networkx graph. Owns the shape of the graph, its cache file and the walks over it.

Must not know cases, scores or wording.
"""

from kg.graph.build import build_graph
from kg.graph.cache import load_graph
from kg.graph.traversal import Traversal

__all__ = ["Traversal", "build_graph", "load_graph"]
