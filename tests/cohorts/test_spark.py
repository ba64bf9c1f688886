"""Spark with two executors, one of which is killed in the middle: the output is that of a single machine, row for row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from kg.answering import get_knowledge
from kg.cohorts.run import run_cohort
from kg.cohorts.synthetic import Hospital
from tests.conftest import ROOT, skip

PROGRAM = """
import sys
from pathlib import Path
from kg.cohorts.spark import open_session, run_spark
options = {"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
session = open_session("local-cluster[2,1,1024]", **options)
print(run_spark(Path(sys.argv[1]), Path(sys.argv[2]), part_rows=2000, session=session), flush=True)
session.stop()
"""


def find_executors(parent: int) -> list[int]:
    """Executors below a process; local-cluster gives each a JVM of its own."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int((entry / "stat").read_text().rpartition(") ")[2].split()[1]), []).append(int(entry.name))
            except (OSError, IndexError):
                continue
    found, todo = [], [parent]
    while todo:
        for child in children.get(todo.pop(), ()):
            todo.append(child)
            try:
                if b"CoarseGrainedExecutorBackend" in (Path("/proc") / str(child) / "cmdline").read_bytes():
                    found.append(child)
            except OSError:
                continue
    return sorted(found)


def test_a_killed_executor_changes_nothing(live_owl: Path, tmp_path: Path) -> None:  # noqa: ARG001
    pytest.importorskip("pyspark")
    if not Path("/proc").is_dir():
        skip("no /proc")
    source = tmp_path / "counts.parquet"
    Hospital(get_knowledge(), seed=5, low=0.3).write_counts(source, 40_000)
    run_cohort(source, tmp_path / "single", jobs=1, part_rows=2_000)
    command = [sys.executable, "-c", PROGRAM, str(source), str(tmp_path / "spark")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    killed = 0
    work = tmp_path / "spark" / ".work" / "spark"
    for _ in range(1200):
        time.sleep(0.1)
        done = len(list(work.rglob("*.parquet"))) if work.exists() else 0
        executors = find_executors(process.pid)
        if done >= 2 and len(executors) == 2:
            os.kill(executors[0], signal.SIGKILL)
            killed = done
            break
    out, _ = process.communicate(timeout=600)
    assert "Summary(rows=40000, parts=20" in out
    assert 2 <= killed < 20
    for name in ("episodes", "causes", "tally"):
        single, spark = (pl.read_parquet(tmp_path / folder / f"{name}.parquet") for folder in ("single", "spark"))
        assert single.equals(spark), name
