"""Rules for the registry of identifiers: an id that was ever used stays known and is never given to something else."""

from __future__ import annotations

from collections.abc import Iterator

from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Term, Violation


def check_registry(curation: Curation) -> Iterator[Violation]:
    """Table and registry hold the same ids; an id that no table holds is marked obsolete, one in use is not.

    Tables without a registry (a trial folder) are left alone.
    """
    if curation.registry is None:
        return
    known = {row.id: row for row in curation.registry}
    records: list[Term | Association] = [*curation.terms, *curation.associations]
    used = {record.id: record for record in records if record.id.startswith("LEUKO:")}
    for id_, record in used.items():
        if id_ not in known:
            mend = "run `python -m tests.regenerate register_ids`"
            yield error("unregistered_id", at(record.place, "ID"), f"{id_} is not in ids.tsv", mend)
        elif known[id_].obsolete:
            yield error("reused_id", at(record.place, "ID"), f"{id_} was retired", "give the row the next free id of its range")
    for id_, row in known.items():
        if id_ not in used and not row.obsolete:
            mend = "bring the row back, or write in ids.tsv the date on which it was retired and what replaces it"
            yield error("lost_id", row.place, f"{id_} stands in no table", mend)
        if row.replaced_by and row.replaced_by not in used:
            yield error("lost_replacement", row.place, f"{row.replaced_by} stands in no table", "name a term in use")
    if len(known) != len(curation.registry):
        yield error("duplicate_id", curation.registry[0].place, "an id is registered twice", "keep the first line")


def check_sources_of_limits(curation: Curation) -> Iterator[Violation]:
    """Every threshold and every reference range names its source and a value."""
    for term in curation.terms:
        if term.type in ("LEUKO:0000181", "LEUKO:0000182"):
            if not term.get_values("dcterms:source"):
                yield error("missing_source", at(term.place, "source"), f"{term.id} has no source", "name the page that you read")
            if not any(term.get_values(p) for p in ("limit value", "upper limit value")):
                yield error("empty_cell", at(term.place, "value"), f"{term.id} has no value", "fill it or drop the row")
