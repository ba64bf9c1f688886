"""A whole cohort: source -> staged rows -> parts on all cores -> tables and the page, resumable at any point.

Owns the order of the steps and their processes. Must not know what a part means nor what the page shows.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from kg.answering import Knowledge, get_knowledge
from kg.cohorts.parts import Parts
from kg.cohorts.readers.sources import Source, open_source
from kg.cohorts.staging import Staged, find_cuts, stage
from kg.cohorts.thinking import Settings, Thinker
from kg.exceptions import InputError

PART_ROWS = {"counts": 50_000, "events": 50_000, "cases": 2_000}
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to do a part."""

    staged: Staged
    out: Path
    settings: Settings


class Summary(NamedTuple):
    """What a run did."""

    rows: int
    parts: int
    done_before: int
    seconds: float


def run_cohort(
    path: Path,
    out: Path,
    *,
    map_name: str = "",
    settings: Settings | None = None,
    jobs: int = 0,
    part_rows: int = 0,
    fresh: bool = False,
    tell: Tell = lambda _: None,
    title: str = "",
) -> Summary:
    """Episodes, causes, what was set aside and the page, in the folder `out`. Raises InputError."""
    knowledge = get_knowledge()
    source = open_source(path, map_name, knowledge.resolver)
    if source.guessed:
        tell(f"what the columns seem to mean (save it, correct it, give it with --map):\n{source.mapping.as_toml()}")
    try:
        return _run(source, out, settings or Settings(), jobs or os.cpu_count() or 1, part_rows, fresh, tell, knowledge, title)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise InputError(f"cannot be written: {error.strerror or error}", str(out)) from None
        raise InputError(_say_full(out), str(out)) from None


def _say_full(out: Path) -> str:
    kept = len(list((out / ".work").glob("part-*")))
    return f"no room is left; {kept} parts are kept: make room and give the same command again"


def _run(
    source: Source,
    out: Path,
    settings: Settings,
    jobs: int,
    part_rows: int,
    fresh: bool,
    tell: Tell,
    knowledge: Knowledge,
    title: str,
) -> Summary:
    begun, parts = time.monotonic(), Parts(out)
    size = part_rows or PART_ROWS[source.staged_form]
    if fresh:
        parts.discard()
    about = {**source.fingerprint(), "settings": asdict(settings), "versions": knowledge.versions, "rows of a part": size}
    if parts.begin(about) == "done":
        tell("nothing has changed since the last run")
        return Summary(0, 0, 0, 0.0)
    staged = stage_source(source, parts, tell)
    cuts = find_cuts(staged, size)
    missing = parts.missing(len(cuts))
    _think(Work(staged, out, settings), cuts, missing, jobs, tell, knowledge)
    parts.merge(len(cuts))
    from kg.cohorts.report import write_page

    write_page(out, title or source.path.stem, knowledge)
    parts.finish()
    return Summary(staged.rows, len(cuts), len(cuts) - len(missing), time.monotonic() - begun)


def stage_source(source: Source, parts: Parts, tell: Tell) -> Staged:
    """The staged rows of a source, read where they are not there yet."""
    path = parts.work / "staged.parquet"
    if path.exists():
        return Staged(path, source.staged_form, pl.scan_parquet(path).select(pl.len()).collect().item())
    tell(f"reading {source.path}")
    return stage(source.batches(), source.staged_form, parts.work)


# --------------------------------------------------------------------------- the parts


def _think(
    work: Work, cuts: Sequence[tuple[int, int]], missing: Sequence[int], jobs: int, tell: Tell, knowledge: Knowledge
) -> None:
    if done := len(cuts) - len(missing):
        tell(f"{done} of {len(cuts)} parts were done before")
    clock = _Clock(sum(cuts[number][1] for number in missing), tell)
    numbers = (
        _in_turn(work, cuts, missing, knowledge) if jobs == 1 or len(missing) < 2 else _side_by_side(work, cuts, missing, jobs)
    )
    for number in numbers:
        clock.add(cuts[number][1])


def _in_turn(work: Work, cuts: Sequence[tuple[int, int]], missing: Sequence[int], knowledge: Knowledge) -> Iterator[int]:
    thinker = Thinker(work.settings, knowledge)
    for number in missing:
        do_part(thinker, work, number, *cuts[number])
        yield number


def _side_by_side(work: Work, cuts: Sequence[tuple[int, int]], missing: Sequence[int], jobs: int) -> Iterator[int]:
    """Parts in processes of their own; at most two parts a process wait, so that memory stays flat."""
    context = multiprocessing.get_context("spawn")
    todo = iter(missing)
    with ProcessPoolExecutor(min(jobs, len(missing)), mp_context=context, initializer=_begin_process, initargs=(work,)) as pool:
        running: set[Future[int]] = set()
        while True:
            for number in todo:
                running.add(pool.submit(_do_part, number, *cuts[number]))
                if len(running) >= 2 * jobs:
                    break
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)


_process: tuple[Thinker, Work]


def _begin_process(work: Work) -> None:
    global _process
    _process = Thinker(work.settings), work


def _do_part(number: int, start: int, length: int) -> int:
    do_part(*_process, number, start, length)
    return number


def do_part(thinker: Thinker, work: Work, number: int, start: int, length: int) -> None:
    """Think about a stretch of the staged rows and write what was found."""
    part = pl.scan_parquet(work.staged.path).slice(start, length).collect()
    Parts(work.out).write(number, thinker.think(part, work.staged.form))


class _Clock:
    """Says how far a run is, at most once a second."""

    def __init__(self, total: int, tell: Tell) -> None:
        self.total, self.tell, self.done, self.begun, self.told = total, tell, 0, time.monotonic(), 0.0

    def add(self, rows: int) -> None:
        self.done += rows
        passed = time.monotonic() - self.begun
        if passed - self.told >= 1.0 or self.done == self.total:
            left = passed / self.done * (self.total - self.done) if self.done else 0.0
            self.tell(f"{self.done:,} of {self.total:,} rows, {self.done / max(passed, 1e-9):,.0f} a second, {left:.0f} s left")
            self.told = passed
