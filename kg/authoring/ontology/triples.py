"""Triples of a file, and triples -> the same bytes every time. Owns the naming of blank nodes and the order of statements."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.exceptions import InputError
from kg.files import check_rdf
from kg.vocabulary import OBO, PREFIXES

# XML names may not begin with a digit, so in RDF/XML the namespaces end before the ontology's own prefix.
_XML_PREFIXES = {"leuko": "https://w3id.org/leukograph/", "obo": OBO} | {
    prefix: iri for prefix, iri in PREFIXES.items() if not iri.endswith("_") and prefix != "HGNC"
}

_Edges = dict[ox.BlankNode, list[tuple[ox.NamedNode, Any]]]


def name_blank_nodes(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Name each blank node after what it says and what refers to it, then sort all statements.

    Blank nodes are trees below a named node (class expressions, lists) or stand alone (axioms, disjointness); two that
    say the same under the same owner are one statement.
    """
    todo = list(triples)
    edges: _Edges = defaultdict(list)
    for triple in todo:
        if isinstance(triple.subject, ox.BlankNode):
            edges[triple.subject].append((triple.predicate, triple.object))
    signatures: dict[ox.BlankNode, str] = {}
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    for triple in todo:
        if isinstance(triple.object, ox.BlankNode) and not isinstance(triple.subject, ox.BlankNode):
            _name(triple.object, f"{triple.subject} {triple.predicate}", edges, signatures, names)
    for node in edges.keys() - {triple.object for triple in todo}:  # what nobody refers to; the rest hangs below it
        _name(node, "", edges, signatures, names)
    renamed = {ox.Triple(_renamed(t.subject, names), t.predicate, _renamed(t.object, names)) for t in todo}
    return sorted(renamed, key=_order)


def _order(triple: ox.Triple) -> tuple[bool, str, str, str]:
    return isinstance(triple.subject, ox.BlankNode), str(triple.subject), str(triple.predicate), str(triple.object)


def _renamed(node: Any, names: dict[ox.BlankNode, ox.BlankNode]) -> Any:
    return names.get(node, node) if isinstance(node, ox.BlankNode) else node


def _signature(node: Any, edges: _Edges, known: dict[ox.BlankNode, str]) -> str:
    if not isinstance(node, ox.BlankNode):
        return str(node)
    if node not in known:
        known[node] = "[" + ";".join(sorted(f"{p} {_signature(o, edges, known)}" for p, o in edges[node])) + "]"
    return known[node]


def _name(
    node: ox.BlankNode, owner: str, edges: _Edges, known: dict[ox.BlankNode, str], names: dict[ox.BlankNode, ox.BlankNode]
) -> None:
    if node in names:
        return
    digest = hashlib.sha256(f"{owner}|{_signature(node, edges, known)}".encode()).hexdigest()[:12]
    names[node] = ox.BlankNode(f"b{digest}")
    for predicate, obj in edges[node]:
        if isinstance(obj, ox.BlankNode):
            _name(obj, f"{digest} {predicate}", edges, known, names)


def serialize(triples: Iterable[ox.Triple], format: ox.RdfFormat = ox.RdfFormat.RDF_XML) -> bytes:
    """Bytes of the triples; the same set of statements gives the same bytes."""
    data = ox.serialize(name_blank_nodes(triples), format=format, prefixes=_XML_PREFIXES) or b""
    return _ROOT_TAG.sub(_sort_attributes, data, count=1)


_ROOT_TAG = re.compile(rb"<rdf:RDF [^>]*>")


def _sort_attributes(tag: re.Match[bytes]) -> bytes:
    """The library writes the namespaces in a new order each time."""
    return b"<rdf:RDF " + b" ".join(sorted(tag.group()[9:-1].split())) + b">"


def read_triples(path: Path, form: ox.RdfFormat = ox.RdfFormat.RDF_XML) -> list[ox.Triple]:
    """Triples of an RDF file. Raises InputError where it is missing, broken, or XML with a DOCTYPE."""
    check_rdf(path, xml=form == ox.RdfFormat.RDF_XML)
    try:
        return [quad.triple for quad in ox.parse(path=str(path), format=form)]
    except (SyntaxError, ValueError, OSError) as error:
        raise InputError(f"the file is broken ({' '.join(str(error).split())[:80]})", str(path)) from None
