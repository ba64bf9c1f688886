"""OBO 1.4 flat file. Owns what OBO can carry and how it is spelled.

Left out, because OBO has no place that its readers share: individuals (tests, thresholds, associations) and the
annotations of nothing else. Every class, every logical axiom about classes and properties, and the annotations of those
axioms (as qualifiers) are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kg.authoring.release.axioms import And, Axiom, Literal, Note, Ontology, Some
from kg.vocabulary import PREFIXES, contract, expand

_LABEL, _DEFINITION = PREFIXES["rdfs"] + "label", expand("IAO:0000115")
_XREF, _INFERRED = expand("oboInOwl:hasDbXref"), expand("oboInOwl:is_inferred")
_SYNONYMS = {expand("oboInOwl:hasExactSynonym"): "EXACT", expand("oboInOwl:hasRelatedSynonym"): "RELATED"}
_DEPRECATED, _REPLACED = PREFIXES["owl"] + "deprecated", expand("IAO:0100001")


def render_obo(ontology: Ontology) -> str:
    """The ontology's classes and properties as OBO text."""
    writer = _Writer(ontology)
    frames = [writer.header(), *writer.frames("Class", "Term"), *writer.frames("ObjectProperty", "Typedef")]
    frames += writer.frames("AnnotationProperty", "Typedef")
    return "\n\n".join("\n".join(frame) for frame in frames) + "\n"


class _Writer:
    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.by_subject: dict[str, list[Axiom]] = defaultdict(list)
        for axiom in ontology.axioms:
            for subject in _subjects(axiom):
                self.by_subject[subject].append(axiom)
        self.labels = {a.args[1]: a.args[2].value for a in ontology.axioms if a.args[0] == _LABEL}

    def header(self) -> list[str]:
        lines = ["format-version: 1.4", f"data-version: {self.ontology.version_iri}", "ontology: leukograph"]
        used = sorted({prefix for prefix in PREFIXES if not PREFIXES[prefix].startswith("http://purl.obolibrary.org/obo/")})
        lines += [f"idspace: {prefix} {PREFIXES[prefix]}" for prefix in used]
        return lines + [_property_value(note) for note in self.ontology.annotations]

    def frames(self, kind: str, frame: str) -> Iterator[list[str]]:
        for declared, iri in self.ontology.declarations:
            if declared == kind:
                yield [f"[{frame}]", f"id: {contract(iri)}", *self._name(iri), *self._clauses(iri, kind)]

    def _name(self, iri: str) -> Iterator[str]:
        if iri in self.labels:
            yield f"name: {_escape(self.labels[iri])}"

    def _clauses(self, iri: str, kind: str) -> Iterator[str]:
        lines = [line for axiom in self.by_subject[iri] for line in self._clause(axiom, iri)]
        if kind == "AnnotationProperty":
            lines.append("is_metadata_tag: true")
        yield from sorted(lines, key=lambda line: (_ORDER.index(line.split(":", 1)[0]), line))

    def _clause(self, axiom: Axiom, iri: str) -> Iterator[str]:
        match axiom.kind:
            case "AnnotationAssertion":
                yield from self._annotation(axiom)
            case "SubClassOf":
                yield from self._superclass(axiom)
            case "EquivalentClasses":
                yield from self._definition(axiom.args[1])
            case "SubObjectPropertyOf":
                yield f"is_a: {self._named(axiom.args[1])}"
            case "SubPropertyChainOf":
                yield f"holds_over_chain: {' '.join(contract(p) for p in axiom.args[0])}"
            case "TransitiveObjectProperty":
                yield "is_transitive: true"
            case "ObjectPropertyRange":
                yield f"range: {self._named(axiom.args[1])}"
            case "DisjointClasses":
                others = axiom.args[axiom.args.index(iri) + 1 :]
                yield from (f"disjoint_from: {self._named(other)}" for other in others)

    def _superclass(self, axiom: Axiom) -> Iterator[str]:
        qualifiers = _qualifiers(axiom.notes)
        parent = axiom.args[1]
        if isinstance(parent, Some):
            yield f"relationship: {contract(parent.property)} {contract(parent.filler)}{qualifiers}{self._comment(parent.filler)}"
        else:
            yield f"is_a: {contract(parent)}{qualifiers}{self._comment(parent)}"

    def _definition(self, expression: Any) -> Iterator[str]:
        parts = expression.parts if isinstance(expression, And) else (expression,)
        for part in parts:
            if isinstance(part, Some):
                yield f"intersection_of: {contract(part.property)} {self._named(part.filler)}"
            else:
                yield f"intersection_of: {self._named(part)}"

    def _annotation(self, axiom: Axiom) -> Iterator[str]:
        prop, _, value = axiom.args
        text = _text(value)
        xrefs = "[" + ", ".join(_xref(_text(v)) for p, v in axiom.notes if p == _XREF) + "]"
        if prop == _DEFINITION:
            yield f"def: {_quote(text)} {xrefs}"
        elif prop in _SYNONYMS:
            yield f"synonym: {_quote(text)} {_SYNONYMS[prop]} {xrefs}"
        elif prop == _XREF:
            yield f"xref: {_xref(text)}{_qualifiers(axiom.notes)}"
        elif prop == _DEPRECATED:
            yield f"is_obsolete: {text}"
        elif prop == _REPLACED:
            yield f"replaced_by: {contract(text)}"
        elif prop != _LABEL:
            yield _property_value((prop, value))

    def _named(self, iri: str) -> str:
        return contract(iri) + self._comment(iri)

    def _comment(self, iri: str) -> str:
        return f" ! {_escape(self.labels[iri])}" if iri in self.labels else ""


