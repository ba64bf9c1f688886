"""Raw case -> `Case`: every name becomes a term, every value a reading, the patient's age and phenotype bear on both.

The order of the input never matters: everything is sorted. Must not know where a case came from nor how causes are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from kg.case.drugs import Drugs
from kg.case.language.names import Names
from kg.case.language.text import Meaning, TextReader
from kg.case.notes import Notes
from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab
from kg.case.records import Case, DrugExposure, Observation, Reading
from kg.case.values.analytes import WHITE_SHARES, Tests
from kg.case.values.durations import read_age
from kg.case.values.readings import WHITE_ROOTS, Judge
from kg.case.values.samples import read_values
from kg.case.values.thresholds import Patient, Thresholds
from kg.exceptions import InputError
from kg.knowledge.lexicon import Lexicon

PANCYTOPENIA, DUFFY_NULL_TERM = "LEUKO:0001025", "LEUKO:0008602"
ANEMIA = frozenset({"HP:0001903", "LEUKO:0001026"})
LOW_PLATELETS = frozenset({"HP:0001873", "LEUKO:0001027"})
OBSERVATION_KINDS = ("findings", "history", "drugs", "labs", "patient")


class Resolver:
    """Reads cases over one graph; keeps nothing of a case."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon = graph, lexicon
        self.tests, self.thresholds = Tests(graph), Thresholds(graph)
        self.names, self.drugs = Names(graph, lexicon), Drugs(graph, lexicon)
        self.text = TextReader(graph, self.names, self.tests, self.thresholds, self.drugs)

    def resolve(self, raw: RawCase, profile: str = "", flags: Mapping[str, str] | None = None) -> Case:
        """Case of identifiers and numbers. `flags` maps paths to flags as typed, for the place of what is not understood.

        Raises InputError, or UnknownTermError for a lone name, only where nothing of the case can be read.
        """
        self.thresholds.check_profile(profile)
        notes = Notes(flags or {}, dict(raw.places))
        for item in raw.unread:
            notes.list_unread(item.kind, item.text, item.reason, item.path)
        for text in raw.assumptions:
            notes.assume(text)
        return _Reading(self, raw, profile, notes).run()

    def label(self, term: str) -> str:
        return str(self.graph.nodes[term]["label"]) if term in self.graph else term


