"""The guards of the causal model (G1 to G7): what must never follow from the tables, whoever wrote them.

Each guard is a function from `Facts` to violations; `GUARDS` names them all. Profiles and consistency prove nothing about
the medicine: a file with every fault of `modelling.md` passes them, so the guards look at what is entailed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pyoxigraph as ox

from kg.authoring.curation.names import Names
from kg.authoring.curation.tables import read_rows
from kg.authoring.ontology.cell_lines import Lines
from kg.authoring.ontology.entailment import FINDING, MECHANISM, READING, Entailment, Question, ask, find_below
from kg.authoring.ontology.profile import check_profile
from kg.authoring.records import Association, Curation, Place, Violation
from kg.exceptions import CurationError
from kg.vocabulary import CAUSAL

FORBIDDEN_COLUMNS = ("cause", "cause_label", "finding", "finding_label", "reason", "source")
# A refuted claim is looked for as an entailment of this property.
_ENTAILED_AS = {
    "can cause": "can cause",
    "has defining feature": "can cause",
    "can act via": "can act via",
    "can account for reading": "can account for reading",
}


class Forbidden(NamedTuple):
    """One row of `must_not_answer.tsv`: a cause (or mechanism) that must never be offered for a finding."""

    cause: str
    cause_label: str
    finding: str
    finding_label: str
    reason: str
    source: str
    place: Place


def read_forbidden(path: Path) -> list[Forbidden]:
    """Rows of the must-not-answer table. Raises CurationError where header or row cannot be read."""
    rows = read_rows(path)
    header = next(rows, (1, []))[1]
    if tuple(header) != FORBIDDEN_COLUMNS:
        mend = f"the header is: {' '.join(FORBIDDEN_COLUMNS)}"
        raise CurationError([Violation("table_header", "ERROR", Place(path.name, 1), "wrong columns", mend)])
    found = []
    for number, cells in rows:
        place = Place(path.name, number)
        if len(cells) != len(header):
            raise CurationError([Violation("row_width", "ERROR", place, f"{len(cells)} cells", "mend the tabs of this row")])
        found.append(Forbidden(**dict(zip(FORBIDDEN_COLUMNS, cells, strict=True)), place=place))
    return found


class Facts:
    """What the guards look at: the tables, the triples of the base file, and what the reasoner makes of them."""

    def __init__(self, curation: Curation, triples: Sequence[ox.Triple], forbidden: Sequence[Forbidden] = ()) -> None:
        self.curation, self.triples, self.forbidden = curation, triples, forbidden
        self.names = Names(curation.terms)

    @cached_property
    def findings(self) -> tuple[str, ...]:
        return find_below(self.triples, FINDING)

    @cached_property
    def entailed(self) -> Entailment:
        """One classification answers all guards. Raises ReasoningError where the ontology is inconsistent."""
        questions: list[Question] = [(p, f) for f in self.findings for p in ("can cause", "can cause indirectly", "can lead to")]
        questions += [("can account for reading", r) for r in find_below(self.triples, READING)]
        questions += [(_ENTAILED_AS[p], o) for _, p, o in self.refuted]
        return ask(self.triples, questions)

    @cached_property
    def refuted(self) -> dict[tuple[str, str, str], Association]:
        """Triples that some row refutes and none supports."""
        supported = {(r.subject, r.predicate, r.object) for r in self.curation.associations if r.direction == "supports"}
        rows = (r for r in self.curation.associations if r.direction == "refutes" and r.predicate in _ENTAILED_AS)
        return {k: r for r in rows if (k := (r.subject, r.predicate, r.object)) not in supported}

    def label(self, term_id: str) -> str:
        return self.names.by_id[term_id].label if term_id in self.names.by_id else term_id

    def place(self, term_id: str) -> Place:
        return self.names.by_id[term_id].place if term_id in self.names.by_id else Place(term_id)


Guard = Callable[[Facts], Iterator[Violation]]


def check_soundness(facts: Facts) -> Iterator[Violation]:
    """G1: nothing is unsatisfiable, no two named classes are equivalent."""
    for term in facts.entailed.unsatisfiable:
        yield _error("G1_unsatisfiable", facts.place(term), f"{facts.label(term)} can have no member", "look for a disjointness")
    for a, b in facts.entailed.equivalent:
        message = f"{facts.label(a)} and {facts.label(b)} are inferred to be one class"
        yield _error("G1_equivalent", facts.place(a), message, "a definition or a parent of one of them says too much")


def check_self_explanation(facts: Facts) -> Iterator[Violation]:
    """G2: no cause of a finding is itself that finding."""
    for predicate in ("can cause", "can cause indirectly"):
        for finding in facts.findings:
            for cause in sorted(facts.entailed.answers[predicate, finding]):
                if finding in facts.entailed.ancestors[cause]:
                    message = f"{facts.label(cause)} is a {facts.label(finding)} and would explain it"
                    yield _error("G2_self_explanation", facts.place(cause), message, "a disease is no kind of finding")


def check_refuted(facts: Facts) -> Iterator[Violation]:
    """G3: no triple that is only refuted is entailed, for its object and the subclasses of it."""
    for (subject, predicate, obj), row in facts.refuted.items():
        entailed_as = _ENTAILED_AS[predicate]
        for below in sorted(facts.entailed.get_below(obj) or {obj}):
            asked = (entailed_as, below) in facts.entailed.answers
            if asked and subject in facts.entailed.get_subjects(entailed_as, below):
                message = f"{row.subject_label} {entailed_as} {facts.label(below)} follows, and {row.id} refutes it"
                yield _error("G3_refuted", row.place, message, "take back the claim, the group or the chain that it follows from")


def check_mechanisms(facts: Facts) -> Iterator[Violation]:
    """G4: no mechanism reaches findings of unrelated lines, of another line than its cell's, or of a stated degree."""
    lines = Lines(facts.curation, facts.entailed.ancestors)
    for mechanism in sorted(facts.entailed.get_below(MECHANISM)):
        reached = [f for f in facts.findings if mechanism in facts.entailed.answers["can lead to", f]]
        for problem in lines.find_problems(mechanism, reached):
            mend = "let a more specific mechanism of one line, without degree, lead to the finding"
            yield _error("G4_mechanism", facts.place(mechanism), f"{facts.label(mechanism)} {problem}", mend)


