"""The second header row of a term table, in ROBOT's template grammar (robot.obolibrary.org/template).

Owns the meaning of a column; the same file builds with ROBOT and with us. Understood: `ID`, `LABEL`, `TYPE`,
`CLASS_TYPE`, `A prop`, `AI prop` (IRI value), `AT prop^^type`, `>A prop` (annotates the axiom of the column to the left),
`SC %`, `C %`, `SC 'prop' some %`, `C 'prop' some %`, each with `SPLIT=|`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPLIT = re.compile(r"\s+SPLIT=(\S)$")
_SOME = re.compile(r"^(S?C) '([^']+)' some %$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is (`role`), the property it fills, and the character that separates several values."""

    name: str
    role: str  # id, label, type, class_type, annotation, annotation_iri, note, parent, restriction, ignored
    property: str = ""
    separator: str = ""

    def split(self, cell: str) -> list[str]:
        """Values of a cell, empty ones left out."""
        parts = cell.split(self.separator) if self.separator else [cell]
        return [part.strip() for part in parts if part.strip()]


def parse_column(name: str, grammar: str) -> Column:
    """Read one cell of the grammar row. Raises ValueError for a grammar that is not understood."""
    found = _SPLIT.search(grammar)
    separator = found.group(1) if found else ""
    body = grammar[: found.start()].strip() if found else grammar.strip()
    fixed = {"": "ignored", "ID": "id", "LABEL": "label", "TYPE": "type", "CLASS_TYPE": "class_type"}
    if body in fixed:
        return Column(name, fixed[body])
    if body in ("SC %", "C %"):
        return Column(name, "parent", separator=separator)
    if some := _SOME.match(body):
        return Column(name, "restriction", some.group(2), separator)
    for sign, role in ((">A ", "note"), ("AI ", "annotation_iri"), ("A ", "annotation")):
        if body.startswith(sign):
            return Column(name, role, body[len(sign) :].strip(), separator)
    raise ValueError(f"template {grammar!r} is not understood")
