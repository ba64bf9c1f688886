"""All names of HPO's phenotypes, found by their words, and the chain of ancestors up to what a graph has.

Reads two generated tables on first need; each line only when its rarest word occurs. Must not know the grammar of texts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

from kg.case.language.tables import find_table

ROOT = "HP:0000118"
FARTHEST = 3  # steps of is-a; what lies farther above says next to nothing
Words = frozenset[str]


class Ancestor(NamedTuple):
    """A term of the graph that stands for a more special one, and how many steps of is-a lie between."""

    id: str
    steps: int


class Hpo:
    """Names and hierarchy of HPO."""

    @cached_property
    def _lines(self) -> dict[str, str]:
        """Names by their rarest word, not yet taken apart."""
        text = find_table("hpo_names.tsv").read_text(encoding="utf-8")
        return dict(line.split("\t", 1) for line in text.splitlines()[1:])

    @cached_property
    def _terms(self) -> dict[str, str]:
        text = find_table("hpo_terms.tsv").read_text(encoding="utf-8")
        return dict(line.split("\t", 1) for line in text.splitlines()[1:])

    @lru_cache(maxsize=2048)  # noqa: B019 - one instance lives as long as the process
    def _names(self, rarest: str) -> tuple[tuple[Words, tuple[str, ...]], ...]:
        parts = [name.split("=") for name in self._lines[rarest].split("|")] if rarest in self._lines else []
        return tuple((frozenset(keys.split()), tuple(ids.split())) for keys, ids in parts)

    def inside(self, words: Words) -> Iterable[tuple[Words, tuple[str, ...]]]:
        """Names all of whose words stand in a text, with the ids of their terms."""
        return [(name, ids) for word in words for name, ids in self._names(word) if name <= words]

    def __contains__(self, node: str) -> bool:
        return node in self._terms

    def label(self, node: str) -> str:
        """Label of a term, or its id."""
        return self._terms[node].split("\t")[0] if node in self._terms else node

    def parents(self, node: str) -> list[str]:
        """Terms directly above."""
        line = self._terms.get(node, "\t").split("\t")[1]
        return line.split("|") if line else []

    def find_known(self, node: str, graph: Container[str]) -> list[Ancestor]:
        """The nearest terms of the graph above a term: every one that has no other of them below; never a whole organ system."""
        found: list[Ancestor] = []
        front, steps, seen = [node], 0, {node}
        while front and not found and steps < FARTHEST:
            steps += 1
            front = sorted({p for n in front for p in self.parents(n)} - seen)
            seen |= set(front)
            front = [p for p in front if not self._is_system(p)]
            found = [Ancestor(p, steps) for p in front if p in graph]
        return found

    def _is_system(self, node: str) -> bool:
        """Whether a term is the root, an organ system, or the sum of a part of one."""
        parents = self.parents(node)
        below = any(p == ROOT or ROOT in self.parents(p) for p in parents)
        return node == ROOT or ROOT in parents or (below and self.label(node).startswith("Abnormality of"))