@dataclass(slots=True)
class _Reading:
    """One run of `resolve`."""

    r: Resolver
    raw: RawCase
    profile: str
    notes: Notes

    def run(self) -> Case:
        patient = self._patient()
        meanings = [*self._findings(), *self._history()]
        stated = [o for meaning, text, kind in meanings for o in self._observe(meaning, text, kind)]
        stated += self._treatments()
        _note_contradictions(stated, self.r, self.notes)
        readings, derived = self._values(meanings, patient)
        if patient.duffy == "null" and DUFFY_NULL_TERM in self.r.graph:
            label = self.r.label(DUFFY_NULL_TERM)
            stated.append(Observation(DUFFY_NULL_TERM, label, True, "Duffy-null", place="patient"))
        observations = _merge(stated, derived)
        observations += self._pancytopenia(observations, readings)
        drugs = self._drugs(meanings)
        self.notes.check_rest(
            any(r.test not in WHITE_SHARES for r in readings) or any(o.place != "patient" for o in observations)
        )
        return Case(
            readings=tuple(readings),
            observations=tuple(sorted(observations, key=_observation_order)),
            drugs=tuple(drugs),
            drugs_complete=self.raw.drugs_complete,
            age_days=patient.age_days,
            sex=patient.sex,
            duffy=patient.duffy,
            profile=self.profile or patient.base_profile,
            not_understood=tuple(sorted(self.notes.not_understood, key=lambda item: (item["kind"], item["text"]))),
            contradictions=tuple(sorted(self.notes.contradictions)),
            without_bearing=tuple(sorted(self.notes.without_bearing, key=lambda item: (item["kind"], item["text"]))),
            assumptions=tuple(sorted({*self.notes.assumptions, *(a for reading in readings for a in reading.assumptions)})),
        )

    def _patient(self) -> Patient:
        given = self.raw.patient
        age = None
        try:
            age = read_age(given.age) if given.age else None
        except InputError as error:
            self.notes.refuse("age", given.age or "", str(error), "patient.age")
        if age is None and (self.raw.labs or self.raw.findings):
            self.notes.assume("age not given: thresholds for adults are used")
        return Patient(age, (given.sex or "").strip(), given.duffy or "", self.profile)

    # ------------------------------------------------------------------ words

    def _findings(self) -> Iterable[tuple[Meaning, str, str]]:
        for index, finding in enumerate(self.raw.findings):
            yield self._read(finding, f"findings[{index}]"), finding.text or finding.id or "", "findings"

    def _history(self) -> Iterable[tuple[Meaning, str, str]]:
        for index, item in enumerate(self.raw.history):
            yield self._read(RawFinding(text=item.text), f"history[{index}]"), item.text, "history"

    def _read(self, finding: RawFinding, path: str) -> Meaning:
        """Meaning of a finding; a code of another ontology that the graph lacks is helped by its exact words only."""
        present, text = finding.status == "present", finding.text or finding.id or ""
        if finding.id and (found := self.r.names.pick(self.r.names.find(finding.id))):
            return Meaning(present=tuple(found)) if present else Meaning(absent=tuple(found))
        loose = self.notes.place(path) == path and not finding.id
        meaning = self.r.text.read(text, present, loose)
        if not meaning:
            kind = "finding" if path.startswith("findings") else "history"
            about = () if finding.id else self.r.lexicon.suggest(text, 4, "finding", "feature", "cause", "reading")
            reason = meaning.reason or (f"{finding.id} is not in the graph" if finding.id and finding.text else "")
            self.notes.refuse(kind, text, reason, path, about)
        return meaning

    def _observe(self, meaning: Meaning, text: str, kind: str) -> Iterable[Observation]:
        for present, terms in ((True, meaning.present), (False, meaning.absent)):
            for term in terms:
                yield Observation(term, self.r.label(term), present, text, place=kind)

    # ------------------------------------------------------------------ values

    def _values(self, meanings: list[tuple[Meaning, str, str]], patient: Patient) -> tuple[list[Reading], list[Observation]]:
        labs: list[tuple[RawLab, str]] = [(lab, f"labs[{i}]") for i, lab in enumerate(self.raw.labs)]
        stated = {index: meaning for index, (meaning, _, kind) in enumerate(meanings) if kind == "findings"}
        readings, observations = [], []
        judge = Judge(self.r.thresholds, patient)
        for index, meaning in stated.items():
            labs += [(lab, f"findings[{index}]") for lab in meaning.labs]
        for measured in read_values(labs, self.r.tests, self.notes):
            reading, found = judge.judge(measured)
            readings += [reading] if reading else []
            observations += found
        return readings, observations

    def _pancytopenia(self, observations: list[Observation], readings: list[Reading]) -> list[Observation]:
        """Red cells, platelets and white cells low in one case are a finding of their own."""
        present = {o.term for o in observations if o.present}
        above = {a for term in present for a in self.r.thresholds.t.above(term)}
        white = WHITE_ROOTS & above or any(r.decides for r in readings)
        if not (white and ANEMIA & above and LOW_PLATELETS & above) or PANCYTOPENIA in above:
            return []
        return [Observation(PANCYTOPENIA, self.r.label(PANCYTOPENIA), True, "three lines low", place="labs")]

    # ------------------------------------------------------------------ drugs

    def _treatments(self) -> list[Observation]:
        """Features that a drug of the list is by itself: `zinc supplement`, `recent cocaine use`."""
        names = [drug.name for drug in self.raw.drugs if drug.name]
        found = [(term, name) for name in names for term in self.r.names.find_treatment(name)]
        return [Observation(term, self.r.label(term), True, name, place="drugs") for term, name in found]

    def _drugs(self, meanings: list[tuple[Meaning, str, str]]) -> list[DrugExposure]:
        found: dict[str, DrugExposure] = {}
        for index, drug in enumerate(self.raw.drugs):
            for exposure in self._drug(drug, f"drugs[{index}]"):
                known = found.get(exposure.term)
                found[exposure.term] = exposure if known is None else _same_drug(known, exposure)
        for meaning, text, _ in meanings:
            for term in meaning.drugs:
                found.setdefault(term, DrugExposure(term, self.r.label(term), text))
        return sorted(found.values(), key=lambda d: (d.label, d.term))

    def _drug(self, drug: RawDrug, path: str) -> list[DrugExposure]:
        name = drug.name or drug.rxnorm or drug.atc or ""
        start, stop = drug.days_since_start, drug.days_since_stop
        if start is not None and stop is not None and stop > start:
            reason = f"{name} was stopped {stop:g} days ago, before its start {start:g} days ago: its times are not used"
            self.notes.refuse("time", name, reason, path)
            start = stop = None
        terms, unknown = self.r.drugs.read(drug)
        if not terms and not (drug.name and self.r.names.find_treatment(drug.name)):
            self.notes.refuse("drug", name, "", path, self.r.drugs.suggest(name) if drug.name else ())
        for part in unknown if terms else ():
            self.notes.refuse("drug", part, f"a part of {name!r} that no drug is called", path)
        return [DrugExposure(term, self.r.label(term), name, start, stop) for term in terms]


def _same_drug(first: DrugExposure, second: DrugExposure) -> DrugExposure:
    """One drug in two entries: from the first start to the last stop; running where one entry runs."""
    starts = [d.days_since_start for d in (first, second) if d.days_since_start is not None]
    stops = [d.days_since_stop for d in (first, second)]
    stop = None if None in stops else min(s for s in stops if s is not None)
    text = min(first.text, second.text)
    return DrugExposure(first.term, first.label, text, max(starts, default=None), stop)


def _note_contradictions(stated: list[Observation], resolver: Resolver, notes: Notes) -> None:
    """Nothing is present and absent. A finding contradicts its absence and that of every wider one; both are said, once."""
    absent = {o.term: o for o in stated if not o.present}
    for observation in (o for o in stated if o.present):
        category = resolver.graph.nodes[observation.term].get("category")
        wider = resolver.thresholds.t.above(observation.term) if category == "finding" else {observation.term}
        if both := sorted(wider & absent.keys()):
            other = absent[both[0]]
            notes.contradict(f"{observation.text!r} is given as present and {other.text!r} as absent: read as present")


def _merge(stated: list[Observation], derived: list[Observation]) -> list[Observation]:
    """One observation for a term: what is stated before what a value says, present before absent, newest first."""
    found: dict[str, Observation] = {}
    order = lambda o: (not o.present, OBSERVATION_KINDS.index(o.place), o.days_ago, o.text)  # noqa: E731
    for group in (stated, derived):
        for observation in sorted(group, key=order):
            known = found.get(observation.term)
            if known is None:
                found[observation.term] = observation
    return list(found.values())


def _observation_order(o: Observation) -> tuple[bool, float, str, str]:
    return not o.present, o.days_ago, o.term, o.text
