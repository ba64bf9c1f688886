"""Sections as text, Markdown or JSON. Looks nothing up."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kg.authoring.report.sections import Row, Section

LONG = 12  # rows of a list that text shows; the other formats show all


def render_json(sections: Iterable[Section]) -> str:
    """One object a section, each row an object keyed by column."""
    data = {s.name: [dict(zip(s.columns, row, strict=True)) for row in s.rows] for s in sections}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def render_markdown(sections: Iterable[Section]) -> str:
    """Every section as a Markdown table under its title."""
    return "\n".join(f"### {s.title}\n\n{build_table(s)}" for s in sections)


def build_table(section: Section) -> str:
    """Markdown table of one section; numbers stand to the right."""
    first = section.rows[0] if section.rows else ()
    rule = ["---:" if isinstance(cell, int) else "---" for cell in first] or ["---"] * len(section.columns)
    lines = [section.columns, rule, *section.rows]
    return "\n".join("| " + " | ".join(_escape(cell) for cell in line) + " |" for line in lines) + "\n"


def _escape(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell).replace("|", "\\|")


def render_text(sections: Iterable[Section]) -> str:
    """Every section as aligned columns; a long list is cut with the number of rows left out."""
    return "\n".join(_text(s) for s in sections)


def _text(section: Section) -> str:
    shown = section.rows if len(section.rows) <= LONG * 2 else section.rows[:LONG]
    cells = [section.columns, *([str(c) for c in row] for row in shown)]
    widths = [min(max(len(row[i]) for row in cells), 48) for i in range(len(section.columns))]
    lines = ["  ".join(_fit(c, w, row) for c, w, row in zip(line, widths, _kinds(section.rows), strict=False)) for line in cells]
    more = len(section.rows) - len(shown)
    return "\n".join(
        [section.title, *(f"  {line}".rstrip() for line in lines), *([f"  … {more} more (-f json)"] if more else []), ""]
    )


def _kinds(rows: tuple[Row, ...]) -> list[bool]:
    return [isinstance(cell, int) for cell in rows[0]] if rows else [False] * 20


def _fit(cell: str, width: int, number: bool) -> str:
    return cell.rjust(width) if number else (cell if len(cell) <= width else cell[: width - 1] + "…").ljust(width)


def build_report_table(sections: Iterable[Section]) -> str:
    """The table of the README: what there is against what was aimed at, and the short sections below it."""
    return "\n".join(f"**{s.title}**\n\n{build_table(s)}" for s in sections if s.short)
