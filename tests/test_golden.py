"""The answers of the small ontology, letter for letter."""

import pytest

from tests.golden import ANSWERS, GOLDEN
from tests.golden_text import ONE_SCREEN


@pytest.mark.usefixtures("small_kg")
@pytest.mark.parametrize("name", ANSWERS)
def test_answer_is_the_golden_one(name: str) -> None:
    assert ANSWERS[name]() == (GOLDEN / name).read_text(encoding="utf-8"), "if the change is wanted: make regenerate"


@pytest.mark.parametrize("name", ONE_SCREEN)
def test_a_golden_text_fits_on_one_screen(name: str) -> None:
    lines = (GOLDEN / "text" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert 0 < len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_there_are_as_many_kinds_of_case_as_promised() -> None:
    assert len(ONE_SCREEN) >= 24
