"""Results as text in the formats that people and programs ask for. Looks nothing up."""

from __future__ import annotations

import json

import pyoxigraph as ox

from kg.exceptions import InputError
from kg.knowledge.store.engine import Results, Rows, as_rows

TABLES = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
FORMATS = ("table", *TABLES, "ttl", "md")
WIDTH = 60  # a column of a table is no wider


def write_results(results: Results, form: str) -> tuple[str, int]:
    """Text of a result and the number of its rows or triples. Raises InputError for a form that does not fit the result."""
    if isinstance(results, list):
        if form not in ("ttl", "table"):
            raise InputError(f"a graph has no form {form!r}; ask for ttl")
        return (ox.serialize(results, format=ox.RdfFormat.TURTLE, prefixes=_prefixes()) or b"").decode(), len(results)
    if form == "ttl":
        raise InputError("only CONSTRUCT and DESCRIBE give Turtle")
    if isinstance(results, ox.QueryBoolean):
        return _boolean(results, form), 1
    if form in ("table", "md"):
        rows = as_rows(results)
        return (_table(rows) if form == "table" else _markdown(rows)), len(rows.rows)
    return _standard(results, form)


def _standard(results: ox.QuerySolutions, form: str) -> tuple[str, int]:
    # Oxigraph writes the rows away as it counts none: they are counted on the way through JSON.
    data = results.serialize(format=ox.QueryResultsFormat.JSON) or b"{}"
    count = len(json.loads(data)["results"]["bindings"])
    again = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    assert isinstance(again, ox.QuerySolutions)
    text = (again.serialize(format=TABLES[form]) or b"").decode()
    return text if text.endswith("\n") else text + "\n", count


def _boolean(results: ox.QueryBoolean, form: str) -> str:
    if form in ("table", "md", "csv", "tsv"):
        return "true\n" if results else "false\n"
    return (results.serialize(format=TABLES[form]) or b"").decode() + "\n"


def _prefixes() -> dict[str, str]:
    from kg.vocabulary import PREFIXES

    return dict(PREFIXES)


def _table(rows: Rows) -> str:
    cells = [list(rows.columns), *([cell or "" for cell in row] for row in rows.rows)]
    widths = [min(max(len(row[i]) for row in cells), WIDTH) for i in range(len(rows.columns))]
    lines = ["  ".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]]) + "\n"


def _markdown(rows: Rows) -> str:
    lines = ["| " + " | ".join(rows.columns) + " |", "|" + "---|" * len(rows.columns)]
    lines += ["| " + " | ".join((cell or "").replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows.rows]
    return "\n".join(lines) + "\n"
