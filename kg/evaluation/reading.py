"""How well texts are read, against readings labelled by hand: precision, recall, the share that is understood rightly.

A row of the file is one text of a case with what a clinician would read from it: concepts separated by `; `, each a choice of
terms separated by `/`, with `?` where it may be missing and `!` where it is denied; `-` where nothing of the vocabulary fits.
A term is right where it is one of the choice, a twin of it under another identifier, or a wider term above it. Must not know
how texts are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from kg import answering
from kg.case.language.meaning import Meaning
from kg.case.language.words import read_words
from kg.case.resolve import Resolver
from kg.exceptions import InputError

GOALS = {"right": 0.90, "precision": 0.97}
COLUMNS = ("case", "kind", "text", "status", "right", "labels")
WIDER = 3  # steps of is-a by which a term may be wider than the right one


class Concept(NamedTuple):
    """What a text says once: a choice of terms, present or denied."""

    choice: frozenset[str]
    present: bool
    required: bool


@dataclass(frozen=True, slots=True)
class GoldItem:
    """A text with its right reading."""

    case: str
    kind: str
    text: str
    status: str
    concepts: tuple[Concept, ...]

    @property
    def half(self) -> str:
        """`A` or `B` by the hash of the case: rules were written with half A in view."""
        return "AB"[int(hashlib.sha256(self.case.encode()).hexdigest(), 16) % 2]


class Given(NamedTuple):
    """A term that the reader gives, and the more special one that it stands for."""

    term: str
    stated: str
    present: bool


def read_gold(path: Path) -> list[GoldItem]:
    """Rows of a file of right readings. Raises InputError with the line."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    if tuple(header.split("\t")) != COLUMNS:
        raise InputError(f"the header is not {' '.join(COLUMNS)}", f"{path}, line 1")
    items = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise InputError(f"has {len(cells)} cells, the header {len(COLUMNS)}", f"{path}, line {number}")
        present = cells[3] == "present"
        concepts = [parse_concept(text, present) for text in cells[4].split("; ") if text != "-"]
        items.append(GoldItem(cells[0], cells[1], cells[2], cells[3], tuple(concepts)))
    return items


def parse_concept(text: str, present: bool) -> Concept:
    """Concept of a cell such as `?!HP:0001945/HP:0001954`; a denied text denies its concepts."""
    plain = text.removeprefix("?")
    return Concept(frozenset(plain.removeprefix("!").split("/")), present != plain.startswith("!"), not text.startswith("?"))


def evaluate_reading(items: Sequence[GoldItem]) -> dict[str, Any]:
    """Figures for all items and for each half, and the items that are read wrongly."""
    judge = _Judge(answering.get_resolver())
    outcomes = [judge.judge(item) for item in items]
    halves = {half: [o for o in outcomes if o["half"] == half] for half in "AB"}
    return {
        "all": _figures(outcomes),
        "halves": {half: _figures(found) for half, found in halves.items()},
        "goals": GOALS,
        "wrong": [o for o in outcomes if not o["is_right"]],
        "versions": answering.get_versions(),
    }


def _figures(outcomes: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Counts as (reached, of)."""
    given = sum(len(o["given"]) for o in outcomes)
    required = sum(o["required"] for o in outcomes)
    return {
        "right": (sum(o["is_right"] for o in outcomes), len(outcomes)),
        "precision": (given - sum(len(o["wrong"]) for o in outcomes), given),
        "recall": (required - sum(len(o["missed"]) for o in outcomes), required),
        "understood": (sum(bool(o["given"] or o["known"]) for o in outcomes), len(outcomes)),
    }


class _Judge:
    def __init__(self, resolver: Resolver) -> None:
        self.r, self.hpo = resolver, resolver.text.hpo

    def judge(self, item: GoldItem) -> dict[str, Any]:
        meaning = self.r.text.read(item.text, item.status == "present")
        given = list(dict.fromkeys(self._given(meaning)))
        wrong = [g for g in given if not any(self._fits(g, c) for c in item.concepts)]
        missed = [c for c in item.concepts if c.required and not any(self._fits(g, c) for g in given)]
        return {
            "case": item.case,
            "half": item.half,
            "text": item.text,
            "status": item.status,
            "given": [self._say(g) for g in given],
            "known": list(meaning.known),
            "wrong": [self._say(g) for g in wrong],
            "missed": [" or ".join(sorted(self._label(t) for t in c.choice)) for c in missed],
            "left_over": list(meaning.left_over),
            "required": sum(c.required for c in item.concepts),
            "is_right": not wrong and not missed,
        }

    def _given(self, meaning: Meaning) -> Iterable[Given]:
        for found in meaning.found:
            yield Given(found.term, found.stated, found.present)
        for used in meaning.used:
            yield Given(used.term, "", True)
        for lab in meaning.labs:
            test = self.r.tests.find(lab.test or "", lab.unit or "")
            yield Given(test.id if test else lab.test or "", "", True)
        for node, present in meaning.known_terms:
            yield Given(node, node, present)

    def _fits(self, given: Given, concept: Concept) -> bool:
        return given.present == concept.present and any(self._same(given, term) for term in concept.choice)

    def _same(self, given: Given, right: str) -> bool:
        if right in (given.term, given.stated) or self._words(given.term) == self._words(right):
            return True
        graph = self.r.graph
        linked = {given.term, *graph.nodes.get(given.term, {}).get("xrefs", ())} & {
            right,
            *graph.nodes.get(right, {}).get("xrefs", ()),
        }
        return bool(linked) or given.term in self._wider(right)

    def _wider(self, term: str) -> set[str]:
        """Terms above one: of the graph, and of HPO by a few steps."""
        found = set(self.r.thresholds.t.above(term)) if term in self.r.graph else set()
        front = {term}
        for _ in range(WIDER):
            front = {p for node in front for p in self.hpo.parents(node)}
            found |= front
        return found

    def _words(self, term: str) -> frozenset[str]:
        return frozenset(read_words(self._label(term)))

    def _label(self, term: str) -> str:
        return self.r.label(term) if term in self.r.graph else self.hpo.label(term)

    def _say(self, given: Given) -> str:
        return ("" if given.present else "not ") + self._label(given.stated or given.term)
