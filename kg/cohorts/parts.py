"""Work in parts that a kill cannot spoil: a part is written beside and renamed whole; what is there is never done again.

Owns the files of a run. A manifest says what the run is about, so that parts of another source, map or version are never
mixed in. Must not know what a part means.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kg.cohorts.thinking import Found
from kg.exceptions import InputError

TABLES = ("episodes", "causes", "rejected", "tally")


class Parts:
    """The parts of one run, in a folder beside its output."""

    def __init__(self, out: Path) -> None:
        self.out, self.work = out, out / ".work"

    def begin(self, about: Mapping[str, Any]) -> str:
        """Begin or go on: `new`, `resumed` or `done`. Raises InputError where the folder holds another run."""
        self.work.mkdir(parents=True, exist_ok=True)
        plain = json.loads(json.dumps(about))
        if (known := self._read_manifest()) is None:
            self._write_manifest({"about": plain, "done": False})
            return "new"
        if known["about"] != plain:
            changed = sorted(key for key in plain if known["about"].get(key) != plain[key])
            message = f"holds another run ({', '.join(changed)} differ): choose another folder, or say --fresh"
            raise InputError(message, str(self.out))
        return "done" if known["done"] else "resumed"

    def discard(self) -> None:
        """Forget what an earlier run left."""
        shutil.rmtree(self.work, ignore_errors=True)

    def _read_manifest(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.work / "manifest.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found

    def _write_manifest(self, content: Mapping[str, Any]) -> None:
        replace_file(self.work / "manifest.json", lambda path: path.write_text(json.dumps(content), encoding="utf-8"))

    def finish(self) -> None:
        """Mark the run as done and drop its parts; the numbers for the page stay."""
        known = self._read_manifest() or {}
        for path in [*self.work.glob("part-*"), *self.work.glob("staged.p*")]:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        self._write_manifest(known | {"done": True})

    # ------------------------------------------------------------------ parts

    def path(self, number: int) -> Path:
        """Folder of a part that is done."""
        return self.work / f"part-{number:06d}"

    def missing(self, count: int) -> list[int]:
        """Numbers of the parts that are not done."""
        return [number for number in range(count) if not self.path(number).is_dir()]

    def write(self, number: int, found: Found) -> None:
        """Write a part. Raises OSError where there is no room."""
        beside = self.work / f"beside-{number:06d}"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        for name in TABLES:
            getattr(found, name).write_parquet(beside / f"{name}.parquet")
        beside.rename(self.path(number))

    def merge(self, count: int) -> None:
        """The tables of all parts as one file each, in the order of the parts."""
        for name in ("episodes", "causes"):
            files = [self.path(number) / f"{name}.parquet" for number in range(count)]
            table = pl.scan_parquet(files) if files else Found.empty()[TABLES.index(name)].lazy()
            replace_file(self.out / f"{name}.parquet", table.sink_parquet)
        rejected = [self.work / "staged.rejected.parquet", *(self.path(n) / "rejected.parquet" for n in range(count))]
        frame = pl.concat([pl.read_parquet(file) for file in rejected]).sort("row", "column", maintain_order=True)
        replace_file(self.out / "rejected.csv", frame.write_csv)
        tallies = [pl.read_parquet(self.path(number) / "tally.parquet") for number in range(count)] or [Found.empty().tally]
        total = pl.concat(tallies).group_by("what", "level", "detail", maintain_order=True).agg(pl.col("n", "low").sum())
        replace_file(self.out / "tally.parquet", total.write_parquet)


def replace_file(path: Path, write: Any) -> None:
    """Write beside, then rename: a file is whole or absent."""
    beside = path.with_name(f"{path.name}.beside")
    try:
        write(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
