"""Plots as SVG, by matplotlib. Owns their looks; text stays text, so that it can be read aloud and searched."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK, MUTED, ACCENT, SECOND, GRID = "#1f2a37", "#5b6776", "#1d5fa8", "#c2571a", "#d9dee5"
COLORS = (ACCENT, SECOND, "#4c8c4a", "#7a5ba6", "#9a7b1c", "#3a8f95", "#a8446b", "#6b7280", "#2f6f4f", "#8a5a44", "#5a6bb0")
STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "leukograph", "font.family": "sans-serif", "font.size": 10,
    "axes.edgecolor": GRID, "axes.labelcolor": MUTED, "xtick.color": MUTED, "ytick.color": INK, "text.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "ytick.left": False,
    "axes.axisbelow": True,
}  # fmt: skip


def _svg(figure: Figure, alt: str) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None})
    found = re.search(r"<svg.*</svg>", text.getvalue(), re.DOTALL)
    assert found is not None
    plain = alt.replace("&", "and").replace("<", "below").replace('"', "'")
    return found[0].replace("<svg ", f'<svg role="img" aria-label="{plain}" ', 1)


def _axes(height: float, width: float = 7.6) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def draw_bars(labels: Sequence[str], values: Sequence[float], alt: str, notes: Sequence[str] = (), unit: str = "") -> str:
    """Bars, one below the other, each with its number."""
    with mpl.rc_context(STYLE):
        figure, axes = _axes(0.36 * len(labels) + 0.7)
        places = list(range(len(labels)))[::-1]
        axes.barh(places, values, color=ACCENT, height=0.62)
        axes.set_yticks(places, labels)
        axes.set_xlim(0, (max(values, default=1) or 1) * 1.25)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        for place, value, note in zip(places, values, notes or [f"{v:,.4g}{unit}" for v in values], strict=True):
            axes.annotate(note, (value, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9, color=MUTED)
        return _svg(figure, alt)


def draw_stacked(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], alt: str) -> str:
    """Stacked bars, one below the other, with a legend."""
    with mpl.rc_context(STYLE):
        figure, axes = _axes(0.36 * len(labels) + 1.1)
        places = list(range(len(labels)))[::-1]
        left = [0.0] * len(labels)
        for (name, values), color in zip(series, COLORS, strict=False):
            axes.barh(places, values, left=left, color=color, height=0.62, label=name)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.set_yticks(places, labels)
        axes.grid(axis="x", color=GRID)
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.4, -0.12 if len(labels) > 3 else -0.3), ncols=4, frameon=False, fontsize=9
        )
        return _svg(figure, alt)


def draw_distribution(
    steps: Sequence[float], counts: Sequence[int], limits: Sequence[tuple[float, str]], label: str, alt: str
) -> str:
    """Histogram of a line up to twice its highest limit, on a logarithmic scale, with the limits as lines."""
    with mpl.rc_context(STYLE):
        figure, axes = _axes(3.0)
        low = min((limit for limit, _ in limits), default=0.0)
        axes.bar(
            steps,
            counts,
            width=0.09,
            align="edge",
            color=[SECOND if s < max(x for x, _ in limits) - 1e-9 else ACCENT for s in steps],
        )
        axes.set_yscale("log")
        axes.set_xlabel(label)
        axes.set_ylabel("counts")
        axes.grid(axis="y", color=GRID)
        top = axes.get_ylim()[1]
        axes.set_ylim(0.7, top * 60)
        for number, (limit, name) in enumerate(sorted(limits)):
            axes.axvline(limit, color=INK, linewidth=1, linestyle="-" if limit > low else "--")
            axes.annotate(name, (limit, top * 2.6 ** (number % 4)), xytext=(3, 0), textcoords="offset points", fontsize=8.5)
        return _svg(figure, alt)


def draw_pairs(labels: Sequence[str], first: Sequence[float], second: Sequence[float], names: tuple[str, str], alt: str) -> str:
    """Two dots a row, joined: what is observed and what is expected."""
    with mpl.rc_context(STYLE):
        figure, axes = _axes(0.34 * len(labels) + 1.0)
        places = list(range(len(labels)))[::-1]
        for place, a, b in zip(places, first, second, strict=True):
            axes.plot([a, b], [place, place], color=GRID, linewidth=2, zorder=1)
        axes.scatter(first, places, color=SECOND, label=names[0], zorder=2)
        axes.scatter(second, places, facecolors="none", edgecolors=ACCENT, label=names[1], zorder=2)
        axes.set_yticks(places, labels)
        axes.grid(axis="x", color=GRID)
        axes.legend(loc="lower right", frameon=False, fontsize=9)
        return _svg(figure, alt)


Line = tuple[Sequence[float], Sequence[float]]
Spans = Sequence[tuple[float, float]]


def draw_timeline(lines: Mapping[str, Line], episodes: Spans, drugs: Sequence[tuple[str, Spans]], alt: str) -> str:
    """Counts in time with the episodes shaded, and the courses of drugs below; days count from the first low count."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 2.0 + 0.22 * len(drugs)))
        ratios = [2.0, max(0.25 * len(drugs), 0.01)]
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=ratios)
        for (name, (days, values)), color in zip(lines.items(), (ACCENT, SECOND), strict=False):
            above.plot(days, [max(v, 0.05) for v in values], marker=".", markersize=4, linewidth=1, color=color, label=name)
        for begin, end in episodes:
            above.axvspan(begin, max(end, begin + 0.3), color=GRID, alpha=0.7, linewidth=0)
        above.set_yscale("log")
        above.set_ylabel("×10⁹/L")
        above.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
        first, last = min(b for b, _ in episodes), max(e for _, e in episodes)
        margin = max(7.0, 0.15 * (last - first))
        below.set_xlim(first - margin, last + margin)
        for place, (_, courses) in enumerate(drugs):
            for begin, end in courses:
                below.barh(-place, end - begin, left=begin, height=0.5, color=COLORS[2])
        below.set_yticks([-place for place in range(len(drugs))], [name for name, _ in drugs], fontsize=8)
        below.set_xlabel("days from the first low count")
        return _svg(figure, alt)
