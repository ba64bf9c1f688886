"""OWL 2 functional syntax (`.ofn`), one axiom a line, sorted. Owns its spelling; knows the axioms, not their meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kg.authoring.release.axioms import And, Axiom, Literal, Note, Ontology, Some
from kg.vocabulary import PREFIXES

_HEADS = {"Class": "Class", "ObjectProperty": "ObjectProperty", "AnnotationProperty": "AnnotationProperty"}


def render_functional(ontology: Ontology) -> str:
    """The ontology in functional syntax."""
    return "\n".join([*_prefixes(), "", *_body(ontology), ""])


def _prefixes() -> Iterator[str]:
    for prefix, iri in PREFIXES.items():
        yield f"Prefix({prefix}:=<{iri}>)"


def _body(ontology: Ontology) -> Iterator[str]:
    yield f"Ontology(<{ontology.iri}>" + (f" <{ontology.version_iri}>" if ontology.version_iri else "")
    yield from (f"Annotation({_note(note)})" for note in ontology.annotations)
    for kind, iri in ontology.declarations:
        yield f"Declaration({_HEADS.get(kind, kind)}({_iri(iri)}))"
    yield from (_axiom(axiom) for axiom in ontology.axioms)
    yield ")"


def _axiom(axiom: Axiom) -> str:
    notes = "".join(f"Annotation({_note(note)}) " for note in axiom.notes)
    if axiom.kind == "SubPropertyChainOf":
        chain, prop = axiom.args
        return f"SubObjectPropertyOf({notes}ObjectPropertyChain({_join(chain)}) {_iri(prop)})"
    return f"{axiom.kind}({notes}{_join(axiom.args)})"


def _join(args: Sequence[Any]) -> str:
    return " ".join(map(_term, args))


def _term(arg: Any) -> str:
    if isinstance(arg, Some):
        return f"ObjectSomeValuesFrom({_iri(arg.property)} {_iri(arg.filler)})"
    if isinstance(arg, And):
        return f"ObjectIntersectionOf({_join(arg.parts)})"
    if isinstance(arg, Literal):
        return _literal(arg)
    return _iri(arg)


def _note(note: Note) -> str:
    return f"{_iri(note[0])} {_term(note[1])}"


def _literal(literal: Literal) -> str:
    text = literal.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' + (f"^^{_iri(literal.datatype)}" if literal.datatype else "")


def _iri(iri: str) -> str:
    return f"<{iri}>"
