"""Nodes and edges of the graph as flat, sorted rows: the one source of KGX, Neo4j, GraphML and CX2.

Every association of the tables is one edge, refuted ones included (`negated`); values are text, lists are joined by `|`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx

from kg.authoring.release.biolink import KNOWLEDGE, get_category, get_predicate

NODE_COLUMNS = ("id", "category", "name", "description", "synonym", "xref", "kind", "provided_by")
EDGE_COLUMNS = (
    *("id", "subject", "predicate", "object", "relation_label", "knowledge_level", "agent_type", "primary_knowledge_source"),
    *("negated", "publications", "has_evidence", "source", "gist", "scope", "direction", "statement_kind", "has_count"),
    *("has_total", "frequency", "population", "severity", "onset_min", "onset_max", "recovery_min", "recovery_max"),
    *("reviewed_on", "measure", "value", "low", "high", "unit", "denominator", "time_kind", "time_median", "time_min"),
    *("time_max", "read", "verified_on"),
)
_SOURCE = "infores:leukograph"
_PUBLICATIONS = ("PMID:", "DOI:", "PMC:", "ISBN:", "http")


def find_nodes(graph: nx.MultiDiGraph) -> Iterator[dict[str, str]]:
    """One row for each node, by id."""
    for node in sorted(graph):
        data = graph.nodes[node]
        group = graph.nodes[data["stands_for"]] if "stands_for" in data else None
        yield {
            "id": node,
            "category": get_category(node, data, group),
            "name": data["label"],
            "description": data.get("definition", ""),
            "synonym": _join([*data.get("exact", ()), *data.get("related", ())]),
            "xref": _join(data.get("xrefs", ())),
            "kind": data.get("kind", "") or data["category"],
            "provided_by": _SOURCE,
        }


def find_edges(graph: nx.MultiDiGraph) -> Iterator[dict[str, str]]:
    """One row for each edge, by subject, object and key."""
    for subject, obj, key in sorted(graph.edges(keys=True)):
        yield _edge(subject, obj, key, graph.edges[subject, obj, key])


def _edge(subject: str, obj: str, key: str, data: dict[str, Any]) -> dict[str, str]:
    source = str(data.get("source", ""))
    row = {
        "id": key if key.startswith("LEUKO:") else f"{subject}-{key.replace(' ', '_')}-{obj}",
        "subject": subject,
        "predicate": get_predicate(data["predicate"]),
        "object": obj,
        "relation_label": data["predicate"],
        "knowledge_level": _knowledge(data),
        "agent_type": "manual_agent" if data.get("asserted", True) else "automated_agent",
        "primary_knowledge_source": _SOURCE,
        "negated": "true" if data.get("direction") in ("refutes", "no evidence found") else "false",
        "publications": source if source.startswith(_PUBLICATIONS) else "",
        "has_evidence": data.get("evidence", ""),
        "has_count": _text(data.get("n")),
        "has_total": _text(data.get("total")),
    }
    return {column: row[column] if column in row else _text(data.get(column)) for column in EDGE_COLUMNS}


def _knowledge(data: dict[str, Any]) -> str:
    if not data.get("asserted", True):
        return "logical_entailment"
    return KNOWLEDGE.get(data.get("statement_kind", ""), "knowledge_assertion")


def _join(values: Any) -> str:
    return "|".join(str(value).replace("|", "/") for value in values)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())
