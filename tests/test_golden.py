"""The answers of the small ontology, letter for letter."""

import pytest

from tests.golden import ANSWERS, GOLDEN


@pytest.mark.usefixtures("small_kg")
@pytest.mark.parametrize("name", ANSWERS)
def test_answer_is_the_golden_one(name: str) -> None:
    assert ANSWERS[name]() == (GOLDEN / name).read_text(encoding="utf-8"), "if the change is wanted: make regenerate"
