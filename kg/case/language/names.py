"""Names of the graph by their words, and which terms a name stands for in a case.

Owns the index of comparable words and the choice between terms of one name: a cytopenia is a finding, a sign or test is a
feature, and a condition that is both sign and cause is given as both. Must not know the grammar of reports.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import networkx as nx

from kg.case.language.words import read_words
from kg.case.values.readings import WHITE_ROOTS
from kg.knowledge.graph.traversal import Traversal
from kg.knowledge.lexicon import Lexicon

OBSERVED = ("finding", "feature", "cause", "consequence", "gene", "reading")
SUBSET_DEFICIT = "LEUKO:0000103"
INFECTION = "LEUKO:0000106"
DRUG_KINDS = ("drug", "drug group", "combined cause")
_INFECTION_WORDS = frozenset({"infection", "disease", "virus", "acute", "recent", "chronic", "human", "fever", "sepsis"})
Words = frozenset[str]


class Names:
    """Terms by the words of their names."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon = graph, lexicon
        self.t = Traversal(graph)

    # ------------------------------------------------------------------ the index

    @cached_property
    def _index(self) -> tuple[dict[Words, list[str]], frozenset[Words]]:
        """Terms by the set of words of a name, and the sets that are no label and no exact synonym of any.

        A `positive` in a name may be missing in the text. A name that says less than the label of its term is left out.
        """
        found: dict[Words, list[str]] = defaultdict(list)
        exact: set[Words] = set()
        for node, data in sorted(self.graph.nodes(data=True), key=lambda item: str(item[0])):
            if data.get("category") in OBSERVED and data.get("kind") not in DRUG_KINDS:
                for words, own in _name_words(node, data):
                    exact |= {words} if own else set()
                    if words and node not in found[words]:
                        found[words].append(node)
        return {words: nodes for words, nodes in found.items() if nodes}, frozenset(found.keys() - exact)

    @property
    def by_words(self) -> dict[Words, list[str]]:
        """Terms by the set of words of a name."""
        return self._index[0]

    @property
    def loose(self) -> frozenset[Words]:
        """Sets of words that are related synonyms only: another vocabulary may have a term of this very name."""
        return self._index[1]

    @cached_property
    def _by_rarest(self) -> dict[str, list[Words]]:
        """Names by the one of their words that the fewest names have. A gene's symbol is a word of a text only in capitals."""
        count = Counter(word for words in self.by_words for word in words)
        found: dict[str, list[Words]] = defaultdict(list)
        for words, nodes in self.by_words.items():
            if any(self.graph.nodes[n]["category"] != "gene" for n in nodes):
                found[min(words, key=lambda w: (count[w], w))].append(words)
        return found

    @cached_property
    def sentences(self) -> dict[int, list[str]]:
        """Every name as its words in order, by its length, for a search by likeness."""
        found: dict[int, list[str]] = defaultdict(list)
        for sentence in sorted({" ".join(sorted(words)) for words in self.by_words}):
            found[len(sentence)].append(sentence)
        return found

    @cached_property
    def drug_words(self) -> frozenset[str]:
        """Words of the names of drugs."""
        nodes = [d for _, d in self.graph.nodes(data=True) if d.get("kind") in DRUG_KINDS]
        names = (n for d in nodes for n in (d["label"], *d.get("exact", ()), *d.get("related", ())))
        return frozenset(w for n in names for w in re.split(r"[\s/-]+", n.casefold()) if len(w) > 3) - {"exposure"}

    def inside(self, words: Words) -> list[Words]:
        """Names all of whose words stand in a text, longest first."""
        candidates = {name for word in words for name in self._by_rarest.get(word, ()) if name <= words}
        return sorted(candidates, key=lambda name: (-len(name), sorted(name)))

    def find(self, text: str) -> list[str]:
        """Terms with exactly this name, code or identifier."""
        if white := self.lexicon.find_label(text, "finding"):
            return [white]
        return [n for n in self.lexicon.find_all(text) if self.graph.nodes[n].get("category") in OBSERVED]

    def find_words(self, words: Words) -> list[str]:
        """Terms with a name of exactly these words."""
        return self.by_words.get(words - {"positive"}, [])

    def keep_exact(self, nodes: Iterable[str], words: Words) -> list[str]:
        """The terms whose own name this is: as label or exact synonym, else as a synonym of HPO, else all."""
        every = list(dict.fromkeys(nodes))
        rank = {n: self._rank_name(n, words) for n in every}
        return [n for n in every if rank[n] == min(rank.values())]

    def _rank_name(self, node: str, words: Words) -> int:
        data = self.graph.nodes[node]
        if any(frozenset(read_words(n)) - {"positive"} == words for n in (data["label"], *data.get("exact", ()))):
            return 0
        return 1 if node.startswith("HP:") else 2

    def find_twins(self, node: str) -> list[str]:
        """Terms whose label has the same words: the sign, the finding and the cause of one name."""
        words = frozenset(read_words(self.graph.nodes[node]["label"]))
        return [n for n in self.find_words(words) if frozenset(read_words(self.graph.nodes[n]["label"])) == words]

    def find_category(self, text: str) -> list[str]:
        """Classes such as `infection`, which only an absence can speak of."""
        found = self.lexicon.find_all(text, "category")
        return [n for n in found if self.t.above(n) & {"LEUKO:0000105", "LEUKO:0000115"}]

    def find_treatment(self, drug: str) -> list[str]:
        """Features that the use of a drug is: `zinc supplement` of `zinc`."""
        words = frozenset(read_words(drug))
        found = [t for word in ("treatment", "use", "supplement") for t in self._treatments.get(words | {word}, ())]
        return list(dict.fromkeys([*found, *self._treatments.get(words, ())]))

    @cached_property
    def _treatments(self) -> dict[Words, list[str]]:
        """Features that speak of a use, by their words without those of time."""
        found: dict[Words, list[str]] = defaultdict(list)
        for node, data in sorted(self.graph.nodes(data=True), key=lambda item: str(item[0])):
            if data.get("category") == "feature":
                for name in (data["label"], *data.get("exact", ()), *data.get("related", ())):
                    if re.search(r"\b(?:treatment|use|supplements?)\b", name):
                        found[frozenset(read_words(name)) - {"recent", "prior"}].append(node)
        return dict(found)

    # ------------------------------------------------------------------ the choice

    def pick(self, nodes: Iterable[str]) -> list[str]:
        """Terms that a case should carry for one name."""
        unique = [self.as_finding(n) for n in dict.fromkeys(nodes)]
        groups: dict[str, list[str]] = defaultdict(list)
        for node in dict.fromkeys(unique):
            groups[self.graph.nodes[node].get("category", "")].append(node)
        white = [n for n in groups["finding"] if self.is_white(n)]
        if white:
            subset = SUBSET_DEFICIT in self.t.above(white[0])
            return [white[0], *(groups["feature"] if subset else [])]
        signs = groups["feature"] + groups["cause"][:1]
        return signs or groups["finding"][:1] or groups["gene"][:1] or groups["consequence"][:1] or groups["reading"][:1]

    def as_finding(self, node: str) -> str:
        """White findings stand for the HPO terms that are mapped to them; other findings give way to their HPO feature."""
        same = self._same.get(node, "")
        return same if same and self.is_white(same) else node

    @cached_property
    def _same(self) -> dict[str, str]:
        nodes = [(n, d) for n, d in self.graph.nodes(data=True) if d.get("category") == "finding"]
        return {xref: n for n, d in sorted(nodes) for xref in d.get("xrefs", ()) if xref.startswith("HP:")}

    def is_white(self, node: str) -> bool:
        """Whether a term is a low count of white cells or of a subset."""
        return bool(WHITE_ROOTS & self.t.above(node))

    def is_drug(self, node: str) -> bool:
        """Whether a term is the exposure to a drug."""
        return self.graph.nodes[node].get("kind") in DRUG_KINDS

    # ------------------------------------------------------------------ infections

    @cached_property
    def _infections(self) -> dict[Words, str]:
        """Infections by the words that name the organism or the illness."""
        found: dict[Words, list[str]] = defaultdict(list)
        for node in self.t.causes:
            if INFECTION in self.t.above(node):
                data = self.graph.nodes[node]
                names = (data["label"], *data.get("exact", ()), *data.get("related", ()))
                for name in (*names, *self._agents(node)):
                    for words in (frozenset(read_words(name)), frozenset(read_words(name)) - _INFECTION_WORDS):
                        found[words].append(node)
        return {words: min(nodes, key=lambda n: (len(self.t.above(n)), n)) for words, nodes in found.items() if words}

    def _agents(self, cause: str) -> list[str]:
        """Organisms whose name alone means the infection: aspergillosis of Aspergillus, not the pneumonia of a staphylococcus."""
        label = set(read_words(self.t.label(cause))) - _INFECTION_WORDS
        if len(label) != 1:
            return []
        agents = [self.t.label(o) for _, o, k in self.graph.out_edges(cause, keys=True) if k == "has infectious agent"]
        return [a for a in agents if any(word[:5] == next(iter(label))[:5] for word in read_words(a))]

    def find_infection(self, words: Words) -> str:
        """Infection that an organism's or an illness's words name, or an empty string."""
        return self._infections.get(words) or self._infections.get(words - _INFECTION_WORDS, "")

    def features_of(self, cause: str) -> list[str]:
        """Features that a cause can present with, its own."""
        return sorted({link.object for link in self.t.out(cause, "can present with") if link.supported})


def _name_words(node: str, data: Mapping[str, Any]) -> Iterator[tuple[Words, bool]]:
    """Words of each name of a term, and whether it is its label or an exact synonym.

    A sign is not named by a part of its label: neither by a related synonym, nor by one half of what `with` joins.
    """
    label = frozenset(read_words(data["label"]))
    guarded = data["category"] == "feature" and not node.startswith("HP:")
    joined = guarded and bool(re.search(r"\b(?:with|and)\b", data["label"]))
    yield label - {"positive"}, True
    for role, strict in (("exact", joined), ("related", guarded)):
        for name in data.get(role, ()):
            words = frozenset(read_words(name))
            if not (strict and words < label):
                yield words - {"positive"}, role == "exact"
