"""A finding or a piece of history in words -> what it means.

Walks over a text: the exact name first; else its values and times are taken out, the rest is split into clauses, and each
clause is read in its context (`clauses.py` below this file's level). Every word is used, reported as left over, or the text is
not understood. Must not know causes' weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import networkx as nx

from kg.case.drugs import Drugs
from kg.case.language.context import JOINS, Clause, read_clauses
from kg.case.language.hpo import Hpo
from kg.case.language.meaning import NOTHING, SILENT, Found, Meaning
from kg.case.language.names import Names, Words
from kg.case.language.patterns import Patterns
from kg.case.language.recognize import Recognizer
from kg.case.language.slips import find_mistyped
from kg.case.language.statements import ClauseReader
from kg.case.language.times import Time, find_times
from kg.case.language.values_in_text import Found as FoundValue
from kg.case.language.values_in_text import find_values
from kg.case.language.words import Token, is_qualifying, read_tokens, read_words
from kg.case.values.analytes import Tests
from kg.case.values.thresholds import Thresholds

SHARED = 2  # words at the head of a list that its later items may share
Part = tuple[Clause, Meaning]


@dataclass(slots=True)
class TextReader:
    """Reader over one graph."""

    graph: nx.MultiDiGraph
    names: Names
    tests: Tests
    thresholds: Thresholds
    drugs: Drugs
    patterns: Patterns = field(init=False)
    hpo: Hpo = field(init=False)
    recognizer: Recognizer = field(init=False)
    clauses: ClauseReader = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = Patterns(self.names, self.tests, self.thresholds)
        self.hpo = Hpo()
        self.recognizer = Recognizer(self.names, self.hpo)
        self.clauses = ClauseReader(self.names, self.patterns, self.recognizer, self.drugs)

    def read(self, text: str, present: bool = True, loose: bool = True) -> Meaning:
        """Meaning of a text. `loose` allows what a flag does not: words left over, and a slip of the pen."""
        if exact := self._named(text, present):
            return exact
        meaning = self._read_clauses(text, present)
        if not meaning and not meaning.reason and loose:
            meaning = self._mistyped(text, present) or meaning
        if not loose and (meaning.left_over or not (meaning.found or meaning.labs or meaning.used)):
            return Meaning(reason=meaning.reason)
        return meaning

    # ------------------------------------------------------------------ the whole text as one name

    def _named(self, text: str, present: bool) -> Meaning:
        """The exact name, or the same words in another order or spelling."""
        words = frozenset(read_words(text))
        if self.recognizer.is_exact(words) and text.strip() not in self.graph:
            return NOTHING
        exact = self.names.find(text)
        if not any(self.graph.nodes[t]["category"] in ("finding", "feature") for t in exact):
            exact = [*exact, *self.names.find_words(words)]  # a cause by this name may be a sign by another
        if any(self.graph.nodes[t]["category"] == "gene" for t in exact) and not text.strip().isupper():
            exact = [t for t in exact if self.graph.nodes[t]["category"] != "gene" or t == text.strip()]
        found = self.names.pick(exact or self._decided(text))
        if not present:
            return self.clauses.as_meaning(found or self.names.find_category(text)[:1], present=False)
        if found and not any(self.names.is_white(t) for t in found):
            found += self._white_inside(words, found)
        denied = self._read_clauses(text, present=True) if found and "absent" in words else NOTHING
        return self.clauses.as_meaning(found, present=True) + replace(denied, left_over=(), reason="")

    def _decided(self, text: str) -> list[str]:
        """What a threshold of this name decides (`macrocytosis`)."""
        rows = self.names.lexicon.find_all(text, "threshold")
        found = [t for row in rows for t in self.graph.nodes[row]["values"].get("LEUKO:0000243", ())]
        return [t for t in found if t in self.graph]

    def _white_inside(self, words: Words, found: list[str]) -> list[str]:
        """Low counts that a special term speaks of: `isolated neutropenia`, `febrile neutropenia` are neutropenias."""
        only_follows = all(self.graph.nodes[t]["category"] == "consequence" for t in found)
        for name in self.names.inside(words):
            white = [t for t in map(self.names.as_finding, self.names.by_words[name]) if t in self.graph]
            white = [t for t in white if self.graph.nodes[t]["category"] == "finding" and self.names.is_white(t)]
            if white and (only_follows or all(is_qualifying(word) for word in words - name)):
                rest = self.names.by_words.get(words - name, [])
                return [white[0], *(self.names.pick(rest) if rest else [])]
        return []

    def _mistyped(self, text: str, present: bool) -> Meaning:
        """The one name that a text is but for a slip of the pen."""
        mistyped = find_mistyped(text, self.names.sentences)
        return self.clauses.as_meaning(self.names.pick(self.names.by_words[mistyped]) if mistyped else [], present)

    # ------------------------------------------------------------------ clause by clause

    def _read_clauses(self, text: str, present: bool) -> Meaning:
        values = find_values(text, self.tests) if present else []
        times = find_times(text)
        tokens = _mark(read_tokens(text), values, times)
        parts = [(clause, self.clauses.read(clause, text, present, times)) for clause in read_clauses(tokens)]
        parts = self._share(parts, text, present, times)
        total = Meaning(labs=tuple(v.lab for v in values))
        for clause, meaning in parts:
            total = total + (meaning if meaning or meaning.silent else _set_aside(clause, meaning, text))
        return total if total else Meaning(reason=total.reason, left_over=total.left_over)

    def _share(self, parts: list[Part], text: str, present: bool, times: list[Time]) -> list[Part]:
        """`enlarged liver and spleen`, `low IgG and IgA`, `neck and armpit nodes`: items of a list share a head or a tail."""
        shared = list(parts)
        for index, (clause, meaning) in enumerate(parts):
            if (meaning and not meaning.left_over) or meaning.reason or all(t.is_qualifier for t in clause.tokens):
                continue
            for tokens in _completions([c for c, _ in parts], index):
                whole = replace(clause, tokens=tokens, every=tokens)
                found = self.clauses.read(whole, text, present, times)
                if found and not found.left_over:
                    shared[index] = (clause, found)
                    break
        return shared


def _mark(tokens: list[Token], values: list[FoundValue], times: list[Time]) -> list[Token]:
    """Tokens without the numbers of values; names of tests and words of time only qualify."""
    marked = []
    for token in tokens:
        if any(v.start <= token.start < v.end for v in values):
            continue
        if any(v.name[0] <= token.start < v.name[1] for v in values):
            token = token._replace(kinds=token.kinds | {"value"})
        elif any(t.start <= token.start < t.end for t in times):
            token = token._replace(kinds=token.kinds | {"time"})
        marked.append(token)
    return marked


def _completions(clauses: list[Clause], index: int) -> list[list[Token]]:
    """The words of an item with those that it may share: of the first item's head, of the last item's tail, or both."""
    first, last = index, index
    while first > 0 and clauses[first].before in JOINS | {","}:
        first -= 1
    while last + 1 < len(clauses) and clauses[last + 1].before in JOINS | {","}:
        last += 1
    own = clauses[index].tokens
    if first == last or not own:
        return []
    head = [t for t in clauses[first].tokens if t.is_word] if first != index else []
    tail = [t for t in clauses[last].tokens if t.is_word][-1:] if last != index else []
    heads = [[t._replace(kinds=frozenset()) for t in head[:n]] for n in range(1, SHARED + 1) if len(head) > n]
    pairs = [*((h, []) for h in heads), *([([], tail)] if tail else []), *((h, tail) for h in heads if tail)]
    return [[*h, *own, *t] for h, t in pairs]


def _set_aside(clause: Clause, meaning: Meaning, text: str) -> Meaning:
    """A clause that gives nothing: its words are left over, unless it only qualifies."""
    words = [t for t in clause.every if t.is_word]
    if not words or (not meaning.reason and all(t.is_qualifier and not t.key[0].isdigit() for t in words)):
        return SILENT
    return Meaning(left_over=(text[clause.every[0].start : clause.every[-1].end],), reason=meaning.reason)


__all__ = ["Found", "Meaning", "TextReader"]
