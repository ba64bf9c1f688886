"""Values and threshold rows -> readings, and the observations that other tests amount to.

White lines give readings that decide a finding or a low reading; every other test gives its low or high feature, as present
or as absent. Must not know causes.
"""

from __future__ import annotations

from kg.case.records import Observation, Reading
from kg.case.values.analytes import ANC, IMMATURE, WBC
from kg.case.values.labs import Measured
from kg.case.values.thresholds import DUFFY_NULL, RANGE, Patient, Row, Thresholds

LOW_TOTAL, LOW_ANC = "LEUKO:0000143", "LEUKO:0000141"
WHITE_ROOTS = frozenset({"LEUKO:0001001", "LEUKO:0000103", "LEUKO:0000140"})


class Judge:
    """Says what a value means for one patient."""

    def __init__(self, thresholds: Thresholds, patient: Patient) -> None:
        self.h, self.patient = thresholds, patient
        self.t = thresholds.t

    def is_white(self, term: str) -> bool:
        """Whether a finding or reading is about white cells."""
        return bool(WHITE_ROOTS & self.t.above(term))

    def judge(self, measured: Measured) -> tuple[Reading | None, list[Observation]]:
        """Reading of a value, and the observations that it amounts to; no reading where a bound decides nothing."""
        if measured.is_judged_only:
            return None, self._judged(measured)
        white = measured.test.quantity in ("count", "percent")
        rows = self.h.choose(measured.test.id, self.patient, white)
        row = self._decide(measured, rows)
        finding = self._finding(measured, row)
        if measured.bound and row is None:
            return (None if measured.how else self._reading(measured, rows, row, "")), []
        reading = self._reading(measured, rows, row, finding)
        return reading, [] if finding else self._features(measured, rows, row)

    def _decide(self, measured: Measured, rows: list[Row]) -> Row | None:
        """The row that decides; an upper bound can only pass a lower limit, and the other way round."""
        if measured.bound:
            rows = [row for row in rows if row.is_low == measured.bound.startswith("<")]
        return self.h.decide(rows, measured.value)

    def _finding(self, measured: Measured, row: Row | None) -> str:
        """White finding or low reading that a row decides; a low total says nothing of the line."""
        if row is None or not row.is_low or not self.is_white(row.decides):
            return ""
        return LOW_TOTAL if measured.test.id == WBC else row.decides

    def _reading(self, measured: Measured, rows: list[Row], row: Row | None, finding: str) -> Reading:
        test = measured.test
        shown = row or next((r for r in rows if r.is_low), None) or (rows[0] if rows else self._range_row(measured))
        return Reading(
            test=test.id,
            label=test.label,
            value=measured.value,
            unit=test.unit,
            days_ago=measured.days_ago,
            bound=measured.bound,
            decides=finding,
            decides_label=self.t.label(finding) if finding else "",
            degree=row.degree if row and finding else "",
            normal_for=self._normal_for(measured, row),
            on_limit=self._is_on_limit(measured, rows, row),
            rules_out=self._rules_out(measured, rows, row),
            threshold=shown.id if shown else "",
            rule=self._rule(measured, row, shown),
            source=shown.source if shown else "",
            competing=self._competing(measured, row) if test.unit == "10*9/L" else (),
            assumptions=(*measured.assumptions, *self._age_gap(row or shown)),
            text=_say(measured),
        )

    def _normal_for(self, measured: Measured, row: Row | None) -> str:
        """The group whose own limit a value keeps, where the usual rule would call it low: it is normal for them."""
        if row is not None or measured.bound or self.patient.duffy != "null" or measured.test.id not in (ANC, WBC):
            return ""
        usual = self.h.decide(self.h.usual(measured.test.id, self.patient, white=True), measured.value)
        return "Duffy-null" if usual is not None and usual.is_low else ""

    def _is_on_limit(self, measured: Measured, rows: list[Row], row: Row | None) -> bool:
        """Whether a white count stands exactly on its lower limit, so that the limit does not hold by a hair."""
        if row is not None or measured.bound or measured.test.quantity != "count":
            return False
        return any(r.is_low and r.limit == measured.value and self.is_white(r.decides) for r in rows)

    def _rules_out(self, measured: Measured, rows: list[Row], row: Row | None) -> tuple[str, ...]:
        if row is not None or measured.bound:
            return ()
        found = {r.decides for r in rows if r.is_low and self.is_white(r.decides)}
        return tuple(sorted({LOW_TOTAL} if found and measured.test.id == WBC else found))

    def _rule(self, measured: Measured, row: Row | None, shown: Row | None) -> str:
        if shown is None:
            return ""
        profile = f"{shown.label}, {shown.profile}"
        if shown.profile == RANGE:
            return f"{shown.label}: {shown.say(measured.test)} {'holds' if shown.holds(measured.value) else 'does not hold'}"
        if row is None:
            return f"{profile}: {shown.say(measured.test)} does not hold"
        bound = f"; {measured.test.short} {measured.how}" if measured.how.startswith("no more") else ""
        return f"{profile}: {row.say(measured.test)}{bound}"

    def _range_row(self, measured: Measured) -> Row | None:
        """The reference limit that speaks for a test without threshold rows: one that is passed, else the widest."""
        limits = [row for direction in ("low", "high") for row in self.h.ranges(measured.test.id, self.patient, direction)[:1]]
        return next((row for row in limits if row.holds(measured.value)), limits[0] if limits else None)

    def _competing(self, measured: Measured, row: Row | None) -> tuple[str, ...]:
        return () if measured.bound else self.h.compete(measured.test, measured.value, row, self.patient)

    def _age_gap(self, row: Row | None) -> tuple[str, ...]:
        if row is None:
            return ()
        if row.distance(self.patient.age) > 0 or row.age_to == self.patient.age:
            return (f"no threshold for this age: the nearest age band is used ({row.label})",)
        if self.patient.duffy == "null" and row.profile != DUFFY_NULL and row.id.startswith("LEUKO:") and row.is_low:
            return ("no Duffy-null threshold for this test and age",) if self.is_white(row.decides) else ()
        return ()

    # ------------------------------------------------------------------ other tests

    def _features(self, measured: Measured, rows: list[Row], row: Row | None) -> list[Observation]:
        """Low and high feature of a test: present where a row holds, absent where a row of that direction does not."""
        found: list[Observation] = []
        for direction, term in (("low", measured.test.low), ("high", measured.test.high)):
            state = self._state(measured, rows, row, direction)
            if self._names_white(term) and (rows or state is None):
                continue  # where rows are, readings decide white findings
            decided = row.decides if row and (row.is_low == (direction == "low")) else ""
            ids = self._feature_ids(term, decided, rows, direction)
            if state is not None and ids:
                text = f"{measured.test.label} {measured.value:g}"
                found += [Observation(i, self.t.label(i), state, text, measured.days_ago, "labs") for i in ids]
        return found

    def _feature_ids(self, term: str, decided: str, rows: list[Row], direction: str) -> list[str]:
        """HP feature of the direction, else what the rows decide."""
        if term and self.t.category(term) == "feature":
            return [self.h.same_finding[term] if self._names_white(term) else term]
        every = [decided] if decided else [r.decides for r in rows if r.is_low == (direction == "low")]
        return [i for i in dict.fromkeys(every) if i in self.t.graph and not self.is_white(i)]

    def _names_white(self, term: str) -> bool:
        """Whether a feature is the same as a white finding, which readings decide themselves."""
        return self.is_white(self.h.same_finding.get(term, ""))

    def _state(self, measured: Measured, rows: list[Row], row: Row | None, direction: str) -> bool | None:
        """Whether the feature of a direction holds: by threshold rows, else the laboratory's flag, else reference ranges.

        Of ranges that differ, a value must pass every one to be present, and none to be absent.
        """
        own = [r for r in rows if r.is_low == (direction == "low")]
        if own:
            if row is not None and row in own:
                return True
            return None if measured.bound else False
        if measured.flag:
            return measured.flag == direction
        if self._is_extreme(measured, direction):
            return True
        limits = self.h.ranges(measured.test.id, self.patient, direction)
        passed = {limit.holds(measured.value) for limit in limits}
        if measured.bound:
            return True if passed == {True} and limits[0].is_low == measured.bound.startswith("<") else None
        return passed.pop() if len(passed) == 1 else None

    def _judged(self, measured: Measured) -> list[Observation]:
        """Features of a test of which only the laboratory's judgement is known."""
        found: list[Observation] = []
        for direction, term in (("low", measured.test.low), ("high", measured.test.high)):
            known = self.h.same_finding.get(term, term)
            if known and known in self.t.graph:
                text = f"{measured.test.label} {measured.flag}"
                state = measured.flag == direction
                found.append(Observation(known, self.t.label(known), state, text, measured.days_ago, "labs"))
        return found

    def _is_extreme(self, measured: Measured, direction: str) -> bool:
        """What no limit is needed for: a count of nothing is low, and a blast or a myelocyte in the blood is one too many."""
        if direction == "high":
            return measured.test.id in IMMATURE and measured.value > 0
        return measured.test.quantity == "count" and measured.value == 0 and not measured.bound.startswith(">")


def _say(measured: Measured) -> str:
    sign = f"{measured.bound} " if measured.bound else ""
    value = float(f"{measured.value:.10g}")
    return f"{measured.test.short} {sign}{value:g}" + (f" ({measured.how})" if measured.how and not measured.bound else "")
