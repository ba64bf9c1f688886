"""The table of inferences: what a reasoner must infer, and what it must not, each with its reason.

Owns `ontology/inferences.tsv`. A row says that `sub` is (or is not) a kind of `super`, or, where `property` is filled, that
it is below `property some super`. Rows marked `bridge` hold when the HPO bridge is loaded beside the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.authoring.curation.tables import read_rows
from kg.authoring.ontology.entailment import Entailment, Question
from kg.authoring.records import Place, Violation
from kg.exceptions import CurationError

COLUMNS = ("sub", "sub_label", "property", "super", "super_label", "verdict", "with", "why")
VERDICTS = ("must", "must not")


class Inference(NamedTuple):
    """One row of the table."""

    sub: str
    sub_label: str
    relation: str
    parent: str
    parent_label: str
    verdict: str
    module: str  # "" or "bridge"
    why: str
    place: Place

    @property
    def text(self) -> str:
        """The row as a sentence."""
        what = f"{self.relation} some {self.parent_label}" if self.relation else self.parent_label
        return f"{self.sub_label} {self.verdict} be a kind of: {what}"


def read_inferences(path: Path) -> list[Inference]:
    """Rows of the table. Raises CurationError where header, row or verdict cannot be understood."""
    rows = read_rows(path)
    header = next(rows, (1, []))[1]
    if tuple(header) != COLUMNS:
        raise _malformed(path, 1, "wrong columns", f"the header is: {' '.join(COLUMNS)}")
    found = []
    for number, cells in rows:
        if len(cells) != len(COLUMNS):
            raise _malformed(path, number, f"{len(cells)} cells", "mend the tabs of this row")
        if cells[5] not in VERDICTS or cells[6] not in ("", "bridge"):
            raise _malformed(path, number, f"{cells[5]!r}, {cells[6]!r}", "verdict: must, must not; with: empty or bridge")
        found.append(Inference(**dict(zip(Inference._fields, cells, strict=False)), place=Place(path.name, number)))
    return found


def _malformed(path: Path, row: int, message: str, mend: str) -> CurationError:
    return CurationError([Violation("inference_table", "ERROR", Place(path.name, row), message, mend)])


def collect_questions(rows: Iterable[Inference]) -> list[Question]:
    """What has to be asked of a reasoner for the rows with a property."""
    return [(row.relation, row.parent) for row in rows if row.relation]


def check_inferences(rows: Iterable[Inference], entailed: Entailment) -> Iterator[Violation]:
    """Rows that the reasoner does not bear out, and rows about a term that is not there."""
    for row in rows:
        unknown = [i for i in (row.sub, row.parent) if i not in entailed.ancestors]
        if unknown:
            yield Violation("inference_table", "ERROR", row.place, f"{unknown[0]} is no class", "correct the id")
        elif _holds(row, entailed) != (row.verdict == "must"):
            yield Violation("inference", "ERROR", row.place, row.text, row.why)


def _holds(row: Inference, entailed: Entailment) -> bool:
    if row.relation:
        return row.sub in entailed.get_subjects(row.relation, row.parent)
    return row.parent in entailed.ancestors[row.sub]
