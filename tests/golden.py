"""Golden answers: what is compared, and how it is made again (`python -m tests.regenerate`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def _text(*findings: str, **options: list[str]) -> str:
    from kg import answering
    from kg.answer.text import render_explanation

    return render_explanation(answering.explain(*findings, **options))


def _json(*findings: str, **options: list[str]) -> str:
    from kg import answering
    from kg.answer.data import explanation_to_json

    data = explanation_to_json(answering.explain(*findings, **options))
    data["versions"]["leukograph"] = "any"
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _comparison(first: str, second: str) -> str:
    from kg import answering
    from kg.answer.text import render_comparison

    return render_comparison(answering.compare(first, second))


# Name of the file -> what makes it, run on the fixture.
ANSWERS: dict[str, Callable[[], str]] = {
    "neutropenia.txt": lambda: _text("neutropenia"),
    "leukopenia.txt": lambda: _text("leucopenia"),
    "agranulocytosis.txt": lambda: _text("agranulocytosis", drugs=["chlorpromazine"], absent=["enlarged spleen"]),
    "drug-induced-neutropenia.txt": lambda: _text("drug-induced neutropenia"),
    "reading.txt": lambda: _text("low ANC"),
    "neutropenia.json": lambda: _json("neutropenia", absent=["splenomegaly"]),
    "compare.txt": lambda: _comparison("leukopenia", "neutropenia"),
}
