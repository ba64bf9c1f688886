"""Still pictures (SVG) of an answer, for places that run no scripts. Owns their layout; text is escaped, nothing is linked."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from typing import Any

from kg.answer.page.template import read_shapes
from kg.reasoning.records import Cause, Explanation, Step

SHOWN, ROW, LEFT, WIDTH = 12, 34, 16, 860
_INK, _MUTED, _LINE, _BLUE = "#1b2430", "#4d5866", "#cfd5dc", "#0b5cad"
_LONGEST = {"cause": 38, "middle": 46, "end": 24}


def render_picture(answer: Explanation) -> str:
    """The best supported causes, one a row: cause, step, finding; dashed where a step is inferred."""
    causes = answer.causes[:SHOWN]
    height = 84 + ROW * max(len(causes), 1)
    labels = ", ".join(str(finding["label"]) for finding in answer.findings)
    title = f"What could explain {labels}?" if labels else "Nothing to explain"
    rest = len(answer.causes) - len(causes)
    body = [_text(title, LEFT, 26, 16, weight=600)]
    body += [part for index, cause in enumerate(causes) for part in _row(cause, 50 + ROW * index)]
    if not causes:
        body.append(_text(f"no cause to show: {answer.status.replace('_', ' ')}", LEFT, 64, 13))
    note = f"{f'and {rest} more; ' if rest > 0 else ''}data {answer.versions.get('data', '?')}; not a diagnosis"
    body.append(_text(note, LEFT, height - 12, 11, _MUTED))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">'
    return f'{head}<title>{html.escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>{"".join(body)}</svg>'


def _row(cause: Cause, y: float) -> Iterator[str]:
    yield sign(cause.kind, LEFT + 8, y + 12, 6)
    yield _text(_cut(cause.label, "cause"), LEFT + 24, y + 16, 13)
    if cause.chains:
        yield from _chain(cause.chains[0].steps, y)


def _chain(steps: tuple[Step, ...], y: float) -> Iterator[str]:
    inferred = any(not step.asserted for step in steps)
    dash = ' stroke-dasharray="6 4"' if inferred else ""
    yield f'<path d="M300 {y + 12}H328M648 {y + 12}H676" stroke="{_BLUE}" stroke-width="2" fill="none"{dash}/>'
    middle = [step.object_label for step in steps[:-1]]
    yield _text(_cut(f"{steps[0].predicate} {' → '.join(middle)}".strip(), "middle"), 338, y + 16, 12, _MUTED)
    yield _text(_cut(steps[-1].object_label, "end"), 686, y + 16, 13)
    yield f'<path d="M{LEFT} {y + 30}H{WIDTH - LEFT}" stroke="{_LINE}" stroke-width="0.6"/>'


def sign(kind: str, x: float, y: float, radius: float) -> str:
    """SVG of the sign of a kind, the same as on the interactive page."""
    shapes = read_shapes()
    shape: dict[str, Any] = shapes.get(kind, shapes["other"])
    look = f'fill="none" stroke="{shape["light"]}" stroke-width="2"' if shape.get("hollow") else f'fill="{shape["light"]}"'
    if not shape["sides"]:
        return f'<circle cx="{x}" cy="{y}" r="{radius * 0.87:.2f}" {look}/>'
    points = " ".join(f"{px:.2f},{py:.2f}" for px, py in _points(shape, x, y, radius))
    return f'<polygon points="{points}" {look}/>'


def _points(shape: dict[str, Any], x: float, y: float, radius: float) -> Iterator[tuple[float, float]]:
    inner = shape.get("inner")
    count = shape["sides"] * (2 if inner else 1)
    for index in range(count):
        r = radius * inner if inner and index % 2 else radius
        angle = (index / count + shape.get("turn", 0)) * 2 * math.pi - math.pi / 2
        yield x + r * math.cos(angle), y + r * math.sin(angle)


def _cut(text: str, place: str) -> str:
    longest = _LONGEST[place]
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _text(text: str, x: float, y: float, size: float, fill: str = _INK, weight: int = 400) -> str:
    family = "Segoe UI, Helvetica Neue, Liberation Sans, DejaVu Sans, Arial, sans-serif"
    style = f'font-family="{family}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
    return f'<text x="{x}" y="{y}" {style}>{html.escape(text)}</text>'
