"""The 2,000 saved inputs: each is answered or refused, in a line, soon, and never ends in a fault."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.__main__ import run
from tests.conftest import copy_tables
from tests.curation.test_bad_input import complete
from tests.fuzz import generate

PARTS = 20
SLOWEST = 20.0  # seconds that one input may take, on a machine that does other things, too
INPUTS = generate.read()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound tables, of which an input replaces one."""
    place = tmp_path_factory.mktemp("fuzz")
    complete(copy_tables(place / "tables"))
    return place


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The live ontology, read once for all inputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def attempt(command: list[str], data: bytes, folder: Path) -> tuple[int, str, float]:
    """Exit status, standard error and seconds of one input."""
    file = folder / ("input.owl" if command[0] == "diff" else "input.rq" if command[0] == "query" else "input.json")
    if "{tables}" in command:
        file = folder / "tables" / "terms" / "seed.tsv"
    file.write_bytes(data)
    arguments = [word.replace("{file}", str(file)).replace("{tables}", str(folder / "tables")) for word in command]
    out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    start = time.monotonic()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        status = run(arguments)
    errors.flush()
    return status, errors.buffer.getvalue().decode(), time.monotonic() - start  # type: ignore[attr-defined]


def judge(status: int, errors: str, seconds: float) -> str:
    """What is wrong with how an input ended; empty where nothing is."""
    if status not in (0, 1, 2):
        return f"status {status}: {errors.strip()}"
    if "Traceback" in errors or "fault in kg" in errors:
        return errors
    if status == 2 and errors and not errors.startswith(("kg: ", "Usage: ")):
        return f"no plain refusal: {errors}"
    return f"{seconds:.0f} s" if seconds > SLOWEST else ""


@pytest.mark.usefixtures("live_owl")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_saved_input_ends_in_a_fault(folder: Path, part: int) -> None:
    faults = []
    for command, data in INPUTS[part::PARTS]:
        if fault := judge(*attempt(command, data, folder)):
            faults.append((command, data[:2000], fault))
    assert faults == []


def test_the_corpus_is_what_its_generator_makes() -> None:
    """2,000 inputs of every kind; the file can be made again"""
    assert list(generate.generate()) == INPUTS
    assert len(INPUTS) == sum(count for count, _ in generate.KINDS.values()) == 2000
    assert len({(tuple(command), data) for command, data in INPUTS}) > 1900
    assert generate.CORPUS.stat().st_size < 500_000
