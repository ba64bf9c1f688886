"""A finding or a piece of history in words -> what it means: terms, laboratory values, drugs, or why it is not understood.

The order, the surest first: the exact name; the same words; a value of a test; negation; a pattern; qualifiers taken away;
a list of several; and, only for what is present, the general sign of a special one; last a slip of the pen. Nothing is
guessed: what names a relative or a suspicion is set aside. Must not know causes' weights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import networkx as nx

from kg.case.drugs import Drugs, find_used
from kg.case.language.names import Names, Words
from kg.case.language.patterns import Patterns
from kg.case.language.slips import find_mistyped
from kg.case.language.values_in_text import find_value
from kg.case.language.words import (
    OTHER_MATTER,
    OVER,
    QUALIFIERS,
    RELATIVES,
    SEVERITY,
    UNSURE,
    keeps_limit,
    read_words,
    strip_details,
)  # fmt: skip
from kg.case.raw import RawLab
from kg.case.values.analytes import Tests
from kg.case.values.thresholds import Thresholds

_NO = re.compile(
    r"^(?:no evidence of|no signs? of|no history of|no|not|without|absence of|absent|denies|negative for)\s+(.+)$", re.I
)
_NOT = re.compile(
    r"^(?:negative\s+(.+)|(.+?)\s+(?:was |were |is |are )?(?:negative|not detected|not present|not seen|absent|excluded|ruled out"
    r"|non-?reactive|undetectable))$",
    re.I,
)
_NORMAL = re.compile(r"^(?:normal\s+(.+)|(.+?)\s+(?:was |were |is |are )?normal)$", re.I)
_NOT_FELT = re.compile(r"^(spleen|liver|lymph nodes?)\s+(?:is |was |were )?not\s+(?:palpable|enlarged|felt)$", re.I)
_LIST = re.compile(r"\s*(?:,|;|/|\band/or\b|\band\b|\bwith\b|\bplus\b|&)\s*", re.I)
_HEAD_ENDS = re.compile(r"\b(?:in|of|on|with|at|from|due|after|during|by|for|to|since|without)\b")
_PAST = frozenset("prior previous past history earlier former preceding".split())
_KEPT_WHEN_ABSENT = frozenset("clinical evidence any obvious palpable detectable sign significant".split())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means; `absent` lists the terms that it denies. Empty with a reason where it is not understood."""

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    labs: tuple[RawLab, ...] = ()
    drugs: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return bool(self.present or self.absent or self.labs or self.drugs)

    def __add__(self, other: Meaning) -> Meaning:
        return Meaning(self.present + other.present, self.absent + other.absent, self.labs + other.labs, self.drugs + other.drugs)


NOTHING = Meaning()


