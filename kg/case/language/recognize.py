"""Words of a clause -> the terms that they name, and the words that no name uses.

Looks among the names of the graph, the lay words and all names of HPO. The longest name wins, and each word is used once. A
term stands only when all content words are used, or when what is left over narrows the head that the term names (`red
papules`), never when the head itself is left over (`malaria prophylaxis`). Must not know negation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.case.language.hpo import Hpo
from kg.case.language.names import Names
from kg.case.language.tables import LayRow, read_lay_words, read_table
from kg.case.language.words import Token, read_tokens, read_words

Words = frozenset[str]
Candidate = tuple[Words, int, tuple[str, ...], LayRow | None]
WIDEST = 3  # content words that may stand between the words of one name
HEAD_ENDS = frozenset(
    "in of on at with from due after during by for to since without behind under over through via into against as "
    "needing requiring causing caused once when where".split()
)
EMPTY = frozenset({"time", "course", "severity", "side", "spread", "past", "dose"})
ELSEWHERE = frozenset({"marrow", "csf", "urine", "sputum", "biopsy", "pleura", "fluid"})
GRAMMAR = frozenset("a an the of in on at to by for from with and or is was are be his her their its".split())
TRANSPARENT = frozenset({"light", "verb", "time", "course", "severity", "past", "evidence", "method"})


class Named(NamedTuple):
    """Terms that a name stands for: ids of the graph or of HPO, or a row of the lay words."""

    nodes: tuple[str, ...]
    lay: LayRow | None
    used: frozenset[int]  # which tokens


@dataclass(frozen=True, slots=True)
class Cover:
    """What the tokens of a clause name, and the content words that are left over."""

    named: tuple[Named, ...]
    left_over: tuple[Token, ...]


class Recognizer:
    """Recognizer over one graph and all of HPO."""

    def __init__(self, names: Names, hpo: Hpo) -> None:
        self.names, self.hpo = names, hpo

    # ------------------------------------------------------------------ candidates

    @cached_property
    def _lay(self) -> dict[str, list[tuple[Words, LayRow]]]:
        """Lay phrases by each one's longest word; those of terms that this graph does not have are left out."""
        found: dict[str, list[tuple[Words, LayRow]]] = defaultdict(list)
        graph = self.names.graph
        for row in (r for r in read_lay_words() if all(t.startswith("HP:") or t in graph for t in r.terms)):
            words = frozenset(t.key for t in read_tokens(row.phrase) if t.key) - GRAMMAR
            found[max(words, key=lambda w: (len(w), w))].append((words, row))
        return found

    def find_terms(self, name: Words) -> tuple[str, ...]:
        """Terms of a name but for genes, whose symbols are words only in capitals."""
        return tuple(n for n in self.names.by_words[name] if self.names.graph.nodes[n]["category"] != "gene")

    @cached_property
    def _never_alone(self) -> frozenset[str]:
        """Words that name a term of some vocabulary but, alone, mean something else in a report."""
        return frozenset(read_words(word)[0] for word, _ in read_table("never_alone.tsv"))

    def _candidates(self, words: Words) -> list[Candidate]:
        """Names inside a set of words: longest first; a lay word, the graph, HPO, the graph's looser names."""
        lay = [(name, 0, row.terms, row) for word in words for name, row in self._lay.get(word, ()) if name <= words]
        own = [(name, 3 if name in self.names.loose else 1, self.find_terms(name), None) for name in self.names.inside(words)]
        wide = [(name, 2, ids, None) for name, ids in self.hpo.inside(words)]
        kept = [*lay, *(c for c in (*own, *wide) if not (len(c[0]) == 1 and c[0] <= self._never_alone))]
        return sorted(kept, key=lambda c: (-len(c[0]), c[1], sorted(c[0])))

    def is_exact(self, words: Words) -> bool:
        """Whether a name that only resembles a term of the graph is the very name of a lay row or of another term of HPO."""
        if words not in self.names.loose:
            return any(name == words for word in words for name, _ in self._lay.get(word, ()))
        return self._candidates(words)[0][1] != 3

    # ------------------------------------------------------------------ the cover

    def cover(self, tokens: Sequence[Token], whole: bool = False) -> Cover:
        """Names in a clause. `whole` asks for a single name that uses every content word."""
        content = [i for i, t in enumerate(tokens) if t.is_word]
        places: dict[str, list[int]] = defaultdict(list)
        for i, token in enumerate(tokens):
            if token.key:
                places[token.key].append(i)
        named: list[Named] = []
        free = set(range(len(tokens)))
        for name, _, nodes, lay in self._ordered(frozenset(places), places, tokens):
            used = _place(name, places, free, tokens)
            if (
                used
                and (lay or not self._only_qualifies(used, tokens))
                and (not whole or not _content(tokens, (free - used) & set(content)))
            ):
                if not whole and self._is_elsewhere(nodes, lay, used, tokens):
                    continue
                named.append(Named(nodes, lay, used))
                free -= used
                if whole:
                    break
        left = _content(tokens, free & set(content))
        return Cover(tuple(sorted(named, key=lambda n: min(n.used))), tuple(tokens[i] for i in left))

    def _only_qualifies(self, used: frozenset[int], tokens: Sequence[Token]) -> bool:
        """Whether a name is made of words of time, degree or direction only, which here belong to something else."""
        return all(tokens[i].kinds & EMPTY or tokens[i].key in self._never_alone for i in used) and len(used) < len(tokens)

    def _ordered(self, words: Words, places: dict[str, list[int]], tokens: Sequence[Token]) -> list[Candidate]:
        """Candidates, the longest first, among these the one whose words stand closest together."""
        every = set(range(len(tokens)))
        found = self._candidates(words)
        spans = {name: _place(name, places, every, tokens) for name, *_ in found}
        return sorted(
            found,
            key=lambda c: (-len(c[0]), c[1] > 0 and _width(spans[c[0]]) - len(c[0]) > 2, _width(spans[c[0]]), c[1], sorted(c[0])),
        )

    def _is_elsewhere(self, nodes: tuple[str, ...], lay: LayRow | None, used: frozenset[int], tokens: Sequence[Token]) -> bool:
        """Whether a count of the blood is named where a text speaks of another sample: `few neutrophils in marrow`."""
        terms = lay.terms if lay else nodes
        counts = any(self.names.is_white(self.names.as_finding(t)) for t in terms if t in self.names.graph)
        return counts and any(t.key in ELSEWHERE and i not in used for i, t in enumerate(tokens))

    def accept(self, tokens: Sequence[Token], cover: Cover) -> Cover:
        """The cover without the names whose head is left over."""
        if not cover.left_over:
            return cover
        used = {i for n in cover.named for i in n.used}
        segments = _segments(tokens, used)
        kept = tuple(n for n in cover.named if _stands(n, segments, tokens, used))
        lost = [i for n in cover.named if n not in kept for i in n.used]
        left = {t.start: t for t in (*cover.left_over, *(tokens[i] for i in lost))}
        return Cover(kept, tuple(left[start] for start in sorted(left)))


