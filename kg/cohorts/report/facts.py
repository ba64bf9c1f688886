"""The tables of a run as one object. Owns reading them; every number on the page comes from here."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import polars as pl

from kg.answering import Knowledge
from kg.cohorts.staging import UNREAD


class Facts:
    """What a run found."""

    def __init__(self, out: Path, knowledge: Knowledge) -> None:
        self.out, self.knowledge = out, knowledge
        self.t = knowledge.traversal

    @cached_property
    def episodes(self) -> pl.DataFrame:
        """A row for each episode."""
        return pl.read_parquet(self.out / "episodes.parquet")

    @cached_property
    def causes(self) -> pl.LazyFrame:
        """A row for each cause on the first two shelves of each episode; read in streams, for there may be millions."""
        return pl.scan_parquet(self.out / "causes.parquet")

    @cached_property
    def tally(self) -> pl.DataFrame:
        """Numbers of the whole table."""
        return pl.read_parquet(self.out / "tally.parquet")

    @cached_property
    def rejected(self) -> pl.DataFrame:
        """What was set aside, by column and reason."""
        frame = pl.read_csv(self.out / "rejected.csv", schema_overrides={"value": pl.String, "column": pl.String})
        plain = pl.col("reason").cast(pl.String).str.replace_all(r"-?\d[\d.,e+-]*", "…")
        return (
            frame.group_by(pl.col("column").cast(pl.String), plain)
            .agg(rows=pl.len())
            .sort(["rows", "column", "reason"], descending=[True, False, False])
        )

    @cached_property
    def unread(self) -> pl.DataFrame:
        """Codes of the source that say nothing to us."""
        path = self.out / ".work" / "staged.unread.parquet"
        return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=UNREAD)

    def of(self, what: str) -> pl.DataFrame:
        """Rows of the tally of one kind."""
        return self.tally.filter(pl.col("what") == what)

    def number(self, what: str, level: str) -> tuple[int, int]:
        """How many, and how many of them low."""
        rows = self.of(what).filter(pl.col("level") == level)
        return int(rows["n"].sum()), int(rows["low"].sum())

    def count_below(self, test: str, limit: float) -> int:
        """Counts of a line below a limit, whatever the age."""
        rows = self.of("distribution").filter(pl.col("level") == test)
        below = rows.filter(pl.col("detail").cast(pl.Float64) < limit - 1e-6)
        return int(below["n"].sum())

    @cached_property
    def names_persons(self) -> bool:
        """Whether the record says anything beside counts: drugs, conditions, findings."""
        return bool((self.episodes["drugs"] > 0).any()) or not self.of("drug").is_empty()