def check_acyclic(facts: Facts) -> Iterator[Violation]:
    """G5: the explanation edges together with is-a, inferred ones included, are acyclic."""
    graph = nx.DiGraph()
    for child, above in facts.entailed.ancestors.items():
        graph.add_edges_from((child, parent) for parent in above if parent != child)
    rows = [r for r in facts.curation.associations if r.predicate in CAUSAL and r.direction == "supports" and r.scope == "all"]
    graph.add_edges_from((r.subject, r.object) for r in rows)
    for group in nx.strongly_connected_components(graph):
        inside = [r for r in rows if r.subject in group and r.object in group]
        if len(group) > 1 and inside:
            labels = ", ".join(facts.label(i) for i in sorted(group))
            yield _error("G5_cycle", inside[0].place, f"these explain one another: {labels}", "take back one of the links")


def check_profiles(facts: Facts) -> Iterator[Violation]:
    """G6: OWL 2 EL and DL hold."""
    return check_profile(facts.triples)


def check_forbidden(facts: Facts) -> Iterator[Violation]:
    """G7: no pair of the must-not-answer table is entailed, in either tier; its ids and labels are those of the tables."""
    for row in facts.forbidden:
        for term, label in ((row.cause, row.cause_label), (row.finding, row.finding_label)):
            if facts.label(term) != label:
                yield _error("G7_label", row.place, f"{term} is {facts.label(term)!r}, not {label!r}", "copy id and label")
        for predicate in ("can cause", "can cause indirectly", "can lead to", "can account for reading"):
            if (predicate, row.finding) in facts.entailed.answers and row.cause in facts.entailed.get_subjects(
                predicate, row.finding
            ):
                message = f"{row.cause_label} {predicate} {row.finding_label} follows"
                yield _error("G7_must_not_answer", row.place, message, row.reason)


def _error(check: str, place: Place, message: str, mend: str) -> Violation:
    return Violation(check, "ERROR", place, message, mend)


GUARDS: dict[str, Guard] = {
    "G1": check_soundness,
    "G2": check_self_explanation,
    "G3": check_refuted,
    "G4": check_mechanisms,
    "G5": check_acyclic,
    "G6": check_profiles,
    "G7": check_forbidden,
}


def check_guards(facts: Facts, guards: Iterable[str] = tuple(GUARDS)) -> tuple[Violation, ...]:
    """All violations of the named guards, in their order."""
    return tuple(violation for name in guards for violation in GUARDS[name](facts))
