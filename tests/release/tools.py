"""Load the release in one tool and print what the tool found, as JSON: `python tools.py TOOL FOLDER`.

Runs in the loaders' environment, a process of its own for each tool, because some of them disturb a test run (a JVM,
logging plug-ins, warnings). Nothing of `kg` is imported: a tool sees the files and no more.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Found = dict[str, Any]
_PREFIX = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
# The same three questions for every tool that speaks SPARQL.
QUERIES = {
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a owl:Class FILTER (isIRI(?c)) }",
    "logical_axioms": """SELECT (COUNT(*) AS ?n) WHERE {
      { ?s rdfs:subClassOf ?o } UNION { ?s owl:equivalentClass ?o } UNION { ?s rdfs:subPropertyOf ?o }
      UNION { ?s owl:propertyChainAxiom ?o } UNION { ?s rdfs:range ?o } UNION { ?s a owl:TransitiveProperty }
      UNION { ?s a owl:AllDisjointClasses } UNION { ?s a owl:NamedIndividual ; a ?o FILTER (?o != owl:NamedIndividual) } }""",
    "axiom_annotations": """SELECT (COUNT(*) AS ?n) WHERE { ?s a owl:Axiom ; ?p ?o
      FILTER (?p NOT IN (rdf:type, owl:annotatedSource, owl:annotatedProperty, owl:annotatedTarget)) }""",
}


def _ask(select: Callable[[str], int]) -> Found:
    return {name: select(_PREFIX + query) for name, query in QUERIES.items()}


def load_rdflib(folder: Path) -> Found:
    import rdflib

    graph = rdflib.Graph().parse(folder / "leukograph.owl", format="xml")
    return {"version": version("rdflib"), **_ask(lambda query: int(next(iter(graph.query(query)))[0]))}


def load_oxigraph(folder: Path) -> Found:
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=str(folder / "leukograph.owl"), format=pyoxigraph.RdfFormat.RDF_XML)
    return {"version": version("pyoxigraph"), **_ask(lambda query: int(next(iter(store.query(query)))[0].value))}


def load_rapper(folder: Path) -> Found:
    """Raptor's own N-Triples, counted by Oxigraph."""
    import pyoxigraph

    command = ["rapper", "-q", "-i", "rdfxml", "-o", "ntriples", str(folder / "leukograph.owl")]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    store = pyoxigraph.Store()
    store.bulk_load(input=out, format=pyoxigraph.RdfFormat.N_TRIPLES)
    release = subprocess.run(["rapper", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return {"version": release, **_ask(lambda query: int(next(iter(store.query(query)))[0].value))}


JENA_JARS = (
    "guava",
    *("jena-arq jena-base jena-core jena-iri jena-shaded-guava commons-codec commons-compress commons-csv commons-io").split(),
    *("commons-lang3 jackson-annotations jackson-core jackson-databind jsonld-java protobuf thrift").split(),
    *("titanium-json-ld slf4j-api slf4j-nop caffeine httpclient httpcore xercesImpl xml-apis").split(),
)


def load_jena(folder: Path) -> Found:
    """Debian's jar; the resources of its repackaged Xerces have to be put where its classes look for them."""
    import jpype
    from owlapi import find_jvm

    with tempfile.TemporaryDirectory() as extra:
        _unpack_resources(Path(extra))
        jars = [str(path) for name in JENA_JARS if (path := Path(f"/usr/share/java/{name}.jar")).exists()]
        jpype.startJVM(find_jvm(), "-Xmx2g", classpath=[extra, *jars])
        model = jpype.JClass("org.apache.jena.rdf.model.ModelFactory").createDefaultModel()
        model.read((folder / "leukograph.owl").as_uri(), "RDF/XML")
        executions = jpype.JClass("org.apache.jena.query.QueryExecutionFactory")
        release = str(jpype.JClass("org.apache.jena.Jena").VERSION)
        found = _ask(lambda query: int(executions.create(query, model).execSelect().next().getLiteral("n").getInt()))
    return {"version": release, **found}


def _unpack_resources(target: Path) -> None:
    inside = "org/apache/jena/ext/"
    with zipfile.ZipFile("/usr/share/java/jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(inside + "xerces/") and not name.endswith(("/", ".class")):
                for path in (target / name, target / name.removeprefix(inside)):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(jar.read(name))


def load_owlready2(folder: Path) -> Found:
    import owlready2

    world = owlready2.World()
    world.get_ontology((folder / "leukograph.owl").as_uri()).load()
    graph = world.as_rdflib_graph()
    found = _ask(lambda query: int(next(iter(graph.query(query)))[0]))
    return {"version": version("owlready2"), **found, "classes": len(list(world.classes()))}


def load_horned_owl(folder: Path) -> Found:
    import pyhornedowl

    found = {"version": version("py-horned-owl")}
    for suffix in ("owl", "ofn"):
        ontology = pyhornedowl.open_ontology(str(folder / f"leukograph.{suffix}"))
        axioms = ontology.get_axioms()
        logical = [a for a in axioms if type(a.component).__name__ not in _NOT_LOGICAL]
        counts = {
            "classes": len(ontology.get_classes()),
            "logical_axioms": len(logical),
            "axiom_annotations": sum(len(a.ann) for a in axioms),
        }
        found |= counts if suffix == "owl" else {"functional_syntax": counts}
    return found


_NOT_LOGICAL = frozenset(
    {
        *("OntologyID", "DocIRI", "OntologyAnnotation", "Import", "AnnotationAssertion", "DeclareClass"),
        *("DeclareObjectProperty", "DeclareAnnotationProperty", "DeclareDataProperty", "DeclareNamedIndividual"),
    }
)


def load_pronto(folder: Path) -> Found:
    import pronto

    ontology = pronto.Ontology(str(folder / "leukograph.obo"))
    terms, properties = list(ontology.terms()), list(ontology.relationships())
    logical = sum(_count_pronto(term) for term in terms)
    logical += sum(
        len(p.superproperties(distance=1, with_self=False).to_set()) + bool(p.transitive) + bool(p.range) for p in properties
    )
    logical += sum(len(p._data().holds_over_chain) for p in properties)  # the public property looks for terms and fails
    xrefs = sum(len(t.definition.xrefs) for t in terms if t.definition)
    return {"version": version("pronto"), "classes": len(terms), "logical_axioms": logical, "axiom_annotations": xrefs}


def _count_pronto(term: Any) -> int:
    direct = len(term.superclasses(distance=1, with_self=False).to_set())
    relations = sum(len(list(values)) for values in term.relationships.values())
    return direct + relations + bool(term.intersection_of) + len(list(term.disjoint_from))


def load_oak(folder: Path) -> Found:
    """OAK over the OBO Graphs file: nodes, relationships and definitions as its interfaces give them."""
    from oaklib import get_adapter

    adapter = get_adapter(f"obograph:{folder / 'leukograph.json'}")
    graph = adapter.as_obograph()
    classes = [n for n in graph.nodes if str(n.type) == "CLASS"]
    logical = len(graph.edges) + len(graph.logicalDefinitionAxioms)
    logical += sum(len(a.rangeClassIds or []) for a in graph.domainRangeAxioms) + len(graph.propertyChainAxioms)
    return {
        "version": version("oaklib"),
        "classes": len(classes),
        "logical_axioms": logical,
        "axiom_annotations": _count_oak(graph),
    }


def _count_oak(graph: Any) -> int:
    edges = sum(len(e.meta.basicPropertyValues or []) for e in graph.edges if e.meta)
    definitions = [n.meta.definition for n in graph.nodes if n.meta and n.meta.definition]
    return edges + sum(len(d.xrefs or []) for d in definitions)


def load_networkx(folder: Path) -> Found:
    import networkx as nx

    graph = nx.read_graphml(folder / "leukograph.graphml", force_multigraph=True)
    return {"version": version("networkx"), "nodes": graph.number_of_nodes(), "edges": graph.number_of_edges()}


def load_ndex2(folder: Path) -> Found:
    from ndex2.cx2 import RawCX2NetworkFactory

    with (folder / "leukograph.cx2").open(encoding="utf-8") as stream:
        network = RawCX2NetworkFactory().get_cx2network(json.load(stream))
    return {"version": version("ndex2"), "nodes": len(network.get_nodes()), "edges": len(network.get_edges())}


def load_sssom(folder: Path) -> Found:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    mappings = parse_sssom_table(folder / "leukograph.sssom.tsv")
    reports = validate(mappings, fail_on_error=False)
    errors = [str(result.message) for report in reports.values() for result in report.results]
    return {"version": version("sssom"), "mappings": len(mappings.df), "errors": errors}


def load_biolink(folder: Path) -> Found:
    """The KGX tables against the published Biolink model: categories, predicates and the values of its closed lists."""
    import biolink_model
    import yaml

    model = yaml.safe_load((Path(biolink_model.__path__[0]) / "schema" / "biolink_model.yaml").read_text(encoding="utf-8"))
    nodes, edges = ([*_read_tsv(folder / f"leukograph_{name}.tsv")] for name in ("nodes", "edges"))
    categories, predicates = _find_below(model["classes"], "named thing"), _find_below(model["slots"], "related to")
    levels, agents = (set(model["enums"][name]["permissible_values"]) for name in ("KnowledgeLevelEnum", "AgentTypeEnum"))
    known = {node["id"] for node in nodes}
    problems = {n["category"] for n in nodes if n["category"] not in categories}
    problems |= {e["predicate"] for e in edges if e["predicate"] not in predicates}
    problems |= {e["knowledge_level"] for e in edges if e["knowledge_level"] not in levels}
    problems |= {e["agent_type"] for e in edges if e["agent_type"] not in agents}
    problems |= {end for e in edges for end in (e["subject"], e["object"]) if end not in known}
    return {"version": str(model["version"]), "nodes": len(nodes), "edges": len(edges), "errors": sorted(problems)}


def _read_tsv(path: Path) -> Any:
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def _find_below(entries: dict[str, Any], root: str) -> set[str]:
    """CURIEs of all entries of the model below one of them, by `is_a`; classes in camel case, slots with underscores."""
    below, todo = set(), [root]
    while todo:
        name = todo.pop()
        below.add(name)
        todo += [n for n, e in entries.items() if e and e.get("is_a") == name and n not in below]
    form = (
        (lambda n: "".join(w[0].upper() + w[1:] for w in n.split())) if root == "named thing" else (lambda n: n.replace(" ", "_"))
    )
    return {f"biolink:{form(name)}" for name in below}


def load_pyshacl(folder: Path) -> Found:
    import pyshacl

    conforms, _, text = pyshacl.validate(
        str(folder / "leukograph-associations.ttl"), shacl_graph=str(folder / "leukograph-shapes.ttl"), meta_shacl=True
    )
    return {"version": version("pyshacl"), "conforms": conforms, "text": text[:2000]}


TOOLS: dict[str, Callable[[Path], Found]] = {
    "rdflib": load_rdflib,
    "Oxigraph": load_oxigraph,
    "rapper": load_rapper,
    "Apache Jena": load_jena,
    "owlready2": load_owlready2,
    "py-horned-owl": load_horned_owl,
    "pronto": load_pronto,
    "OAK": load_oak,
    "networkx": load_networkx,
    "ndex2": load_ndex2,
    "sssom": load_sssom,
    "Biolink model": load_biolink,
    "pyshacl": load_pyshacl,
}

if __name__ == "__main__":
    print(json.dumps(TOOLS[sys.argv[1]](Path(sys.argv[2]))))  # noqa: T201 - the answer to the caller
