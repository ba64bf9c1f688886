"""One face for every SPARQL engine: `run` gives any result, `select` rows of plain values. Oxigraph is the one at home."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pyoxigraph as ox

from kg.exceptions import InputError, MissingExtraError
from kg.files import check_rdf

if TYPE_CHECKING:
    import pandas

Cell = str | None
Results = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]


class Rows(NamedTuple):
    """Result of a SELECT: column names, and one tuple a row; IRIs and literals as plain strings, unbound as None."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    def as_dicts(self) -> list[dict[str, Cell]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_frame(self) -> pandas.DataFrame:
        """The rows as a pandas frame. Raises MissingExtraError without pandas."""
        try:
            import pandas
        except ImportError:
            raise MissingExtraError("a data frame", "frame") from None
        return pandas.DataFrame(self.rows, columns=list(self.columns))


class Engine(Protocol):
    """What the catalogue and the graph need of an engine."""

    def select(self, query: str) -> Rows:
        """Rows of a SELECT query. Raises InputError for a query that does not parse."""
        ...

    def run(self, query: str) -> Results:
        """Result of any query. Raises InputError for a query that does not parse."""
        ...


class OxigraphEngine:
    """Oxigraph in memory, loaded from one or more RDF files. Raises InputError for one that cannot be read."""

    def __init__(self, *paths: Path) -> None:
        self.store = ox.Store()
        for path in paths:
            self._load(path)

    def _load(self, path: Path) -> None:
        form = ox.RdfFormat.from_extension(path.suffix.lstrip(".")) or ox.RdfFormat.RDF_XML
        check_rdf(path, xml=form == ox.RdfFormat.RDF_XML)
        try:
            self.store.bulk_load(path=str(path), format=form)
        except (SyntaxError, ValueError, OSError) as error:
            message = f"the file is broken ({' '.join(str(error).split())[:80]}); `kg build` makes it anew"
            raise InputError(message, str(path)) from None

    def run(self, query: str) -> Results:
        """Result of any query."""
        try:
            found = self.store.query(query)
        except SyntaxError as error:
            raise InputError(f"the query does not parse: {error}") from None
        return list(found) if isinstance(found, ox.QueryTriples) else found

    def select(self, query: str) -> Rows:
        """Rows of a SELECT query."""
        return as_rows(self.run(query))


def as_rows(results: Results) -> Rows:
    """Rows of a result. Raises InputError where it is no table."""
    if not isinstance(results, ox.QuerySolutions):
        raise InputError("only SELECT queries give rows")
    columns = tuple(variable.value for variable in results.variables)
    return Rows(columns, [tuple(_text(solution[c]) for c in columns) for solution in results])


def _text(term: object) -> Cell:
    if term is None:
        return None
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term.value)  # type: ignore[attr-defined]


def open_engine(paths: Sequence[Path]) -> OxigraphEngine:
    """Engine over built OWL files. Raises InputError where one is missing or broken."""
    return OxigraphEngine(*paths)