def _place(name: Words, places: dict[str, list[int]], free: set[int], tokens: Sequence[Token]) -> frozenset[int]:
    """Where in the tokens a name stands, close together; empty where it does not."""
    options = {key: [i for i in places[key] if i in free] for key in name}
    if not all(options.values()):
        return frozenset()
    rarest = min(options, key=lambda key: (len(options[key]), key))
    best: frozenset[int] = frozenset()
    for anchor in options[rarest]:
        used = frozenset(min(found, key=lambda i: abs(i - anchor)) for found in options.values())
        inner = [i for i in range(min(used), max(used)) if i not in used and tokens[i].is_word]
        if any("dose" in tokens[i].kinds for i in inner):
            inner = [i for i in inner if not tokens[i].key[0].isdigit() and "dose" not in tokens[i].kinds]
        if inner and any("time" in tokens[i].kinds for i in used):
            continue  # words of time belong to what stands beside them
        between = [i for i in inner if not tokens[i].is_qualifier]
        if len(between) <= WIDEST and (not best or max(used) - min(used) < max(best) - min(best)):
            best = used
    return best


def _width(used: frozenset[int]) -> int:
    return max(used) - min(used) if used else 99


def _content(tokens: Sequence[Token], places: Iterable[int]) -> list[int]:
    return [i for i in sorted(places) if not tokens[i].is_qualifier]


def _segments(tokens: Sequence[Token], used: set[int]) -> list[list[int]]:
    """Words between prepositions; a participle that no name uses begins a new segment, too."""
    found: list[list[int]] = [[]]
    for i, token in enumerate(tokens):
        if token.word in HEAD_ENDS or (token.word.endswith("ing") and i not in used and found[-1]):
            found.append([])
        elif token.is_word:
            found[-1].append(i)
    return [segment for segment in found if segment]


def _stands(named: Named, segments: list[list[int]], tokens: Sequence[Token], used: set[int]) -> bool:
    """Whether the head of the segment that a name begins in is named, and every head before it.

    A lay phrase of several words is written to be found anywhere.
    """
    if named.lay and len(named.used) > 1:
        return True
    for segment in segments:
        head = _head(segment, tokens)
        if head is not None and head not in used:
            return False
        if named.used & set(segment):
            return True
    return True


def _head(segment: list[int], tokens: Sequence[Token]) -> int | None:
    """The last word of a segment that says what it is about."""
    solid = [i for i in segment if not tokens[i].kinds & TRANSPARENT and not tokens[i].key[0].isdigit()]
    heads = [i for i in solid if not tokens[i].is_qualifier] or []
    return heads[-1] if heads else None
