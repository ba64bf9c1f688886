"""A finding or a piece of history in words -> what it means.

The exact name first; else values and times are taken out, the rest is split into clauses, and each clause is read in its
context. Every word is used, qualifies, is reported as left over, or the text is not understood. Must not know causes' weights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import networkx as nx

from kg.case.drugs import Drugs
from kg.case.language.context import JOINS, Clause, read_clauses
from kg.case.language.hpo import Hpo
from kg.case.language.meaning import NOTHING, SILENT, Found, Meaning
from kg.case.language.names import Names
from kg.case.language.patterns import Patterns
from kg.case.language.recognize import HEAD_ENDS, Recognizer
from kg.case.language.slips import find_mistyped
from kg.case.language.statements import ClauseReader
from kg.case.language.times import Time, find_times
from kg.case.language.values_in_text import Found as FoundValue
from kg.case.language.values_in_text import find_values
from kg.case.language.words import Token, read_tokens, read_words
from kg.case.values.analytes import Tests
from kg.case.values.thresholds import Thresholds

_DENIAL = re.compile(r"\b(?:no|without|absence of|negative)\b", re.IGNORECASE)
UNSAID = frozenset({"time", "method", "severity", "course", "side"})  # what a name may leave unsaid
BESIDE = 30  # letters between a value and its time
SLIPPED = 4  # words; a longer text is no mistyped name
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
        if not meaning and not meaning.reason and loose and len(text.split()) <= SLIPPED:
            meaning = self._mistyped(text, present) or meaning
        if not loose and (meaning.left_over or not (meaning.found or meaning.labs or meaning.used)):
            return Meaning(reason=meaning.reason)
        return meaning

    # ------------------------------------------------------------------ the whole text as one name

    def _named(self, text: str, present: bool) -> Meaning:
        """The exact name, or the same words in another order or spelling."""
        if white := self.names.lexicon.find_label(text, "finding"):
            return self.clauses.as_meaning([white], present)
        words = frozenset(read_words(text))
        if self.recognizer.is_exact(words) and text.strip() not in self.graph:
            return NOTHING
        exact = [n for n in self.names.find(text) if ":" in text or n in self.names.find_words(words)]
        if not any(self.graph.nodes[t]["category"] in ("finding", "feature") for t in exact):
            exact = [*exact, *self.names.find_words(words)]  # a cause by this name may be a sign by another
        if any(self.graph.nodes[t]["category"] == "gene" for t in exact) and not text.strip().isupper():
            exact = [t for t in exact if self.graph.nodes[t]["category"] != "gene" or t == text.strip()]
        found = self.names.pick(self.names.keep_exact(exact, words - {"positive"}) or self._decided(text))
        if not present:
            return self.clauses.as_meaning(found or self.names.find_category(text)[:1], present=False)
        found += self.clauses.find_white(words, found)
        found += [t for t in self.patterns.gene(text) if t not in found]
        denied = self._read_clauses(text, present=True) if found and _DENIAL.search(text) else NOTHING
        named = self.clauses.as_meaning(found, present=True)
        return named + Meaning(found=tuple(f for f in denied.found if not f.present)) if found else NOTHING

    def _decided(self, text: str) -> list[str]:
        """What a threshold of this name decides (`macrocytosis`)."""
        rows = self.names.lexicon.find_all(text, "threshold")
        found = [t for row in rows for t in self.graph.nodes[row]["values"].get("LEUKO:0000243", ())]
        return [t for t in found if t in self.graph]

    def _mistyped(self, text: str, present: bool) -> Meaning:
        """The one name that a text is but for a slip of the pen."""
        mistyped = find_mistyped(text, self.names.sentences)
        return self.clauses.as_meaning(self.names.pick(self.recognizer.find_terms(mistyped)) if mistyped else [], present)

    # ------------------------------------------------------------------ clause by clause

    def _read_clauses(self, text: str, present: bool) -> Meaning:
        times = find_times(text)
        values = _date(find_values(text, self.tests), times, text) if present else []
        tokens = _mark(read_tokens(text), values, times)
        clauses = read_clauses(tokens)
        if len(clauses) > 1 and (one := self._as_one(clauses, tokens, text, present, times)):
            return one + Meaning(labs=tuple(v.lab for v in values))
        parts = [(clause, self.clauses.read(clause, text, present, times)) for clause in clauses]
        parts = _drop_dependents(self._share(parts, text, present, times))
        total = Meaning(labs=tuple(v.lab for v in values))
        for clause, meaning in parts:
            total = total + (meaning if meaning or meaning.silent else _set_aside(clause, meaning, text))
        return total if total else Meaning(reason=total.reason, left_over=total.left_over or (text.strip(),) * bool(text.strip()))

    def _as_one(self, clauses: list[Clause], tokens: list[Token], text: str, present: bool, times: list[Time]) -> Meaning:
        """One name that holds the whole text together: `red cells of varied size and shape`."""
        one = self.recognizer.cover(tokens, whole=True).named
        marks = {i for i, t in enumerate(tokens) if any(t.start in clause.triggers for clause in clauses)}
        rest = [t for i, t in enumerate(tokens) if one and t.is_word and i not in one[0].used]
        if (
            not one
            or any(not t.kinds & UNSAID for t in rest)
            or not marks <= one[0].used
            or (not marks and any(clause.flags for clause in clauses))
        ):
            return NOTHING
        return self.clauses.read(Clause(tokens, tokens), text, present, times)

    def _share(self, parts: list[Part], text: str, present: bool, times: list[Time]) -> list[Part]:
        """`enlarged liver and spleen`, `low IgG and IgA`, `neck and armpit nodes`: items of a list share a head or a tail."""
        shared = list(parts)
        for index, (clause, meaning) in enumerate(parts):
            if (meaning and not meaning.left_over) or meaning.reason or all(t.is_qualifier for t in clause.tokens):
                continue
            for raw in _completions([c for c, _ in parts], index, text):
                found = self.clauses.read(replace(clause, tokens=read_tokens(raw), raw=raw), text, present, times)
                if found and not found.left_over:
                    shared[index] = (clause, found)
                    break
        return shared


def _date(values: list[FoundValue], times: list[Time], text: str) -> list[FoundValue]:
    """Values with the time that stands beside them: `ANC 0.9 two weeks ago`."""
    dated = []
    for value in values:
        for time in times:
            between = text[min(value.end, time.end) : max(value.start, time.start)]
            if time.kind == "ago" and time.days is not None and len(between) < BESIDE and not re.search(r"[;.(,]", between):
                value = value._replace(lab=replace(value.lab, days_ago=time.days))
                break
        dated.append(value)
    return dated


def _drop_dependents(parts: list[Part]) -> list[Part]:
    """`benefit from blood and platelet transfusions`: a head that is not understood takes with it what is joined to its tail."""
    kept: list[Part] = []
    lost = False
    for clause, meaning in parts:
        lost = (lost and clause.before in JOINS) or (
            not meaning and not meaning.silent and not meaning.reason and any(t.word in HEAD_ENDS for t in clause.tokens[1:])
        )
        kept.append((clause, NOTHING if lost else meaning))
    return kept


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


def _completions(clauses: list[Clause], index: int, text: str) -> list[str]:
    """The words of an item with those that it may share: of the first item's head, of the last item's tail, or both."""
    first, last = index, index
    while first > 0 and clauses[first].before in JOINS | {","}:
        first -= 1
    while last + 1 < len(clauses) and clauses[last + 1].before in JOINS | {","}:
        last += 1
    own = _raw(clauses[index], text)
    if first == last or not own:
        return []
    head = _raw(clauses[first], text).split() if first != index else []
    tail = _tail(clauses[last]) if last != index else []
    heads = [head[:n] for n in range(1, SHARED + 1) if len(head) > n]
    pairs = [*((h, []) for h in heads), *([([], tail)] if tail else []), *((h, tail) for h in heads if tail)]
    return [" ".join([*h, own, *t]) for h, t in pairs]


def _tail(clause: Clause) -> list[str]:
    """The last word of a clause before a preposition."""
    words: list[str] = []
    for token in clause.tokens:
        if token.word in HEAD_ENDS and words:
            break
        words += [token.raw] if token.is_word and not token.is_qualifier else []
    return words[-1:]


def _raw(clause: Clause, text: str) -> str:
    return text[clause.tokens[0].start : clause.tokens[-1].end] if clause.tokens else ""


def _set_aside(clause: Clause, meaning: Meaning, text: str) -> Meaning:
    """A clause that gives nothing: its words are left over, unless it only qualifies."""
    words = [t for t in clause.every if t.is_word]
    if not words or (not meaning.reason and all(t.is_qualifier and not t.key[0].isdigit() for t in words)):
        return SILENT
    return Meaning(left_over=(text[clause.every[0].start : clause.every[-1].end],), reason=meaning.reason)


__all__ = ["Found", "Meaning", "TextReader"]
