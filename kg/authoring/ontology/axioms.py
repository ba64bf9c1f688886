"""Logical axioms, built with owlready2 in a world of its own: classes, definitions and dispositions.

Annotations and association nodes are no logic and are written beside (`annotations.py`): owlready2 would double the
blank node of every annotated restriction.
"""

from __future__ import annotations

import io
import types
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import owlready2
import pyoxigraph as ox

from kg.authoring.curation.names import Names
from kg.authoring.ontology.triples import read_triples
from kg.authoring.records import Association, Curation, Term
from kg.exceptions import InputError
from kg.vocabulary import ONTOLOGY_IRI, PREDICATES, expand

CLINICAL_ENTITY, DRUG_GROUP = "LEUKO:0000100", "LEUKO:0000118"
# Predicates whose `some` rows become a defined class; signs and consequences stay on the association node.
GROUPED = ("can cause", "has defining feature", "can act via", "can bring about", "can account for reading")


class Claim(NamedTuple):
    """A supported triple with the rows that rest on it."""

    subject: str
    predicate: str
    object: str
    scope: str
    associations: tuple[Association, ...]

    @property
    def first(self) -> Association:
        return self.associations[0]


def find_claims(curation: Curation) -> list[Claim]:
    """Triples with at least one supporting row whose predicate makes an axiom, in the order of the tables.

    What holds of all members holds of some: rows of both scopes are one claim of scope `all`, or the class of those that
    have evidence of their own would be the subject itself.
    """
    found: dict[tuple[str, str, str], list[Association]] = defaultdict(list)
    for row in curation.associations:
        if row.direction == "supports" and PREDICATES[row.predicate].axiom:
            found[row.subject, row.predicate, row.object].append(row)
    return [Claim(*key, _get_scope(rows), tuple(rows)) for key, rows in found.items()]


def _get_scope(rows: Iterable[Association]) -> str:
    return "all" if any(row.scope == "all" for row in rows) else "some"


class GroupClass(NamedTuple):
    """Defined class of the members of a group that have evidence of their own (modelling decision 5)."""

    id: str
    label: str
    definition: str
    claim: Claim
    by_membership: bool


def find_group_classes(claims: Iterable[Claim], names: Names) -> Iterator[GroupClass]:
    """One defined class for each `some` claim, its id derived from the id of the first association."""
    for claim in claims:
        if claim.scope != "some" or claim.predicate not in GROUPED:
            continue
        subject, obj = names.by_id[claim.subject].label, names.by_id[claim.object].label
        verb = claim.predicate.removeprefix("can ").replace("has defining feature", "have as defining feature")
        yield GroupClass(
            id="LEUKO:2" + claim.first.id[-6:],
            label=f"{subject} able to {verb} {obj}",
            definition=f"Any member of '{subject}' for which evidence of its own says that it can {verb} {obj}.",
            claim=claim,
            by_membership=DRUG_GROUP in names.find_ancestors(claim.subject),
        )


def build_world(curation: Curation, upper: Path) -> owlready2.World:
    """World with every logical axiom of the tables and of `upper.ttl`; nothing is shared with owlready2's default world."""
    return _WorldBuilder(curation, upper).build()


class _WorldBuilder:
    def __init__(self, curation: Curation, upper: Path) -> None:
        self.curation = curation
        self.names = Names(curation.terms)
        self.world = owlready2.World()
        self.ontology = _load_upper(self.world, upper)
        self.properties = {label: p for p in self.world.object_properties() for label in p.label}

    def build(self) -> owlready2.World:
        claims = find_claims(self.curation)
        groups = list(find_group_classes(claims, self.names))
        with self.ontology:
            for term_id in [t.id for t in self.curation.terms if t.type == "owl:Class"] + [g.id for g in groups]:
                self._declare(term_id)
            for term in self.curation.terms:
                if term.type == "owl:Class":
                    self._add_term(term)
            for claim in claims:
                if claim.scope == "all":
                    self._entity(claim.subject).is_a.append(self._some(claim.predicate, claim.object))
            for group in groups:
                self._add_group(group)
        return self.world

    def _declare(self, term_id: str) -> None:
        base, _, local = expand(term_id).rpartition("/")
        with self.ontology.get_namespace(base + "/"):
            types.new_class(local, (owlready2.Thing,))

    def _entity(self, term_id: str) -> Any:
        return self.world[expand(term_id)]

    def _some(self, label: str, filler_id: str) -> Any:
        if label not in self.properties:
            raise InputError(f"declares no object property {label!r}", "upper.ttl")
        return self.properties[label].some(self._entity(filler_id))

    def _add_term(self, term: Term) -> None:
        entity = self._entity(term.id)
        parts = [self._entity(self._resolve(parent)) for parent in term.parents]
        parts += [self._some(prop, self._resolve(filler)) for prop, filler in term.restrictions]
        if term.defined:
            entity.equivalent_to.append(owlready2.And(parts))
        else:
            for part in parts:  # one by one: `+=` orders differently on every run
                entity.is_a.append(part)

    def _resolve(self, cell: str) -> str:
        term = self.names.find(cell)
        if term is None:
            raise KeyError(f"{cell!r} is no term of the tables")
        return term.id

    def _add_group(self, group: GroupClass) -> None:
        claim = group.claim
        genus = [self._entity(claim.subject)]
        if group.by_membership:  # a definition needs a genus in OBO; every cause is a clinical entity
            genus = [self._entity(CLINICAL_ENTITY), self._some("member of drug group", claim.subject)]
        body = owlready2.And([*genus, self._some(claim.predicate, claim.object)])
        self._entity(group.id).equivalent_to.append(body)


def _load_upper(world: owlready2.World, upper: Path) -> owlready2.Ontology:
    """Turtle -> sorted N-Triples -> owlready2, which reads no Turtle."""
    triples = sorted(read_triples(upper, ox.RdfFormat.TURTLE), key=str)
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    ontology = world.get_ontology(ONTOLOGY_IRI)
    ontology.load(fileobj=io.BytesIO(data or b""), only_local=True)
    return ontology


def dump_triples(world: owlready2.World) -> list[ox.Triple]:
    """All triples of a world, without the `subClassOf owl:Thing` that owlready2 writes for every class."""
    stream = io.BytesIO()
    world.get_ontology(ONTOLOGY_IRI).save(stream, format="ntriples")
    thing = ox.NamedNode("http://www.w3.org/2002/07/owl#Thing")
    parsed = ox.parse(stream.getvalue(), format=ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in parsed if quad.object != thing]
