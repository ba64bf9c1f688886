"""Clauses of a text, and what holds for each: denied, suspected, earlier, over, somebody else's, merely spoken about.

Owns the walk over a text; the words that open and end a scope stand in `triggers.tsv` (after the ConText algorithm: Harkema
et al., J Biomed Inform 2009;42:839). Must not know terms.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from kg.case.language.tables import Trigger, read_triggers
from kg.case.language.words import Token, read_tokens

JOINS = frozenset({"and", "or", "/", "&", "plus", "as well as", "along with", "together with"})
OF_CLAUSE = frozenset({"relative", "other", "normal"})  # their words stay part of what a name can be made of
SPLITS = frozenset({"uncertain", "pseudo", "negated"})  # after other words, such a trigger begins a clause of its own
ENDS_ALL = frozenset(
    {"but", "except", "however", "although", "though", "yet", "apart from", "other than", "aside from", "whereas"}
)
Words = tuple[str, ...]


@dataclass(slots=True)
class Clause:
    """A piece of text between two separators. `every` has the words of its triggers, too."""

    tokens: list[Token] = field(default_factory=list)
    every: list[Token] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    before: str = ""  # the separator before it
    triggers: set[int] = field(default_factory=set)  # where a trigger stands
    raw: str = ""  # its text where it is not a piece of the text that is read


@lru_cache(maxsize=1)
def _by_first() -> dict[str, list[tuple[Words, list[Trigger]]]]:
    """Triggers of each phrase, by its first word, the longest phrase first."""
    rows: dict[Words, list[Trigger]] = defaultdict(list)
    for trigger in read_triggers():
        rows[tuple(t.word for t in read_tokens(trigger.phrase))].append(trigger)
    found: dict[str, list[tuple[Words, list[Trigger]]]] = defaultdict(list)
    for words, triggers in sorted(rows.items(), key=lambda item: -len(item[0])):
        found[words[0]].append((words, triggers))
    return dict(found)


@lru_cache(maxsize=8)
def _words_of(kind: str) -> frozenset[str]:
    return frozenset(t.word for trigger in read_triggers() if trigger.kind == kind for t in read_tokens(trigger.phrase))


def is_trigger(word: str, kind: str) -> bool:
    """Whether a word belongs to a trigger of a kind."""
    return word in _words_of(kind)


def read_clauses(tokens: list[Token]) -> list[Clause]:
    """Clauses in order, each with the flags of the scopes that it lies in; clauses without a word are left out."""
    walk = _Walk()
    index = 0
    while index < len(tokens):
        words, triggers = _match(tokens, index)
        taken = tokens[index : index + max(len(words), 1)]
        walk.take(taken, triggers, " ".join(words), at_end=_ends(tokens, index + len(taken)))
        index += len(taken)
    return [clause for clause in walk.clauses if any(t.key for t in clause.every)]


def _match(tokens: list[Token], index: int) -> tuple[Words, list[Trigger]]:
    for words, triggers in _by_first().get(tokens[index].word, ()):
        if tuple(t.word for t in tokens[index : index + len(words)]) == words:
            return words, triggers
    return (), []


def _ends(tokens: list[Token], index: int) -> bool:
    """Whether a clause ends before a token."""
    if index >= len(tokens):
        return True
    _, triggers = _match(tokens, index)
    return any(t.kind in ("break", "stop", "end") for t in triggers)


class _Walk:
    def __init__(self) -> None:
        self.clauses = [Clause()]
        self.scopes: dict[str, str] = {}  # flag -> where it ends
        self.fresh = False  # a denial was the last word

    def take(self, tokens: list[Token], triggers: list[Trigger], phrase: str, at_end: bool) -> None:
        """The next word, or the words of a trigger."""
        kinds = {t.kind for t in triggers}
        if kinds & {"stop", "break"} or ("end" in kinds and not self.fresh):
            self._separate(phrase, kinds)
        elif not triggers or "end" in kinds:
            clause = self.clauses[-1]
            clause.every += tokens
            clause.tokens += tokens
            clause.flags |= set(self.scopes)
            self.fresh = False
        else:
            if any(t.kind in SPLITS and t.direction == "forward" for t in triggers) and self._has_words() and not at_end:
                self.clauses.append(Clause(before="without"))
            self._trigger(tokens, triggers, at_end)

    def _has_words(self) -> bool:
        return any(t.is_word and "verb" not in t.kinds for t in self.clauses[-1].tokens)

    def _separate(self, phrase: str, kinds: set[str]) -> None:
        """Close a clause. What is said of a relative goes on over `had` and `with`."""
        if kinds & {"stop"} or phrase in ENDS_ALL:
            self.scopes.clear()
        elif "end" in kinds:
            self.scopes = {flag: end for flag, end in self.scopes.items() if flag == "relative"}
        elif phrase in JOINS:
            self.scopes = {flag: end for flag, end in self.scopes.items() if end != "clause"}
        else:
            self.scopes = {flag: end for flag, end in self.scopes.items() if end == "sentence"}
        self.clauses.append(Clause(before=phrase))
        self.fresh = False

    def _trigger(self, tokens: list[Token], triggers: list[Trigger], at_end: bool) -> None:
        clause = self.clauses[-1]
        starts = not clause.tokens
        clause.every += tokens
        if all(t.kind in OF_CLAUSE or _is_idle(t, starts, at_end) for t in triggers):
            clause.tokens += tokens
        clause.triggers |= {t.start for t in tokens}
        clause.flags |= self.scopes.keys() & {"relative", "other", "negated"}
        for trigger in triggers:
            if not _is_idle(trigger, starts, at_end) and not (trigger.kind == "relative" and "owned" in self.scopes):
                self._apply(trigger)
        self.fresh = any(t.kind == "negated" for t in triggers)

    def _apply(self, trigger: Trigger) -> None:
        if trigger.direction in ("forward", "both", "start"):
            self.scopes[trigger.kind] = trigger.ends_at
            if trigger.kind == "pseudo":
                self.scopes.pop("negated", None)
            if trigger.kind in OF_CLAUSE or trigger.kind in ("negated", "pseudo"):
                self.clauses[-1].flags.add(trigger.kind)
        if trigger.direction in ("backward", "both", "end"):
            self._mark_back(trigger.kind)

    def _mark_back(self, flag: str) -> None:
        """A scope that reaches back: over the clause, and over the list that the clause closes."""
        index = len(self.clauses) - 1
        self.clauses[index].flags.add(flag)
        if self.clauses[index].before not in JOINS:
            return
        while index > 0 and self.clauses[index].before in JOINS | {","}:
            index -= 1
            self.clauses[index].flags.add(flag)


def _is_idle(trigger: Trigger, starts: bool, at_end: bool) -> bool:
    """Whether a trigger stands where it has no force."""
    return (trigger.direction == "start" and not starts) or (trigger.direction == "end" and not at_end)
