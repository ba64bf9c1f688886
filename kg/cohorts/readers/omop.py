"""OMOP tables (CDM 5) in a folder: person, measurement, drug_exposure, condition_occurrence, and concept where it is there.

Read where the mapping is plain: a measurement by the LOINC code or the name of its concept, a drug by its RxNorm code or
its name, a condition by its code. Without the concept table the source's own names (`*_source_value`) are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kg.case.resolve import Resolver
from kg.case.values.units import convert
from kg.cohorts.readers.table import scan_parquet
from kg.cohorts.staging import EVENTS, Batch
from kg.exceptions import InputError

MALE, FEMALE = 8507, 8532  # concepts of gender in the standard vocabulary
Concepts = Mapping[int, tuple[str, str, str]]  # id -> name, vocabulary, code


def read_omop(path: Path, resolver: Resolver) -> Iterator[Batch]:
    """Batches of events, a table at a time. Raises InputError."""
    concepts = _read_concepts(path)
    row = 0
    for make in (_persons, _measurements, _drugs, _conditions):
        batch = make(path, concepts, resolver)
        numbers = pl.int_range(row, row + len(batch.frame), dtype=pl.Int64)
        yield batch._replace(frame=batch.frame.with_columns(row=numbers).select(pl.col(n).cast(k) for n, k in EVENTS.items()))
        row += len(batch.frame)


def _open(path: Path, name: str, required: bool = False) -> pl.LazyFrame | None:
    for file in sorted(path.iterdir()):
        if file.name.casefold().split(".")[0] == name:
            try:
                frame = scan_parquet(file) if file.suffix == ".parquet" else pl.scan_csv(file, infer_schema_length=10_000)
                return frame.rename(str.lower)
            except pl.exceptions.PolarsError as error:
                raise InputError(f"cannot be read ({str(error).splitlines()[0][:200]})", str(file)) from None
    if required:
        raise InputError(f"has no table {name}", str(path))
    return None


def _read_concepts(path: Path) -> Concepts:
    if (frame := _open(path, "concept")) is None:
        return {}
    columns = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
    return {
        int(i): (str(name), str(vocabulary), str(code))
        for i, name, vocabulary, code in frame.select(columns).collect().iter_rows()
    }


def _collect(frame: pl.LazyFrame, table: str, **columns: str) -> pl.DataFrame:
    """Some columns under other names; one that a table lacks is empty. Raises InputError for a needed one."""
    there = frame.collect_schema()
    needed = [columns[key] for key in ("person", "time")]
    if missing := [names for names in needed if not any(name in there for name in names.split("|"))]:
        raise InputError(f"has no column {missing[0]!r}", table)
    found = {key: next((n for n in names.split("|") if n in there), None) for key, names in columns.items()}
    return frame.select(**{key: pl.col(name) if name else pl.lit(None) for key, name in found.items()}).collect()


def _time(column: str) -> pl.Expr:
    moment = pl.col(column).cast(pl.String).str.replace("T", " ").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return moment.cast(pl.Datetime("us")).cast(pl.Int64) / 86_400_000_000


def _event(frame: pl.DataFrame, **columns: Any) -> pl.DataFrame:
    cells = {"person": pl.col("person").cast(pl.String), "time": _time("time"), "code": pl.lit(""), "name": pl.lit("")}
    cells |= {"value": pl.lit(None, dtype=pl.Float64), "unit": pl.lit("")} | columns
    return frame.select(**cells)


def _persons(path: Path, concepts: Concepts, resolver: Resolver) -> Batch:  # noqa: ARG001 - the makers share a form
    frame = _open(path, "person", required=True)
    assert frame is not None
    table = _collect(frame, "person", person="person_id", time="year_of_birth", month="month_of_birth", day="day_of_birth",
                     sex="gender_concept_id", word="gender_source_value")  # fmt: skip
    born = pl.date(
        pl.col("time").cast(pl.Int32), pl.col("month").cast(pl.Int32).fill_null(1), pl.col("day").cast(pl.Int32).fill_null(1)
    )
    sex = (
        pl.when(pl.col("sex").cast(pl.Int64) == MALE)
        .then(pl.lit("male"))
        .when(pl.col("sex").cast(pl.Int64) == FEMALE)
        .then(pl.lit("female"))
    )
    births = _event(table.with_columns(time=born), kind=pl.lit("birth"))
    sexes = _event(table.with_columns(time=born), kind=pl.lit("sex"), name=sex.otherwise(pl.col("word").cast(pl.String)))
    return Batch(pl.concat([births, sexes.filter(pl.col("name").is_not_null())]), [])


def _measurements(path: Path, concepts: Concepts, resolver: Resolver) -> Batch:
    frame = _open(path, "measurement", required=True)
    assert frame is not None
    table = _collect(frame, "measurement", person="person_id", time="measurement_datetime|measurement_date",
                     concept="measurement_concept_id", word="measurement_source_value", value="value_as_number",
                     unit="unit_source_value", unit_concept="unit_concept_id")  # fmt: skip
    keys = table.select("concept", "word", "unit", "unit_concept").unique()
    rows = [(*key, *found) for key in keys.iter_rows() if (found := _find_test(key, concepts, resolver))]
    schema: dict[str, Any] = {**keys.schema, "code": pl.String, "scale": pl.Float64, "offset": pl.Float64}
    joined = table.join(pl.DataFrame(rows, schema=schema, orient="row"), on=keys.columns, how="left", nulls_equal=True)
    words = pl.coalesce(pl.col("word").cast(pl.String), pl.col("concept").cast(pl.String), pl.lit("?"))
    unread = Counter(
        dict(joined.filter(pl.col("code").is_null()).select(words)[words.meta.output_name()].value_counts().iter_rows())
    )
    known = joined.filter(pl.col("code").is_not_null() & pl.col("value").is_not_null())
    value = (pl.col("value").cast(pl.Float64) * pl.col("scale") + pl.col("offset")).round(9)
    return Batch(_event(known, kind=pl.lit("lab"), code=pl.col("code"), value=value), [], unread)


def _find_test(key: tuple[Any, ...], concepts: Concepts, resolver: Resolver) -> tuple[str, float, float] | None:
    """Test of a measurement, and how its value becomes one in the unit of the test."""
    concept, word, unit, unit_concept = key
    name, vocabulary, code = concepts.get(int(concept or 0), ("", "", ""))
    written = str(unit or concepts.get(int(unit_concept or 0), ("", "", ""))[2] or "")
    test = resolver.tests.find_loinc(code, written) if vocabulary == "LOINC" else None
    for text in (str(word or ""), name):
        test = test or resolver.tests.find_loinc(text, written) or (resolver.tests.find(text, written) if text else None)
    if test is None:
        return None
    try:
        at = [convert(value, written or test.unit, test.unit, test.label, test.quantity) for value in (0.0, 100.0)]
    except InputError:
        return None
    return test.id, (at[1] - at[0]) / 100.0, at[0]


def _drugs(path: Path, concepts: Concepts, resolver: Resolver) -> Batch:  # noqa: ARG001
    if (frame := _open(path, "drug_exposure")) is None:
        return Batch(pl.DataFrame(schema=EVENTS), [])
    table = _collect(frame, "drug_exposure", person="person_id", time="drug_exposure_start_date", stop="drug_exposure_end_date",
                     concept="drug_concept_id", word="drug_source_value")  # fmt: skip
    name = pl.coalesce(
        pl.col("concept").map_elements(lambda c: concepts.get(int(c), ("",))[0] or None, return_dtype=pl.String),
        pl.col("word").cast(pl.String),
        pl.lit(""),
    )
    code = pl.col("concept").map_elements(lambda c: _rxnorm(concepts, int(c)), return_dtype=pl.String).fill_null("")
    named = table.with_columns(drug=name, number=code)
    starts = _event(named, kind=pl.lit("drug_start"), name=pl.col("drug"), code=pl.col("number"))
    ended = named.filter(pl.col("stop").is_not_null()).with_columns(time=pl.col("stop"))
    stops = _event(ended, kind=pl.lit("drug_stop"), name=pl.col("drug"), code=pl.col("number"))
    return Batch(pl.concat([starts, stops]), [])


def _rxnorm(concepts: Concepts, concept: int) -> str:
    _, vocabulary, code = concepts.get(concept, ("", "", ""))
    return f"RxNorm:{code}" if vocabulary == "RxNorm" else ""


def _conditions(path: Path, concepts: Concepts, resolver: Resolver) -> Batch:  # noqa: ARG001
    if (frame := _open(path, "condition_occurrence")) is None:
        return Batch(pl.DataFrame(schema=EVENTS), [])
    table = _collect(frame, "condition_occurrence", person="person_id", time="condition_start_date",
                     concept="condition_concept_id", word="condition_source_value")  # fmt: skip
    name = pl.col("concept").map_elements(lambda c: concepts.get(int(c), ("",))[0], return_dtype=pl.String).fill_null("")
    code = pl.lit("ICD10CM:") + pl.col("word").cast(pl.String).fill_null("")
    return Batch(_event(table, kind=pl.lit("diagnosis"), name=name, code=code), [])
