"""`kg.cohort(frame)`: a pandas or Polars frame of counts -> a frame of the same kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from kg.cohorts.mapping import ColumnMap, check_columns, guess_map, parse_map, read_map
from kg.cohorts.readers.table import Shape
from kg.cohorts.thinking import Settings, Thinker
from kg.exceptions import InputError


def explain_frame(
    frame: Any, mapping: str | Mapping[str, Any] | None = None, *, causes: bool = False, profile: str = "", rejected: bool = False
) -> Any:
    """Episodes of a frame, or their causes, or what was set aside. Raises InputError."""
    table, is_pandas = _as_polars(frame)
    thinker = Thinker(Settings(profile))
    shape = Shape(_find_map(mapping, table, thinker), thinker.resolver)
    check_columns(shape.mapping, table.columns, "frame")
    batch = shape.read(table, 0, [])
    rows = batch.frame.sort("person", "time", "row", nulls_last=False)
    found = thinker.think(rows, "counts")
    aside = pl.concat([pl.DataFrame(batch.rejected, schema=found.rejected.schema, orient="row"), found.rejected])
    answer = aside if rejected else found.causes if causes else found.episodes
    return answer.to_pandas() if is_pandas else answer


def _as_polars(frame: Any) -> tuple[pl.DataFrame, bool]:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect(), False
    if isinstance(frame, pl.DataFrame):
        return frame, False
    if type(frame).__module__.partition(".")[0] == "pandas":
        return pl.from_pandas(frame), True
    raise InputError(f"is no pandas or Polars frame but {type(frame).__name__}", "frame")


def _find_map(mapping: str | Mapping[str, Any] | None, table: pl.DataFrame, thinker: Thinker) -> ColumnMap:
    if mapping is None:
        return guess_map(table.columns, thinker.resolver)
    return read_map(mapping) if isinstance(mapping, str) else parse_map(mapping)
