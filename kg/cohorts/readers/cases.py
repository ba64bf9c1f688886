"""NDJSON of cases: one case of the case schema a line, each an episode of its own.

Owns the lines: one that is too long, no UTF-8 or no JSON costs itself alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl

from kg.case.readers.schema import MAX_BYTES
from kg.cohorts.staging import CASES, Batch, Rejected
from kg.exceptions import InputError

BATCH_LINES = 5_000


def read_cases(path: Path) -> Iterator[Batch]:
    """Batches of lines. Raises InputError where the file cannot be read."""
    rows: list[tuple[int, str, str]] = []
    rejected: list[Rejected] = []
    try:
        with path.open("rb") as file:
            for row, line in enumerate_lines(file, MAX_BYTES):
                if isinstance(line, Rejected):
                    rejected.append(line)
                elif line.strip():
                    rows.append((row, _person(line, row), line))
                if len(rows) >= BATCH_LINES:
                    yield _batch(rows, rejected)
                    rows, rejected = [], []
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None
    yield _batch(rows, rejected)


def _batch(rows: list[tuple[int, str, str]], rejected: list[Rejected]) -> Batch:
    return Batch(pl.DataFrame(rows, schema=CASES, orient="row"), rejected)


def enumerate_lines(file: IO[bytes], longest: int) -> Iterator[tuple[int, str | Rejected]]:
    """Number and text of each line; a line that cannot be read is told instead."""
    row = 0
    while line := file.readline(longest + 1):
        if len(line) > longest:
            while line and not line.endswith(b"\n"):
                line = file.readline(longest + 1)
            yield row, Rejected(row, "", "", f"is longer than {longest:,} bytes")
        else:
            try:
                yield row, line.decode("utf-8-sig" if row == 0 else "utf-8")
            except UnicodeDecodeError as error:
                yield row, Rejected(row, "", "", f"is not UTF-8 (byte {error.start + 1})")
        row += 1


def _person(line: str, row: int) -> str:
    """Name of a case, for the tables; its number where it has none. The rest is read when the case is."""
    if '"id"' not in line:
        return f"{row:010d}"
    try:
        data = json.loads(line)
    except ValueError:
        return f"{row:010d}"
    inner = data.get("case", {}) if isinstance(data, dict) else {}
    name = (data.get("id") if isinstance(data, dict) else None) or (inner.get("id") if isinstance(inner, dict) else None)
    return str(name or f"{row:010d}")
