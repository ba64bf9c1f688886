"""What the library says of itself: the index page and SIB's SHACL examples, both made from the headers of the queries."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from kg import config
from kg.knowledge.store.catalogue import NamedQuery, find_queries

FOLDERS = {
    "competency": "Competency questions: `kg query NAME [--param k=v]`",
    "graph": "What the graph is loaded from",
    "report": "What `kg report` counts",
    "verify": "What `kg check` must not find",
}
HEAD = """# The query library

Made from the headers of the files by `python -m tests.regenerate`; edit those. Each file holds one question, runs as it
stands in any SPARQL 1.1 engine, and ends in ORDER BY. A parameter is a line `VALUES ?name { … }` that is filled with the
example; `kg query NAME --param name=LEUKO:0001005` binds another term in its place, never text.

Rules that keep the answers equal on Oxigraph, rdflib and Virtuoso: SELECT DISTINCT or GROUP BY; a property path that is joined
with another one stands in a subselect and leaves it as `(IRI(STR(?x)) AS ?y)`, because Virtuoso answers joined paths wrongly or
not at all; MINUS rather than a correlated NOT EXISTS; texts compared as `STR(?a) < STR(?b)`, because Virtuoso compares others
by the order of loading; before an OPTIONAL, each variable of VALUES that it uses in a triple pattern, because rdflib forgets it
otherwise; a total order.

Rules that keep them fast where the graph is large: the pattern that fewest triples match comes first, in VALUES where a
property alone is that pattern, and never `direction: "supports"`, which nearly all claims have; what must be compared over all
claims is grouped, or stands in a subselect with the same narrow start; OPTIONAL before the joins that widen a row, and with few
patterns inside.
"""
TYPES = {"construct": "sh:SPARQLConstructExecutable", "select": "sh:SPARQLSelectExecutable"}
_PREFIXES = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def build_query_index(root: Path | None = None) -> str:
    """Text of `queries/README.md`."""
    root = root or config.get_queries_dir()
    parts = [HEAD]
    for folder, title in FOLDERS.items():
        queries = find_queries(root, folder)
        if queries:
            parts.append(f"\n## {title}\n\n| query | question | parameters (example) |\n|---|---|---|\n")
            parts += [_line(query) for query in queries]
    parts.append(f"\n## Competency questions by tag\n\n{_tags(root)}")
    return "".join(parts)


def _line(query: NamedQuery) -> str:
    params = ", ".join(f"`{p.name}` ({p.example})" for p in query.params)
    return f"| [{query.name}]({query.folder}/{query.name}.rq) | {query.summary} | {params} |\n"


def _tags(root: Path) -> str:
    by_tag: dict[str, list[str]] = defaultdict(list)
    for query in find_queries(root):
        for tag in query.tags:
            by_tag[tag].append(query.name)
    return "".join(f"- **{tag}**: {', '.join(names)}\n" for tag, names in sorted(by_tag.items()))


def build_sparql_examples(endpoint: str = "https://w3id.org/leukograph/sparql", root: Path | None = None) -> str:
    """The competency questions in the form of SIB's sparql-examples (SHACL), as Turtle; `endpoint` is their target."""
    queries = find_queries(root or config.get_queries_dir())
    return _PREFIXES + "".join(_example(query, endpoint) for query in queries)


def _example(query: NamedQuery, endpoint: str) -> str:
    form = "construct" if "\nCONSTRUCT" in query.text else "select"
    keywords = ", ".join(str(ox.Literal(tag)) for tag in query.tags)
    return (
        f"\n<{endpoint}/.well-known/sparql-examples/{query.name}> a sh:SPARQLExecutable, {TYPES[form]} ;\n"
        f"    rdfs:comment {ox.Literal(query.summary, language='en')} ;\n"
        f"    sh:{form} {ox.Literal(query.text)} ;\n"
        f"    schema:target {ox.NamedNode(endpoint)} ;\n"
        f"    schema:keywords {keywords} .\n"
    )
