"""Writing `ids.tsv`, the registry of every id that was ever used. Lines are only ever added or marked, never removed."""

from __future__ import annotations

from pathlib import Path

from kg.authoring.curation.tables import REGISTRY, REGISTRY_COLUMNS
from kg.authoring.records import Association, Curation, RegisteredId, Term
from kg.files import write_whole


def find_new_ids(curation: Curation, first_seen: str) -> list[RegisteredId]:
    """Own ids of the tables that the registry lacks, in order. `first_seen` is the date that they get (YYYY-MM-DD)."""
    known = {row.id for row in curation.registry or ()}
    records: list[Term | Association] = [*curation.terms, *curation.associations]
    new = {r.id: _kind(r) for r in records if r.id.startswith("LEUKO:") and r.id not in known}
    return [
        RegisteredId(id=i, kind=kind, first_seen=first_seen, obsolete="", replaced_by="", reason="")
        for i, kind in sorted(new.items())
    ]


def _kind(record: Term | Association) -> str:
    """Table of a term; of an association only that it is one, since a row may move between tables."""
    return "association" if isinstance(record, Association) else Path(record.place.file).stem


def write_registry(ontology_dir: Path, rows: list[RegisteredId]) -> None:
    """Write the registry sorted by id."""
    lines = ["\t".join(REGISTRY_COLUMNS)]
    lines += ["\t".join(getattr(row, c) for c in REGISTRY_COLUMNS) for row in sorted(rows, key=lambda row: row.id)]
    write_whole(ontology_dir / REGISTRY, ("\n".join(lines) + "\n").encode("utf-8"))


def register_ids(ontology_dir: Path, curation: Curation, first_seen: str) -> int:
    """Append the new ids of the tables to the registry; gives their number."""
    new = find_new_ids(curation, first_seen)
    if new or curation.registry is None:
        write_registry(ontology_dir, [*(curation.registry or ()), *new])
    return len(new)
