"""Every pair of cause and finding that a reasoner infers has a witness: a row of its own, or a chain of rows to show.

An inferred pair without one would be an answer that no source stands behind. Owns that comparison; what follows is asked
of `guards.Facts`, what the rows say of `kg.authoring.curation.causation`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.authoring.curation.causation import Causation
from kg.authoring.ontology.guards import Facts
from kg.authoring.records import Violation

_ANSWERING = ("can cause", "can cause indirectly", "can account for reading")


def check_witnesses(facts: Facts) -> Iterator[Violation]:
    """One violation for each inferred cause of a finding or a reading that no row and no chain of rows leads to."""
    causation = Causation(facts.curation)
    for predicate, target in sorted(facts.entailed.answers):
        if predicate in _ANSWERING:
            for subject in sorted(facts.entailed.get_subjects(predicate, target)):
                if _is_term(facts, subject) and not _is_witnessed(facts, causation, subject, target):
                    message = f"{facts.label(subject)} {predicate} {facts.label(target)} follows from no row"
                    mend = "add the row that says so, or take back the definition or parent that it follows from"
                    yield Violation("no_witness", "ERROR", facts.place(subject), message, mend)


def _is_term(facts: Facts, subject: str) -> bool:
    """Whether a class is a row of the tables; a class made for a question or a group is none."""
    return subject in facts.names.by_id


def _is_witnessed(facts: Facts, causation: Causation, subject: str, target: str) -> bool:
    """Whether rows lead from a cause to the target or to a kind of it, or to a finding that can show as the reading."""
    own = {subject} | (facts.entailed.ancestors.get(subject, frozenset()) & set(facts.names.by_id))
    found = {f for term in own for f in causation.find_findings(term)}
    found |= causation.find_mechanism_findings([subject])
    above = _above(facts, found)
    return target in above | _above(facts, {reading for f in above for reading in causation.get_objects(f, "can show as")})


def _above(facts: Facts, terms: set[str]) -> set[str]:
    return {a for term in terms for a in facts.entailed.ancestors.get(term, frozenset({term}))}
