"""Reading the tables into records. Owns the file format; judges nothing but what stops the reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from kg.authoring.curation.template import Column, parse_column
from kg.authoring.records import Annotation, Association, BannedHost, Curation, Paper, Place, RegisteredId, Term, Violation
from kg.exceptions import CurationError, InputError
from kg.files import read_text

ASSOCIATION_COLUMNS = tuple(f.name for f in fields(Association) if f.name != "place")
REGISTRY_COLUMNS = tuple(f.name for f in fields(RegisteredId) if f.name != "place")
REGISTRY, BANNED_HOSTS, PAPERS = "ids.tsv", "banned_hosts.tsv", "papers.tsv"
Record = TypeVar("Record", RegisteredId, BannedHost, Paper)


def read_rows(path: Path, root: Path | None = None) -> Iterator[tuple[int, list[str]]]:
    """Line number (1-based) and cells of each line of a tab-separated file; its name in violations counts from `root`.

    Raises CurationError where the file cannot be read as UTF-8 text.
    """
    name = path.relative_to(root).as_posix() if root else path.name
    number = 0
    try:
        text = read_text(path)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except InputError as error:
        message = str(error).removeprefix(f"{error.place}: ")
        raise CurationError([Violation("unreadable_table", "ERROR", Place(name, 1), message, "give a UTF-8 table")]) from None
    except csv.Error as error:
        mend = "look for a NUL or a missing line end"
        raise CurationError([Violation("unreadable_table", "ERROR", Place(name, number + 1), str(error), mend)]) from None


def read_terms(path: Path, root: Path) -> list[Term]:
    """Terms of one table. Raises CurationError where header or row cannot be read at all."""
    name = path.relative_to(root).as_posix()
    rows = read_rows(path, root)
    try:
        (_, names), (_, grammar) = next(rows), next(rows)
        columns = [parse_column(*pair) for pair in zip(names, grammar, strict=True)]
    except (StopIteration, ValueError) as error:
        mend = "give it a header row and a template row"
        raise CurationError([Violation("table_header", "ERROR", Place(name, 1), f"{error}", mend)]) from None
    return [_term(columns, cells, Place(name, number)) for number, cells in rows]


def _term(columns: list[Column], cells: list[str], place: Place) -> Term:
    _check_width(columns, cells, place)
    values = {c.role: cell for c, cell in zip(columns, cells, strict=True) if c.role in ("id", "label", "type", "class_type")}
    parents: list[str] = []
    restrictions: list[tuple[str, str]] = []
    annotations: list[Annotation] = []
    for column, cell in zip(columns, cells, strict=True):
        parts = column.split(cell)
        if column.role == "parent":
            parents += parts
        elif column.role == "restriction":
            restrictions += [(column.property, part) for part in parts]
        elif column.role in ("annotation", "annotation_iri"):
            annotations += [Annotation(column.property, part, column.role == "annotation_iri") for part in parts]
        elif column.role == "note" and annotations:
            notes = tuple((column.property, part) for part in parts)
            annotations[-1] = annotations[-1].with_notes(notes)
    return Term(
        id=values.get("id", ""),
        label=values.get("label", ""),
        type=values.get("type", "") or "owl:Class",
        defined=values.get("class_type") == "equivalent",
        parents=tuple(parents),
        restrictions=tuple(restrictions),
        annotations=tuple(annotations),
        place=place,
    )


def _check_width(columns: list[Column], cells: list[str], place: Place) -> None:
    if len(cells) != len(columns):
        message = f"{len(cells)} cells where the header has {len(columns)}"
        raise CurationError([Violation("row_width", "ERROR", place, message, "mend the tabs of this row")])


def read_records(path: Path, root: Path, record: type[Record]) -> tuple[Record, ...]:
    """Rows of a table with the fields of a record as columns, none without a file. Raises CurationError for another header."""
    columns = tuple(f.name for f in fields(record) if f.name != "place")
    body = _read_body(path, root, columns) if path.exists() else iter(())
    return tuple(record(**dict(zip(columns, cells, strict=True)), place=place) for place, cells in body)


def _read_body(path: Path, root: Path, columns: tuple[str, ...]) -> Iterator[tuple[Place, list[str]]]:
    """Place and cells of each row below a header that must be as given."""
    name = path.relative_to(root).as_posix()
    rows = read_rows(path, root)
    header = next(rows, (1, []))[1]
    if tuple(header) != columns:
        raise CurationError(
            [Violation("table_header", "ERROR", Place(name, 1), "wrong columns", f"the header is: {' '.join(columns)}")]
        )
    for number, cells in rows:
        _check_width([Column(n, "ignored") for n in header], cells, Place(name, number))
        yield Place(name, number), cells


def read_associations(path: Path, root: Path) -> list[Association]:
    """Associations of one table, every cell as the text that stands in it."""
    body = _read_body(path, root, ASSOCIATION_COLUMNS)
    return [Association(**dict(zip(ASSOCIATION_COLUMNS, cells, strict=True)), place=place) for place, cells in body]


def read_curation(ontology_dir: Path) -> Curation:
    """All tables of an ontology folder, in the order of their file names."""
    terms = [t for p in sorted((ontology_dir / "terms").glob("*.tsv")) for t in read_terms(p, ontology_dir)]
    paths = sorted((ontology_dir / "associations").glob("*.tsv"))
    associations = [a for p in paths for a in read_associations(p, ontology_dir)]
    registry = ontology_dir / REGISTRY
    ids = read_records(registry, ontology_dir, RegisteredId) if registry.exists() else None
    hosts = read_records(ontology_dir / BANNED_HOSTS, ontology_dir, BannedHost)
    papers = read_records(ontology_dir / PAPERS, ontology_dir, Paper)
    return Curation(tuple(terms), tuple(associations), ids, hosts, papers)
