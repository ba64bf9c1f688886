"""Numbers of a part that are added up over all parts: the funnel, the distribution, the strata, and what each limit would say.

Owns what is counted. All counts of the table are counted, not only low ones. Must not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.case.values.analytes import ALC, ANC, WBC
from kg.case.values.durations import YEAR
from kg.case.values.thresholds import DUFFY_NULL, Patient, Thresholds

LINES = (WBC, ANC, ALC)
AGE_BANDS = ((1.0, "below 1"), (6.0, "1 to 5"), (18.0, "6 to 17"), (40.0, "18 to 39"), (65.0, "40 to 64"), (200.0, "65 and over"))
STEP, HIGHEST = 0.1, 20.0
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
    expr = pl.when(years.is_null()).then(pl.lit("not given"))
    for top, name in AGE_BANDS:
        expr = expr.when(years < top).then(pl.lit(name))
    return expr.otherwise(pl.lit("not given"))


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
        age = group["age"][0]
        for test in (name for name in LINES if name in frame.columns):
            values = group[test].drop_nulls().to_numpy()
            for profile, finding, rule, holds in _judge(thresholds, test, Patient(age, str(group["letter"][0])), values):
                found = totals.setdefault((profile, finding, rule), [0, 0])
                found[0] += len(values)
                found[1] += holds
    for (profile, finding, rule), (n, low) in totals.items():
        yield "profile", f"{profile}\t{finding}", rule, n, low


def _judge(
    thresholds: Thresholds, test: str, patient: Patient, values: NDArray[np.float64]
) -> Iterator[tuple[str, str, str, int]]:
    for profile in sorted(thresholds.profiles | {"usual"}):
        if profile in ("adult-usual", "child-usual"):
            continue
        rows = thresholds.usual(test, patient, True) if profile == "usual" else thresholds.of_profile(test, profile, patient)
        for row in rows:
            if row.is_low and (not row.population or profile in ("usual", DUFFY_NULL)):
                below = values < row.limit if row.comparator == "<" else values <= row.limit
                yield profile, row.decides, f"{row.comparator} {row.limit:g} [{row.source}]\t{test}", int(below.sum())
