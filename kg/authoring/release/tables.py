"""The graph as tables: KGX (two TSV files) and Neo4j's import format (two CSV files)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import networkx as nx

from kg.authoring.release.rows import EDGE_COLUMNS, NODE_COLUMNS, find_edges, find_nodes

# Column -> header of `neo4j-admin database import`; lists are declared as such.
_NEO4J_NODES = {
    "id": "id:ID",
    "category": ":LABEL",
    "name": "name",
    "description": "description",
    "synonym": "synonyms:string[]",
    "xref": "xrefs:string[]",
    "kind": "kind",
}
_NEO4J_EDGES = {"subject": ":START_ID", "object": ":END_ID", "relation_label": ":TYPE"}
_LISTS_BY = {"negated": "negated:boolean", "has_count": "n:float", "has_total": "total:float"}


def render_kgx_nodes(graph: nx.MultiDiGraph) -> str:
    """KGX nodes, one a line."""
    return _tsv(NODE_COLUMNS, find_nodes(graph))


def render_kgx_edges(graph: nx.MultiDiGraph) -> str:
    """KGX edges, one a line."""
    return _tsv(EDGE_COLUMNS, find_edges(graph))


def _tsv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> str:
    lines = ["\t".join(columns)]
    lines += ["\t".join(row[c].replace("\t", " ").replace("\n", " ") for c in columns) for row in rows]
    return "\n".join(lines) + "\n"


def render_neo4j_nodes(graph: nx.MultiDiGraph) -> str:
    """Nodes for `neo4j-admin database import --nodes`; array values are separated by `;`."""
    rows = ([_neo4j(column, row[column]) for column in _NEO4J_NODES] for row in find_nodes(graph))
    return _csv(list(_NEO4J_NODES.values()), rows)


def render_neo4j_edges(graph: nx.MultiDiGraph) -> str:
    """Relationships for `neo4j-admin database import --relationships`."""
    columns = [c for c in EDGE_COLUMNS if c not in ("predicate", "has_evidence", "agent_type", "primary_knowledge_source")]
    headers = [_NEO4J_EDGES.get(c) or _LISTS_BY.get(c, c) for c in columns]
    return _csv(headers, ([_neo4j(c, row[c]) for c in columns] for row in find_edges(graph)))


def _neo4j(column: str, value: str) -> str:
    if column == "category":
        return value.partition(":")[2]
    if column == "relation_label":
        return value.upper().replace(" ", "_")
    return value.replace(";", ",").replace("|", ";") if column in ("synonym", "xref") else value


def _csv(header: list[str], rows: Iterable[list[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
