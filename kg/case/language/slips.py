"""Slips of the pen: the one name that a text is but for a letter inside a long word. Owns how near is near enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.case.language.words import read_words

CUTOFF, LETTERS = 92.0, 90.0  # likeness of the whole, and of each word that differs, in percent
NEAR = 0.85  # shorter to longer: beyond it no two texts are as alike as CUTOFF
LONG = 6  # shorter words differ by meaning when they differ by a letter


def find_mistyped(text: str, sentences: Mapping[int, Sequence[str]]) -> frozenset[str] | None:
    """Words of the name that a text misspells; `sentences` are names as their words in alphabetical order, by length."""
    from rapidfuzz import fuzz, process

    wanted = " ".join(sorted(set(read_words(text))))
    near = [s for size in range(int(len(wanted) * NEAR), int(len(wanted) / NEAR) + 2) for s in sentences.get(size, ())]
    for key, _, _ in process.extract(wanted, near, scorer=fuzz.ratio, score_cutoff=CUTOFF, limit=5):
        if _same_but_for_letters(wanted.split(), key.split()):
            return frozenset(key.split())
    return None


def _same_but_for_letters(first: list[str], second: list[str]) -> bool:
    """Whether two texts differ by letters inside long words only; opposites differ early (hyper-, hypo-)."""
    from rapidfuzz import fuzz

    if len(first) != len(second):
        return False
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return all(min(len(a), len(b)) > LONG and a[:5] == b[:5] and fuzz.ratio(a, b) >= LETTERS for a, b in pairs)
