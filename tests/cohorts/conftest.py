"""The live knowledge, once; runs of the command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.answering import Knowledge, get_knowledge
from kg.cohorts.thinking import Settings, Thinker
from tests.conftest import ROOT

EXTRACT = Path(__file__).parent / "nhanes_extract.parquet"


@pytest.fixture(scope="session")
def knowledge(live_owl: Path) -> Knowledge:
    return get_knowledge(live_owl)


@pytest.fixture(scope="session")
def thinker(knowledge: Knowledge) -> Thinker:
    return Thinker(Settings(), knowledge)


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `kg cohort …`."""
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "kg", "cohort", *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode, done.stdout, done.stderr
