"""Rows of any engine in one form, so that they can be compared: numbers as numbers, unbound as empty, graphs as triples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.knowledge.store import Engine

GOLDEN = Path(__file__).parent / "golden"


def rows_of(engine: Engine, query: str) -> list[tuple[str, ...]]:
    """Rows of an engine of ours."""
    results = engine.run(query)
    if isinstance(results, list):
        return sorted({(normal(t.subject.value), normal(t.predicate.value), normal(_value(t.object))) for t in results})
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [tuple(normal(_value(row[name])) for name in names) for row in results]


def rows_of_rdflib(graph: Any, query: str) -> list[tuple[str, ...]]:
    """Rows of rdflib's own engine."""
    rows = [tuple(normal(cell) for cell in row) for row in graph.query(query)]
    return rows if "\nCONSTRUCT" not in query else sorted(set(rows))


def _value(term: Any) -> Any:
    return None if term is None else getattr(term, "value", term)


def normal(value: Any) -> str:
    """One spelling of a value; engines write 0.50 as 0.5, or 3 as 3.0."""
    text = "" if value is None else str(value)
    try:
        return repr(float(text))
    except ValueError:
        return text


def render(rows: list[tuple[str, ...]]) -> str:
    """Rows as tab-separated text, one a line."""
    return "".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n" for row in rows)


def read_golden(data: str, name: str) -> str:
    """Rows that a query gives on `fixture` or `slice`."""
    return (GOLDEN / data / f"{name}.tsv").read_text(encoding="utf-8")


def write_golden(owl: Path, root: Path) -> None:
    """Golden rows of every query, on the built fixture and on the frozen slice."""
    from kg.knowledge.store import find_queries, open_engine
    from tests.queries.slice import open_slice

    for data, engine in (("fixture", open_engine([owl])), ("slice", open_slice())):
        folder = GOLDEN / data
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.tsv"):
            path.unlink()
        for query in find_queries(root / "queries"):
            (folder / f"{query.name}.tsv").write_text(render(rows_of(engine, query.text)), encoding="utf-8")