# Order of clauses in a frame, as the OBO specification recommends it.
_ORDER = (
    *("def", "synonym", "xref", "property_value", "range", "holds_over_chain", "is_transitive", "is_a", "intersection_of"),
    *("disjoint_from", "relationship", "is_obsolete", "replaced_by", "is_metadata_tag"),
)


def _subjects(axiom: Axiom) -> tuple[str, ...]:
    """In whose frames an axiom stands; disjointness is pairwise in OBO."""
    if axiom.kind == "DisjointClasses":
        return axiom.args
    return (str(axiom.args[1 if axiom.kind in ("AnnotationAssertion", "ClassAssertion", "SubPropertyChainOf") else 0]),)


def _qualifiers(notes: Sequence[Note]) -> str:
    pairs = [f"{contract(p)}={_quote(contract(v) if isinstance(v, str) else v.value)}" for p, v in _shown(notes)]
    return " {" + ", ".join(pairs) + "}" if pairs else ""


def _shown(notes: Iterable[Note]) -> Iterator[Note]:
    for prop, value in notes:
        yield ("is_inferred", value) if prop == _INFERRED else (prop, value)


def _property_value(note: Note) -> str:
    prop, value = note
    if isinstance(value, Literal):
        datatype = contract(value.datatype) if value.datatype else "xsd:string"
        return f"property_value: {contract(prop)} {_quote(value.value)} {datatype}"
    return f"property_value: {contract(prop)} {_iri(value)}"


def _iri(value: str) -> str:
    """A CURIE, or an IRI whose signs OBO would take for its own."""
    return (
        contract(value).replace("http:", "http\\:").replace("https:", "https\\:") if "//" in contract(value) else contract(value)
    )


def _text(value: Any) -> str:
    return value.value if isinstance(value, Literal) else str(value)


def _xref(text: str) -> str:
    """An xref: what would end it or split it is escaped."""
    for sign in ("\\", " ", ",", "]", "[", '"', "{", "}"):
        text = text.replace(sign, "\\" + (sign if sign != " " else "W"))
    return text if ":" in text else "LEUKO:" + text


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("{", "\\{").replace("!", "\\!")
