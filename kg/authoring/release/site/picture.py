"""A small static picture of a term: what points at it on the left, what it points at on the right. SVG, no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kg.authoring.release.site.entry import Catalogue, Entry, Row
from kg.authoring.release.site.names import get_page_name

LIMIT = 8  # boxes on a side
_WIDTH, _BOX, _ROW = 860, 250, 38
_SHOWN = (
    *("can cause", "has defining feature", "can act via", "can lead to", "can trigger", "can bring about", "can be followed by"),
    *("can account for reading", "can show as", "has component", "member of drug group", "has causal gene"),
)


def draw_neighbourhood(entry: Entry, catalogue: Catalogue) -> str:
    """SVG of the nearest terms, the causal relations first; empty where there are none."""
    left, right = _choose(entry.into), _choose(entry.out)
    if not left and not right:
        left = [(child.id, "is a") for child in entry.children[:LIMIT]]
        right = [(parent.id, "is a") for parent in entry.parents[:LIMIT]]
    if not left and not right:
        return ""
    height = _ROW * max(len(left), len(right), 1) + 8
    middle = (_WIDTH - _BOX) // 2
    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(_tell(entry, catalogue, left, right))}">']
    parts += [_arrow(_BOX, _y(i, left, height), middle, height // 2, name) for i, (_, name) in enumerate(left)]
    parts += [_arrow(middle + _BOX, height // 2, _WIDTH - _BOX, _y(i, right, height), name) for i, (_, name) in enumerate(right)]
    parts += [_box(0, _y(i, left, height), node, catalogue) for i, (node, _) in enumerate(left)]
    parts += [_box(_WIDTH - _BOX, _y(i, right, height), node, catalogue) for i, (node, _) in enumerate(right)]
    return "".join([*parts, _box(middle, height // 2, entry.id, catalogue, own=True), "</svg>"])


def _choose(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Neighbours by supported relations, in the order of `_SHOWN`, each once."""
    found: dict[str, str] = {}
    for predicate in _SHOWN:
        for row in rows:
            if row.predicate == predicate and row.data.get("direction") == "supports":
                found.setdefault(row.other, predicate)
    return list(found.items())[:LIMIT]


def _tell(entry: Entry, catalogue: Catalogue, left: list[tuple[str, str]], right: list[tuple[str, str]]) -> str:
    told = [f"{catalogue.label(n)} {p} {entry.data['label']}" for n, p in left]
    return "; ".join(told + [f"{entry.data['label']} {p} {catalogue.label(n)}" for n, p in right])


def _y(index: int, column: Sequence[object], height: int) -> int:
    return round(height / 2 + (index - (len(column) - 1) / 2) * _ROW)


def _arrow(x1: int, y1: int, x2: int, y2: int, name: str) -> str:
    return f'<path class="edge" d="M{x1} {y1} L{x2} {y2}"><title>{escape(name)}</title></path>'


def _box(x: int, y: int, node: str, catalogue: Catalogue, own: bool = False) -> str:
    label = catalogue.label(node)
    short = label if len(label) <= 36 else label[:35] + "…"
    kind = "box own" if own else "box"
    shape = f'<rect class="{kind}" x="{x + 1}" y="{y - 14}" width="{_BOX - 2}" height="28" rx="5"/>'
    text = f'<text x="{x + _BOX // 2}" y="{y + 5}" text-anchor="middle">{escape(short)}</text>'
    inside = f"<title>{escape(label)}</title>{shape}{text}"
    return f"<g>{inside}</g>" if own else f'<a href="{get_page_name(node)}">{inside}</a>'
