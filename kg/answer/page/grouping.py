"""Where a cause, a mechanism and a cell stand on the map. Owns the blocks, their order and their names.

Causes stand on the left in blocks by mechanism family (drugs, inherited causes and normal variants apart), each block
in rows by what a clinician would call them; mechanisms stand by family; cells by stage of development.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from kg.knowledge.graph.families import MECHANISM_FAMILIES
from kg.knowledge.graph.traversal import Traversal
from kg.vocabulary import FAMILIES

BLOCKS: Final[dict[str, str]] = {
    "drugs": "Drugs",
    "production": "Production fails",
    "removal": "Removal is faster",
    "shift": "Cells move elsewhere",
    "open": "Mechanism not known",
    "variants": "Normal variants",
    "inherited": "Inherited",
}
# Stages of a cell by the class above it, first match wins; they stand in the order of development.
CELL_STAGES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "precursors": (("CL:0002191",), "Granulocyte precursors"),
    "stem": (("CL:0008001",), "Stem and progenitor cells"),
    "granulocytes": (("CL:0000094",), "Neutrophils, granulocytes"),
    "lymphocytes": (("CL:0000542",), "Lymphocytes"),
    "monocytes": (("CL:0000576", "CL:0000235", "CL:0000842"), "Monocytes, macrophages"),
    "others": ((), "Other cells"),
}
STAGE_ORDER: Final = ("stem", "precursors", "granulocytes", "lymphocytes", "monocytes", "others")
# Findings by the term above them, first match wins.
LINEAGES: Final[dict[str, str]] = {
    "neutrophils": "Neutropenia and its degrees",
    "lymphocytes": "Lymphopenia and subsets",
    "lines": "Leukopenia, other lines",
    "readings": "Low readings only",
}
_LINEAGE_ROOTS = {"LEUKO:0001003": "neutrophils", "LEUKO:0001020": "lymphocytes", "LEUKO:0000103": "lymphocytes"}
_DRUGS = ("drug", "drug group", "combined cause")
_VARIANTS = ("normal variant", "physiological state", "artifact")
_BY_MECHANISM = {"production": "production", "removal": "removal", "redistribution": "shift", "measurement": "variants"}
# A drug group becomes a row of its own from so many drugs on, and at most so many groups do.
GROUP_FROM, GROUPS_SHOWN = 4, 14


class Place(NamedTuple):
    """Block and row of a cause: keys and the label of the row."""

    block: str
    row: str
    label: str


def find_place(traversal: Traversal, cause: str, family: str, groups: Mapping[str, str]) -> Place:
    """Block and row of a cause whose leading mechanism family is known; `groups` gives the row of a drug."""
    data = traversal.graph.nodes[cause]
    kind = str(data.get("kind", "other condition"))
    by_mechanism = f"mechanism: {MECHANISM_FAMILIES[family][1].casefold()}"
    if kind in _DRUGS:
        return _place_drug(traversal, cause, kind, groups)
    if kind == "inherited disease":
        return Place("inherited", family, by_mechanism)
    if kind in _VARIANTS:
        return Place("variants", kind, f"{kind}s")
    name = str(data.get("family", "other conditions"))
    return Place(_BY_MECHANISM.get(family, "open"), name, name)


def _place_drug(traversal: Traversal, cause: str, kind: str, groups: Mapping[str, str]) -> Place:
    if kind == "combined cause":
        return Place("drugs", "combined", "drug combinations")
    if group := groups.get(cause):
        return Place("drugs", group, traversal.label(group).removesuffix(" exposure"))
    return Place("drugs", "other", "other drugs and groups")


def find_drug_groups(traversal: Traversal, causes: Iterable[str]) -> dict[str, str]:
    """Row of each drug: of its groups with enough drugs here, the smallest, which says most."""
    shown = set(causes)
    members: dict[str, set[str]] = {}
    for cause in sorted(shown):
        for link in traversal.out(cause, "member of drug group"):
            if link.supported:
                members.setdefault(link.object, set()).add(cause)
    large = sorted((g for g in members if len(members[g]) >= GROUP_FROM), key=lambda g: (-len(members[g]), g))[:GROUPS_SHOWN]
    found: dict[str, str] = {}
    for group in large:  # largest first, so that a smaller and more telling one wins
        found |= dict.fromkeys(members[group], group) | {group: group}
    return found


def order_row(place: Place, size: int) -> tuple[int, int, str]:
    """Sort key of a row inside its block: families in the answer's order, drug groups by size, leftovers last."""
    if place.row in FAMILIES:
        return 0, FAMILIES.index(place.row), ""
    if place.row in MECHANISM_FAMILIES:
        return 0, list(MECHANISM_FAMILIES).index(place.row), ""
    return (2 if place.row == "other" else 1 if place.row == "combined" else 0), -size, place.label


def find_stage(traversal: Traversal, cell: str) -> str:
    """Stage of development of a cell."""
    above = traversal.above(cell)
    return next((stage for stage, (roots, _) in CELL_STAGES.items() if any(r in above for r in roots)), "others")


def find_lineage(traversal: Traversal, finding: str) -> str:
    """Block of a finding."""
    if traversal.category(finding) == "reading":
        return "readings"
    above = traversal.above(finding)
    return next((lineage for root, lineage in _LINEAGE_ROOTS.items() if root in above), "lines")


def order_cell(traversal: Traversal, cell: str) -> tuple[int, str]:
    """Sort key of a cell: how many stages of development stand before it."""
    depth, seen, todo = 0, {cell}, [cell]
    while todo:
        following = {
            obj
            for node in todo
            for above in traversal.above(node)
            for _, obj, key in _out_edges(traversal, above)
            if key == "develops from"
        } - seen
        seen |= following
        todo = sorted(following)
        depth += bool(todo)
    return depth, traversal.label(cell)


def _out_edges(traversal: Traversal, node: str) -> list[tuple[str, str, str]]:
    return sorted(traversal.graph.out_edges(node, keys=True)) if node in traversal.graph else []
