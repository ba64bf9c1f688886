"""Threshold rows of the graph, and what they make of a value: which row decides, and what other profiles would say.

Owns the choice of rows by profile, age, sex and Duffy phenotype. Only rows decide, never code; race is no input.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx

from kg.case.values.analytes import Test
from kg.case.values.durations import YEAR, read_duration
from kg.exceptions import InputError
from kg.knowledge.graph.traversal import Traversal

BASE = ("adult-usual", "child-usual")
DUFFY_NULL, PREGNANCY = "duffy-null", "pregnancy"
RANGE = "range"  # profile of a reference limit
ADULT_FROM = 18 * YEAR
_PROFILE, _ANALYTE, _COMPARATOR, _LIMIT, _UPPER, _UNIT, _FROM, _TO, _DECIDES, _DEGREE = (
    f"LEUKO:0000{n}" for n in range(235, 245)
)
_POPULATION, _SOURCE = "LEUKO:0000215", "dcterms:source"
NEVER_GENERAL = ("duffy", "pregnan", "arab", "black", "altitude", "example")


class Row(NamedTuple):
    """One threshold: a comparison and what holds where it is true."""

    id: str
    label: str
    profile: str
    comparator: str
    limit: float
    unit: str
    age_from: float
    age_to: float
    population: str
    decides: str
    degree: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether the value passes the limit."""
        below, same = value < self.limit, value == self.limit
        return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}[self.comparator]

    @property
    def is_low(self) -> bool:
        return self.comparator.startswith("<")

    def covers(self, age: float) -> bool:
        return self.age_from <= age < self.age_to

    def distance(self, age: float) -> float:
        """Days from an age to the age band."""
        return max(self.age_from - age, age - self.age_to, 0.0)

    def say(self, test: Test) -> str:
        return f"{test.short} {self.comparator} {self.limit:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Patient:
    """What of the patient bears on a threshold."""

    age_days: float | None = None
    sex: str = ""
    duffy: str = ""
    profile: str = ""
    pregnant: bool = False

    @property
    def age(self) -> float:
        return self.age_days if self.age_days is not None else 40 * YEAR

    @property
    def base_profile(self) -> str:
        return BASE[0] if self.age >= ADULT_FROM else BASE[1]


