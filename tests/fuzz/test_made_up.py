"""What Hypothesis makes up: any JSON, any text, any bytes, wherever a command reads them. The corpus beside is what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import generate
from tests.fuzz.test_corpus import attempt, judge

QUIET = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,  # the same inputs on every run: a fault that comes and goes helps nobody
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SOUND = {"--case": generate.CASE, "--fhir": generate.BUNDLE, "--phenopacket": generate.PACKET}
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


pytestmark = pytest.mark.usefixtures("small_kg")  # whose ontology answers fast


def find_keys(data: Any) -> list[str]:
    """Every key of a structure, so that what is made up has the right names."""
    if isinstance(data, dict):
        return [*data, *(key for value in data.values() for key in find_keys(value))]
    return [key for item in data for key in find_keys(item)] if isinstance(data, list) else []


@QUIET
@given(st.data())
@pytest.mark.parametrize("option", SOUND)
def test_any_json_is_answered_or_refused(tmp_path: Path, option: str, data: Any) -> None:
    """alone, with the right keys, and in the place of a part of something sound"""
    keys = st.sampled_from(sorted(set(find_keys(SOUND[option]))))
    named = st.recursive(
        LEAVES, lambda i: st.one_of(st.lists(i, max_size=3), st.dictionaries(keys, i, max_size=5)), max_leaves=12
    )
    made = data.draw(st.one_of(JSON, named, st.fixed_dictionaries({}, optional=dict.fromkeys(SOUND[option], named))))
    if isinstance(made, dict):
        made = SOUND[option] | made
    assert not judge(*attempt(["explain", option, "{file}"], json.dumps(made).encode(), tmp_path))


@QUIET
@given(data=st.binary(max_size=300))
@pytest.mark.parametrize(
    "command",
    [["explain", "--case", "{file}"], ["query", "{file}"], ["diff", "{file}", "{file}"], ["view", "--answer", "{file}"]],
)
def test_any_bytes_are_refused_in_a_line(tmp_path: Path, command: list[str], data: bytes) -> None:
    assert not judge(*attempt(command, data, tmp_path))


@QUIET
@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=1, max_size=3))
@pytest.mark.parametrize("option", ["-p", "-n", "--lab", "--drug", "--age", "--sex", "--duffy", "--thresholds", "--source"])
def test_any_text_in_a_flag_is_answered_or_refused(tmp_path: Path, option: str, texts: list[str]) -> None:
    words = [word for text in texts for word in (option, text)]
    assert not judge(*attempt(["explain", "neutropenia", *words], b"", tmp_path))


@QUIET
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
@pytest.mark.parametrize("command", ["info", "search", "compare", "why", "why-not", "what-if", "next", "view"])
def test_any_name_is_answered_or_refused(tmp_path: Path, command: str, text: str) -> None:
    words = {"compare": [text, text], "why": [text, "neutropenia"], "why-not": [text, "-p", "neutropenia"]}
    words |= {"what-if": ["neutropenia", "--add", text], "next": [text], "view": [text, "-o", str(tmp_path / "x.html")]}
    assert not judge(*attempt([command, *words.get(command, [text])], b"", tmp_path))
