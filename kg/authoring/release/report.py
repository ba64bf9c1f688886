"""The quality report of a release: one row for each check, with its level, what it found, and how to mend it.

ROBOT-report-equivalent: the 32 checks of ROBOT's report stand in `queries/verify/` by name and level, as queries of our
own; ROBOT itself does not run here. Beside them: checks in the manner of Mondo, HPO, CL and DOID, our own, the OBO Foundry
and FOOPS! (foundry.py), SHACL, the guards G1 to G7 and the table of inferences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.authoring.curation import read_curation
from kg.authoring.records import Violation
from kg.authoring.release.axioms import read_ontology
from kg.authoring.release.foundry import RULES, Header
from kg.exceptions import MissingExtraError, ReasoningError
from kg.knowledge.store import find_queries, open_engine
from kg.vocabulary import contract

_KEY = re.compile(r"^#\+ (\w+): (.*)$", re.MULTILINE)
SHOWN = 5  # examples that a row carries


@dataclass(frozen=True, slots=True)
class Row:
    """Result of one check. `own` and `imported` count violations of our terms and of stubs; `skipped` says why it did not run."""

    check: str
    origin: str
    level: str
    own: int
    imported: int = 0
    mend: str = ""
    examples: tuple[str, ...] = ()
    skipped: str = ""


def run_report(ontology_dir: Path, queries: Path) -> list[Row]:
    """All checks of the release profile over a built ontology. Raises InputError where it is not built."""
    owl = ontology_dir / "leukograph.owl"
    rows = list(_run_queries(owl, queries))
    rows += _run_metadata(owl)
    rows.append(_run_shacl(ontology_dir))
    return rows + list(_run_reasoning(ontology_dir))


def _run_queries(owl: Path, queries: Path) -> Iterator[Row]:
    engine = open_engine([owl])
    for query in find_queries(queries, "verify"):
        told = dict(_KEY.findall(query.text))
        found = engine.select(query.text).rows
        own = [row for row in found if _is_own(row[0])]
        examples = tuple(" ".join(contract(cell) for cell in row if cell) for row in own[:SHOWN])
        yield Row(query.name, told["origin"], told["level"], len(own), len(found) - len(own), told["solution"], examples)


def _is_own(entity: str | None) -> bool:
    """Ours are LEUKO terms, the header and blank nodes; the rest belongs to other ontologies and vocabularies."""
    return (entity or "").startswith(("https://w3id.org/leukograph/", "_:"))


def _run_metadata(owl: Path) -> Iterator[Row]:
    header = Header(read_ontology(owl))
    for rule in RULES:
        found = [contract(problem) for problem in rule.find(header)]
        origin = "FOOPS!" if rule.name.startswith("FOOPS") else "OBO Foundry"
        yield Row(rule.name.removeprefix("FOOPS "), origin, rule.level, len(found), 0, rule.mend, tuple(found[:SHOWN]))


def _run_shacl(ontology_dir: Path) -> Row:
    from kg.authoring.release.shapes import find_violations

    mend = "mend the row of the association"
    try:
        found = find_violations(ontology_dir / "leukograph.owl", ontology_dir / "shapes.ttl")
    except MissingExtraError as error:
        return Row("association shapes", "SHACL", "ERROR", 0, 0, mend, (), str(error))
    return Row("association shapes", "SHACL", "ERROR", len(found), 0, mend, tuple(found[:SHOWN]))


def _run_reasoning(ontology_dir: Path) -> Iterator[Row]:
    from kg.authoring.ontology.guards import GUARDS, Facts, check_guards, read_forbidden
    from kg.authoring.ontology.triples import read_triples

    facts = Facts(
        read_curation(ontology_dir),
        read_triples(ontology_dir / "leukograph-base.owl"),
        read_forbidden(ontology_dir / "must_not_answer.tsv"),
    )
    for name, guard in GUARDS.items():
        title = f"{name} {(guard.__doc__ or '').partition(': ')[2].rstrip('.')}"
        try:
            yield _row(title, "guard", check_guards(facts, [name]))
        except (MissingExtraError, ReasoningError) as error:
            yield Row(title, "guard", "ERROR", 0, skipped=str(error))
    yield _run_inferences(ontology_dir, facts.triples)


def _run_inferences(ontology_dir: Path, triples: Sequence[ox.Triple]) -> Row:
    from kg.authoring.ontology.entailment import ask
    from kg.authoring.ontology.inferences import check_inferences, collect_questions, read_inferences

    rows = [row for row in read_inferences(ontology_dir / "inferences.tsv") if not row.module]
    title = "table of inferences"
    try:
        entailed = ask(triples, collect_questions(rows))
    except (MissingExtraError, ReasoningError) as error:
        return Row(title, "reasoner", "ERROR", 0, skipped=str(error))
    return _row(title, "reasoner", tuple(check_inferences(rows, entailed)))


def _row(title: str, origin: str, found: Sequence[Violation]) -> Row:
    examples = tuple(f"{v.place}: {v.message}" for v in found[:SHOWN])
    return Row(title, origin, "ERROR", len(found), 0, found[0].mend if found else "", examples)


def count(rows: Sequence[Row], level: str) -> int:
    """Violations of a level on own terms."""
    return sum(row.own for row in rows if row.level == level)


def render_report(rows: Sequence[Row]) -> str:
    """The table, then examples of what was found, then the totals."""
    head = ("check", "origin", "level", "own", "imported", "mend")
    cells = [head, *((r.check[:60], _origin(r.origin), r.level, _own(r), str(r.imported), r.mend[:60]) for r in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    for row in rows:
        lines += [f"{row.level} {row.check}: {example}" for example in row.examples]
        lines += [f"not run: {row.check}: {row.skipped}"] if row.skipped else []
    lines.append(f"ROBOT-report-equivalent and more: {len(rows)} checks.")
    lines.append(f"{count(rows, 'ERROR')} errors, {count(rows, 'WARN')} warnings, {count(rows, 'INFO')} remarks on own terms")
    return "\n".join(lines)


def _origin(origin: str) -> str:
    return "Mondo/HPO/CL/DOID style" if origin.startswith("Mondo") else origin


def _own(row: Row) -> str:
    return "not run" if row.skipped else str(row.own)
