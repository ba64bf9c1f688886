"""MEDS: events of a patient as rows (`subject_id, time, code, numeric_value`), in one Parquet file or a folder of them.

Each code is read once, by the patterns of the map. What no pattern reads is counted and named, not guessed. Owns the
meaning of codes; must not know episodes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from kg.case.resolve import Resolver
from kg.case.values.units import convert
from kg.cohorts.mapping import ColumnMap, split_unit
from kg.cohorts.readers.table import scan_parquet
from kg.cohorts.staging import BATCH, EVENTS, Batch
from kg.exceptions import InputError

NO_UNIT = frozenset({"", "UNK", "unk", "None", "null"})


class Code(NamedTuple):
    """What a code says: its kind, the test, diagnosis or drug, and how its value becomes one in the unit of the test."""

    kind: str
    code: str = ""
    name: str = ""
    scale: float = 1.0
    offset: float = 0.0


def read_meds(path: Path, mapping: ColumnMap, resolver: Resolver) -> Iterator[Batch]:
    """Batches of events, in the order of the files. Raises InputError."""
    files = (
        sorted((path / "data").rglob("*.parquet") if (path / "data").is_dir() else path.rglob("*.parquet"))
        if path.is_dir()
        else [path]
    )
    codes = Codes(mapping, resolver)
    row = 0
    for file in files:
        frame = scan_parquet(file)
        columns = set(frame.collect_schema())
        value = next((name for name in mapping.columns.get("value", "numeric_value").split("|") if name in columns), "")
        if not value:
            raise InputError(f"has no column {mapping.columns.get('value', 'numeric_value')!r}", str(file))
        wanted = {"person": mapping.columns.get("person", "subject_id"), "time": mapping.columns.get("time", "time")}
        wanted |= {"event": mapping.columns.get("code", "code"), "value": value}
        try:
            for batch in frame.select(**{k: pl.col(v) for k, v in wanted.items()}).collect_batches(
                chunk_size=BATCH * 4, maintain_order=True
            ):
                yield codes.read(batch, row)
                row += len(batch)
        except pl.exceptions.PolarsError as error:
            raise InputError(f"cannot be read to its end ({str(error).splitlines()[0][:200]})", str(file)) from None


_CODE = {"event": pl.String, "kind": pl.String, "code": pl.String, "name": pl.String, "scale": pl.Float64, "offset": pl.Float64}


class Codes:
    """Codes of one source; each is read once."""

    def __init__(self, mapping: ColumnMap, resolver: Resolver) -> None:
        self.mapping, self.resolver = mapping, resolver
        self.patterns = [(event.kind, re.compile(event.pattern)) for event in mapping.events]
        self._known: dict[str, Code | None] = {}

    def read(self, batch: pl.DataFrame, first: int) -> Batch:
        """Events of a batch; `first` is the number of its first row."""
        unique = batch["event"].drop_nulls().unique().to_list()
        found = {text: code for text in unique if (code := self.find(text)) is not None}
        table = pl.DataFrame([(text, *code) for text, code in found.items()], schema=_CODE, orient="row")
        numbered = batch.with_columns(row=pl.int_range(first, first + len(batch), dtype=pl.Int64))
        counts = Counter(dict(batch.filter(~pl.col("event").is_in(list(found)))["event"].value_counts().iter_rows()))
        joined = numbered.join(table, on="event", how="inner", maintain_order="left")
        joined = joined.filter((pl.col("kind") != "lab") | pl.col("value").is_not_null())
        number = pl.col("value").cast(pl.String).cast(pl.Float64)  # through its text: 3.9 as a short float is no 3.9000001
        frame = joined.select(
            "row", pl.col("person").cast(pl.String), time=pl.col("time").cast(pl.Datetime("us")).cast(pl.Int64) / 86_400_000_000,
            kind="kind", code="code", name="name",
            value=(number * pl.col("scale") + pl.col("offset")).round(6), unit=pl.lit(""),
        )  # fmt: skip
        return Batch(frame.select(pl.col(name).cast(kind) for name, kind in EVENTS.items()), [], counts)

    def find(self, text: str) -> Code | None:
        """What a code says; None where no pattern and no test of the map reads it."""
        if text not in self._known:
            self._known[text] = self._find(text)
        return self._known[text]

    def _find(self, text: str) -> Code | None:
        for kind, pattern in self.patterns:
            if match := pattern.match(text):
                groups = match.groupdict()
                if kind == "lab":
                    return self._find_lab(groups)
                name = groups.get("name") or ""
                return None if name in NO_UNIT and "name" in groups else Code(kind, groups.get("code") or "", name)
        return None

    def _find_lab(self, groups: Mapping[str, str | None]) -> Code | None:
        """A laboratory value by the map's name of its code, or by LOINC; its unit as written, else the map's, else the test's."""
        named, mapped_unit = split_unit(self.mapping.tests.get(groups.get("code") or "", ""))
        written = groups.get("unit") or ""
        unit = mapped_unit if written in NO_UNIT else written
        test = self.resolver.tests.find(named, unit) if named else None
        if test is None and (loinc := groups.get("loinc")):
            test = self.resolver.tests.find_loinc(loinc, unit)
        if test is None:
            return None
        try:
            at = [convert(value, unit or test.unit, test.unit, test.label, test.quantity) for value in (0.0, 100.0)]
        except InputError:
            return None
        return Code("lab", test.id, test.label, (at[1] - at[0]) / 100.0, at[0])
