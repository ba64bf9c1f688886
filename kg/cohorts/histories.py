"""A part of events (counts, drugs, diagnoses of a patient in time) -> episodes and causes.

The case of an episode is the person at its lowest count: all values of the last days, the normal count before the fall,
the drugs begun before the fall with the days since their start and stop, the diagnoses recorded before it. Owns what of a
history belongs to an episode; must not know codes of any source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from kg.case.raw import RawCase, RawDrug, RawHistory, RawLab, RawPatient
from kg.case.records import Case
from kg.case.values.analytes import BANDS, GRANULOCYTES, SEGS, SHARES, TEMPERATURE, WBC
from kg.cohorts.episodes import Count, Episode, find_episodes
from kg.cohorts.staging import COMMON, WHO, Rejected
from kg.cohorts.tables import build_count, describe_episode
from kg.cohorts.tally import compare_profiles, count_rows
from kg.cohorts.thinking import CAUSES, EPISODES, Answer, Found, Thinker, as_frame, as_rejected, as_tally
from kg.exceptions import LeukographError

WHITE = (WBC, *SHARES, *SHARES.values(), SEGS, BANDS, GRANULOCYTES)
SAME_SAMPLE = 1e-9
LABS_BEFORE, LABS_AFTER = 3.0, 1.0  # days around the lowest count from which other values are taken
COURSE_GAP = 14.0  # days without a dose that part two courses of a drug
DRUGS_BEFORE = 180.0  # days before the fall from which a finished course is still told


class Course(NamedTuple):
    """A course of a drug, in days; `stop` is its last dose or its stated end."""

    name: str
    code: str
    start: float
    stop: float
    ended: bool


class History(NamedTuple):
    """What is known of one person."""

    person: str
    sex: str | None
    birth: float | None
    counts: pl.DataFrame
    labs: pl.DataFrame
    courses: list[Course]
    diagnoses: list[tuple[float, str, str]]


def think_events(thinker: Thinker, part: pl.DataFrame) -> Found:
    """Episodes and causes of a part of events in which the rows of a person stand together."""
    table = _gather_counts(part)
    place, situations = thinker.counts.read(table)
    rejected: list[Rejected] = []
    episodes: list[dict[str, Any]] = []
    causes: list[dict[str, Any]] = []
    words: Counter[tuple[str, str]] = Counter()
    exposed: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    offset = 0
    low = [bool(situations[p].lows) for p in place]
    for history in _histories(part, table):
        counts = [
            build_count(thinker, table, situations[place[offset + i]], offset + i)
            for i in range(len(history.counts))
            if not situations[place[offset + i]].error
        ]
        offset += len(history.counts)
        first: float | None = None
        for number, episode in enumerate(find_episodes(counts), 1):
            first = episode.first.time if first is None else first
            case, faults = _read_case(thinker, history, table, episode)
            rejected += faults
            words.update((str(item["kind"]), str(item["text"])) for item in case.not_understood)
            answer = Answer(case, thinker.ranker.rank(case))
            values = table.row(episode.lowest.row, named=True)
            episodes.append(describe_episode(table, episode, number, values) | thinker.describe_answer(answer))
            causes += [{"person": history.person, "episode": number} | row for row in thinker.list_causes(answer)]
        _count_drugs(thinker, history, first, exposed, before)
    lows = pl.DataFrame(
        [(int(table["row"][i]), low_.finding) for i, p in enumerate(place) for low_ in situations[p].lows],
        schema={"row": pl.Int64, "finding": pl.String}, orient="row",
    )  # fmt: skip
    tally = [*count_rows(table, np.array(low, dtype=np.bool_), lows)] if len(table) else []
    tally += [*compare_profiles(table, thinker.counts.cut_ages(table), thinker.resolver.thresholds)] if len(table) else []
    tally += [("drug", drug, "", len(persons), len(before.get(drug, ()))) for drug, persons in sorted(exposed.items())]
    tally += [("not understood", kind, text, n, 0) for (kind, text), n in sorted(words.items())]
    rejected += [Rejected(int(table["row"][i]), "", "", situations[p].error) for i, p in enumerate(place) if situations[p].error]
    return Found(as_frame(episodes, EPISODES), as_frame(causes, CAUSES), as_rejected(rejected), as_tally(tally))


# --------------------------------------------------------------------------- counts


def _gather_counts(part: pl.DataFrame) -> pl.DataFrame:
    """White counts as a table with a row for each person and moment, with age, sex and the unit where the person lay."""
    labs = part.filter((pl.col("kind") == "lab") & pl.col("code").is_in(list(WHITE)) & pl.col("time").is_not_null())
    wide = (
        labs.sort("person", "time", "row", maintain_order=True)
        .pivot("code", index=["person", "time"], values="value", aggregate_function="min", maintain_order=True)
    )  # fmt: skip
    rows = labs.group_by("person", "time").agg(row=pl.col("row").min())
    birth = part.filter(pl.col("kind") == "birth").group_by("person").agg(birth=pl.col("time").first())
    sex = part.filter(pl.col("kind") == "sex").group_by("person").agg(sex=pl.col("name").first())
    units = (
        part.filter((pl.col("kind") == "unit") & pl.col("time").is_not_null())
        .select("person", "time", unit="name")
        .sort("person", "time")
    )
    wide = wide.join(rows, on=["person", "time"], how="left", maintain_order="left")
    wide = wide.join(birth, on="person", how="left", maintain_order="left").join(
        sex, on="person", how="left", maintain_order="left"
    )
    wide = wide.sort("person", "time").join_asof(units, on="time", by="person", strategy="backward", check_sortedness=False)
    months = (pl.col("time") * 86_400_000).cast(pl.Int64).cast(pl.Datetime("ms")).dt.strftime("%Y-%m")
    wide = wide.with_columns(age=pl.col("time") - pl.col("birth"), period=months, duffy=pl.lit(None, dtype=pl.String))
    tests = [name for name in WHITE if name in wide.columns]
    return wide.select(*COMMON, *WHO, *tests)


def _histories(part: pl.DataFrame, table: pl.DataFrame) -> Iterator[History]:
    """Histories in the order of `table`; persons without a white count come last, for what they took."""
    counts = {str(p): frame for (p,), frame in table.group_by("person", maintain_order=True)}
    events = {str(p): frame for (p,), frame in part.group_by("person", maintain_order=True)}
    empty = table.clear()
    for person in [*counts, *(p for p in events if p not in counts)]:
        yield _read_history(person, events[person], counts.get(person, empty))


def _read_history(person: str, events: pl.DataFrame, counts: pl.DataFrame) -> History:
    kinds = events["kind"]
    sexes, births = events.filter(kinds == "sex")["name"], events.filter(kinds == "birth")["time"]
    diagnoses = events.filter((kinds == "diagnosis") & events["time"].is_not_null()).select("time", "code", "name")
    return History(
        person,
        sexes[0] if len(sexes) else None,
        births[0] if len(births) else None,
        counts,
        events.filter((kinds == "lab") & events["time"].is_not_null()).sort("time", "row"),
        list(find_courses(events.filter(kinds.str.starts_with("drug")))),
        list(diagnoses.iter_rows()),
    )


def find_courses(events: pl.DataFrame) -> Iterator[Course]:
    """Courses of each drug: doses, starts and stops less than two weeks apart are one course."""
    timed = events.filter(pl.col("time").is_not_null()).sort("time", "row")
    for (name, code), doses in timed.group_by("name", "code", maintain_order=True):
        running: list[tuple[float, str]] = []
        for time, kind in doses.select("time", "kind").iter_rows():
            if running and time - running[-1][0] > COURSE_GAP and running[-1][1] != "drug_start":
                yield _course(str(name), str(code), running)
                running = []
            running.append((time, kind))
        yield _course(str(name), str(code), running)


def _course(name: str, code: str, doses: Sequence[tuple[float, str]]) -> Course:
    return Course(name, code, doses[0][0], doses[-1][0], doses[-1][1] != "drug_start")


# --------------------------------------------------------------------------- the case of an episode


def _read_case(thinker: Thinker, history: History, table: pl.DataFrame, episode: Episode) -> tuple[Case, list[Rejected]]:
    """The case, and the values that cannot be, which are left out of it."""
    labs = list(_labs(thinker, history, table, episode))
    raw = _raw(thinker, history, episode, [lab for lab, _ in labs])
    try:
        case = thinker.resolver.resolve(raw, thinker.settings.profile)
    except LeukographError as error:
        return Case(), [Rejected(int(table["row"][episode.lowest.row]), "", "", str(error))]
    faults = []
    for item in case.not_understood:
        place = str(item["path"])
        if place.startswith("labs["):
            lab, row = labs[int(place[5 : place.index("]")])]
            faults.append(Rejected(row, lab.test or "", f"{lab.value:g}", str(item["reason"])))
    return replace(case, not_understood=tuple(i for i in case.not_understood if not str(i["path"]).startswith("labs["))), faults


def _raw(thinker: Thinker, history: History, episode: Episode, labs: Sequence[RawLab]) -> RawCase:
    now, fall = _time(episode.lowest), _time(episode.fall)
    age = None if history.birth is None else f"P{max(now - history.birth, 0.0):.6f}D"
    diagnoses = () if thinker.settings.hide_diagnoses else _find_diagnoses(thinker, history, fall)
    return RawCase(
        patient=RawPatient(age=age, sex=history.sex),
        labs=tuple(labs),
        drugs=tuple(_drugs(history, now, fall)),
        history=tuple(RawHistory(text=text) for text in diagnoses),
    )


def _time(count: Count) -> float:
    return count.time if count.time is not None else 0.0


def _labs(thinker: Thinker, history: History, table: pl.DataFrame, episode: Episode) -> Iterator[tuple[RawLab, int]]:
    """White lines of the lowest count, of the normal count before the fall, and the newest of every other test."""
    now = _time(episode.lowest)
    for count in (episode.lowest, episode.before):
        if count is not None:
            values = table.row(count.row, named=True)
            for test in (name for name in WHITE if values.get(name) is not None):
                yield _lab(thinker, test, values[test], now - _time(count)), values["row"]
    # Fever comes and goes: of the temperatures the highest counts, of other tests the newest value.
    near = history.labs.filter(
        ~pl.col("code").is_in(list(WHITE)) & pl.col("time").is_between(now - LABS_BEFORE, now + LABS_AFTER)
    )
    fever = near.filter(pl.col("code") == TEMPERATURE).sort("value", "time").tail(1)
    rest = near.filter(pl.col("code") != TEMPERATURE).group_by("code", maintain_order=True).last().select(near.columns)
    for row in pl.concat([rest, fever]).sort("code").iter_rows(named=True):
        yield _lab(thinker, row["code"], row["value"], max(now - row["time"], 0.0)), row["row"]


def _lab(thinker: Thinker, test: str, value: float, days: float) -> RawLab:
    known = thinker.resolver.tests.by_id[test]
    return RawLab(value=value, test=known.label, unit=known.unit, days_ago=round(days, 6))


def _drugs(history: History, now: float, fall: float) -> Iterator[RawDrug]:
    """Courses begun before the fall: what came after it cannot have caused it. The newest course of each drug counts."""
    newest: dict[tuple[str, str], Course] = {}
    for course in history.courses:
        if course.start < fall - SAME_SAMPLE and (not course.ended or course.stop >= fall - DRUGS_BEFORE):
            newest[course.name, course.code] = course
    for (name, code), course in sorted(newest.items()):
        stop = round(now - course.stop, 6) if course.ended and course.stop < now else None
        yield replace(name_drug(name, code), days_since_start=round(now - course.start, 6), days_since_stop=stop)


def name_drug(name: str, code: str) -> RawDrug:
    """A drug by its name and, where it has one, its code (`RxNorm//1191`, `ATC:L01BA01`)."""
    vocabulary, _, number = code.replace("//", ":").replace("/", ":").partition(":")
    vocabulary = vocabulary.casefold()
    return RawDrug(
        name=name or None,
        rxnorm=number if vocabulary == "rxnorm" else None,
        atc=number if vocabulary == "atc" else None,
    )


def _find_diagnoses(thinker: Thinker, history: History, fall: float) -> list[str]:
    """Labels of the causes that codes recorded before the fall name; a code that the graph lacks says nothing."""
    found = {thinker.find_diagnosis(code, name) for time, code, name in history.diagnoses if time < fall}
    return sorted(found - {""})


def _count_drugs(
    thinker: Thinker, history: History, first_fall: float | None, exposed: dict[str, set[str]], before: dict[str, set[str]]
) -> None:
    """Who took which drug, and who took it before the first low count."""
    for course in history.courses:
        for drug in {m.term for m in thinker.resolver.drugs.read(name_drug(course.name, course.code)) if m.term}:
            exposed.setdefault(drug, set()).add(history.person)
            if first_fall is not None and first_fall - DRUGS_BEFORE <= course.stop and course.start < first_fall:
                before.setdefault(drug, set()).add(history.person)
