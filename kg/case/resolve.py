"""Raw case -> `Case`: every name becomes a term, every value a reading, the patient's age and phenotype bear on both.

The order of the input never matters: everything is sorted. Must not know where a case came from nor how causes are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from kg.case.drug_list import DrugList
from kg.case.drugs import Drugs, NoBearing
from kg.case.language.names import Names
from kg.case.language.text import Meaning, TextReader
from kg.case.notes import Notes
from kg.case.raw import RawCase, RawFinding, RawLab
from kg.case.records import Case, DrugExposure, Observation, Reading
from kg.case.values.analytes import ALC, ANC, WBC, Tests
from kg.case.values.durations import read_age
from kg.case.values.readings import WHITE_ROOTS, Judge
from kg.case.values.samples import read_values
from kg.case.values.thresholds import PREGNANCY, Patient, Thresholds
from kg.exceptions import InputError
from kg.knowledge.lexicon import Lexicon

PANCYTOPENIA, DUFFY_NULL_TERM = "LEUKO:0001025", "LEUKO:0008602"
ANEMIA = frozenset({"HP:0001903", "LEUKO:0001026"})
LOW_PLATELETS = frozenset({"HP:0001873", "LEUKO:0001027"})
PREGNANT = frozenset({"LEUKO:0008660", "LEUKO:0010489"})
LOW_READINGS = {ANC: "LEUKO:0000141", ALC: "LEUKO:0000142", WBC: "LEUKO:0000143"}
OBSERVATION_KINDS = ("findings", "history", "drugs", "labs", "patient")


class Resolver:
    """Reads cases over one graph; keeps nothing of a case."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon = graph, lexicon
        self.tests, self.thresholds = Tests(graph), Thresholds(graph)
        self.names, self.drugs = Names(graph, lexicon), Drugs(graph, lexicon)
        self.no_bearing = NoBearing()
        self.text = TextReader(graph, self.names, self.tests, self.thresholds, self.drugs)

    def resolve(self, raw: RawCase, profile: str = "", flags: Mapping[str, str] | None = None) -> Case:
        """Case of identifiers and numbers. `flags` maps paths to flags as typed: what stands there must be understood.

        Raises InputError (impossible value, unknown unit, contradiction) and UnknownTermError (unknown name in a flag).
        """
        self.thresholds.check_profile(profile)
        return _Reading(self, raw, profile, Notes(flags or {})).run()

    def label(self, term: str) -> str:
        return str(self.graph.nodes[term]["label"]) if term in self.graph else term


@dataclass(slots=True)
class _Reading:
    """One run of `resolve`."""

    r: Resolver
    raw: RawCase
    profile: str
    notes: Notes
    given: DrugList = field(init=False)

    def __post_init__(self) -> None:
        self.given = DrugList(self.r.drugs, self.r.names, self.r.no_bearing, self.notes)

    def run(self) -> Case:
        patient = self._patient()
        meanings = [*self._findings(), *self._history()]
        stated = [o for meaning, text, kind in meanings for o in self._observe(meaning, text, kind)]
        self.given.read(self.raw.drugs)
        stated += self._treatments()
        _check_contradictions(stated, self.r)
        patient = self._know_more(patient, {o.term for o in stated if o.present})
        readings, derived = self._values(meanings, patient)
        if patient.duffy == "null" and DUFFY_NULL_TERM in self.r.graph:
            label = self.r.label(DUFFY_NULL_TERM)
            stated.append(Observation(DUFFY_NULL_TERM, label, True, "Duffy-null", place="patient"))
        observations = _merge(stated, derived)
        observations += self._pancytopenia(observations, readings)
        readings = [self._weigh_limit(reading, observations) for reading in readings]
        return Case(
            readings=tuple(readings),
            observations=tuple(sorted(observations, key=_observation_order)),
            drugs=self._drugs(meanings),
            drugs_complete=self.raw.drugs_complete,
            no_bearing=tuple(sorted(self.given.no_bearing)),
            age_days=patient.age_days,
            sex=patient.sex,
            duffy=patient.duffy,
            profile=self.profile or (PREGNANCY if patient.pregnant else patient.base_profile),
            not_understood=tuple(sorted(self.notes.not_understood, key=lambda item: (item["kind"], item["text"]))),
            assumptions=tuple(sorted({*self.notes.assumptions, *(a for reading in readings for a in reading.assumptions)})),
        )

    def _patient(self) -> Patient:
        given = self.raw.patient
        age = read_age(given.age, self.notes.place("patient.age")) if given.age else None
        if age is None and (self.raw.labs or self.raw.findings):
            self.notes.assume("age not given: thresholds for adults are used")
        return Patient(age, (given.sex or "").strip(), given.duffy or "", self.profile)

    def _know_more(self, patient: Patient, stated: set[str]) -> Patient:
        """What is stated in words and chooses limits: a pregnancy, a Duffy phenotype."""
        if PREGNANT & stated:
            self.notes.assume("pregnancy: its own limits are used where a source has them; the week is not known")
        duffy = patient.duffy or ("null" if DUFFY_NULL_TERM in stated else "")
        return replace(patient, pregnant=bool(PREGNANT & stated), duffy=duffy)

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
        if not meaning and not (present and self.given.find_no_bearing(text)):
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

    def _weigh_limit(self, reading: Reading, observations: list[Observation]) -> Reading:
        """A count exactly on its limit is no finding; beside another low line it is answered as a low reading."""
        if not reading.on_limit:
            return reading
        said = f"{reading.text} stands on the limit, which does not hold"
        present = {a for o in observations if o.present for a in self.r.thresholds.t.above(o.term)}
        low = LOW_READINGS.get(reading.test, "")
        if not low or not present & (LOW_PLATELETS | ANEMIA) or reading.days_ago:
            return replace(reading, assumptions=(*reading.assumptions, said))
        beside = "platelets" if present & LOW_PLATELETS else "red cells"
        said += f"; because {beside} are low, what could explain a low count is answered"
        label = self.r.label(low)
        return replace(reading, decides=low, decides_label=label, assumptions=(*reading.assumptions, said))

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
        """Features that a drug of the list is by itself (`zinc supplement`), and conditions that somebody listed as drugs."""
        names = [drug.name for drug in self.raw.drugs if drug.name]
        found = [(term, name) for name in names for term in self.r.names.find_treatment(name)]
        found += [(m.term, m.text) for m in self.given.conditions]
        return [Observation(term, self.r.label(term), True, name, place="drugs") for term, name in found]

    def _drugs(self, meanings: list[tuple[Meaning, str, str]]) -> tuple[DrugExposure, ...]:
        for meaning, text, _ in meanings:
            for term in meaning.drugs:
                self.given.add_if_new(DrugExposure(term, self.r.label(term), text))
        return self.given.exposures


def _check_contradictions(stated: list[Observation], resolver: Resolver) -> None:
    """Nothing is present and absent. A finding contradicts its absence and that of every wider one. Raises InputError."""
    absent = {o.term: o for o in stated if not o.present}
    for observation in (o for o in stated if o.present):
        category = resolver.graph.nodes[observation.term].get("category")
        wider = resolver.thresholds.t.above(observation.term) if category == "finding" else {observation.term}
        if both := sorted(wider & absent.keys()):
            other = absent[both[0]]
            message = f"{observation.text!r} is given as present and {other.text!r} as absent"
            raise InputError(message, observation.place or "findings")


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
