"""Leukograph: a clinical knowledge graph of low white-cell counts.

    import kg
    graph = kg.load()                                  # a frozen networkx.MultiDiGraph
    answer = kg.explain("neutropenia", drugs=["clozapine"])
    answer.to_json(), answer.to_frame()

Everything is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "load": "kg.answering",
    "load_store": "kg.answering",
    "explain": "kg.answering",
    "explain_case": "kg.answering",
    "compare": "kg.answering",
    "search": "kg.answering",
    "describe": "kg.answering",
    "query": "kg.answering",
    "build_case": "kg.answering",
    "why": "kg.answering",
    "why_not": "kg.answering",
    "what_if": "kg.answering",
    "next_tests": "kg.answering",
    "cohort": "kg.cohorts",
    "LeukographError": "kg.exceptions",
    "UnknownTermError": "kg.exceptions",
    "InputError": "kg.exceptions",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
