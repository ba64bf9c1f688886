"""Text and page name one family for each mechanism, the one above it or above what it triggers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import answering
from kg.knowledge.graph.families import MECHANISM_FAMILIES, find_mechanism_family
from kg.reasoning.chains import build_mechanisms


@pytest.mark.usefixtures("live_owl")
def test_text_and_page_name_the_same_family_of_every_mechanism() -> None:
    """Every mechanism that a cause acts via: the answer's family is the block in which the map draws it."""
    traversal = answering.get_engine().t
    told = {m.id: m.family for cause in traversal.causes for m in build_mechanisms(traversal, cause)}
    assert len(told) > 150
    assert set(told.values()) <= set(MECHANISM_FAMILIES)
    assert {m: find_mechanism_family(traversal, m) for m in told} == told
    assert sum(family == "other" for family in told.values()) < len(told) / 4


def test_a_mechanism_that_only_triggers_another_takes_its_family(live_owl: Path) -> None:  # noqa: ARG001
    """A step that has no family above it has that of the first step it triggers that has one."""
    traversal = answering.get_engine().t
    triggering = [
        link
        for link in traversal.links("can trigger").values()
        if link.supported and not _has_root(traversal.above(link.subject)) and _has_root(traversal.above(link.object))
    ]
    assert triggering
    families = {find_mechanism_family(traversal, link.subject) for link in triggering}
    assert "other" not in families


def _has_root(above: frozenset[str]) -> bool:
    return any(root in above for root, _ in MECHANISM_FAMILIES.values() if root)
