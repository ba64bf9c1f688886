"""Which reader a source needs, by what lies there. Owns the choice, and the fingerprint of a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.case.resolve import Resolver
from kg.cohorts.mapping import ColumnMap, guess_map, read_map
from kg.cohorts.readers.table import read_columns, read_table
from kg.cohorts.staging import Batch
from kg.exceptions import InputError

MEDS_COLUMNS = frozenset({"subject_id", "time", "code"})
OMOP_TABLES = ("person", "measurement")
KINDS = "a .parquet, .csv or .ndjson file, or a folder of MEDS, OMOP or FHIR Bulk Data"


class Source(NamedTuple):
    """A source with its map; `guessed` where the map is a guess, to be shown first."""

    path: Path
    form: str
    mapping: ColumnMap
    guessed: bool
    batches: Callable[[], Iterator[Batch]]

    @property
    def staged_form(self) -> str:
        """Form in which it is staged."""
        return {"table": "counts", "cases": "cases"}.get(self.form, "events")

    def fingerprint(self) -> dict[str, object]:
        """What a resumed run must find unchanged."""
        files = sorted(p for p in self.path.rglob("*") if p.is_file()) if self.path.is_dir() else [self.path]
        stats = [(p.name, (found := p.stat()).st_size, found.st_mtime_ns) for p in files]
        return {"files": [list(s) for s in stats], "map": self.mapping.as_toml(), "form": self.form}


def open_source(path: Path, map_name: str, resolver: Resolver) -> Source:
    """Source at a path, with its map. Raises InputError."""
    if not path.exists():
        raise InputError("is not there", str(path))
    form = _find_form(path)
    mapping, guessed = _find_map(path, form, map_name, resolver)
    if mapping.form != form:
        raise InputError(f"the map is for {mapping.form}, and the source looks like {form}", str(path))
    return Source(path, form, mapping, guessed, lambda: _read(path, form, mapping, resolver))


def _find_form(path: Path) -> str:
    if path.is_dir():
        return _find_form_of_folder(path)
    if path.suffix in (".ndjson", ".jsonl"):
        return "cases"
    if path.suffix == ".parquet":
        return "meds" if set(read_columns(path)) >= MEDS_COLUMNS else "table"
    if path.suffix in (".csv", ".tsv"):
        return "table"
    raise InputError(f"is none of what is read: {KINDS}", str(path))


def _find_form_of_folder(path: Path) -> str:
    names = {p.name.casefold() for p in path.iterdir()}
    if any(name.endswith(".ndjson") for name in names):
        return "fhir"
    if all(any(name.split(".")[0] == table for name in names) for table in OMOP_TABLES):
        return "omop"
    if "data" in names or "metadata" in names:
        return "meds"
    raise InputError(f"holds none of what is read: {KINDS}", str(path))


def _find_map(path: Path, form: str, name: str, resolver: Resolver) -> tuple[ColumnMap, bool]:
    if name:
        return read_map(name), False
    if form == "table":
        return guess_map(read_columns(path), resolver), True
    return (read_map("meds"), False) if form == "meds" else (ColumnMap(form), False)


def _read(path: Path, form: str, mapping: ColumnMap, resolver: Resolver) -> Iterator[Batch]:
    if form == "table":
        return read_table(path, mapping, resolver)
    if form == "cases":
        from kg.cohorts.readers.cases import read_cases

        return read_cases(path)
    if form == "meds":
        from kg.cohorts.readers.meds import read_meds

        return read_meds(path, mapping, resolver)
    if form == "omop":
        from kg.cohorts.readers.omop import read_omop

        return read_omop(path, resolver)
    from kg.cohorts.readers.fhir_bulk import read_bulk

    return read_bulk(path, resolver)
