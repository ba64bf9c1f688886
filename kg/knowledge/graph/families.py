"""Families of mechanisms: why a count is low, in one word. Owns which family a mechanism belongs to, for text and page alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from kg.knowledge.graph.traversal import Traversal

# By their root term, in the order in which they stand; `other` and `none` have no term of their own.
MECHANISM_FAMILIES: Final[dict[str, tuple[str, str]]] = {
    "production": ("LEUKO:0002041", "Inadequate production"),
    "removal": ("LEUKO:0002002", "Accelerated removal"),
    "redistribution": ("LEUKO:0002048", "Shift between compartments"),
    "measurement": ("LEUKO:0002010", "Apparent only, in the measurement"),
    "other": ("", "Other steps on the way"),
    "unknown": ("LEUKO:0002072", "Unknown or disputed"),
    "none": ("", "No mechanism stated"),
}


def find_mechanism_family(traversal: Traversal, mechanism: str) -> str:
    """Family of a mechanism: the root above it, or the family of what it triggers."""
    seen, todo = {mechanism}, [mechanism]
    while todo:
        node = todo.pop(0)
        above = traversal.above(node)
        for family, (root, _) in MECHANISM_FAMILIES.items():
            if root and root in above:
                return family
        following = {link.object for link in traversal.out(node, "can trigger") if link.supported} - seen
        todo += sorted(following)
        seen |= following
    return "other"


def find_families(traversal: Traversal, mechanisms: Iterable[str]) -> list[str]:
    """Families of several mechanisms, the most frequent first; those that say nothing come last."""
    counts = Counter(find_mechanism_family(traversal, m) for m in mechanisms)
    order = list(MECHANISM_FAMILIES)
    return sorted(counts, key=lambda f: (f in ("other", "unknown"), -counts[f], order.index(f))) or ["none"]
