"""OBO Graphs JSON. Owns its shape (github.com/geneontology/obographs); individuals are nodes like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.authoring.release.axioms import And, Axiom, Literal, Note, Ontology, Some
from kg.vocabulary import PREFIXES, expand

_LABEL, _DEFINITION, _XREF = PREFIXES["rdfs"] + "label", expand("IAO:0000115"), expand("oboInOwl:hasDbXref")
_SYNONYMS = {expand("oboInOwl:has" + name): "has" + name for name in ("ExactSynonym", "RelatedSynonym")}
_TYPES = {
    "Class": ("CLASS", None),
    "ObjectProperty": ("PROPERTY", "OBJECT"),
    "AnnotationProperty": ("PROPERTY", "ANNOTATION"),
    "NamedIndividual": ("INDIVIDUAL", None),
}


def render_obographs(ontology: Ontology) -> str:
    """The ontology as one graph document."""
    graph: dict[str, Any] = {
        "id": ontology.iri,
        "meta": {
            "version": ontology.version_iri,
            "basicPropertyValues": [_pair(note) for note in ontology.annotations],
        },
        "nodes": list(_nodes(ontology)),
        "edges": list(_edges(ontology)),
        "equivalentNodesSets": [],
        "logicalDefinitionAxioms": list(_definitions(ontology)),
        "domainRangeAxioms": list(_ranges(ontology)),
        "propertyChainAxioms": list(_chains(ontology)),
    }
    return json.dumps({"graphs": [graph]}, ensure_ascii=False, indent=1) + "\n"


def _nodes(ontology: Ontology) -> Iterator[dict[str, Any]]:
    values = ontology.get_values()
    for kind, iri in ontology.declarations:
        node_type, property_type = _TYPES[kind]
        node: dict[str, Any] = {"id": iri, "type": node_type}
        if property_type:
            node["propertyType"] = property_type
        node |= _describe(values.get(iri, []))
        yield node


def _describe(axioms: list[Axiom]) -> dict[str, Any]:
    node: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    for axiom in axioms:
        prop, _, value = axiom.args
        text = _text(value)
        xrefs = [_text(v) for p, v in axiom.notes if p == _XREF]
        if prop == _LABEL:
            node["lbl"] = text
        elif prop == _DEFINITION:
            meta["definition"] = {"val": text} | ({"xrefs": xrefs} if xrefs else {})
        elif prop in _SYNONYMS:
            meta.setdefault("synonyms", []).append({"pred": _SYNONYMS[prop], "val": text})
        elif prop == _XREF:
            meta.setdefault("xrefs", []).append({"val": text})
        else:
            meta.setdefault("basicPropertyValues", []).append(_pair((prop, value)))
    return node | ({"meta": meta} if meta else {})


def _edges(ontology: Ontology) -> Iterator[dict[str, Any]]:
    for axiom in ontology.axioms:
        if axiom.kind == "SubClassOf":
            parent = axiom.args[1]
            pred, obj = (parent.property, parent.filler) if isinstance(parent, Some) else ("is_a", parent)
            yield _edge(axiom.args[0], pred, obj, axiom.notes)
        elif axiom.kind == "SubObjectPropertyOf":
            yield _edge(axiom.args[0], "subPropertyOf", axiom.args[1], axiom.notes)
        elif axiom.kind == "ClassAssertion":
            yield _edge(axiom.args[1], "type", axiom.args[0], axiom.notes)


def _edge(sub: str, pred: str, obj: str, notes: tuple[Note, ...]) -> dict[str, Any]:
    edge: dict[str, Any] = {"sub": sub, "pred": pred, "obj": obj}
    if notes:
        edge["meta"] = {"basicPropertyValues": [_pair(note) for note in notes]}
    return edge


def _definitions(ontology: Ontology) -> Iterator[dict[str, Any]]:
    for axiom in ontology.axioms:
        if axiom.kind == "EquivalentClasses" and isinstance(axiom.args[1], And):
            parts = axiom.args[1].parts
            restrictions = [p for p in parts if isinstance(p, Some)]
            yield {
                "definedClassId": axiom.args[0],
                "genusIds": [p for p in parts if isinstance(p, str)],
                "restrictions": [{"propertyId": r.property, "fillerId": r.filler} for r in restrictions],
            }


def _ranges(ontology: Ontology) -> Iterator[dict[str, Any]]:
    for axiom in ontology.axioms:
        if axiom.kind == "ObjectPropertyRange":
            yield {"predicateId": axiom.args[0], "rangeClassIds": [axiom.args[1]]}


def _chains(ontology: Ontology) -> Iterator[dict[str, Any]]:
    for axiom in ontology.axioms:
        if axiom.kind == "SubPropertyChainOf":
            yield {"predicateId": axiom.args[1], "chainPredicateIds": list(axiom.args[0])}


def _pair(note: Note) -> dict[str, str]:
    return {"pred": note[0], "val": _text(note[1])}


def _text(value: Any) -> str:
    return value.value if isinstance(value, Literal) else str(value)