class Thresholds:
    """Rows by test."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        self.t = Traversal(graph)

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        return self._read("threshold", _read_threshold)

    @cached_property
    def _by_profile(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for test, rows in self._rows.items():
            for row in rows:
                found[test, row.profile].append(row)
        return dict(found)

    @cached_property
    def _ranges(self) -> dict[str, list[Row]]:
        return self._read("range", _read_range)

    @cached_property
    def same_finding(self) -> dict[str, str]:
        """Finding of the graph by the HPO term that it is mapped to."""
        nodes = [(n, d) for n, d in self.graph.nodes(data=True) if d.get("category") == "finding"]
        return {xref: n for n, d in sorted(nodes) for xref in d.get("xrefs", ()) if xref.startswith("HP:")}

    def _read(self, category: str, reader: Any) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for node, data in sorted(self.graph.nodes(data=True), key=lambda item: str(item[0])):
            if data.get("category") == category:
                found[data["values"].get(_ANALYTE, [""])[0]] += reader(node, data)
        return dict(found)

    @cached_property
    def profiles(self) -> frozenset[str]:
        """Names of all profiles."""
        return frozenset(row.profile for rows in self._rows.values() for row in rows)

    def check_profile(self, name: str, place: str = "--thresholds") -> None:
        """Raises InputError where no row has this profile."""
        if name and name not in self.profiles:
            raise InputError(f"no profile {name!r}; there are {', '.join(sorted(self.profiles))}", place)

    @cached_property
    def ages(self) -> tuple[float, ...]:
        """Every age in days at which some rule begins or ends."""
        rows = [row for found in (self._rows, self._ranges) for group in found.values() for row in group]
        ends = {end for row in rows for end in (row.age_from, row.age_to)}
        return tuple(sorted(end for end in ends | {ADULT_FROM} if end < float("inf")))

    def depth(self, finding: str) -> int:
        """How special a finding is."""
        return len(self.t.above(finding))

    # ------------------------------------------------------------------ which rows

    def choose(self, test: str, patient: Patient, white: bool) -> list[Row]:
        """Rows that decide: the asked profile, the Duffy-null rule where it is the patient's, else the usual ones.

        In pregnancy its own limits replace those of the same finding; deeper findings keep the usual ones.
        """
        named = patient.profile or (DUFFY_NULL if patient.duffy == "null" else "")
        own = self.of_profile(test, named, patient) if named else []
        if own or not patient.pregnant:
            return own or self.usual(test, patient, white)
        own = self.of_profile(test, PREGNANCY, patient)
        decided = {row.decides for row in own if row.is_low}
        return own + [row for row in self.usual(test, patient, white) if row.decides not in decided]

    def of_profile(self, test: str, profile: str, patient: Patient) -> list[Row]:
        """Rows of one profile that fit the patient."""
        rows = [row for row in self._by_profile.get((test, profile), ()) if row.covers(patient.age)]
        return _for_sex(rows, patient.sex)

    def usual(self, test: str, patient: Patient, white: bool) -> list[Row]:
        """Rows of the two usual profiles for this age; for white lines the nearest age band fills a gap."""
        every = [row for row in self._rows.get(test, ()) if row.profile in BASE]
        rows = [row for row in every if row.covers(patient.age)]
        if white:
            own = [row for row in every if row.profile == patient.base_profile] or every
            for decides in sorted({row.decides for row in own} - {row.decides for row in rows}):
                if self.t.category(decides) == "finding":
                    rows.append(min((r for r in own if r.decides == decides), key=lambda r: (r.distance(patient.age), r.id)))
        return _for_sex(rows, patient.sex)

    def ranges(self, test: str, patient: Patient, direction: str) -> list[Row]:
        """General reference limits of a direction for this age and sex, as rows, the widest first; empty where there is none."""
        rows = [r for r in self._ranges.get(test, ()) if r.covers(patient.age) and r.is_low == (direction == "low")]
        rows = [r for r in rows if not any(word in r.population.casefold() for word in NEVER_GENERAL)]
        if (sex := patient.sex.casefold()[:1]) in ("f", "m"):
            rows = [r for r in rows if sex_of(r) in ("", sex)]
        return sorted(rows, key=lambda r: (r.limit if r.is_low else -r.limit, r.id))

    def decide(self, rows: list[Row], value: float) -> Row | None:
        """The deepest finding among the rows that hold."""
        holding = [row for row in rows if row.holds(value)]
        return max(holding, key=lambda r: (self.depth(r.decides), -r.limit if r.is_low else r.limit, r.id), default=None)

    # ------------------------------------------------------------------ what others would say

    def compete(self, test: Test, value: float, chosen: Row | None, patient: Patient) -> tuple[str, ...]:
        """At most three lines: the Duffy-null rule first, then general profiles that disagree."""
        lines = self._duffy(test, value, chosen, patient)
        for profile in sorted(self.profiles - {DUFFY_NULL} - (set(BASE) if not patient.profile else set())):
            rows = [row for row in self.of_profile(test.id, profile, patient) if not row.population]
            if rows and profile != (chosen.profile if chosen else "") and (line := self._disagree(test, value, chosen, rows)):
                lines.append(line)
        return tuple(lines[:3])

    def _duffy(self, test: Test, value: float, chosen: Row | None, patient: Patient) -> list[str]:
        rows = [r for r in self.of_profile(test.id, DUFFY_NULL, patient) if r.is_low]
        if patient.duffy == "null" and rows:
            usual = self.decide(self.usual(test.id, patient, white=True), value)
            return [f"under the usual rule ({usual.say(test)}) it would hold [{usual.source}]"] if usual and not chosen else []
        if patient.duffy or not rows or chosen is None:
            return []
        row = self.decide(rows, value) or max(rows, key=lambda r: r.limit)
        verb = "hold" if row.holds(value) else "not hold"
        return [f"Duffy phenotype not given: under the Duffy-null rule ({row.say(test)}) it would {verb} [{row.source}]"]

    def _disagree(self, test: Test, value: float, chosen: Row | None, rows: list[Row]) -> str:
        if chosen and not any(row.decides in self.t.above(chosen.decides) for row in rows):
            return ""  # it rules on a deeper finding only
        other = self.decide(rows, value)
        if (other.decides if other else "") == (chosen.decides if chosen else ""):
            return ""
        if other is None:
            row = max(rows, key=lambda r: (r.limit, r.id))
            return f"profile {row.profile}: would not hold ({row.say(test)}) [{row.source}]"
        label = self.t.label(other.decides)
        return f"profile {other.profile}: would be {label} ({other.say(test)}) [{other.source}]"


def _for_sex(rows: list[Row], sex: str) -> list[Row]:
    """Rows of the patient's sex; where the sex is not known, of those that differ by sex the one that holds for both."""
    wanted = sex.casefold()[:1]
    kept = [row for row in rows if sex_of(row) in ("", wanted)]
    if wanted in ("f", "m"):
        return kept
    groups: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        if sex_of(row):
            groups[row.decides, row.is_low].append(row)
    return kept + [(min if low else max)(found, key=lambda r: r.limit) for (_, low), found in sorted(groups.items())]


def sex_of(row: Row) -> str:
    """Sex of which alone a row speaks: m, f, or none."""
    first = row.population.casefold().split(",")[0].strip()
    return {"male": "m", "men": "m", "female": "f", "women": "f"}.get(first, "")


def _read_threshold(node: str, data: dict[str, Any]) -> list[Row]:
    values = data["values"]
    try:
        limit = float(values[_LIMIT][0])
    except (KeyError, ValueError):
        return []  # a limit such as LLN, which the laboratory would have to give
    return [_row(node, data, _one(values, _PROFILE), _one(values, _COMPARATOR), limit)]


def _read_range(node: str, data: dict[str, Any]) -> list[Row]:
    found = []
    for prop, comparator in ((_LIMIT, "<"), (_UPPER, ">")):
        if number := _one(data["values"], prop):
            found.append(_row(node, data, RANGE, comparator, float(number)))
    return found


def _row(node: str, data: dict[str, Any], profile: str, comparator: str, limit: float) -> Row:
    values = data["values"]
    low, high = _one(values, _FROM), _one(values, _TO)
    ages = read_duration(low) if low else 0.0, read_duration(high) if high else float("inf")
    texts = [_one(values, p) for p in (_POPULATION, _DECIDES, _DEGREE, _SOURCE)]
    return Row(node, data["label"], profile, comparator, limit, _one(values, _UNIT), *ages, *texts)


def _one(values: dict[str, list[str]], prop: str) -> str:
    return values.get(prop, [""])[0]
