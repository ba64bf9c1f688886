"""Sections -> one HTML file that needs nothing else. Owns the HTML; every table is there whole, as a CSV to be taken away."""

from __future__ import annotations

import base64
import gzip
import html
from pathlib import Path

import polars as pl

from kg.answering import Knowledge
from kg.cohorts.parts import replace_file
from kg.cohorts.report.facts import Facts
from kg.cohorts.report.glance import say_at_a_glance
from kg.cohorts.report.section import Section
from kg.cohorts.report.sections import build_sections
from kg.vocabulary import DISCLAIMER

SHOWN_ROWS = 25
MOST_BYTES = 3_000_000  # of one table on the page; a larger one is packed
HERE = Path(__file__).parent


def write_page(out: Path, title: str, knowledge: Knowledge) -> None:
    """The page of a run in the folder `out`."""
    facts = Facts(out, knowledge)
    text = render_page(title, say_at_a_glance(facts), list(build_sections(facts)), knowledge.versions)
    replace_file(out / "report.html", lambda path: path.write_text(text, encoding="utf-8"))


def render_page(title: str, glance: list[str], sections: list[Section], versions: dict[str, str]) -> str:
    """The whole page."""
    style = (HERE / "page.css").read_text(encoding="utf-8")
    said = "".join(f"<li>{html.escape(line)}</li>" for line in glance)
    links = "".join(f'<a href="#{s.name}">{html.escape(s.heading)}</a>' for s in sections)
    body = "".join(_section(section) for section in sections)
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)} - low white-cell counts</title><style>{style}</style></head><body>"
        f"<header><h1>{html.escape(title)}</h1><p>Low white-cell counts and what could explain them</p><ul>{said}</ul></header>"
        f"<nav aria-label='Sections'>{links}</nav><main>{body}</main>"
        f"<footer><p>{html.escape(DISCLAIMER)}</p><p>{html.escape(told)}</p></footer></body></html>"
    )


def _section(section: Section) -> str:
    text = f"<p>{html.escape(section.text)}</p>" if section.text else ""
    figure = f"<figure>{section.figure}</figure>" if section.figure else ""
    return f'<section id="{section.name}"><h2>{html.escape(section.heading)}</h2>{text}{figure}{_table(section)}</section>'


def _table(section: Section) -> str:
    table = section.table
    if table.is_empty():
        return ""
    head = "".join(f'<th scope="col">{html.escape(name.replace("_", " "))}</th>' for name in table.columns)
    rows = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in table.head(SHOWN_ROWS).iter_rows())
    more = f" (the first {SHOWN_ROWS} of {table.height:,} rows are shown)" if table.height > SHOWN_ROWS else ""
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    wide = f'<div class="wide" tabindex="0" role="region" aria-label="{html.escape(section.heading)}">{inner}</div>'
    return f"<details><summary>Numbers{more}</summary>{wide}{_download(section.name, table)}</details>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
        return f'<td class="number">{shown}</td>'
    return f"<td>{html.escape(str(value))}</td>"


def _download(name: str, table: pl.DataFrame) -> str:
    data = table.write_csv().encode("utf-8")
    if len(data) <= MOST_BYTES:
        return _link(f"{name}.csv", "text/csv", data)
    return _link(f"{name}.csv.gz", "application/gzip", gzip.compress(data, mtime=0))


def _link(name: str, kind: str, data: bytes) -> str:
    return f'<p><a download="{name}" href="data:{kind};base64,{base64.b64encode(data).decode("ascii")}">Download {name}</a></p>'
