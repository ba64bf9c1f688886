"""What never changes a resolved case: the unit of a value, the order of the input."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.case.language.words import read_tokens
from kg.case.readers.schema import parse_case
from kg.case.records import Case
from kg.case.resolve import Resolver
from kg.exceptions import InputError, LeukographError

pytest.importorskip("ucumvert")
UNITS = {"10*9/L": 1.0, "K/uL": 1.0, "G/L": 1.0, "/uL": 1000.0, "cells/mm3": 1000.0, "10*6/L": 1000.0, "10*6/mL": 1.0}
LINES = ("ANC", "lymphocytes", "monocytes", "platelets")
FINDINGS = ("fever", "severe neutropenia", "splenomegaly", "rash", "Brucella serology positive", "nobody knows this", "anemia")
DRUGS = ("clozapine", "methimazole", "TMP-SMX", "unheard-of-ol")
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

counts = st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 9000), st.sampled_from([0, 3, 40])), min_size=1, max_size=5)


def resolve(resolver: Resolver, data: dict[str, Any]) -> Case | str:
    """The case without the places of what was not understood, or that nothing of it can be read."""
    try:
        case = resolver.resolve(parse_case(data))
    except LeukographError:
        return "nothing can be read"
    told = sorted({(item["kind"], item["text"].split()[0]) for item in case.not_understood})
    left = tuple({"kind": kind, "text": text} for kind, text in told)
    remarks = tuple(remark.rsplit(" (", 1)[0] for remark in case.contradictions)
    return replace(case, not_understood=left, contradictions=remarks)


@QUIET
@given(counts, st.data())
def test_unit_of_a_count_never_changes_the_case(resolver: Resolver, found: list[tuple[str, int, int]], data: Any) -> None:
    def labs(unit: Any) -> list[dict[str, Any]]:
        names = [(unit(), *item) for item in found]
        return [{"test": n, "value": c / 1000 * UNITS[u], "unit": u, "days_ago": d} for u, n, c, d in names]

    plain = resolve(resolver, {"labs": labs(lambda: "10*9/L")})
    other = resolve(resolver, {"labs": labs(lambda: data.draw(st.sampled_from(sorted(UNITS))))})
    assert other == plain


@QUIET
@given(
    counts,
    st.lists(st.sampled_from(FINDINGS), max_size=5, unique=True),
    st.lists(st.sampled_from(DRUGS), max_size=3, unique=True),
    st.randoms(use_true_random=False),
)
def test_order_of_the_input_never_changes_the_case(
    resolver: Resolver, found: list[tuple[str, int, int]], texts: list[str], drugs: list[str], shuffle: random.Random
) -> None:
    data: dict[str, list[Any]] = {
        "labs": [{"test": n, "value": c / 1000, "unit": "10*9/L", "days_ago": d} for n, c, d in found],
        "findings": [{"text": text} for text in texts],
        "drugs": [{"name": name} for name in drugs],
    }
    mixed = {key: shuffle.sample(items, len(items)) for key, items in data.items()}
    assert resolve(resolver, mixed) == resolve(resolver, data)


@QUIET
@given(st.integers(10, 9999), st.integers(2, 60000))
def test_line_above_its_total_is_set_aside_and_any_other_is_not(resolver: Resolver, total: int, line: int) -> None:
    labs = [{"test": "WBC", "value": total, "unit": "/uL"}, {"test": "ANC", "value": line, "unit": "/uL"}]
    case = resolver.resolve(parse_case({"labs": labs}))
    assert bool(case.not_understood) == (line > total)


@QUIET
@given(st.floats(0.002, 30, allow_nan=False), st.floats(0.002, 30, allow_nan=False))
def test_lower_count_never_decides_less(resolver: Resolver, first: float, second: float) -> None:
    def depth(value: float) -> int:
        (reading,) = resolver.resolve(parse_case({"labs": [{"test": "ANC", "value": value, "unit": "10*9/L"}]})).readings
        return resolver.thresholds.depth(reading.decides) if reading.decides else 0

    low, high = sorted((first, second))
    assert depth(low) >= depth(high)


WORDS = (
    "fever",
    "no",
    "rash",
    "xyzzy",
    "and",
    ",",
    "with",
    "mother",
    "possible",
    "2 days ago",
    "enlarged",
    "spleen",
    "qwertz",
    "ANC 0.3",
)
UNKNOWN = ("xyzzy", "qwertz", "flibbert", "gronk")


@QUIET
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)), st.booleans())
def test_any_text_leaves_a_trace(resolver: Resolver, text: str, present: bool) -> None:
    found = resolver.text.read(text, present)
    silent = not any(token.is_word and not token.is_qualifier for token in read_tokens(text))
    assert found or found.left_over or found.reason or silent


@QUIET
@given(st.lists(st.sampled_from(("fever", "rash", "headache", "splenomegaly", *UNKNOWN)), min_size=1, max_size=5))
def test_word_that_nothing_uses_is_left_over(resolver: Resolver, words: list[str]) -> None:
    left = " ".join(resolver.text.read(", ".join(words)).left_over)
    assert all((word in left) == (word in UNKNOWN) for word in words)


@QUIET
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), st.booleans())
def test_every_text_of_a_case_is_accounted_for(resolver: Resolver, text: str, present: bool) -> None:
    status = "present" if present else "absent"
    case = resolver.resolve(parse_case({"labs": [{"test": "ANC", "value": 0.4}], "findings": [{"text": text, "status": status}]}))
    (reading,) = case.texts
    assert reading.text == text
    assert reading.status == "understood" or reading.left_over or reading.reason or reading.status == "not understood"
    assert (reading.status == "not understood") == any(item["text"] == text for item in case.not_understood)


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
keys = st.sampled_from(["labs", "findings", "drugs", "patient", "test", "value", "text", "case"])


@QUIET
@given(st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)))
def test_any_json_is_a_case_or_an_input_error(data: Any) -> None:
    if not isinstance(data, dict):
        with pytest.raises(InputError, match="is no object"):
            parse_case(data)
        return
    assert all(item.path and item.reason for item in parse_case(data).unread)
