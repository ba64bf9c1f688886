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


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`kg cohort …` as a process."""
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "kg", "cohort", *arguments]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `kg cohort …`."""
    process = start(*arguments, **environment)
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err
