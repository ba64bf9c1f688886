"""Whole cohorts: cases a second, memory, growth, and the share of Spark; against a `for` over `kg.explain` and SQL alone.

Rates are per core, of processor time. The floor is the thresholds alone, as SQL over the same table (DuckDB); Polars and
DuckDB are compared on what either would have to do here: read, sort out the low counts, and count them by group.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.coded import compare_with_codes
from kg.answering import explain_case, get_knowledge
from kg.case.readers.sources import read_raw
from kg.cohorts.readers.cases import read_cases
from kg.cohorts.run import run_cohort
from kg.cohorts.synthetic import Hospital
from kg.cohorts.thinking import Settings, Thinker

Row = dict[str, Any]
SCALES = (1_000, 10_000, 100_000, 1_000_000)
FULL_GOAL, COUNTS_GOAL, MEMORY_GOAL = "at least 2,000", "at least 50,000", "at most 500"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def run() -> list[Row]:
    """All rows; some five minutes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return [
            *measure_full(place),
            *measure_growth(place),
            *measure_engines(place),
            *measure_spark(place),
            *measure_coded(place),
        ]


def _row(what: str, ours: float | str, goal: str = "", peer: float | str = "", ratio: float | str = "") -> Row:
    return {"what": what, "ours": ours, "peer": peer, "ratio": ratio, "goal": goal}


def _rate(count: int, action: Callable[[], object], runs: int = 3) -> float:
    """Cases a second of processor time, the median of several runs."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        action()
        found.append(count / (time.process_time() - begun))
    return round(statistics.median(found))


# --------------------------------------------------------------------------- full cases


def measure_full(place: Path, count: int = 3_000) -> list[Row]:
    """Full cases (values, signs, drugs): thinking alone, and from the line of JSON to the rows of the table."""
    knowledge, path = get_knowledge(), place / "cases.ndjson"
    Hospital(knowledge, 1).write_cases(path, count)
    thinker = Thinker(Settings(), knowledge)
    (batch,) = read_cases(path)
    cases = [thinker.resolver.resolve(read_raw(json.loads(line))) for line in batch.frame["line"]]
    for case in cases:
        thinker.ranker.rank(case)  # rows are made once

    def think() -> None:
        thinker.ranker._situations._known.clear()  # equal cases are not to be remembered
        for case in cases:
            thinker.ranker.rank(case)

    def whole() -> None:
        thinker.ranker._situations._known.clear()
        thinker.think(batch.frame, "cases")

    plain = cases[:100]
    peer = _rate(len(plain), lambda: [explain_case(case) for case in plain], 1)
    ours = _rate(count, think)
    return [
        _row("full cases a second a core, thinking (peer: `for` over kg.explain)", ours, FULL_GOAL, peer, round(ours / peer)),
        _row("full cases a second a core, from JSON to table", _rate(count, whole), FULL_GOAL),
    ]


# --------------------------------------------------------------------------- counts alone: growth and memory

_MEASURE = """
import json, resource, sys, time
from pathlib import Path
from kg.cohorts.run import run_cohort
begun = time.process_time()
from kg.answering import get_knowledge
from kg.cohorts.thinking import Settings, Thinker
ready = time.process_time()
run_cohort(Path(sys.argv[1]), Path(sys.argv[2]), jobs=1)
print(json.dumps([time.process_time() - ready, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measure_growth(place: Path) -> list[Row]:
    """Tables of 10^3 to 10^6 counts, each in a process of its own: time, highest memory, and the curve as a picture."""
    knowledge, rows, times = get_knowledge(), [], []
    for scale in SCALES:
        path = place / f"counts-{scale}.parquet"
        Hospital(knowledge, 1).write_counts(path, scale)
        command = [sys.executable, "-c", _MEASURE, str(path), str(place / f"out-{scale}")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, memory = json.loads(done.stdout.splitlines()[-1])
        times.append(seconds)
        rows.append(_row(f"{scale:,} counts, whole run in one process (s)", round(seconds, 1)))
    grown = (SCALES[-1] - SCALES[-2]) / (times[-1] - times[-2])
    rows.append(_row("counts alone a second a core, from 10^5 to 10^6", round(grown), COUNTS_GOAL))
    rows.append(_row("a million counts, highest memory (MiB)", round(memory), MEMORY_GOAL))
    _draw(times)
    return rows


def _draw(times: list[float]) -> None:
    """The curve, beside the figures of the README."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.2))
    axes = figure.add_subplot()
    axes.loglog(SCALES, times, marker="o")
    axes.loglog(SCALES, [times[-1] * scale / SCALES[-1] for scale in SCALES], linestyle="--", linewidth=0.8)
    axes.set_xlabel("counts")
    axes.set_ylabel("seconds, one core (dashed: linear)")
    figure.savefig(Path(__file__).parent / "data" / "cohort_growth.svg", bbox_inches="tight", metadata={"Date": None})


# --------------------------------------------------------------------------- engines and the floor


def measure_engines(place: Path) -> list[Row]:
    """Read a million counts, find the low ones, count them by age and sex: Polars against DuckDB's SQL; the floor of it all."""
    try:
        import duckdb
    except ModuleNotFoundError:
        return []
    path = place / f"counts-{SCALES[-1]}.parquet"
    band, low = (
        (pl.col("age_years") // 10).alias("band"),
        ((pl.col("ANC") < 1.5) | (pl.col("WBC") < 4) | (pl.col("ALC") < 1)).alias("low"),
    )

    def polars() -> object:
        return pl.scan_parquet(path).with_columns(band, low).group_by("band", "sex", "low").len().collect()

    def duck() -> object:
        where = "ANC < 1.5 or WBC < 4 or ALC < 1"
        return duckdb.sql(f"select age_years // 10, sex, {where}, count(*) from '{path}' group by all").fetchall()

    ours, peer = (round(statistics.median(_wall(action) for _ in range(5)), 3) for action in (polars, duck))
    return [_row("SQL thresholds alone, a million counts: Polars (s; peer: DuckDB)", ours, "", peer, round(ours / peer, 2))]


def _wall(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


# --------------------------------------------------------------------------- Spark


def measure_spark(place: Path) -> list[Row]:
    """The same 200,000 counts on one core of Spark and in one process, by the clock; the start of Spark is not counted."""
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        return []
    from kg.cohorts.spark import open_session, run_spark

    path = place / "spark.parquet"
    Hospital(get_knowledge(), 2, low=0.3).write_counts(path, 200_000)
    single = run_cohort(path, place / "single", jobs=1).seconds
    session = open_session("local[1]")
    run_spark(path, place / "warm", session=session)
    spark = run_spark(path, place / "spark-out", session=session).seconds
    session.stop()
    return [
        _row(
            "200,000 counts on one core of Spark (s; peer: one process)",
            round(spark, 1),
            "within 25 %",
            round(single, 1),
            round(spark / single, 2),
        )
    ]


# --------------------------------------------------------------------------- MIMIC


def measure_coded(place: Path) -> list[Row]:
    """MIMIC-IV demo: the coded explanation on the first two shelves, diagnosis codes hidden."""
    path = SHARED / "mimic_iv_demo_meds.parquet"
    if not path.exists():
        return []
    run_cohort(path, place / "mimic", map_name="mimic-iv", settings=Settings(hide_diagnoses=True), jobs=1)
    found = compare_with_codes(place / "mimic", path, get_knowledge())
    hits = sum(bool(person.found) for person in found)
    return [_row("MIMIC-IV demo: coded explanation on the first two shelves", f"{hits} of {len(found)}", "at least 13 of 18")]
