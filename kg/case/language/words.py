"""Words of a text, made comparable: one key for all words of one meaning, and the kinds of words that only qualify.

Owns tokens and keys; which words mean the same and which only qualify stands in `words.tsv` and `phrases.tsv`. Must not
know terms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from kg.case.language.tables import read_kinds, read_same, read_table
from kg.knowledge.lexicon import normalize

_TOKEN = re.compile(r"[<>]=?|[≤≥]|\d[\d.,]*\d(?![\w])|[\w+#%.'’]*[\w+#%]|[^\w\s]")
NOTHING: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A word of a text: where it stands, its key, and the kinds that its table row gives it."""

    start: int
    end: int
    raw: str
    word: str
    key: str
    kinds: frozenset[str] = NOTHING

    @property
    def is_word(self) -> bool:
        """Whether it can be part of a name."""
        return bool(self.key) and "stop" not in self.kinds

    @property
    def is_qualifier(self) -> bool:
        """Whether it may be left over without changing what the rest means."""
        return bool(self.kinds) or not self.key or self.key[0].isdigit()


@lru_cache(maxsize=8192)
def _keys(raw: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Each word in a piece of text without blanks, with its key and its kinds."""
    same, kinds = read_same(), read_kinds()
    found = []
    for word in normalize(raw).split():
        key = same.get(word, word)
        found.append((word, key, kinds.get(word) or kinds.get(key, NOTHING)))
    return tuple(found)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases by their first key, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for phrase, target, _ in read_table("phrases.tsv"):
        keys = tuple(key for part in phrase.split() for _, key, _ in _keys(part))
        found[keys[0]].append((keys, target))
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in found.items()}


def read_tokens(text: str) -> list[Token]:
    """Tokens of a text in order; punctuation has no key; words that stand for one thing are one token."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        pairs = _keys(match[0])
        if match[0] == "A" and tokens:  # a letter, no article: `hepatitis A`
            pairs = (("a", "a", NOTHING),)
        if not pairs and match[0] not in "-–'’\"":
            tokens.append(Token(match.start(), match.end(), match[0], match[0], ""))
        tokens += [Token(match.start(), match.end(), match[0], *pair) for pair in pairs]
    return _join(tokens)


def _join(tokens: list[Token]) -> list[Token]:
    phrases, kinds, joined, index = _phrases(), read_kinds(), [], 0
    tokens = _join_anti(tokens)
    while index < len(tokens):
        for keys, target in phrases.get(tokens[index].key, ()):
            if tuple(t.key for t in tokens[index : index + len(keys)]) == keys:
                parts = tokens[index : index + len(keys)]
                raw = " ".join(dict.fromkeys(t.raw for t in parts))
                joined.append(Token(parts[0].start, parts[-1].end, raw, target, target, kinds.get(target, NOTHING)))
                index += len(keys)
                break
        else:
            joined.append(tokens[index])
            index += 1
    return joined


def _join_anti(tokens: list[Token]) -> list[Token]:
    """`anti neutrophil` is one word, and an immunoglobulin after it is an antibody."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last and last.key == "anti" and token.key:
            key = f"anti{token.key}"
            joined[-1] = Token(last.start, token.end, f"{last.raw}-{token.raw}", key, key)
        elif last and last.key.startswith("anti") and token.key in ("igg", "igm", "iga"):
            joined.append(token._replace(key="antibody"))
        else:
            joined.append(token)
    return joined


@lru_cache(maxsize=32768)
def read_words(text: str) -> tuple[str, ...]:
    """Comparable words of a name, in order; words without content are left out."""
    tokens = read_tokens(text)
    kept = tuple(t.key for t in tokens if t.is_word)
    return kept or tuple(t.key for t in tokens if t.key)


def is_qualifying(word: str) -> bool:
    """Whether a key only qualifies."""
    return word in read_kinds()


_NUMBER_WORDS = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "sixty": 60}
_LIMIT = re.compile(
    rf"(?P<sign>over|above|more than|at least|below|under|less than)?\s*(?P<n>\d+(?:\.\d+)?|{'|'.join(_NUMBER_WORDS)})\s*"
    r"(?:%|percent)\s*(?P<more>or more)?"
)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|percent)")


def keeps_limit(text: str, name: str) -> bool:
    """Whether a percentage in a text lies on the side of the limit that a name states; true where either has none."""
    limit, stated = _LIMIT.search(name.casefold()), _PERCENT.search(text.casefold())
    if limit is None or stated is None:
        return True
    bound = float(_NUMBER_WORDS.get(limit["n"], 0) or limit["n"])
    value = float(stated[1].replace(",", "."))
    return value <= bound if limit["sign"] in ("below", "under", "less than") else value >= bound
