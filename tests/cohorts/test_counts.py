"""Rows that share a situation are held equal to reading every row as a case."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kg.case.raw import RawCase, RawLab, RawPatient
from kg.case.resolve import Resolver
from kg.case.values.analytes import ALC, ANC, BANDS, GRANULOCYTES, HEMOGLOBIN, PLATELETS, SEGS, WBC
from kg.cohorts.counts import CountReader
from kg.cohorts.thinking import Thinker
from kg.exceptions import LeukographError

TESTS = {
    WBC: (0, 14),
    ANC: (0, 9),
    ALC: (0, 5),
    SEGS: (20, 99),
    BANDS: (0, 30),
    GRANULOCYTES: (0, 9),
    HEMOGLOBIN: (6, 17),
    PLATELETS: (10, 400),
}


def draw(rows: int, seed: int) -> pl.DataFrame:
    """Counts on a coarse grid, so that many stand exactly on a limit; some are missing, some cannot be."""
    random = np.random.default_rng(seed)
    columns: dict[str, object] = {"row": range(rows), "person": [str(i) for i in range(rows)]}
    columns["age"] = [
        None if random.random() < 0.2 else float(random.choice([1, 10, 29, 200, 400, 2000, 6000, 6574.5, 9000, 30000]))
        for _ in range(rows)
    ]
    columns["sex"] = [str(random.choice(["female", "Male", ""])) or None for _ in range(rows)]
    columns["duffy"] = [str(random.choice(["null", "positive", "", "", ""])) or None for _ in range(rows)]
    for test, (low, high) in TESTS.items():
        step = 0.5 if high < 20 else 10
        values = [float(low + step * random.integers(0, int((high - low) / step) + 1)) for _ in range(rows)]
        columns[test] = [None if random.random() < 0.45 else -v if random.random() < 0.02 else v for v in values]
    base = pl.DataFrame(columns)
    nearly = [base.with_columns(pl.col(t) * factor for t in TESTS) for factor in (1.0, 1.0004, 1.002, 0.9996, 1.03)]
    kept = pl.concat(nearly)
    return kept.filter(pl.any_horizontal(pl.col(t).is_not_null() for t in TESTS))


def read_alone(resolver: Resolver, values: dict[str, object]) -> tuple[object, ...]:
    labs = tuple(
        RawLab(value=float(values[t]), test=resolver.tests.by_id[t].label, unit=resolver.tests.by_id[t].unit)  # type: ignore[arg-type]
        for t in TESTS
        if values[t] is not None
    )
    age = values["age"]
    patient = RawPatient(age=None if age is None else f"P{age:.10g}D", sex=values["sex"] or None, duffy=values["duffy"] or None)  # type: ignore[arg-type]
    try:
        case = resolver.resolve(RawCase(patient=patient, labs=labs))
    except LeukographError:
        return ("nothing",)
    return (
        [(r.test, r.decides, bool(r.rules_out), r.normal_for) for r in case.readings],
        [(o.term, o.present) for o in case.observations],
        sorted(str(i["path"]) for i in case.not_understood),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_row_answers_for_its_situation(thinker: Thinker, seed: int) -> None:
    frame, resolver = draw(150, seed), thinker.knowledge.resolver
    place, situations = CountReader(thinker.resolver).read(frame)
    assert len(situations) < 0.9 * len(frame)
    for row, values in enumerate(frame.iter_rows(named=True)):
        situation = situations[place[row]]
        expected = read_alone(resolver, values)
        if situation.error:
            assert expected == ("nothing",), values
            continue
        assert expected[0] == [(r.test, r.decides, bool(r.rules_out), r.normal_for) for r in situation.case.readings], values
        assert expected[1] == [(o.term, o.present) for o in situation.case.observations], values
        assert len(expected[2]) <= len(situation.refused) or not expected[2], values


def test_situations_are_few(thinker: Thinker) -> None:
    random = np.random.default_rng(1)
    frame = pl.DataFrame({
        "row": range(20_000), "person": [str(i) for i in range(20_000)], "age": [15000.0] * 20_000,
        WBC: random.normal(7, 2, 20_000).round(1).clip(1, 20), ANC: random.uniform(0.1, 1.0, 20_000).round(2),
    })  # fmt: skip
    _, situations = CountReader(thinker.resolver).read(frame)
    assert len(situations) < 200