@dataclass(slots=True)
class TextReader:
    """Reader over one graph."""

    graph: nx.MultiDiGraph
    names: Names
    tests: Tests
    thresholds: Thresholds
    drugs: Drugs
    patterns: Patterns = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = Patterns(self.names, self.tests, self.thresholds)

    def read(self, text: str, present: bool = True, loose: bool = True) -> Meaning:
        """Meaning of a text. `loose` allows what a flag does not: generalizing, and a slip of the pen."""
        found = self._surely(text, present)
        if not found and not found.reason:
            found = self._several(text, present)
        if not found and not found.reason and loose:
            found = self._loosely(text, present)
        if found.reason or found:
            return found
        return Meaning(reason="")

    # ------------------------------------------------------------------ what is sure

    def _surely(self, text: str, present: bool) -> Meaning:
        for candidate in dict.fromkeys((text, strip_details(text))):
            if candidate and (found := self._named(candidate, present)):
                return found
        if present and (lab := find_value(text, self.tests)):
            return Meaning(labs=(lab,))
        plain = _NOT_FELT.sub(r"no enlarged \1", strip_details(text))
        words = frozenset(read_words(plain))
        if words & RELATIVES:
            return Meaning(reason="speaks of a relative")
        if words & UNSURE:
            return Meaning(reason="is a suspicion, not a finding")
        if words & OVER:
            return Meaning(reason="is over, not a finding of today")
        if denied := self._denied(plain, present):
            return denied
        if terms := self.names.pick(self.patterns.read(plain, present)):
            return self._as(terms, present)
        return self._unqualified(plain, words, present)

    def _named(self, text: str, present: bool) -> Meaning:
        """The exact name, or the same words in another order or spelling."""
        words = frozenset(read_words(text))
        exact = self.names.find(text)
        if not any(self.graph.nodes[t]["category"] in ("finding", "feature") for t in exact):
            exact = [*exact, *self.names.find_words(words)]  # a cause by this name may be a sign by another
        found = self.names.pick(exact or self._decided(text))
        if not present:
            return Meaning(absent=tuple(found or self.names.find_category(text)[:1]))
        if found and not any(self.names.is_white(t) for t in found):
            found += self._white_inside(words, found)
        return self._as(found, True) + (self._denied(text, True) if found and _NO.match(text) else NOTHING)

    def _decided(self, text: str) -> list[str]:
        """What a threshold of this name decides (`macrocytosis`)."""
        rows = self.names.lexicon.find_all(text, "threshold")
        found = [t for row in rows for t in self.graph.nodes[row]["values"].get("LEUKO:0000243", ())]
        return [t for t in found if t in self.graph]

    def _white_inside(self, words: Words, found: list[str]) -> list[str]:
        """Low counts that a special term speaks of: `isolated neutropenia`, `febrile neutropenia` are neutropenias."""
        only_follows = all(self.graph.nodes[t]["category"] == "consequence" for t in found)
        for name in self.names.inside(words):
            terms = self.names.by_words[name]
            white = [t for t in map(self.names.as_finding, terms) if self.graph.nodes[t]["category"] == "finding"]
            if white and self.names.is_white(white[0]) and (words - name <= QUALIFIERS or only_follows):
                rest = self.names.by_words.get(words - name, [])
                return [white[0], *(self.names.pick(rest) if rest else [])]
        return []

    def _as(self, terms: list[str], present: bool) -> Meaning:
        drugs = tuple(t for t in terms if self.names.is_drug(t)) if present else ()
        rest = tuple(t for t in terms if t not in drugs)
        return Meaning(present=rest, drugs=drugs) if present else Meaning(absent=rest)

    def _denied(self, text: str, present: bool) -> Meaning:
        """`no X`, `X negative`, `normal X`: the opposite of X, or both directions of a test."""
        if match := _NORMAL.match(text):
            return Meaning(absent=tuple(self._both_sides(match[1] or match[2]))) if present else NOTHING
        match = _NO.match(text) or _NOT.match(text)
        inner = next((part for part in match.groups() if part), "") if match else ""
        if not inner:
            return NOTHING
        if present and re.match(r"^abs", text, re.I) and (low := self.patterns.read(text, True)):
            return self._as(self.names.pick(low), True)
        if not present:
            return Meaning(reason="is denied twice")
        found = self._surely(inner, present=False)
        if found or found.reason:
            return found
        proof = self.names.pick(self.patterns.infection_test(f"{inner} test", present=False))
        return self._as(proof, present=False) if proof else NOTHING

    def _both_sides(self, name: str) -> list[str]:
        """Low and high terms of a quantity that is said to be normal."""
        if test := self.tests.find(name):
            found = [t for side in ("low", "high") for t in self.patterns.of_test(test, side)]
        else:
            words = frozenset(read_words(name))
            found = [t for sign in ("decreased", "increased") for t in self.names.find_words(words | {sign}) if words]
            found = [t for t in found if self.graph.nodes[t]["category"] == "feature"]
        return [t for t in dict.fromkeys(found) if t in self.graph]

    def _unqualified(self, text: str, words: Words, present: bool) -> Meaning:
        """The text without words that only qualify: the longest name that leaves nothing else over."""
        if not present and words & _PAST:
            return Meaning(reason="an earlier condition that was absent does not rule out a present one")
        allowed = QUALIFIERS if present else _KEPT_WHEN_ABSENT
        for name in self.names.inside(words):
            left = words - name - {"positive"}
            numbers = {w for w in left if re.search(r"\d", w)}
            if left - numbers <= allowed and (terms := self._pick(name, text)):
                return self._as(terms, present)
        if present and (drug := self.drugs.find_in_text(text)):
            return Meaning(drugs=(drug,))
        if present and (used := [t for inner in find_used(text) for t in self.names.find_treatment(inner)]):
            return self._as(self.names.pick(used), present)
        plain = " ".join(w for w in text.split() if w.casefold().strip(",.;") not in allowed | SEVERITY)
        if present and plain and plain != text:
            terms = self.names.pick(self.names.find(plain)) or self.names.pick(self.patterns.read(plain, present))
            return self._as(terms, present)
        return NOTHING

    # ------------------------------------------------------------------ several in one

    def _several(self, text: str, present: bool) -> Meaning:
        """A list in one text; each part must be understood, with the words that they share."""
        parts = [part for part in _LIST.split(strip_details(text)) if part]
        if len(parts) < 2 or len(parts) > 6:
            return NOTHING
        total = NOTHING
        for shared in (parts, _share_tail(parts), _share_head(parts)):
            found = [self._surely(part, present) for part in shared]
            if all(found):
                for meaning in found:
                    total = total + meaning
                return replace(total, present=tuple(dict.fromkeys(total.present)), absent=tuple(dict.fromkeys(total.absent)))
        return NOTHING

    # ------------------------------------------------------------------ what is likely enough for a file

    def _loosely(self, text: str, present: bool) -> Meaning:
        plain = strip_details(text)
        words = frozenset(read_words(plain))
        if present and not words & (RELATIVES | UNSURE | OTHER_MATTER) and (terms := self._general(plain, words)):
            return self._as(terms, present)
        mistyped = find_mistyped(plain, self.names.sentences)
        return self._as(self.names.pick(self.names.by_words[mistyped]) if mistyped else [], present)

    def _general(self, text: str, words: Words) -> list[str]:
        """The general sign that a special one is a kind of: its head word must be among the words of the name."""
        head = read_words(_HEAD_ENDS.split(text, maxsplit=1)[0])[-1:]
        for name in self.names.inside(words):
            if head and set(head) <= name and (len(name) > 1 or len(head[0]) > 3):
                terms = self._pick(name, text)
                if terms and all(self.graph.nodes[t]["category"] in ("feature", "finding", "cause") for t in terms):
                    infection = self.names.find_infection(words - name - QUALIFIERS)
                    return [*terms, *([infection] if infection and infection not in terms else [])]
        return []

    def _pick(self, name: Words, text: str) -> list[str]:
        """Terms of a name whose limit, if it states one, the number in the text keeps."""
        return self.names.pick(t for t in self.names.by_words[name] if keeps_limit(text, self.graph.nodes[t]["label"]))


def _share_tail(parts: list[str]) -> list[str]:
    """`IgG and IgM antibodies` -> the last word belongs to each part."""
    tail = parts[-1].split()[-1:]
    return [" ".join([part, *tail]) for part in parts[:-1]] + parts[-1:] if len(parts[-1].split()) > 1 else parts


def _share_head(parts: list[str]) -> list[str]:
    """`low IgG and IgA` -> the first word belongs to each part."""
    head = parts[0].split()[:1]
    return parts[:1] + [" ".join([*head, part]) for part in parts[1:]] if len(parts[0].split()) > 1 else parts
