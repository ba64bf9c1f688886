"""Raw case -> `Case`: every name becomes a term, every value a reading, the patient's age and phenotype bear on both.

The order of the input never matters: everything is sorted. Must not know where a case came from nor how causes are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from kg.case.contradictions import find_contradictions
from kg.case.drugs import Drugs, Meant, NoBearing
from kg.case.language.drug_text import read_course
from kg.case.language.meaning import Found, Meaning
from kg.case.language.names import Names
from kg.case.language.text import SLIPPED, TextReader
from kg.case.notes import Notes
from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab
from kg.case.records import Case, DrugExposure, Observation, Reading, TextReading
from kg.case.values.analytes import ALC, ANC, WBC, WHITE_SHARES, Test, Tests
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
    _exposures: list[DrugExposure] = field(default_factory=list)
    _conditions: list[Meant] = field(default_factory=list)
    _no_bearing: set[str] = field(default_factory=set)

    def run(self) -> Case:
        patient = self._patient()
        meanings = [*self._findings(), *self._history()]
        stated = [o for meaning, text, kind in meanings for o in self._observe(meaning, text, kind)]
        self._read_drugs()
        stated += self._treatments()
        patient = self._know_more(patient, {o.term for o in stated if o.present})
        readings, derived = self._values(meanings, patient)
        find_contradictions(stated, readings, self.r.thresholds.t, self.notes)
        if patient.duffy == "null" and DUFFY_NULL_TERM in self.r.graph:
            label = self.r.label(DUFFY_NULL_TERM)
            stated.append(Observation(DUFFY_NULL_TERM, label, True, "Duffy-null", place="patient"))
        observations = _merge(stated, derived)
        observations += self._pancytopenia(observations, readings)
        readings = [self._weigh_limit(reading, observations) for reading in readings]
        drugs = self._drugs(meanings)
        self.notes.check_rest(
            any(r.test not in WHITE_SHARES for r in readings)
            or any(o.place != "patient" for o in observations)
            or any(d.known for d in drugs)
            or bool(self._no_bearing or self.notes.known)
        )
        return Case(
            readings=tuple(readings),
            observations=tuple(sorted(observations, key=_observation_order)),
            drugs=tuple(drugs),
            drugs_complete=self.raw.drugs_complete,
            no_bearing=tuple(sorted({*self._no_bearing, *self.notes.known, *(i["text"] for i in self.notes.without_bearing)})),
            age_days=patient.age_days,
            sex=patient.sex,
            duffy=patient.duffy,
            profile=self.profile or (PREGNANCY if patient.pregnant else patient.base_profile),
            not_understood=tuple(sorted(self.notes.not_understood, key=lambda item: (item["kind"], item["text"]))),
            assumptions=self._assumptions(readings),
            texts=tuple(sorted({_reading_of(*meaning) for meaning in meanings}, key=lambda t: (t.kind, t.text, t.status))),
            contradictions=tuple(sorted(self.notes.contradictions)),
            without_bearing=tuple(sorted(self.notes.without_bearing, key=lambda item: (item["kind"], item["text"]))),
        )

    def _assumptions(self, readings: list[Reading]) -> tuple[str, ...]:
        """What was taken for granted; contradictions are said in the same place, so that every form of an answer shows them."""
        said = [f"contradiction: {remark}" for remark in self.notes.contradictions]
        assumed = {*self.notes.assumptions, *(a for reading in readings for a in reading.assumptions)}
        return (*sorted(said), *sorted(assumed))

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
        if finding.id and (coded := self._of_code(finding.id, present)):
            return coded
        loose = self.notes.place(path) == path and not finding.id
        meaning = self.r.text.read(text, present, loose)
        for label in meaning.known:
            self.notes.know(label)
        if not meaning and present and (condition := self.r.no_bearing.find(text)):
            self._no_bearing.add(condition)
            return Meaning(known=(condition,))
        if not meaning:
            self._refuse(finding, text, path, meaning.reason)
        return meaning

    def _refuse(self, finding: RawFinding, text: str, path: str, reason: str) -> None:
        kind = "finding" if path.startswith("findings") else "history"
        short = not finding.id and len(text.split()) <= SLIPPED
        about = self.r.lexicon.suggest(text, 4, "finding", "feature", "cause", "reading") if short else ()
        reason = reason or (f"{finding.id} is not in the graph" if finding.id and finding.text else "")
        self.notes.refuse(kind, text, reason, path, about)

    def _of_code(self, code: str, present: bool) -> Meaning:
        """Meaning of a code: its term, or the nearest one above a term of HPO."""
        if found := self.r.names.pick(self.r.names.find(code)):
            return Meaning(found=tuple(Found(term, present) for term in found))
        return self.r.text.clauses.of_code(code, present)

    def _observe(self, meaning: Meaning, text: str, kind: str) -> Iterable[Observation]:
        for f in meaning.found:
            stated = self.r.text.hpo.label(f.stated) if f.stated else ""
            label, since = self.r.label(f.term), f.days_ago
            yield Observation(f.term, label, f.present, text, since, kind, f.stated, stated, f.steps, f.past, f.duration_days)

    # ------------------------------------------------------------------ values

    def _values(self, meanings: list[tuple[Meaning, str, str]], patient: Patient) -> tuple[list[Reading], list[Observation]]:
        labs: list[tuple[RawLab, str]] = [(lab, f"labs[{i}]") for i, lab in enumerate(self.raw.labs)]
        for place in ("findings", "history"):
            texts = [(meaning, text) for meaning, text, kind in meanings if kind == place]
            for index, (meaning, text) in enumerate(texts):
                labs += [(lab, f"{place}[{index}]") for lab in self._current(meaning.labs, text, place, labs)]
        readings, observations = [], []
        judge = Judge(self.r.thresholds, patient)
        for measured in read_values(labs, self.r.tests, self.notes):
            reading, found = judge.judge(measured)
            readings += [reading] if reading else []
            observations += found
        return readings, observations

    def _current(self, found: Iterable[RawLab], text: str, place: str, given: list[tuple[RawLab, str]]) -> list[RawLab]:
        """Values of a text that count now; one of the history without a time gives way to what else is given of its test."""
        known = {test.id for lab, _ in given if (test := self._test_of(lab))}
        kept = []
        for lab in found:
            test = self._test_of(lab)
            if place == "history" and lab.days_ago is None and test and test.id in known:
                self.notes.know(f"{test.short} {lab.value:g}, an earlier value ({text})")
            else:
                kept.append(lab)
        return kept

    def _test_of(self, lab: RawLab) -> Test | None:
        unit = lab.unit or ""
        return self.r.tests.find_loinc(lab.loinc, unit) if lab.loinc else self.r.tests.find(lab.test or "", unit)

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
        found += [(m.term, m.text) for m in self._conditions]
        return [Observation(term, self.r.label(term), True, name, place="drugs") for term, name in found]

    def _drugs(self, meanings: list[tuple[Meaning, str, str]]) -> list[DrugExposure]:
        found: dict[str, DrugExposure] = {}
        for exposure in self._exposures:
            known = found.get(exposure.key)
            found[exposure.key] = exposure if known is None else _same_drug(known, exposure)
        for meaning, text, _ in meanings:
            for used in meaning.used:
                label = self.r.label(used.term)
                if used.past and used.days_ago is None:
                    self.notes.know(f"{label}, earlier; when it was stopped is not said")
                else:
                    found.setdefault(used.term, DrugExposure(used.term, label, text, days_since_stop=used.days_ago))
        return sorted(found.values(), key=lambda d: (not d.term, d.label, d.term))

    def _read_drugs(self) -> None:
        """Every entry of the drug list: as drugs, as a condition, or as a name that nobody knows; none vanishes."""
        for index, drug in enumerate(self.raw.drugs):
            self._read_drug(drug, f"drugs[{index}]")

    def _read_drug(self, drug: RawDrug, path: str) -> None:
        name = drug.name or drug.rxnorm or drug.atc or ""
        course = read_course(drug.name or "")
        start, stop = drug.days_since_start, drug.days_since_stop
        start, stop = course.start if start is None else start, course.stop if stop is None else stop
        if start is not None and stop is not None and stop > start:
            reason = f"{name} was stopped {stop:g} days ago, before its start {start:g} days ago: its times are not used"
            self.notes.refuse("time", name, reason, path)
            start = stop = None
        found = self.r.drugs.read(replace(drug, name=course.name) if course.name else drug)
        for meant in found:
            self._keep(meant._replace(text=name if len(found) == 1 or meant.known else meant.text), start, stop, path)

    def _keep(self, meant: Meant, start: float | None, stop: float | None, path: str) -> None:
        if not meant.known and (condition := self.r.no_bearing.find(meant.text)):
            self._no_bearing.add(condition)
            return
        if meant.term and not meant.substance and not self.r.drugs.is_exposure(meant.term):
            self._conditions.append(meant)
            return
        if meant.read_as:
            self.notes.assume(f"{meant.text!r} is read as {meant.read_as}")
        suggestions = () if meant.known else tuple(self.r.drugs.suggest(meant.text))
        if not meant.known and not self.r.names.find_treatment(meant.text):
            self.notes.refuse("drug", meant.text, "", path, suggestions)
        exposure = DrugExposure(
            meant.term, meant.label, meant.text, start, stop, meant.substance, meant.known, suggestions, meant.groups
        )
        self._exposures.append(exposure)


def _same_drug(first: DrugExposure, second: DrugExposure) -> DrugExposure:
    """One drug in two entries: from the first start to the last stop; running where one entry runs."""
    starts = [d.days_since_start for d in (first, second) if d.days_since_start is not None]
    stops = [d.days_since_stop for d in (first, second)]
    stop = None if None in stops else min(s for s in stops if s is not None)
    return replace(first, text=min(first.text, second.text), days_since_start=max(starts, default=None), days_since_stop=stop)


def _reading_of(meaning: Meaning, text: str, kind: str) -> TextReading:
    """What was made of a text."""
    status = "not understood" if not meaning else "partly understood" if meaning.left_over else "understood"
    terms = dict.fromkeys((*(f.stated or f.term for f in meaning.found), *meaning.drugs))
    return TextReading(kind, text, status, tuple(terms), meaning.left_over, meaning.reason)


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
