"""What the endpoint says of itself: service description, VoID, example queries. Owns their RDF; must not evaluate queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from kg import config
from kg.knowledge import store
from kg.knowledge.store import find_queries
from kg.serve.evaluate import GRAPH
from kg.serve.formats import GRAPHS, RESULTS, choose
from kg.serve.guard import Refusal
from kg.vocabulary import PREFIXES

if TYPE_CHECKING:
    from kg.serve.pool import Pool

_PREFIXES = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_VOCABULARIES = ("rdfs", "owl", "skos", "dcterms", "oboInOwl")
COUNTS = {
    "void:entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?s)) }",
    "void:classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "void:properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "void:distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "void:distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}


async def answer_description(request: Request, accept: str) -> Response:
    """The service description of SPARQL 1.1."""
    return answer_graph(build_description(get_base(request), request.app.state.pool.triples), accept)


async def answer_void(request: Request) -> Response:
    """The data set's description in VoID."""
    state = request.app.state
    if not hasattr(state, "counts"):
        state.counts = {name: await _count(state.pool, query, state.settings.max_rows) for name, query in COUNTS.items()}
    text = build_void(get_base(request), state.pool.triples, state.counts, state.facts["data"])
    return answer_graph(text, ", ".join(request.headers.getlist("accept")))


async def answer_examples(request: Request) -> Response:
    """The query library as SIB's SHACL examples."""
    return answer_graph(build_examples(get_base(request)), ", ".join(request.headers.getlist("accept")))


def answer_graph(turtle: str, accept: str) -> Response:
    """Turtle in the format asked for. Raises Refusal 406."""
    chosen = choose(accept, GRAPHS)
    if chosen is None:
        raise Refusal(406, f"this comes as {', '.join(item.types[0] for item in GRAPHS)}")
    form, media = chosen
    if form.name == "turtle":
        body = turtle.encode()
    else:
        body = ox.serialize(ox.parse(turtle, format=ox.RdfFormat.TURTLE), format=form.writer) or b""  # type: ignore[arg-type]
    return Response(body, headers={"Content-Type": media, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"})


def get_base(request: Request) -> str:
    """Address of the server as the client wrote it; without one that is fit for RDF, the loopback address."""
    base = str(request.base_url).rstrip("/")
    try:
        ox.parse(f"<{base}/> <{base}/> <{base}/> .", format=ox.RdfFormat.N_TRIPLES).__next__()
    except (SyntaxError, ValueError):
        return "http://127.0.0.1"
    return base


def build_description(base: str, triples: int) -> str:
    """Service description, as Turtle."""
    formats = " ,\n    ".join(f"<{item.iri}>" for item in (*RESULTS, *GRAPHS))
    return (
        _PREFIXES
        + f"""
<{base}/sparql> a sd:Service ;
  sd:endpoint <{base}/sparql> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:EmptyGraphs ;
  sd:resultFormat {formats} ;
  sd:defaultDataset [ a sd:Dataset ;
    sd:defaultGraph [ a sd:Graph, void:Dataset ; void:triples {triples} ; rdfs:seeAlso <{base}/.well-known/void> ] ;
    sd:namedGraph [ a sd:NamedGraph ; sd:name <{GRAPH}> ; sd:graph [ a sd:Graph ; void:triples {triples} ] ] ] .
"""
    )


def build_void(base: str, triples: int, counts: dict[str, int], version: str) -> str:
    """Description of the data set, as Turtle."""
    numbers = "".join(f"  {name} {number} ;\n" for name, number in counts.items())
    vocabularies = ", ".join(f"<{PREFIXES[prefix]}>" for prefix in _VOCABULARIES)
    return (
        _PREFIXES
        + f"""
<{base}/.well-known/void> a void:DatasetDescription ; dcterms:title "Description of Leukograph"@en ;
  <http://xmlns.com/foaf/0.1/primaryTopic> <{GRAPH}> .
<{GRAPH}> a void:Dataset ;
  dcterms:title "Leukograph"@en ;
  dcterms:description "A clinical knowledge graph of low white-cell counts: what could explain this finding?"@en ;
  dcterms:license <{LICENSE}> ;
  dcterms:hasVersion {ox.Literal(version)} ;
  void:triples {triples} ;
{numbers}  void:uriSpace "{PREFIXES["LEUKO"]}" ;
  void:vocabulary {vocabularies} ;
  void:sparqlEndpoint <{base}/sparql> .
"""
    )


def build_examples(base: str) -> str:
    """Example queries in SIB's SHACL form, as Turtle."""
    make: Any = getattr(store, "build_sparql_examples", None)
    if make is not None:
        return str(make(f"{base}/sparql"))
    return _PREFIXES + "".join(_example(base, query) for query in find_queries(config.get_queries_dir()))


def _example(base: str, query: store.NamedQuery) -> str:
    tags = "".join(f"  schema:keywords {ox.Literal(tag)} ;\n" for tag in query.tags)
    return (
        f"\n<{base}/.well-known/sparql-examples#{query.name}> a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;\n"
        f"  rdfs:comment {ox.Literal(query.summary, language='en')} ;\n{tags}"
        f"  sh:select {ox.Literal(query.text)} ;\n  schema:target <{base}/sparql> .\n"
    )


async def _count(pool: Pool, query: str, max_rows: int) -> int:
    message = {"query": query, "default_graphs": (), "named_graphs": (), "accept": "text/csv", "max_rows": max_rows}
    reply = await pool.ask(message | {"services": ()})
    return int(reply.body.split()[1])
