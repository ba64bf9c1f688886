"""The drug list of a case -> exposures, conditions that somebody listed as drugs, and what has no bearing; nothing vanishes.

Owns one reading of a list: the time of each entry, and two entries of one drug as one course. Must not know the other items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kg.case.drugs import Drugs, Meant, NoBearing
from kg.case.language.drug_text import Course, read_course
from kg.case.language.names import Names
from kg.case.notes import Notes
from kg.case.raw import RawDrug
from kg.case.records import DrugExposure
from kg.exceptions import InputError


@dataclass(slots=True)
class DrugList:
    """What the entries of a list come to."""

    drugs: Drugs
    names: Names
    without_bearing: NoBearing
    notes: Notes
    conditions: list[Meant] = field(default_factory=list)
    no_bearing: set[str] = field(default_factory=set)
    _found: dict[str, DrugExposure] = field(default_factory=dict)

    def read(self, entries: Iterable[RawDrug]) -> None:
        """Read every entry: as drugs, as a condition, or as a name that nobody knows. Raises InputError for impossible times."""
        for index, drug in enumerate(entries):
            course = read_course(drug.name or "")
            start, stop = _read_time(drug, course, self.notes.place(f"drugs[{index}]"))
            name = drug.name or drug.rxnorm or drug.atc or ""
            found = self.drugs.read(replace(drug, name=course.name) if course.name else drug)
            for meant in found:
                self._keep(meant._replace(text=name if len(found) == 1 or meant.known else meant.text), start, stop)

    def add(self, exposure: DrugExposure) -> None:
        """One more exposure; a second one of the same drug joins its course."""
        known = self._found.get(exposure.key)
        self._found[exposure.key] = exposure if known is None else _same_drug(known, exposure)

    def add_if_new(self, exposure: DrugExposure) -> None:
        """What a text says was used, where the list does not have it."""
        self._found.setdefault(exposure.key, exposure)

    @property
    def exposures(self) -> tuple[DrugExposure, ...]:
        """All drugs, those of the graph first."""
        return tuple(sorted(self._found.values(), key=lambda d: (not d.term, d.label, d.term)))

    def find_no_bearing(self, text: str) -> bool:
        """Whether a text is a known condition without bearing; it is noted then."""
        condition = self.without_bearing.find(text)
        self.no_bearing |= {condition} - {""}
        return bool(condition)

    def _keep(self, meant: Meant, start: float | None, stop: float | None) -> None:
        if not meant.known and self.find_no_bearing(meant.text):
            return
        if meant.term and not meant.substance and not self.drugs.is_exposure(meant.term):
            self.conditions.append(meant)
            return
        if meant.read_as:
            self.notes.assume(f"{meant.text!r} is read as {meant.read_as}")
        suggestions = () if meant.known else tuple(self.drugs.suggest(meant.text))
        if not meant.known and not self.names.find_treatment(meant.text):
            self.notes.set_aside("drug", meant.text, "", suggestions)
        self.add(
            DrugExposure(
                meant.term, meant.label, meant.text, start, stop, meant.substance, meant.known, suggestions, meant.groups
            )
        )


def _read_time(drug: RawDrug, course: Course, place: str) -> tuple[float | None, float | None]:
    """Days since start and stop: numbers as given, else what words say; words that contradict a number are left out."""
    given = drug.days_since_start, drug.days_since_stop
    if None not in given and _is_reversed(*given):
        start, stop = given
        name = drug.name or drug.rxnorm or drug.atc
        raise InputError(f"{name} was stopped {stop:g} days ago, before its start {start:g} days ago", place)
    start, stop = (number if number is not None else said for number, said in zip(given, course[1:3], strict=True))
    return given if _is_reversed(start, stop) else (start, stop)


def _is_reversed(start: float | None, stop: float | None) -> bool:
    return start is not None and stop is not None and stop > start


def _same_drug(first: DrugExposure, second: DrugExposure) -> DrugExposure:
    """One drug in two entries: from the first start to the last stop; running where one entry runs."""
    starts = [d.days_since_start for d in (first, second) if d.days_since_start is not None]
    stops = [d.days_since_stop for d in (first, second)]
    stop = None if None in stops else min(s for s in stops if s is not None)
    return replace(first, text=min(first.text, second.text), days_since_start=max(starts, default=None), days_since_stop=stop)
