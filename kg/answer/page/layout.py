"""Positions of the folded map, computed here so that the page opens settled, with physics off.

Columns from left to right; inside a column rows stand one below the other; columns are centred on the tallest one.
The page's script stacks rows by the same rule when something unfolds (`map.js`, `stack`), with these numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

# Left edges and widths of the columns, in pixels at scale 1, and the heights of rows.
COLUMNS: Final = ((0, 244), (292, 194), (532, 170), (748, 176))
NEIGHBOUR_COLUMNS: Final = ((0, 290), (350, 240), (650, 290))
ROWS: Final = {"block": 66, "group": 46, "finding": 46, "gap": 10}


class Box(NamedTuple):
    """Centre and size of a row."""

    x: float
    y: float
    width: int
    height: int


def build_geometry(mode: str, used: Collection[int] = (0, 1, 2)) -> dict[str, Any]:
    """The numbers that the page's script needs to stack rows as this module does; an empty side takes no room."""
    if mode != "neighbourhood":
        return {"columns": [list(column) for column in COLUMNS], "rows": ROWS}
    left, term, right = ([*column] for column in NEIGHBOUR_COLUMNS)
    if 0 in used:
        return {"columns": [left, term, right if 2 in used else None], "rows": ROWS}
    return {"columns": [None, [0, 300], [380, 470]], "rows": ROWS}


def stack(columns: Mapping[int, Sequence[tuple[str, int]]], geometry: Sequence[tuple[int, int]]) -> dict[str, Box]:
    """Boxes of rows given as (id, height) by column."""
    gap = ROWS["gap"]
    heights = {c: sum(h for _, h in rows) + gap * max(len(rows) - 1, 0) for c, rows in columns.items()}
    tallest = max(heights.values(), default=0)
    boxes: dict[str, Box] = {}
    for column, rows in columns.items():
        left, width = geometry[column]
        top = (tallest - heights[column]) / 2
        for node, height in rows:
            boxes[node] = Box(left + width / 2, top + height / 2, width, height)
            top += height + gap
    return boxes
