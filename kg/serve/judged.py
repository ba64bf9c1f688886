"""What each value of each test of the form means for each kind of patient, as steps between limits; and which values can be.

Nothing is read anew: `kg.case` judges a value at and between its limits for every age band, sex and Duffy phenotype that
bears on the test, and what it makes of it is written down. Must not know causes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from kg.case.records import Reading
from kg.case.resolve import ANEMIA, DUFFY_NULL_TERM, LOW_PLATELETS, LOW_READINGS, PANCYTOPENIA, PREGNANT, Resolver
from kg.case.values.analytes import SHARES, WBC, Test
from kg.case.values.labs import WHITE_LINES, Measured
from kg.case.values.readings import WHITE_ROOTS, Judge
from kg.case.values.samples import BOUNDED, SAME_TIME, SHARE_ALONE
from kg.case.values.thresholds import BASE, DUFFY_NULL, PREGNANCY, Patient, Row, sex_of

Json = dict[str, Any]
Read = Callable[[float, str], float | None]
# Tests of the form (`form.js`) that a page without a server judges.
NAMES = (
    *("ANC", "WBC", "lymphocytes", "monocytes", "hemoglobin", "platelets", "MCV", "temperature", "CRP", "LDH"),
    *("vitamin B12", "folate", "copper", "ferritin"),
)
BOUNDS = ("", "<=", ">=")
_ANYWHERE = (0.0, 1e7)
_PROBES = (1.0, 5.0, 40.0, 50.0, 95.0, 104.0, 1000.0, 5000.0)


def build_judged(resolver: Resolver) -> Json:
    """Steps by test, and the few rules of values taken together, by the names of the form."""
    return _Judged(resolver).build()


class _Judged:
    def __init__(self, resolver: Resolver) -> None:
        self.r, self.h = resolver, resolver.thresholds
        self.tests: dict[str, Test] = {name: test for name in NAMES if (test := resolver.tests.find(name))}
        shares = {name: resolver.tests.by_id[SHARES[t.id]] for name, t in self.tests.items() if t.id in SHARES}
        self.tests |= {f"{name} %": test for name, test in shares.items()}
        self.meanings: dict[str, int] = {}
        self.made: list[Json] = []
        self.texts: dict[str, int] = {}

    def build(self) -> Json:
        names = {test.id: name for name, test in self.tests.items()}
        tests = {name: self._test(test) for name, test in self.tests.items()}
        return {
            "tests": tests,
            "meanings": self.made,
            "texts": list(self.texts),
            "lines": [names[t] for t in WHITE_LINES if t in names],
            "bounded": [names[t] for t in BOUNDED if t in names],
            "total": names.get(WBC, ""),
            "shares": {names[line]: names[share] for line, share in SHARES.items() if line in names and share in names},
            "sameTime": SAME_TIME,
            "shareAlone": SHARE_ALONE,
            "pregnant": sorted(term for term in PREGNANT if term in self.r.graph),
            "lowReadings": LOW_READINGS,
            "duffyNull": self._known(DUFFY_NULL_TERM),
            "threeLines": [self._known(PANCYTOPENIA), sorted(WHITE_ROOTS), sorted(ANEMIA), sorted(LOW_PLATELETS)],
            "adult": Patient().age,
        }

    def _known(self, term: str) -> str:
        return term if term in self.r.graph else ""

    # ------------------------------------------------------------------ one test

    def _test(self, test: Test) -> Json:
        """Name, unit, patients in groups, and for each group the steps of an exact value and of its two bounds."""
        rows = self._rows(test)
        every = [*self.h._rows.get(test.id, ()), *rows]
        ages = sorted({0.0, *(age for row in every for age in (row.age_from, row.age_to) if age < math.inf)})
        sexes = ("", "female", "male") if any(sex_of(row) for row in rows) else ("",)
        duffys = ("", "null", "positive") if test.id in (*WHITE_LINES, WBC) else ("",)
        limits = sorted({0.0, *(row.limit for row in every)})
        patients = {
            f"{sex}|{duffy}|{'pregnant' * pregnant}": [
                self._patient(test, Patient(age, sex, duffy, pregnant=pregnant), limits) for age in ages
            ]
            for sex in sexes
            for duffy in duffys
            for pregnant in ((False, True) if any(row.profile == PREGNANCY for row in every) else (False,))
        }
        return {
            "id": test.id,
            "label": test.label,
            "short": test.short,
            "unit": test.unit,
            "quantity": test.quantity,
            "ages": ages,
            "patients": patients,
        }

    def _rows(self, test: Test) -> list[Row]:
        """Rows that may decide for a patient who names no profile."""
        usual = [row for row in self.h._rows.get(test.id, ()) if row.profile in (*BASE, DUFFY_NULL)]
        return [*usual, *self.h._ranges.get(test.id, ())]

    def _patient(self, test: Test, patient: Patient, limits: list[float]) -> list[list[float]]:
        judge = Judge(self.h, patient)
        return [self._steps(judge, test, bound, limits) for bound in BOUNDS]

    def _steps(self, judge: Judge, test: Test, bound: str, limits: list[float]) -> list[float]:
        """Flat triples: from which value on, whether that value belongs to the step, the meaning."""
        found: list[float] = []
        for low, high in zip(limits, [*limits[1:], limits[-1] * 2 + 1.0], strict=True):
            for value, includes in ((low, 1), ((low + high) / 2, 0)):
                meaning = self._meaning(judge, test, value, bound)
                if not found or found[-1] != meaning:
                    found += [low, includes, meaning]
        return found

    def _meaning(self, judge: Judge, test: Test, value: float, bound: str) -> int:
        reading, observations = judge.judge(Measured(test, value, 0.0, bound))
        made = {
            "reading": self._reading(reading) if reading else 0,
            "signs": [[o.term, int(o.present)] for o in observations],
        }
        key = repr(made)
        if key not in self.meanings:
            self.meanings[key] = len(self.made)
            self.made.append(made)
        return self.meanings[key]

    def _reading(self, r: Reading) -> list[Any]:
        """[decides, whether it is normal, rule, source, what other rules say, assumptions, normal for whom, on the limit]."""
        others = [self._text(text) for text in r.competing], [self._text(text) for text in r.assumptions]
        said = [r.decides, int(bool(r.rules_out)), self._text(r.rule), self._text(r.source), *others]
        return [*said, r.normal_for, int(r.on_limit)] if r.normal_for or r.on_limit else said

    def _text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))


# --------------------------------------------------------------------------- which values can be, and in which unit


def build_units(units: Iterable[str], read: Read) -> Json:
    """For each unit of a test [factor, offset] to the test's own; `read` gives the value that a value in a unit is."""
    found: Json = {}
    for unit in units:
        pairs = [(x, y) for x in _PROBES if (y := read(x, unit)) is not None][:2]
        if len(pairs) == 2:
            (x1, y1), (x2, y2) = pairs
            factor = (y2 - y1) / (x2 - x1)
            found[unit] = [factor, round(y1 - factor * x1, 9) and y1 - factor * x1]
    return found


def find_possible(read: Read, unit: str) -> list[float]:
    """The lowest and the highest value that can be, to six digits; every value between them can."""
    inside = next(x for x in (1.0, 5.0, 40.0, 100.0, 1000.0) if read(x, unit) is not None)
    return [_bisect(read, unit, inside, end) for end in _ANYWHERE]


def _bisect(read: Read, unit: str, inside: float, outside: float) -> float:
    if read(outside, unit) is not None:
        return outside
    while abs(outside - inside) > 1e-6 * max(1.0, abs(inside)):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if read(middle, unit) is not None else (inside, middle)
    return float(f"{inside:.6g}")
