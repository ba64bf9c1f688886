"""The query library: one SPARQL file a query, headed by grlc's `#+ key: value` lines.

A parameter is a line `VALUES ?name { … }` in the body, filled with the example of the header, so that every file runs
as it stands in any editor; binding replaces the braces' content with RDF terms, never with text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import files
from kg.exceptions import InputError
from kg.vocabulary import PREFIXES

MAX_BYTES = 2_000_000  # of a query
_HEADER = re.compile(r"^#\+\s*([a-z_]+):\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that a caller may bind: its type (`iri`, `string`, `number`) and the example in the file."""

    name: str
    type: str
    example: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query of the library."""

    name: str
    folder: str
    text: str
    summary: str
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]


def read_query(path: Path) -> NamedQuery:
    """Header and text of one file of the library. Raises InputError where the summary is missing."""
    query = read_text(files.read_text(path, MAX_BYTES), path.stem, path.parent.name)
    if not query.summary:
        raise InputError("has no '#+ summary:' line", str(path))
    return query


def parse_query(source: str | Path, root: Path) -> NamedQuery:
    """Query from a file (Path), from its own text, or by its name. Raises InputError."""
    if isinstance(source, Path):
        return read_text(files.read_text(source, MAX_BYTES), source.stem, "")
    return read_text(source, "query", "") if re.search(r"[\s{]", source) else get_query(root, source)


def read_text(text: str, name: str, folder: str) -> NamedQuery:
    """Query from its text."""
    header: dict[str, str] = {}
    params: list[Parameter] = []
    for line in text.splitlines():
        if found := _HEADER.match(line):
            key, value = found.groups()
            if key == "param":
                params.append(Parameter(*(part.strip() for part in value.split("|", 2))))
            else:
                header[key] = value.strip()
    tags = tuple(tag.strip() for tag in header.get("tags", "").split(",") if tag.strip())
    return NamedQuery(name, folder, text, header.get("summary", ""), tags, tuple(params))


def find_queries(root: Path, folder: str = "competency") -> list[NamedQuery]:
    """All queries of one folder, by name."""
    return [read_query(path) for path in sorted((root / folder).glob("*.rq"))]


def get_query(root: Path, name: str, folder: str = "competency") -> NamedQuery:
    """Query by name. Raises InputError, with the names that there are, for an unknown one."""
    path = root / folder / f"{name}.rq"
    if not path.exists():
        known = ", ".join(p.stem for p in sorted((root / folder).glob("*.rq")))
        raise InputError(f"no query {name!r}; there are: {known}")
    return read_query(path)


def bind(query: NamedQuery, values: dict[str, str]) -> str:
    """Query text with parameters bound. Raises InputError for a name or a value that does not fit."""
    text = query.text
    known = {p.name: p for p in query.params}
    for name, value in values.items():
        if name not in known:
            raise InputError(f"query {query.name!r} has no parameter {name!r}; it has: {', '.join(known) or 'none'}")
        term = _term(known[name], value)
        pattern = re.compile(r"(VALUES\s+\?" + re.escape(name) + r"\s*\{)[^}]*(\})")
        text, count = pattern.subn(lambda m, t=term: f"{m[1]} {t} {m[2]}", text)  # type: ignore[misc]
        if count == 0:
            raise InputError(f"query {query.name!r} declares {name!r} without a VALUES line")
    return text


def _term(parameter: Parameter, value: str) -> str:
    if parameter.type == "iri":
        prefix, _, local = value.partition(":")
        iri = PREFIXES[prefix] + local if prefix in PREFIXES else value
        try:
            return str(ox.NamedNode(iri))
        except ValueError:
            raise InputError(f"{parameter.name}={value!r} is no IRI and no CURIE of ours") from None
    if parameter.type == "number":
        try:
            return str(ox.Literal(str(float(value)), datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")))
        except ValueError:
            raise InputError(f"{parameter.name}={value!r} is no number") from None
    return str(ox.Literal(value))
