"""The formats of results and graphs, and the choice among them. Owns media types; must not know requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox


class Format(NamedTuple):
    """A serialization: its name, media types (the first is what we call it), Oxigraph's object, W3C's IRI for it.

    `mark` stands at least once in each row, so that few marks prove few rows.
    """

    name: str
    types: tuple[str, ...]
    writer: ox.QueryResultsFormat | ox.RdfFormat
    iri: str
    mark: bytes = b""


_W3C = "http://www.w3.org/ns/formats/"
RESULTS = (
    Format(
        "json",
        ("application/sparql-results+json", "application/json"),
        ox.QueryResultsFormat.JSON,
        _W3C + "SPARQL_Results_JSON",
        b"{",
    ),
    Format(
        "xml",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        ox.QueryResultsFormat.XML,
        _W3C + "SPARQL_Results_XML",
        b"<result>",
    ),
    Format("csv", ("text/csv",), ox.QueryResultsFormat.CSV, _W3C + "SPARQL_Results_CSV", b"\n"),
    Format("tsv", ("text/tab-separated-values",), ox.QueryResultsFormat.TSV, _W3C + "SPARQL_Results_TSV", b"\n"),
)
GRAPHS = (
    Format("turtle", ("text/turtle", "application/x-turtle"), ox.RdfFormat.TURTLE, _W3C + "Turtle"),
    Format("n-triples", ("application/n-triples", "text/plain"), ox.RdfFormat.N_TRIPLES, _W3C + "N-Triples", b"\n"),
    Format("rdf-xml", ("application/rdf+xml", "application/xml", "text/xml"), ox.RdfFormat.RDF_XML, _W3C + "RDF_XML"),
    Format("json-ld", ("application/ld+json", "application/json"), ox.RdfFormat.JSON_LD, _W3C + "JSON-LD"),
)
HTML = "text/html"


def choose(accept: str, formats: Sequence[Format]) -> tuple[Format, str] | None:
    """Format that an Accept header likes best and the media type to call it; None where it takes none of them."""
    best: tuple[float, int, int] | None = None
    found: tuple[Format, str] | None = None
    ranges = parse_accept(accept)
    for place, item in enumerate(formats):
        for alias, media_type in enumerate(item.types):
            key = (quality(media_type, ranges), -alias, -place)
            if key[0] > 0 and (best is None or key > best):
                best, found = key, (item, media_type)
    return found


def parse_accept(accept: str) -> list[tuple[str, float]]:
    """Media ranges and their weights; nothing means anything. Parameters other than q are left aside."""
    ranges = []
    for part in accept.split(","):
        media, *params = (piece.strip().lower() for piece in part.split(";"))
        if media:
            ranges.append((media, next((_weight(p[2:]) for p in params if p.startswith("q=")), 1.0)))
    return ranges or [("*/*", 1.0)]


def _weight(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Weight of a media type: the most specific range that fits counts."""
    family = media_type.partition("/")[0] + "/*"
    for wanted in (media_type, family, "*/*"):
        weights = [weight for media, weight in ranges if media == wanted]
        if weights:
            return max(weights)
    return 0.0


def prefers_html(accept: str) -> bool:
    """Whether a page is wanted rather than data: text/html named, and above what any RDF format would get."""
    ranges = parse_accept(accept)
    named = any(media == HTML for media, _ in ranges)
    rdf = max(quality(item.types[0], [r for r in ranges if r[0] != "*/*"]) for item in GRAPHS)
    return named and quality(HTML, ranges) >= rdf
