"""The networkx graph, made from the store by the queries in `queries/graph/`.

Nodes are terms (CURIEs) with `label`, `definition`, `exact`, `related`, `xrefs`, `kind`, `family`, `category` and, for
tests and thresholds, `values`. Edges are keyed by the association id, by `is a` or by the label of a description; claim
edges come from association nodes only, because defined classes carry restrictions that are no claims.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import networkx as nx

from kg.knowledge.store import Engine, get_query
from kg.vocabulary import KINDS, PREDICATE_BY_CURIE, contract

# Category of a node by the class above it, first match wins.
CATEGORIES = (
    ("finding", ("LEUKO:0000102", "LEUKO:0000103", "LEUKO:0000104")),
    ("reading", ("LEUKO:0000140",)),
    ("mechanism", ("LEUKO:0000130",)),
    ("feature", ("LEUKO:0000121",)),
    ("consequence", ("LEUKO:0000122",)),
    ("cell", ("CL:0000000",)),
    ("gene", ("LEUKO:0000170",)),
    ("cause", tuple(category for category, _ in KINDS.values())),
)
DESCRIPTIONS = {
    "LEUKO:0000012": "has reduced circulating cell type",
    "LEUKO:0000013": "has reduced subset",
    "LEUKO:0000014": "has degree",
    "LEUKO:0000015": "has time pattern",
    "LEUKO:0000016": "acts on cell",
    "LEUKO:0000018": "has exposure agent",
    "LEUKO:0000019": "has infectious agent",
    "LEUKO:0000021": "due to",
    "LEUKO:0000024": "disturbs process",
    "RO:0002202": "develops from",
}
_LISTS = {"oboInOwl:hasExactSynonym": "exact", "oboInOwl:hasRelatedSynonym": "related", "oboInOwl:hasDbXref": "xrefs"}
_KIND_ROOTS = frozenset(category for category, _ in KINDS.values())
# Individuals are told by the first property that only their kind, of those left, has: a range may have one limit of the two.
_INDIVIDUALS = {"LEUKO:0000232": "test", "LEUKO:0000235": "threshold", "LEUKO:0000239": "range", "LEUKO:0000238": "range"}
GROUP_CLASS = "LEUKO:0000221"


def build_graph(engine: Engine, queries: Path) -> nx.MultiDiGraph:
    """Frozen graph of everything in the store."""
    graph = _Builder(engine, queries).build()
    return nx.freeze(graph)


NUMBERS = (
    *("n", "total", "onset_min", "onset_max", "recovery_min", "recovery_max"),
    *("value", "low", "high", "time_median", "time_min", "time_max"),
)


class _Builder:
    def __init__(self, engine: Engine, queries: Path) -> None:
        self.engine, self.queries = engine, queries
        self.graph = nx.MultiDiGraph()

    def rows(self, name: str) -> list[dict[str, str | None]]:
        return self.engine.select(get_query(self.queries, name, "graph").text).as_dicts()

    def build(self) -> nx.MultiDiGraph:
        self._add_nodes()
        self._add_texts()
        self._add_hierarchy()
        self._add_associations()
        self._categorize()
        self.graph.graph["version"] = "".join(r["version"] or "" for r in self.rows("version"))
        return self.graph

    def _add_nodes(self) -> None:
        for row in self.rows("nodes"):
            attributes: dict[str, Any] = {"label": row["label"]}
            if row["definition"]:
                attributes["definition"] = row["definition"]
            self.graph.add_node(_curie(row["id"]), **attributes)

    def _add_texts(self) -> None:
        # engines order text each in its own way
        for row in sorted(self.rows("texts"), key=lambda row: [row[c] or "" for c in ("id", "property", "value")]):
            node = self.graph.nodes.get(_curie(row["id"]))
            if node is None:
                continue
            prop, value = _curie(row["property"]), row["value"] or ""
            if prop in _LISTS:
                node.setdefault(_LISTS[prop], []).append(value)
            elif prop == GROUP_CLASS:
                node["stands_for"] = _curie(value)
            elif prop != "LEUKO:0000220":
                node.setdefault("values", {}).setdefault(prop, []).append(contract(value))

    def _add_hierarchy(self) -> None:
        for row in self.rows("parents"):
            child, parent = _curie(row["id"]), _curie(row["parent"])
            self.graph.add_edge(child, parent, key="is a", predicate="is a", asserted=row["inferred"] != "true")
        for row in self.rows("descriptions"):
            label = DESCRIPTIONS[_curie(row["property"])]
            self.graph.add_edge(_curie(row["id"]), _curie(row["value"]), key=label, predicate=label, asserted=True)

    def _add_associations(self) -> None:
        for row in self.rows("associations"):
            data: dict[str, Any] = {k: v for k, v in row.items() if v is not None and k not in ("subject", "object")}
            data["predicate"] = PREDICATE_BY_CURIE[_curie(row["predicate"])].label
            data["id"], data["evidence"] = _curie(row["id"]), _curie(row["evidence"])
            for number in NUMBERS:
                if number in data:
                    data[number] = float(data[number])
            self.graph.add_edge(_curie(row["subject"]), _curie(row["object"]), key=data["id"], asserted=True, **data)

    def _categorize(self) -> None:
        parents: dict[str, list[str]] = defaultdict(list)
        for child, parent, key in self.graph.edges(keys=True):
            if key == "is a":
                parents[child].append(parent)
        above = _closures(parents, self.graph)
        for node, data in self.graph.nodes(data=True):
            data["category"] = _category(node, data, above[node])
            if data["category"] == "cause" or node in _KIND_ROOTS:
                data["kind"], data["family"] = _kind(above[node])


def _category(node: str, data: dict[str, Any], above: set[str]) -> str:
    if "stands_for" in data:
        return "group class"
    for prop, category in _INDIVIDUALS.items():
        if prop in data.get("values", {}):
            return category
    for name, roots in CATEGORIES:
        if any(root in above for root in roots):
            return "category" if node in roots else name
    return "other"


def _kind(above: set[str]) -> tuple[str, str]:
    for kind, (category, family) in KINDS.items():
        if category in above:
            return kind, family
    return "other condition", "other conditions"


def _closures(parents: dict[str, list[str]], graph: nx.MultiDiGraph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}

    def above(node: str) -> set[str]:
        if node not in found:
            found[node] = {node}
            for parent in parents.get(node, ()):
                found[node] |= above(parent)
        return found[node]

    return {node: above(node) for node in graph}


def _curie(iri: str | None) -> str:
    return contract(iri or "")
