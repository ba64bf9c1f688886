"""What the tables hold, counted without OWL: classes, logical axioms and annotations of axioms of the base file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.authoring.curation import read_curation
from kg.authoring.curation.names import Names
from kg.authoring.ontology.axioms import find_claims, find_group_classes
from kg.authoring.records import Curation

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_UPPER_AXIOMS = (_OWL + "propertyChainAxiom", _OWL + "members", _RDFS + "subPropertyOf", _RDFS + "range")


INDIVIDUALS = ("tests", "thresholds", "reference_ranges")


class Expected(NamedTuple):
    """Numbers that every tool should find in `leukograph-base.owl`."""

    classes: int
    logical_axioms: int
    axiom_annotations: int


def count_tables(folder: Path) -> Expected:
    """Count the tables of an ontology folder."""
    curation = read_curation(folder)
    claims = find_claims(curation)
    groups = list(find_group_classes(claims, Names(curation.terms)))
    classes = [t for t in curation.terms if t.type == "owl:Class"]
    told = {(c.subject, c.predicate, c.object) for c in claims if c.scope == "all"}
    logical = _count_term_axioms(curation) + len(told) + len(groups) + len(curation.associations) + _count_upper(folder)
    notes = sum(len(a.notes) for t in curation.terms for a in t.annotations)
    notes += sum(
        len({(r.id, "id") for r in c.associations} | {(r.source, "") for r in c.associations}) for c in claims if c.scope == "all"
    )
    retired = [r for r in curation.registry or () if r.obsolete and r.kind not in ("association", *INDIVIDUALS)]
    return Expected(len(classes) + len(groups) + len(retired), logical, notes)


def _count_term_axioms(curation: Curation) -> int:
    total = 0
    for term in curation.terms:
        if term.type != "owl:Class" or term.defined:
            total += 1
        else:
            total += len(set(term.parents)) + len(set(term.restrictions))
    return total


def _count_upper(folder: Path) -> int:
    quads = list(ox.parse(path=str(folder / "upper.ttl"), format=ox.RdfFormat.TURTLE))
    found = sum(q.predicate.value in _UPPER_AXIOMS for q in quads)
    return found + sum(str(q.object) == f"<{_OWL}TransitiveProperty>" for q in quads)
