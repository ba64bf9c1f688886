"""Names that the question page offers while one types: findings, causes, drugs, features, genes. Data only."""

from __future__ import annotations

from typing import Any

from kg.graph.traversal import Traversal
from kg.render.page.template import read_shapes
from kg.vocabulary import DISCLAIMER

_OFFERED = ("finding", "cause", "feature", "consequence", "gene")


def build_vocabulary(traversal: Traversal) -> dict[str, Any]:
    """What the question page needs besides its answers: names, signs, versions."""
    names = []
    for node, data in sorted(traversal.graph.nodes(data=True)):
        category = str(data.get("category", ""))
        if category in _OFFERED:
            kind = str(data.get("kind", "")) if category == "cause" else category
            synonyms = [name for name in (*data.get("exact", ()), *data.get("related", ())) if name != data["label"]]
            names.append([data["label"], kind, synonyms, [node.lower()]])
    versions = {"data": str(traversal.graph.graph.get("version", ""))}
    return {"vocabulary": names, "shapes": read_shapes(), "versions": versions, "disclaimer": DISCLAIMER}
