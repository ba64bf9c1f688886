"""A table with a row for each count: Parquet or CSV, its columns named by a map.

Owns reading cells: a cell that is no number, no time or no Duffy phenotype is set aside with its row and column, and the
rest of the row counts. A CSV is read by its lines, so that one bad line costs one line.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from kg.case.resolve import Resolver
from kg.cohorts.mapping import AGE_UNITS, ColumnMap, TestColumn, check_columns, split_unit
from kg.cohorts.staging import BATCH, Batch, Rejected, count_columns
from kg.exceptions import InputError

LONGEST_LINE = 1_000_000
DUFFY = ("null", "positive")


def read_columns(path: Path) -> list[str]:
    """Names of the columns. Raises InputError."""
    if path.suffix == ".parquet":
        return list(scan_parquet(path).collect_schema())
    return next(_lines(path, []), (0, []))[1]


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Lazy frame of a Parquet file. Raises InputError where it is none, or is cut short."""
    try:
        frame = pl.scan_parquet(path)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"is no whole Parquet file ({_first_line(error)})", str(path)) from None
    return frame


def read_table(path: Path, mapping: ColumnMap, resolver: Resolver) -> Iterator[Batch]:
    """Batches of counts. Raises InputError for columns that are not there and for a file that cannot be read."""
    check_columns(mapping, read_columns(path), str(path))
    shape = Shape(mapping, resolver)
    frames = _read_parquet(path, shape) if path.suffix == ".parquet" else _read_csv(path, shape)
    row = 0
    for frame, rejected in frames:
        yield shape.read(frame, row, rejected)
        row += len(frame)


def _read_parquet(path: Path, shape: Shape) -> Iterator[tuple[pl.DataFrame, list[Rejected]]]:
    wanted = [pl.col(name).alias(name) for name in shape.columns]
    try:
        for frame in scan_parquet(path).select(wanted).collect_batches(chunk_size=BATCH, maintain_order=True):
            yield frame, []
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read to its end ({_first_line(error)})", str(path)) from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


# --------------------------------------------------------------------------- CSV


def _read_csv(path: Path, shape: Shape) -> Iterator[tuple[pl.DataFrame, list[Rejected]]]:
    rejected: list[Rejected] = []
    lines = _lines(path, rejected)
    header = next(lines, (0, []))[1]
    places = [header.index(name) for name in shape.columns]
    while batch := list(islice(lines, BATCH)):
        kept = [(row, fields) for row, fields in batch if len(fields) == len(header)]
        for row, fields in batch:
            if len(fields) != len(header):
                rejected.append(Rejected(row, "", "", f"has {len(fields)} fields, and the header {len(header)}"))
        cells = {name: [fields[place] for _, fields in kept] for name, place in zip(shape.columns, places, strict=True)}
        schema = {"row": pl.Int64, **dict.fromkeys(cells, pl.String)}
        yield pl.DataFrame({"row": [row for row, _ in kept], **cells}, schema=schema), list(rejected)
        rejected.clear()
    if rejected:
        yield pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(shape.columns, pl.String)}), list(rejected)


def _lines(path: Path, rejected: list[Rejected]) -> Iterator[tuple[int, list[str]]]:
    """Number of each record and its fields; the header is record 0. What cannot be read is set aside."""
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open("rb") as file:
            for row, text in enumerate(_decode(file, rejected)):
                if text is not None:
                    yield row, next(csv.reader([text]), [])
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None


