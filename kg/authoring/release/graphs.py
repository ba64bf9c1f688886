"""The graph for graph programs: GraphML (networkx, yEd, Gephi) and CX2 (Cytoscape, NDEx)."""

from __future__ import annotations

import io
import json
from typing import Any

import networkx as nx

from kg.authoring.release.rows import EDGE_COLUMNS, NODE_COLUMNS, find_edges, find_nodes


def render_graphml(graph: nx.MultiDiGraph) -> str:
    """GraphML; empty values are left out, since the format has no null."""
    plain = nx.MultiDiGraph()
    for row in find_nodes(graph):
        plain.add_node(row["id"], **{k: v for k, v in row.items() if v and k != "id"})
    for row in find_edges(graph):
        values = {k: v for k, v in row.items() if v and k not in ("id", "subject", "object")}
        plain.add_edge(row["subject"], row["object"], key=row["id"], **values)
    stream = io.BytesIO()
    nx.write_graphml_xml(plain, stream, prettyprint=False)
    return stream.getvalue().decode("utf-8") + "\n"


def render_cx2(graph: nx.MultiDiGraph, name: str) -> str:
    """CX2: nodes and edges by number, their values in `v`; the layout is left to the program."""
    nodes, edges = list(find_nodes(graph)), list(find_edges(graph))
    numbers = {row["id"]: i for i, row in enumerate(nodes)}
    parts: list[Any] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": "nodes", "elementCount": len(nodes)}, {"name": "edges", "elementCount": len(edges)}]},
        {"attributeDeclarations": [_declarations()]},
        {"networkAttributes": [{"name": name, "description": "Causes of low white-cell counts, with evidence."}]},
        {"nodes": [{"id": i, "v": _values(row)} for i, row in enumerate(nodes)]},
        {
            "edges": [
                {"id": i, "s": numbers[r["subject"]], "t": numbers[r["object"]], "v": _values(r)} for i, r in enumerate(edges)
            ]
        },
        {"status": [{"error": "", "success": True}]},
    ]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")) + "\n"


def _declarations() -> dict[str, Any]:
    return {
        "networkAttributes": {"name": {"d": "string"}, "description": {"d": "string"}},
        "nodes": {_renamed(column): {"d": "string"} for column in NODE_COLUMNS},
        "edges": {_renamed(column): {"d": "string"} for column in EDGE_COLUMNS if column not in ("subject", "object")},
    }


def _values(row: dict[str, str]) -> dict[str, str]:
    return {_renamed(k): v for k, v in row.items() if v and k not in ("subject", "object")}


def _renamed(column: str) -> str:
    """`id` is the number in CX2, so the CURIE goes by another name."""
    return "curie" if column == "id" else column
