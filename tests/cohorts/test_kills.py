"""A run that is killed, or finds the disk full, goes on where it was and ends with the undisturbed output."""

from __future__ import annotations

import random
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
from kg.exceptions import InputError
from tests.cohorts.conftest import run
from tests.conftest import ROOT

KILLS, PART = 20, 400
TABLES = ("episodes.parquet", "causes.parquet", "tally.parquet")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory, live_owl: Path) -> Path:  # noqa: ARG001
    path = tmp_path_factory.mktemp("hospital") / "counts.parquet"
    Hospital(get_knowledge(), seed=3, low=0.3).write_counts(path, 40_000)
    return path


@pytest.fixture(scope="module")
def undisturbed(hospital: Path) -> Path:
    out = hospital.parent / "undisturbed"
    run_cohort(hospital, out, jobs=1, part_rows=PART)
    return out


def check_equal(one: Path, other: Path) -> None:
    for name in TABLES:
        assert pl.read_parquet(one / name).equals(pl.read_parquet(other / name)), name
    assert (one / "rejected.csv").read_bytes() == (other / "rejected.csv").read_bytes()
    assert (one / "report.html").read_bytes() == (other / "report.html").read_bytes()


PROGRAM = (
    "import sys; from pathlib import Path; from kg.cohorts.run import run_cohort;"
    "run_cohort(Path(sys.argv[1]), Path(sys.argv[2]), jobs=1, part_rows=400, title='counts')"
)


def wait_for_a_moment(process: subprocess.Popen[bytes], out: Path, draw: random.Random) -> None:
    """Some time after the start, or shortly after up to two further parts are done."""
    goal = len(list(out.glob(".work/part-*"))) + draw.randint(0, 2)
    deadline = time.monotonic() + draw.uniform(0.1, 3.0) if draw.random() < 0.4 else float("inf")
    while process.poll() is None and time.monotonic() < deadline and len(list(out.glob(".work/part-*"))) < goal:
        time.sleep(0.002)
    time.sleep(draw.uniform(0.0, 0.05))


def test_twenty_kills_lose_and_double_nothing(hospital: Path, undisturbed: Path, tmp_path: Path) -> None:
    out, draw = tmp_path / "out", random.Random(18)
    for kill in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(hospital), str(out)], cwd=ROOT, stderr=subprocess.DEVNULL)
        wait_for_a_moment(process, out, draw)
        assert process.poll() is None, f"done before kill {kill}"
        process.send_signal(signal.SIGKILL)
        process.wait()
    run_cohort(hospital, out, jobs=1, part_rows=PART, title="counts")
    check_equal(out, undisturbed)


def test_a_full_disk_is_said_and_loses_nothing(hospital: Path, undisturbed: Path, tmp_path: Path) -> None:
    """A file that may not grow beyond a limit stands for a disk that is full."""
    out = tmp_path / "out"
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))"
    limited = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {limit}; {PROGRAM}"
    process = subprocess.run(
        [sys.executable, "-c", limited, str(hospital), str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode != 0
    assert "no room is left" in process.stderr.splitlines()[-1]
    run_cohort(hospital, out, jobs=1, part_rows=PART, title="counts")
    check_equal(out, undisturbed)


def test_another_source_is_not_mixed_in(hospital: Path, undisturbed: Path) -> None:
    with pytest.raises(InputError, match="holds another run"):
        run_cohort(hospital, undisturbed, jobs=1, part_rows=PART + 1)


def test_processes_side_by_side_give_the_same(hospital: Path, undisturbed: Path, tmp_path: Path) -> None:
    code, _, said = run(str(hospital), "-o", str(tmp_path / "out"), "--jobs", "2")
    assert code == 0
    for name in ("episodes.parquet", "causes.parquet"):
        assert pl.read_parquet(tmp_path / "out" / name).equals(pl.read_parquet(undisturbed / name))
    assert "rows" in said


def test_a_finished_run_is_not_done_again(hospital: Path, undisturbed: Path) -> None:
    told: list[str] = []
    run_cohort(hospital, undisturbed, jobs=1, part_rows=PART, tell=told.append)
    assert told[-1] == "nothing has changed since the last run"
