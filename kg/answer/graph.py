"""The networkx graph that can show itself in a notebook. Everything but the pages is networkx."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import networkx as nx

from kg.case.records import Case
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Explanation

Explain = Callable[[Case, Mapping[str, str]], Explanation]


class KnowledgeGraph(nx.MultiDiGraph):  # type: ignore[misc]
    """The frozen networkx graph, able to show itself; everything else is networkx."""

    @classmethod
    def of(cls, graph: nx.MultiDiGraph, explain: Explain) -> KnowledgeGraph:
        """The same graph under this class, with what answers a case on it; nothing is copied."""
        shown = cls()
        shown.__dict__.update(graph.__dict__)
        shown.explain = explain
        return shown

    def to_html(self, *terms: str, scope: str = "") -> str:
        """One interactive page without a network: the core map, or the terms asked for (ids).

        `scope`: `causes` of a finding, `neighbourhood` of any term, `whole`; by default what fits the first term.
        """
        from kg.answer.page import render_graph

        return render_graph(Traversal(self), self.explain, terms, scope)

    def _repr_html_(self) -> str:
        from kg.answer.page import render_frame

        return render_frame(self.to_html(), "", "the core map")