def _decode(file: IO[bytes], rejected: list[Rejected]) -> Iterable[str | None]:
    """Lines as text; None for one that is too long or no UTF-8. A quoted field keeps to its line."""
    row = -1
    while line := file.readline(LONGEST_LINE + 1):
        row += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE + 1)
            rejected.append(Rejected(row, "", "", f"is longer than {LONGEST_LINE:,} bytes"))
            yield None
            continue
        try:
            yield line.decode("utf-8-sig" if row == 0 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            rejected.append(Rejected(row, "", "", f"is not UTF-8 (byte {error.start + 1})"))
            yield None


# --------------------------------------------------------------------------- cells


class Shape:
    """The columns of one map, and how their cells are read."""

    def __init__(self, mapping: ColumnMap, resolver: Resolver) -> None:
        self.mapping = mapping
        self.tests = [TestColumn(column, meaning, resolver) for column, meaning in mapping.tests.items()]
        same = [t for t in self.tests if sum(o.test.id == t.test.id for o in self.tests) > 1]
        if same:
            raise InputError(f"{same[0].column} and {same[1].column} are the same test", "map, tests")
        self.fields = {key: split_unit(name) for key, name in mapping.columns.items() if key not in ("code", "value")}
        self.columns = list(dict.fromkeys([name for name, _ in self.fields.values()] + [t.column for t in self.tests]))

    def read(self, raw: pl.DataFrame, first: int, rejected: list[Rejected]) -> Batch:
        """Counts of a batch of cells; `first` is the number of its first row."""
        numbers = raw["row"] if "row" in raw.columns else pl.Series("row", range(first, first + len(raw)), dtype=pl.Int64)
        reader = _Cells(raw, numbers, rejected)
        columns: dict[str, pl.Series] = {"row": numbers}
        for key in ("person", "time", "period", "unit", "age", "sex", "duffy"):
            columns[key] = self._field(key, reader)
        named = columns["person"].cast(pl.String)  # a row that names nobody is a person of its own
        columns["person"] = pl.select(pl.coalesce(named, pl.lit("row ") + numbers.cast(pl.String))).to_series()
        if "period" not in self.fields:
            columns["period"] = _month(columns["time"])
        for test in self.tests:
            values = reader.number(test.column)
            columns[test.test.id] = values if test.factor == 1.0 else (values * test.factor).round(10)
        schema = count_columns([t.test.id for t in self.tests])
        frame = pl.DataFrame({name: columns[name].cast(kind) for name, kind in schema.items()})
        return Batch(frame, rejected)

    def _field(self, key: str, reader: _Cells) -> pl.Series:
        if key not in self.fields:
            return pl.Series(key, [None] * len(reader.raw), dtype=pl.Float64 if key in ("age", "time") else pl.String)
        name, unit = self.fields[key]
        if key == "age":
            return reader.number(name) * AGE_UNITS[unit or "years"]
        if key == "time":
            return reader.time(name)
        return reader.choice(name, DUFFY) if key == "duffy" else reader.text(name)


def _month(time: pl.Series) -> pl.Series:
    days = (time * 86_400_000).cast(pl.Int64)
    return days.cast(pl.Datetime("ms")).dt.strftime("%Y-%m")


class _Cells:
    """Cells of one batch; what cannot be read is noted."""

    def __init__(self, raw: pl.DataFrame, rows: pl.Series, rejected: list[Rejected]) -> None:
        self.raw, self.rows, self.rejected = raw, rows, rejected

    def text(self, column: str) -> pl.Series:
        values = self.raw[column].cast(pl.String).str.strip_chars()
        return values.set(values == "", None)

    def number(self, column: str) -> pl.Series:
        values = self.raw[column]
        if values.dtype.is_numeric():
            found = values.cast(pl.Float64)
            return self._keep(column, values.cast(pl.String), found.set(~found.is_finite(), None), "is no number")
        text = self.text(column)
        found = text.cast(pl.Float64, strict=False)
        return self._keep(column, text, found.set(~found.is_finite(), None), "is no number")

    def time(self, column: str) -> pl.Series:
        """Days since 1970: a date, a time, or a number of days."""
        values = self.raw[column]
        if values.dtype.is_numeric():
            return values.cast(pl.Float64)
        if values.dtype == pl.String:
            text = self.text(column)
            if (days := text.cast(pl.Float64, strict=False)).null_count() == text.null_count():
                return days
            return self._keep(column, text, _days(_times(text)), "is no date; write 2026-05-31 or 2026-05-31T08:00")
        return _days(values.cast(pl.Datetime("us")))

    def choice(self, column: str, allowed: tuple[str, ...]) -> pl.Series:
        text = self.text(column)
        lower = text.str.to_lowercase()
        return self._keep(column, text, lower.set(~lower.is_in(allowed), None), f"is not one of {', '.join(allowed)}")

    def _keep(self, column: str, text: pl.Series, found: pl.Series, reason: str) -> pl.Series:
        for place in (text.is_not_null() & found.is_null()).arg_true().to_list():
            self.rejected.append(Rejected(int(self.rows[place]), column, str(text[place])[:80], reason))
        return found


def _times(text: pl.Series) -> pl.Series:
    plain = text.str.replace("T", " ").str.replace(r"(Z|[+-]\d\d:?\d\d)$", "").str.replace(r"\.\d+$", "")
    formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    found = [plain.str.to_datetime(form, strict=False, time_unit="us") for form in formats]
    return pl.DataFrame({str(i): s for i, s in enumerate(found)}).select(pl.coalesce(pl.all())).to_series()


def _days(moments: pl.Series) -> pl.Series:
    return moments.cast(pl.Datetime("us")).cast(pl.Int64) / 86_400_000_000
