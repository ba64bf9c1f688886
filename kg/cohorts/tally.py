"""Numbers of a part that are added up over all parts: the funnel, the distribution, the strata, and what each limit would say.

Owns what is counted. All counts of the table are counted, not only low ones. Must not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.case.values.analytes import ALC, ANC, WBC
from kg.case.values.durations import YEAR
from kg.case.values.thresholds import BASE, DUFFY_NULL, Patient, Row, Thresholds

LINES = (WBC, ANC, ALC)
AGE_BANDS = ((1.0, "below 1"), (6.0, "1 to 5"), (18.0, "6 to 17"), (40.0, "18 to 39"), (65.0, "40 to 64"), (200.0, "65 and over"))
STEP, HIGHEST = 0.1, 20.0
USUAL, USUAL_THERE, ANY = "usual", "usual, where Duffy-null limits exist", "low"
Tally = tuple[str, str, str, int, int]


def count_rows(frame: pl.DataFrame, low: NDArray[np.bool_], lows: pl.DataFrame) -> Iterator[Tally]:
    """Funnel, strata, lines and distribution of a part of counts. `lows` has a row for each low line: row, finding."""
    persons = frame["person"]
    yield "funnel", "counts", "", len(frame), int(low.sum())
    yield "funnel", "persons", "", persons.n_unique(), persons.filter(pl.Series(low)).n_unique() if low.any() else 0
    for test in (name for name in LINES if name in frame.columns):
        yield "measured", test, "", len(frame) - frame[test].null_count(), 0
    for (finding,), group in lows.group_by("finding", maintain_order=True):
        yield "finding", str(finding), "", group["row"].n_unique(), group["row"].n_unique()
    yield from _strata(frame.with_columns(low=pl.Series(low), age_band=_age_band()))
    yield from _distribution(frame)


def _age_band() -> pl.Expr:
    years = pl.col("age") / YEAR
    expr: Any = pl.when(years.is_null()).then(pl.lit("not given"))
    for top, name in AGE_BANDS:
        expr = expr.when(years < top).then(pl.lit(name))
    found: pl.Expr = expr.otherwise(pl.lit("not given"))
    return found


def _strata(frame: pl.DataFrame) -> Iterator[Tally]:
    for column in ("period", "unit", "age_band", "sex"):
        groups = frame.group_by(pl.col(column).fill_null("not given")).agg(n=pl.len(), low=pl.col("low").sum()).sort(column)
        for level, n, low in groups.iter_rows():
            yield "stratum", column, str(level), int(n), int(low)


def _distribution(frame: pl.DataFrame) -> Iterator[Tally]:
    for test in (name for name in LINES if name in frame.columns):
        steps = (pl.col(test).clip(0, HIGHEST) / STEP + 1e-6).floor().cast(pl.Int64)
        groups = frame.filter(pl.col(test).is_not_null()).group_by(steps.alias("step")).agg(n=pl.len()).sort("step")
        for step, n in groups.iter_rows():
            yield "distribution", test, f"{step * STEP:.1f}", int(n), 0


def compare_profiles(frame: pl.DataFrame, ages: NDArray[np.uint32], thresholds: Thresholds) -> Iterator[Tally]:
    """For each profile and finding: how many counts it judges, and how many of them it would call low.

    The usual limits and the Duffy-null ones are put to every count, as if every person were of that phenotype.
    """
    sex = frame["sex"].fill_null("").str.to_lowercase().str.slice(0, 1) if "sex" in frame.columns else None
    keyed = frame.with_columns(place=pl.int_range(pl.len()), band=pl.Series(ages), letter=sex if sex is not None else pl.lit(""))
    totals: dict[tuple[str, str, str], list[int]] = {}
    for group in keyed.partition_by("band", "letter", maintain_order=True):
        patient = Patient(group["age"][0], str(group["letter"][0]))
        for test in (name for name in LINES if name in frame.columns):
            values = group[test].drop_nulls().to_numpy()
            for name, found in _judge(thresholds, test, patient, values).items():
                total = totals.setdefault(name, [0, 0])
                total[0] += len(values)
                total[1] += int(found.sum())
    for (profile, finding, rule), (n, low) in totals.items():
        yield "profile", f"{profile}\t{finding}", rule, n, low


def _judge(
    thresholds: Thresholds, test: str, patient: Patient, values: NDArray[np.float64]
) -> dict[tuple[str, str, str], NDArray[np.bool_]]:
    """Which values each profile calls low, by (profile, finding, rule and line); the widest limit of a finding holds."""
    found: dict[tuple[str, str, str], NDArray[np.bool_]] = {}
    every = {name: thresholds.of_profile(test, name, patient) for name in thresholds.profiles - set(BASE)}
    every = {name: [r for r in rows if name == DUFFY_NULL or not r.population] for name, rows in every.items()}
    every[USUAL] = thresholds.usual(test, patient, True)
    for profile, rows in sorted(every.items()):
        widest: dict[str, Row] = {}
        for row in sorted((r for r in rows if r.is_low), key=lambda r: (r.limit, r.comparator, r.id)):
            widest[row.decides] = row
        for finding, row in widest.items():
            below = values < row.limit if row.comparator == "<" else values <= row.limit
            found[profile, finding, f"{row.comparator} {row.limit:g} [{row.source}]\t{test}"] = below
            found[profile, ANY, test] = found.get((profile, ANY, test), np.zeros_like(below)) | below
    if (DUFFY_NULL, ANY, test) in found and (USUAL, ANY, test) in found:
        found[USUAL_THERE, ANY, test] = found[USUAL, ANY, test]
    return found
