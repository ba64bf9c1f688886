"""The tables of `ontology/language/`: words and their kinds, phrases, triggers, lay words, names of HPO.

Owns reading them, once; a malformed row is an error with its line. Must not know what a reader makes of a row.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg import config
from kg.exceptions import InputError

KINDS = frozenset("same stop verb severity side spread course past time quality method light site evidence dose".split())


class Trigger(NamedTuple):
    """A word that changes what the words beside it mean."""

    phrase: str
    kind: str
    direction: str
    ends_at: str
    reason: str


class LayRow(NamedTuple):
    """A phrase of everyday language and what it stands for; no terms where it is known and bears on nothing."""

    phrase: str
    terms: tuple[str, ...]
    absent: bool
    reason: str


def find_table(name: str) -> Path:
    """Where a table of the language stands."""
    return config.find_share() / "ontology" / "language" / name


@lru_cache(maxsize=8)
def read_table(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of a table without its header. Raises InputError where a row has not as many cells as the header."""
    path = find_table(name)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    width = header.count("\t") + 1
    rows = [tuple(line.split("\t")) for line in lines]
    for number, row in enumerate(rows, 2):
        if len(row) != width:
            raise InputError(f"has {len(row)} cells, the header {width}", f"{path}, line {number}")
    return tuple(rows)


@lru_cache(maxsize=1)
def read_kinds() -> dict[str, frozenset[str]]:
    """Kinds of each word that has one, `same` apart."""
    found: dict[str, set[str]] = {}
    for word, kind, _, _ in read_table("words.tsv"):
        if kind != "same":
            found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


@lru_cache(maxsize=1)
def read_same() -> dict[str, str]:
    """Words of one meaning -> the word that stands for them."""
    return {word: target for word, kind, target, _ in read_table("words.tsv") if kind == "same"}


@lru_cache(maxsize=1)
def read_triggers() -> tuple[Trigger, ...]:
    """All triggers."""
    return tuple(Trigger(*row) for row in read_table("triggers.tsv"))


@lru_cache(maxsize=1)
def read_lay_words() -> tuple[LayRow, ...]:
    """All lay phrases, one row for each of the phrases of a line."""
    return tuple(
        LayRow(phrase, tuple(t for t in terms.split("|") if t != "-"), status == "absent", reason)
        for phrases, terms, _, status, reason in read_table("lay_words.tsv")
        for phrase in phrases.split("|")
    )
