"""The page of one term: names, definition, hierarchy, associations with evidence, mappings, a small picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from kg.authoring.release.site.entry import Catalogue, Entry, Related, Row
from kg.authoring.release.site.names import bullets, definition_list, link, render_page
from kg.authoring.release.site.picture import draw_neighbourhood

_VALUE_LABELS = "LEUKO:0000224", "IAO:0000412"  # curator note, imported from


def render_term(entry: Entry, catalogue: Catalogue) -> str:
    """HTML of a term's page."""
    sections = [
        _head(entry),
        _picture(entry, catalogue),
        _hierarchy(entry, catalogue),
        _described(entry, catalogue),
        _values(entry, catalogue),
        _associations("What it can do and show", entry.out, catalogue),
        _associations("What is said of it elsewhere", entry.into, catalogue),
        _mappings(entry),
    ]
    return render_page(f"{entry.data['label']} ({entry.id})", "\n".join(filter(None, sections)), "../")


def _head(entry: Entry) -> str:
    data = entry.data
    rows = [
        ("Identifier", f"<code>{escape(entry.id)}</code>"),
        ("Kind", escape(data.get("kind") or data["category"])),
        ("Exact synonyms", escape("; ".join(data.get("exact", ())))),
        ("Related synonyms", escape("; ".join(data.get("related", ())))),
        ("Note", escape("; ".join(data.get("values", {}).get(_VALUE_LABELS[0], ())))),
        ("Taken from", escape("; ".join(data.get("values", {}).get(_VALUE_LABELS[1], ())))),
    ]
    definition = f'<p class="definition">{escape(data["definition"])}</p>' if data.get("definition") else ""
    return f"<h1>{escape(data['label'])}</h1>{definition}{definition_list(rows)}"


def _section(title: str, html: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{html}</section>" if html else ""


def _picture(entry: Entry, catalogue: Catalogue) -> str:
    picture = draw_neighbourhood(entry, catalogue)
    return _section("Neighbourhood", f'<div class="picture">{picture}</div>' if picture else "")


def _hierarchy(entry: Entry, catalogue: Catalogue) -> str:
    above = ", ".join(link(a, catalogue.label(a)) for a in entry.ancestors)
    rows = [
        ("Parents, stated", _related(entry.parents, True, catalogue)),
        ("Parents, inferred", _related(entry.parents, False, catalogue)),
        ("All superclasses", above),
        ("Children, stated", _related(entry.children, True, catalogue)),
        ("Children, inferred", _related(entry.children, False, catalogue)),
    ]
    return _section("Hierarchy", definition_list(rows))


def _related(related: Iterable[Related], asserted: bool, catalogue: Catalogue) -> str:
    return bullets(link(r.id, catalogue.label(r.id)) for r in related if r.asserted == asserted)


def _described(entry: Entry, catalogue: Catalogue) -> str:
    rows = [(prop, link(other, catalogue.label(other))) for prop, other in entry.described]
    if group := entry.data.get("stands_for"):
        rows.append(("stands for the group", link(group, catalogue.label(group))))
    return _section("Described by", definition_list(rows))


def _values(entry: Entry, catalogue: Catalogue) -> str:
    """Values of tests, thresholds and ranges, each under the label of its property."""
    labels = catalogue.graph.graph.get("property_labels", {})
    rows = []
    for prop, values in sorted(entry.data.get("values", {}).items()):
        if prop not in _VALUE_LABELS:
            shown = (link(v, catalogue.label(v)) if v in catalogue.graph else escape(str(v)) for v in values)
            rows.append((labels.get(prop, prop), "; ".join(shown)))
    return _section("Values", definition_list(rows))


def _associations(title: str, rows: Sequence[Row], catalogue: Catalogue) -> str:
    parts = []
    for predicate in dict.fromkeys(row.predicate for row in rows):
        chosen = [row for row in rows if row.predicate == predicate]
        parts.append(f"<h3>{escape(predicate)} <small>({len(chosen)})</small></h3>{_table(chosen, catalogue)}")
    return _section(title, "".join(parts))


def _table(rows: Iterable[Row], catalogue: Catalogue) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Term", "Says", "Evidence", "Source", "In short"))
    lines = "".join(_line(row, catalogue) for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _line(row: Row, catalogue: Catalogue) -> str:
    cells = [
        link(row.other, catalogue.label(row.other)),
        "; ".join(map(escape, _says(row.data))),
        escape(str(row.data.get("statement_kind", ""))),
        f"<code>{escape(str(row.data['source']))}</code>",
        escape(str(row.data.get("gist", ""))),
    ]
    against = "" if row.data.get("direction") == "supports" else ' class="against"'
    return f'<tr id="{row.id.replace(":", "_")}"{against}>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _says(data: Any) -> Iterator[str]:
    yield str(data.get("direction", "supports"))
    if data.get("scope") == "some":
        yield "some members"
    if data.get("n") is not None and data.get("total") is not None:
        yield f"{data['n']:g} of {data['total']:g}"
    yield from (str(data[key]) for key in ("frequency", "severity", "population") if data.get(key))


def _mappings(entry: Entry) -> str:
    rows = [
        f"<code>{escape(m['object_id'])}</code> {escape(m.get('object_label', ''))} <small>{escape(m['predicate_id'])}</small>"
        for m in entry.mappings
    ]
    return _section("Mappings", bullets(rows))
