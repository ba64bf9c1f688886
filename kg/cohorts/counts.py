"""A table of counts -> what each row means, decided once for all rows of one situation.

A situation is everything that a rule looks at: which limits of its patient each value passes, whether values of one sample
agree, the age band, the sex, the Duffy phenotype. Limits are the graph's, put to whole columns by numpy; the first row of each
situation is read by the resolver as any case is, and the others share its answer. A test holds this equal to reading every
row. Owns the cutting; must not know episodes nor causes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.case.raw import RawCase, RawLab, RawPatient
from kg.case.records import Case
from kg.case.resolve import Resolver
from kg.case.values.analytes import (
    ALC,
    ANC,
    BANDS,
    BANDS_COUNT,
    GRANULOCYTES,
    NEUTROPHIL_SHARE,
    SEGS,
    SEGS_COUNT,
    SHARES,
    WBC,
    Test,
)
from kg.case.values.labs import WHITE_LINES
from kg.case.values.plausible import find_range
from kg.case.values.thresholds import Patient
from kg.exceptions import LeukographError

Floats = NDArray[np.float64]
Codes = NDArray[np.uint32]
Places = NDArray[np.intp]
NOT_MEASURED = 2**32 - 1
MOST_SITUATIONS = 200_000
PERSON = ("sex", "duffy")


class Low(NamedTuple):
    """A line that a rule calls low."""

    test: str
    finding: str
    degree: str


class Situation(NamedTuple):
    """What the values of a row amount to: the case without age and sex, the lines that are low, and those that are not.

    `refused` are values that cannot be, as (test, reason); `error` is set where nothing of the row is left.
    """

    case: Case
    lows: tuple[Low, ...]
    normal: frozenset[str]
    refused: tuple[tuple[str, str], ...] = ()
    error: str = ""


class CountReader:
    """Reads rows of counts; keeps situations, never rows."""

    def __init__(self, resolver: Resolver, profile: str = "") -> None:
        self.resolver, self.profile = resolver, profile
        self.tests: Mapping[str, Test] = resolver.tests.by_id
        self._situations: dict[bytes, Situation] = {}
        self._ages = _with_middles(resolver.thresholds.ages)

    def read(self, frame: pl.DataFrame) -> tuple[NDArray[np.intp], list[Situation]]:
        """Place of each row's situation, and the situations. Columns are ids of tests, in the unit of the test."""
        tests = [name for name in frame.columns if name in self.tests]
        values = {test: frame[test].cast(pl.Float64).fill_null(float("nan")).to_numpy() for test in tests}
        codes = self._cut(values, frame)
        keys = np.ascontiguousarray(codes).view(np.dtype((np.void, codes.dtype.itemsize * codes.shape[1]))).ravel()
        _, first, place = np.unique(keys, return_index=True, return_inverse=True)
        prefix = "|".join(tests).encode()
        return place, [self._situation(prefix + keys[i].tobytes(), frame, tests, int(i)) for i in first]

    def _situation(self, key: bytes, frame: pl.DataFrame, tests: Sequence[str], row: int) -> Situation:
        if key not in self._situations:
            if len(self._situations) >= MOST_SITUATIONS:
                self._situations.clear()
            self._situations[key] = self.read_row(frame, tests, row)
        return self._situations[key]

    def read_row(self, frame: pl.DataFrame, tests: Sequence[str], row: int) -> Situation:
        """One row, as any case is read."""
        values = frame.row(row, named=True)
        labs = tuple(
            RawLab(value=float(values[t]), test=self.tests[t].label, unit=self.tests[t].unit)
            for t in tests
            if values[t] is not None
        )
        age = values.get("age")
        patient = RawPatient(age=None if age is None else f"P{age:.10g}D", **{k: values.get(k) or None for k in PERSON})
        given = [t for t in tests if values[t] is not None]
        try:
            case = self.resolver.resolve(RawCase(patient=patient, labs=labs), self.profile)
        except LeukographError as error:
            return Situation(Case(), (), frozenset(), (name_place(str(error), given),), str(error))
        refused = tuple(name_place(f"{item['path']}: {item['reason']}", given) for item in case.not_understood)
        lows = tuple(Low(r.test, r.decides, r.degree) for r in case.readings if r.decides)
        normal = frozenset(r.test for r in case.readings if r.rules_out and not r.decides)
        readings = tuple(replace(r, rule=r.rule.partition(";")[0]) for r in case.readings)  # a bound names this row's values
        plain = replace(case, readings=readings, age_days=None, sex="", not_understood=())
        return Situation(plain, lows, normal, refused)

    # ------------------------------------------------------------------ cutting

    def _cut(self, values: Mapping[str, Floats], frame: pl.DataFrame) -> Codes:
        """What the rules see of each row, as numbers."""
        who = np.stack([self.cut_ages(frame), *(_number(frame, name) for name in PERSON)], axis=1)
        _, first, group = np.unique(who, axis=0, return_index=True, return_inverse=True)
        columns = [who[:, i] for i in range(who.shape[1])]
        columns += [self._cut_test(test, found, frame, first, group.ravel()) for test, found in values.items()]
        possible = self._keep_possible(values)
        columns += [self._cut_test(test, found, frame, first, group.ravel()) for test, found in derive(possible)]
        columns += [_exceeds(values[line], possible[WBC]) for line in WHITE_LINES if line in values and WBC in values]
        if bands := [values[BANDS] + values[share] for share in (SEGS, NEUTROPHIL_SHARE) if BANDS in values and share in values]:
            columns += [(total > 100.0 + 1e-9).astype(np.uint32) for total in bands]
        return np.stack(columns, axis=1)

    def _keep_possible(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Values without those that cannot be: nothing follows from them."""
        kept = {}
        for test, found in values.items():
            limits = find_range(self.tests[test])
            fits = (found >= limits.lowest) | ((found == 0.0) & limits.zero)
            kept[test] = np.where(fits & (found <= limits.highest), found, np.nan)
        for line in WHITE_LINES:
            if line in kept and WBC in kept:
                kept[line] = np.where(_exceeds(kept[line], kept[WBC]) == 1, np.nan, kept[line])
        return kept

    def _cut_test(self, test: str, values: Floats, frame: pl.DataFrame, first: Places, group: Places) -> Codes:
        """Between which limits of its patient each value lies."""
        codes = np.full(len(values), NOT_MEASURED, dtype=np.uint32)
        for number, row in enumerate(first.tolist()):
            mine = (group == number) & ~np.isnan(values)
            codes[mine] = self._place(test, values[mine], self._patient(frame, row))
        return codes

    def _place(self, test: str, values: Floats, patient: Patient) -> Codes:
        thresholds = self.resolver.thresholds
        rules = [*thresholds.choose(test, patient, True), *thresholds.choose(test, patient, False)]
        rules += [*thresholds.usual(test, patient, True), *thresholds.ranges(test, patient, "low")]
        rules += thresholds.ranges(test, patient, "high")
        possible = find_range(self.tests[test])
        limits = np.array(sorted({rule.limit for rule in rules} | {0.0, possible.lowest, possible.highest}))
        place = np.searchsorted(limits, values, "left") + np.searchsorted(limits, values, "right")  # a limit itself is a place
        return place.astype(np.uint32)

    def _patient(self, frame: pl.DataFrame, row: int) -> Patient:
        cells = {name: frame[name][row] if name in frame.columns else None for name in ("age", *PERSON)}
        return Patient(cells["age"], cells["sex"] or "", cells["duffy"] or "", self.profile)

    def cut_ages(self, frame: pl.DataFrame) -> Codes:
        """Age band of each row; rows of one band have the same rules."""
        if "age" not in frame.columns:
            return np.full(len(frame), NOT_MEASURED, dtype=np.uint32)
        ages = frame["age"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        found = np.searchsorted(self._ages, ages, "left") + np.searchsorted(self._ages, ages, "right")
        return np.where(np.isnan(ages), NOT_MEASURED, found).astype(np.uint32)


def derive(values: Mapping[str, Floats]) -> list[tuple[str, Floats]]:
    """Counts and bounds that follow from other values of a sample (`kg.case.values.samples`), as (test, values)."""
    found: list[tuple[str, Floats]] = []
    none = np.full(len(next(iter(values.values()), np.empty(0))), np.nan)
    total = values.get(WBC, none)
    counts = {line: values.get(line, none) for line in SHARES}
    for line, share in SHARES.items():
        percent = _neutrophil_share(values, none) if line == ANC else values.get(share, none)
        counts[line] = np.where(np.isnan(counts[line]), np.round(total * percent / 100.0, 10), counts[line])
        found.append((line, counts[line]))
    if SEGS_COUNT in values:
        segmented = values[SEGS_COUNT] + np.nan_to_num(values.get(BANDS_COUNT, none))
        counts[ANC] = np.where(np.isnan(values.get(ANC, none)) & ~np.isnan(segmented), segmented, counts[ANC])
        found.append((ANC, counts[ANC]))
    if GRANULOCYTES in values:
        found.append((ANC, values[GRANULOCYTES]))
    for line in (ANC, ALC):
        others = sum(np.nan_to_num(counts[other]) for other in SHARES if other != line)
        found.append((line, np.where(np.isnan(counts[line]), np.round(np.maximum(total - others, 0.0), 10), np.nan)))
    return [(line, column) for line, column in found if not np.isnan(column).all()]


def _neutrophil_share(values: Mapping[str, Floats], none: Floats) -> Floats:
    segs, whole = values.get(SEGS, none), values.get(NEUTROPHIL_SHARE, none)
    return np.where(np.isnan(segs), whole, segs) + np.nan_to_num(values.get(BANDS, none))


def _exceeds(line: Floats, total: Floats) -> Codes:
    with np.errstate(invalid="ignore"):
        return (line > total * (1 + 1e-9)).astype(np.uint32)


def _number(frame: pl.DataFrame, name: str) -> Codes:
    """Texts of a column as numbers that are the same in every part."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=np.uint32)
    folded = frame[name].fill_null("").str.to_lowercase().str.slice(0, 1).to_list()
    return np.array([ord(text) if text else 0 for text in folded], dtype=np.uint32)


def _with_middles(ages: Sequence[float]) -> Floats:
    """Ages at which a rule changes; between two bands the nearer one holds."""
    known = np.array(ages)
    return np.unique(np.concatenate([known, (known[1:] + known[:-1]) / 2]))


def name_place(text: str, tests: Sequence[str]) -> tuple[str, str]:
    """Test (or `age`) and reason of `labs[2]: the reason`."""
    place, _, reason = text.partition(": ")
    if place.startswith("labs[") and reason:
        return tests[int(place[5 : place.index("]")])], reason
    return ("age", reason) if place.startswith("patient") else ("", text)
