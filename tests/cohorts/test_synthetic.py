"""The synthetic hospital: the same for one seed, and its causes come back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from kg.answering import Knowledge
from kg.cohorts.run import run_cohort
from kg.cohorts.synthetic import FINDINGS, Hospital


def test_one_seed_gives_one_hospital(knowledge: Knowledge) -> None:
    first, again, other = (Hospital(knowledge, seed).draw_counts(500) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
    assert list(Hospital(knowledge, 1).draw_cases(5)) == list(Hospital(knowledge, 1).draw_cases(5))


def test_counts_are_possible_and_as_many_are_low_as_asked(knowledge: Knowledge, tmp_path: Path) -> None:
    Hospital(knowledge, 4, low=0.1).write_counts(tmp_path / "counts.parquet", 20_000)
    run_cohort(tmp_path / "counts.parquet", tmp_path / "out", jobs=1)
    assert pl.read_csv(tmp_path / "out" / "rejected.csv").is_empty()
    episodes = pl.read_parquet(tmp_path / "out" / "episodes.parquet")
    assert 0.09 < len(episodes) / 20_000 < 0.12


def test_the_causes_that_were_drawn_come_back(knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    Hospital(knowledge, 1).write_cases(path, 400)
    truth = {r["id"]: r["truth"] for r in map(json.loads, path.read_text("utf-8").splitlines())}
    assert len(FINDINGS) == 4
    run_cohort(path, tmp_path / "out", jobs=1)
    causes = pl.read_parquet(tmp_path / "out" / "causes.parquet")
    found = {person for person, cause in causes.select("person", "cause").iter_rows() if truth[person] == cause}
    assert len(found) > 0.7 * len(truth)  # the rest fold into another form, or lie below the shelves
