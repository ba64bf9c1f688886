"""Classification on demand: what HermiT makes of the base file, held against the hierarchy that the built file states."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kg.authoring.ontology.entailment import ask
from kg.authoring.ontology.triples import read_triples
from kg.authoring.release.axioms import read_ontology
from kg.exceptions import InputError
from kg.vocabulary import contract


class Classification(NamedTuple):
    """What the reasoner found; `missing` and `surplus` are (class, superclass) pairs of the built file against it."""

    classes: int
    subsumptions: int
    unsatisfiable: tuple[str, ...]
    equivalent: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    surplus: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> bool:
        """Nothing is wrong, and the built file states just what follows."""
        return not (self.unsatisfiable or self.equivalent or self.missing or self.surplus)


def classify(ontology_dir: Path) -> Classification:
    """Classify the base file. Raises MissingExtraError without Java, ReasoningError where the ontology is inconsistent."""
    base = ontology_dir / "leukograph-base.owl"
    if not base.exists():
        raise InputError("no such file; `kg build` makes it", str(base))
    entailed = ask(read_triples(base), ())
    inferred = {(c, above) for c, supers in entailed.ancestors.items() for above in supers if above != c}
    stated = find_stated(ontology_dir / "leukograph.owl")
    return Classification(
        len(entailed.ancestors),
        len(inferred),
        entailed.unsatisfiable,
        entailed.equivalent,
        tuple(sorted(inferred - stated)),
        tuple(sorted(stated - inferred)),
    )


def find_stated(owl: Path) -> set[tuple[str, str]]:
    """(class, superclass) pairs that follow from the named superclasses of a built file alone."""
    parents: dict[str, set[str]] = {}
    for axiom in read_ontology(owl).axioms:
        if axiom.kind == "SubClassOf" and isinstance(axiom.args[1], str):
            parents.setdefault(contract(axiom.args[0]), set()).add(contract(axiom.args[1]))
    return {(child, above) for child in parents for above in _walk(child, parents)}


def _walk(start: str, parents: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(parents.get(start, ()))
    while todo:
        if (step := todo.pop()) not in seen:
            seen.add(step)
            todo += parents.get(step, ())
    return seen
