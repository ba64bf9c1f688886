"""RDF beside the OWL file: Turtle, JSON-LD, the association graph, and the description of the dataset (VoID)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from kg.authoring.ontology.triples import name_blank_nodes
from kg.authoring.release.mappings import Mapping
from kg.vocabulary import ONTOLOGY_IRI, PREFIXES, expand

ASSOCIATION = ox.NamedNode(expand("LEUKO:0000183"))
_TYPE, _LABEL = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["rdfs"] + "label")
_VOID, _DCTERMS, _XSD = "http://rdfs.org/ns/void#", PREFIXES["dcterms"], PREFIXES["xsd"]
_PREFIXES = {name: iri for name, iri in PREFIXES.items() if iri != PREFIXES["OMO"]}


def render_turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str] | None = None) -> bytes:
    """Turtle; the same statements give the same bytes."""
    return ox.serialize(name_blank_nodes(triples), format=ox.RdfFormat.TURTLE, prefixes=prefixes or _PREFIXES) or b""


def render_jsonld(triples: Iterable[ox.Triple]) -> bytes:
    """JSON-LD; the same statements give the same bytes."""
    return ox.serialize(name_blank_nodes(triples), format=ox.RdfFormat.JSON_LD, prefixes=_PREFIXES) or b""


def select_associations(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """The association nodes with all that they say, and the labels of what they join."""
    nodes = {t.subject for t in triples if t.predicate == _TYPE and t.object == ASSOCIATION}
    told = [t for t in triples if t.subject in nodes]
    ends = {t.object for t in told if isinstance(t.object, ox.NamedNode)}
    return told + [t for t in triples if t.subject in ends and t.predicate == _LABEL]


def describe_dataset(triples: Sequence[ox.Triple], mappings: Sequence[Mapping], files: Sequence[str]) -> list[ox.Triple]:
    """VoID: title, licence, size, vocabularies, dumps, and one linkset for each terminology that is mapped to."""
    dataset = ox.NamedNode("https://w3id.org/leukograph/dataset")
    version = next((t.object for t in triples if t.predicate.value == PREFIXES["owl"] + "versionInfo"), ox.Literal(""))
    head = [t for t in triples if t.subject == ox.NamedNode(ONTOLOGY_IRI)]
    described = [_triple(dataset, _VOID, "Dataset")]
    described += [
        ox.Triple(dataset, t.predicate, t.object) for t in head if t.predicate.value.startswith(_DCTERMS) and _is_node(t.object)
    ]
    described += [ox.Triple(dataset, ox.NamedNode(_DCTERMS + "hasVersion"), version)]
    described += list(_sizes(dataset, triples))
    described += [ox.Triple(dataset, _void("dataDump"), ox.NamedNode(f"https://w3id.org/leukograph/{name}")) for name in files]
    return described + list(_linksets(dataset, mappings))


def _is_node(node: object) -> bool:
    return isinstance(node, (ox.NamedNode, ox.Literal))


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(_VOID + name)


def _triple(subject: ox.NamedNode, namespace: str, kind: str) -> ox.Triple:
    return ox.Triple(subject, _TYPE, ox.NamedNode(namespace + kind))


def _sizes(dataset: ox.NamedNode, triples: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    types = Counter(str(t.object) for t in triples if t.predicate == _TYPE)
    sizes = {
        "triples": len(triples),
        "entities": len({t.subject for t in triples if isinstance(t.subject, ox.NamedNode)}),
        "classes": types[f"<{PREFIXES['owl']}Class>"],
        "properties": len({t.predicate for t in triples}),
        "distinctSubjects": len({t.subject for t in triples}),
        "distinctObjects": len({t.object for t in triples}),
    }
    for name, size in sizes.items():
        yield ox.Triple(dataset, _void(name), ox.Literal(str(size), datatype=ox.NamedNode(_XSD + "integer")))


def _linksets(dataset: ox.NamedNode, mappings: Sequence[Mapping]) -> Iterator[ox.Triple]:
    sizes = Counter((row["object_id"].partition(":")[0], row["predicate_id"]) for row in mappings)
    for (prefix, predicate), size in sorted(sizes.items()):
        linkset = ox.NamedNode(f"{dataset.value}/{prefix}-{predicate.partition(':')[2]}")
        yield _triple(linkset, _VOID, "Linkset")
        yield ox.Triple(linkset, _void("subjectsTarget"), dataset)
        yield ox.Triple(linkset, _void("linkPredicate"), ox.NamedNode(expand(predicate)))
        yield ox.Triple(linkset, _void("triples"), ox.Literal(str(size), datatype=ox.NamedNode(_XSD + "integer")))
        yield ox.Triple(dataset, _void("subset"), linkset)
