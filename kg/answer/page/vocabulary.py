"""Names that the question page offers while one types: findings, causes, drugs, features, genes. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from kg.answer.page.template import read_shapes
from kg.vocabulary import DISCLAIMER

_OFFERED = ("finding", "cause", "feature", "consequence", "gene")


def build_vocabulary(graph: nx.MultiDiGraph) -> list[list[Any]]:
    """Names with kind, synonyms and ids, in a fixed order."""
    names = []
    for node, data in sorted(graph.nodes(data=True)):
        category = str(data.get("category", ""))
        if category in _OFFERED:
            kind = str(data.get("kind", "")) if category == "cause" else category
            synonyms = [name for name in (*data.get("exact", ()), *data.get("related", ())) if name != data["label"]]
            names.append([data["label"], kind, synonyms, [node.lower()]])
    return names


def build_start(versions: Mapping[str, str]) -> dict[str, Any]:
    """What the question page needs before the first answer: signs, versions, the safety line."""
    return {"shapes": read_shapes(), "versions": dict(versions), "disclaimer": DISCLAIMER}
