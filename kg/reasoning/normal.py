"""Values that are normal for a group of people and low by the usual rule. Must not know causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.case.records import Reading

NORMAL_FOR = "normal_for"


def find_normal_for(readings: Iterable[Reading], targets: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The values for which a group's own limit decides that nothing is low, each with that rule, its source and the others'.

    Empty where something else is low: then that is explained.
    """
    if targets:
        return ()
    return tuple(
        {"text": r.text, "group": r.normal_for, "rule": r.rule, "source": r.source, "competing": list(r.competing)}
        for r in readings
        if r.normal_for
    )
