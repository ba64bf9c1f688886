"""The OWL files: what a reasoner infers and must not infer, the same bytes on rebuild, other libraries open them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.authoring import compose as authoring
from kg.exceptions import ReasoningError

LEUKOPENIA, GRANULOCYTOPENIA, NEUTROPENIA = "LEUKO:0001001", "LEUKO:0001002", "LEUKO:0001003"
SEVERE, AGRANULOCYTOSIS, LYMPHOPENIA, LOW_TOTAL = "LEUKO:0001004", "LEUKO:0001005", "LEUKO:0001020", "LEUKO:0000143"


@pytest.fixture(scope="module")
def superclasses(small: Path) -> dict[str, set[str]]:
    """Superclasses of each class after classifying the base file with HermiT."""
    import owlready2

    from kg.authoring.ontology.reasoner import infer_hierarchy
    from kg.vocabulary import contract

    world = owlready2.World()
    world.get_ontology((small / "leukograph-base.owl").as_uri()).load()
    infer_hierarchy(world)
    classes = owlready2.ThingClass
    return {contract(c.iri): {contract(a.iri) for a in c.ancestors() if isinstance(a, classes)} for c in world.classes()}


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (AGRANULOCYTOSIS, SEVERE),
        (AGRANULOCYTOSIS, NEUTROPENIA),
        (NEUTROPENIA, GRANULOCYTOPENIA),
        (GRANULOCYTOPENIA, LEUKOPENIA),
        (LYMPHOPENIA, LEUKOPENIA),
    ],
)
def test_the_reasoner_infers_the_lattice(superclasses: dict[str, set[str]], child: str, parent: str) -> None:
    assert parent in superclasses[child]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (NEUTROPENIA, LOW_TOTAL),
        (NEUTROPENIA, AGRANULOCYTOSIS),
        (SEVERE, AGRANULOCYTOSIS),
        (LYMPHOPENIA, NEUTROPENIA),
        (LEUKOPENIA, NEUTROPENIA),
    ],
)
def test_the_reasoner_does_not_overreach(superclasses: dict[str, set[str]], child: str, parent: str) -> None:
    assert parent not in superclasses[child]


def test_the_lattice_is_inferred_and_not_asserted(small: Path) -> None:
    base, full = (small / name for name in ("leukograph-base.owl", "leukograph.owl"))
    assert (NEUTROPENIA, GRANULOCYTOPENIA) not in _is_a(base)
    assert (NEUTROPENIA, GRANULOCYTOPENIA) in _is_a(full)


def _is_a(path: Path) -> set[tuple[str, str]]:
    import pyoxigraph as ox

    from kg.vocabulary import contract

    quads = ox.parse(path=str(path), format=ox.RdfFormat.RDF_XML)
    below = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    found = [(q.subject, q.object) for q in quads if q.predicate.value == below]
    return {(contract(s.value), contract(o.value)) for s, o in found if isinstance(o, ox.NamedNode)}


def test_each_inferred_axiom_says_so(small: Path) -> None:
    import pyoxigraph as ox

    text = (small / "leukograph.owl").read_text(encoding="utf-8")
    quads = list(ox.parse(text, format=ox.RdfFormat.RDF_XML))
    marked = sum(q.predicate.value.endswith("is_inferred") for q in quads)
    assert marked == len(_is_a(small / "leukograph.owl") - _is_a(small / "leukograph-base.owl")) > 0


def test_rebuilding_gives_the_same_bytes(tables: Path, small: Path, tmp_path: Path) -> None:
    authoring.build(tables, tmp_path / "again")
    for name in ("leukograph-base.owl", "leukograph.owl"):
        assert (tmp_path / "again" / name).read_bytes() == (small / name).read_bytes()


def test_a_class_that_says_the_same_as_another_stops_the_build(tables: Path) -> None:
    path = tables / "terms" / "findings.tsv"
    path.write_text(path.read_text("utf-8").replace("near-absent degree\t", "severe degree\t"), encoding="utf-8")
    with pytest.raises(ReasoningError, match="equivalent: LEUKO:0001004 = LEUKO:0001005"):
        authoring.build(tables)


def test_the_built_files_are_those_of_the_tables(tmp_path: Path) -> None:
    from tests.conftest import ROOT

    authoring.build(ROOT / "ontology", tmp_path)
    for name in ("leukograph-base.owl", "leukograph.owl"):
        assert (tmp_path / name).read_bytes() == (ROOT / "ontology" / name).read_bytes(), "stale: make regenerate"


def test_rdflib_and_owlready2_open_the_product(small: Path) -> None:
    import owlready2
    import rdflib

    path = small / "leukograph.owl"
    graph = rdflib.Graph().parse(path, format="xml")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    classes = set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Class))
    assert {c.iri for c in world.classes()} == {str(c) for c in classes if isinstance(c, rdflib.URIRef)}
