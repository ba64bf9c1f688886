"""Golden answers: what is compared, and how it is made again (`python -m tests.regenerate`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.golden_text import CASES, make_text

GOLDEN = Path(__file__).parent / "golden"


def _json(*findings: str, **options: list[str]) -> str:
    from kg import answering
    from kg.answer.data import explanation_to_json

    data = explanation_to_json(answering.explain(*findings, **options))
    data["versions"]["leukograph"] = "any"
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _comparison(first: str, second: str) -> str:
    from kg import answering
    from kg.answer.term_text import render_comparison

    return render_comparison(answering.compare(first, second))


# Name of the file -> what makes it, run on the fixture.
ANSWERS: dict[str, Callable[[], str]] = {
    "neutropenia.json": lambda: _json("neutropenia", absent=["splenomegaly"]),
    "compare.txt": lambda: _comparison("leukopenia", "neutropenia"),
    **{f"text/{name}.txt": partial(make_text, name) for name in CASES},
}
