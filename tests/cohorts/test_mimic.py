"""The MIMIC-IV demo: who is low, and whether the coded explanation stands on the shelves while the codes are hidden."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.coded import compare_with_codes
from kg.answering import get_knowledge
from kg.cohorts.run import run_cohort


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, live_owl: Path) -> Path:  # noqa: ARG001
    from kg.cohorts.thinking import Settings
    from tests.conftest import find_shared

    shared = find_shared()
    if shared is None:
        pytest.skip("no shared data (LEUKOGRAPH_SHARED)")
    folder = tmp_path_factory.mktemp("mimic")
    run_cohort(
        shared / "data" / "mimic_iv_demo_meds.parquet",
        folder,
        map_name="mimic-iv",
        settings=Settings(hide_diagnoses=True),
        jobs=1,
    )
    return folder


def test_who_is_low(out: Path) -> None:
    episodes = pl.read_parquet(out / "episodes.parquet")
    assert episodes.filter(pl.col("wbc") < 4)["person"].n_unique() == 18
    assert episodes.filter(pl.col("anc") < 1.5)["person"].n_unique() == 4


def test_the_coded_explanation_is_on_the_shelves(out: Path, shared: Path) -> None:
    found = compare_with_codes(out, shared / "data" / "mimic_iv_demo_meds.parquet", get_knowledge())
    assert len(found) == 18
    assert sum(bool(person.found) for person in found) >= 13


def test_a_timeline_for_each(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    low = pl.read_parquet(out / "episodes.parquet").filter(pl.col("wbc") < 4)["person"].unique()
    assert all(f"counts of {person} in time" in page for person in low)
