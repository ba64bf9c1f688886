"""Any source -> one Parquet file in which the rows of a person stand together, and the rows that were set aside.

Written once, in batches, beside the output; parts of it are then the same rows in every run. Owns the columns of the three
forms (`counts`, `events`, `cases`) and what a rejected row tells. Must not know what a value means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

COMMON = {"row": pl.Int64, "person": pl.String, "time": pl.Float64}
WHO = {"period": pl.String, "unit": pl.String, "age": pl.Float64, "sex": pl.String, "duffy": pl.String}
EVENTS = COMMON | {"kind": pl.String, "code": pl.String, "name": pl.String, "value": pl.Float64, "unit": pl.String}
CASES = {"row": pl.Int64, "person": pl.String, "line": pl.String}
BATCH = 50_000
ROW_GROUP = 20_000


class Rejected(NamedTuple):
    """A row, or one value of it, that was set aside."""

    row: int
    column: str
    value: str
    reason: str


REJECTED = {"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
UNREAD = {"code": pl.String, "n": pl.Int64}


class Batch(NamedTuple):
    """A frame of one form, what was set aside on the way, and how often each code was met that says nothing to us."""

    frame: pl.DataFrame
    rejected: list[Rejected]
    unread: Mapping[str, int] = {}


class Staged(NamedTuple):
    """The staged file and its form."""

    path: Path
    form: str
    rows: int


def count_columns(tests: Iterable[str]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns of the form `counts`."""
    return {**COMMON, **WHO, **dict.fromkeys(tests, pl.Float64)}


def stage(batches: Iterator[Batch], form: str, folder: Path) -> Staged:
    """Write the batches to `folder`, sorted by person and time where they are not. Raises OSError where there is no room."""
    folder.mkdir(parents=True, exist_ok=True)
    target, beside = folder / "staged.parquet", folder / "staged.part"
    rejected: list[Rejected] = []
    unread: Counter[str] = Counter()
    rows, is_sorted = _write(batches, beside, rejected, unread)
    if not is_sorted:
        _sort(beside, folder / "sorted.part")
        (folder / "sorted.part").replace(beside)
    pl.DataFrame(rejected, schema=REJECTED, orient="row").write_parquet(folder / "staged.rejected.parquet")
    found = {"code": list(unread), "n": list(unread.values())}
    pl.DataFrame(found, schema=UNREAD).sort(["n", "code"], descending=[True, False]).write_parquet(
        folder / "staged.unread.parquet"
    )
    beside.replace(target)
    return Staged(target, form, rows)


def _write(batches: Iterator[Batch], path: Path, rejected: list[Rejected], unread: Counter[str]) -> tuple[int, bool]:
    rows, orders = 0, [_Order(natural) for natural in (False, True)]
    writer: pq.ParquetWriter | None = None
    try:
        for batch in batches:
            rejected += batch.rejected
            unread.update(batch.unread)
            if batch.frame.is_empty() and writer is not None:
                continue
            table = batch.frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table, row_group_size=ROW_GROUP)
            rows += len(batch.frame)
            for order in orders:
                order.follow(batch.frame)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        pq.write_table(pa.table({}), path)
    return rows, any(order.holds for order in orders)


_KEY = {"length": pl.UInt32, "person": pl.String, "time": pl.Float64}


class _Order:
    """Whether the rows of a person stand together, in the order of time: persons by name, or (natural) shorter names first."""

    def __init__(self, natural: bool) -> None:
        self.natural, self.holds, self.last = natural, True, pl.DataFrame(schema=_KEY)

    def follow(self, frame: pl.DataFrame) -> None:
        """Look at the next batch."""
        if not self.holds or frame.is_empty():
            return
        length = pl.col("person").str.len_bytes() if self.natural else pl.lit(0, dtype=pl.UInt32)
        time = pl.col("time") if "time" in frame.columns else pl.lit(None, dtype=pl.Float64)
        keys = pl.concat([self.last, frame.select(length.alias("length"), "person", time.alias("time"))])
        self.holds = keys.equals(keys.sort("length", "person", "time", nulls_last=False, maintain_order=True))
        self.last = keys.tail(1)


def _sort(source: Path, target: Path) -> None:
    frame = pl.scan_parquet(source)
    by = ["person", "time", "row"] if "time" in frame.collect_schema() else ["person", "row"]
    frame.sort(by, nulls_last=False).sink_parquet(target, row_group_size=ROW_GROUP)


def find_cuts(staged: Staged, size: int) -> list[tuple[int, int]]:
    """Start and length of parts of about `size` rows; no person is cut in two."""
    if not staged.rows:
        return []
    persons = pl.scan_parquet(staged.path).select(new=pl.col("person").ne_missing(pl.col("person").shift())).collect()["new"]
    starts = persons.arg_true().to_list()
    starts = starts if starts and starts[0] == 0 else [0, *starts]
    cuts, last = [0], 0
    for start in starts:
        if start - last >= size:
            cuts.append(start)
            last = start
    ends = [*cuts[1:], staged.rows]
    return [(start, end - start) for start, end in zip(cuts, ends, strict=True)]
