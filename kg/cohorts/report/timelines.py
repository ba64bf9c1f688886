"""A picture for each person: counts in time, the episodes, and the drugs of the record that stand on a shelf.

Drawn for histories only (events with time), for the persons with the lowest counts. Owns the picture.
"""

from __future__ import annotations

import polars as pl

from kg.case.values.analytes import ANC, WBC
from kg.cohorts.histories import Course, find_courses
from kg.cohorts.report import figures
from kg.cohorts.report.facts import Facts

MOST_PERSONS, MOST_DRUGS = 40, 6


def draw_timelines(facts: Facts) -> list[tuple[str, str, str]]:
    """Person, what is told, and the picture, for the persons with the lowest counts."""
    path = facts.out / ".work" / "staged.parquet"
    if not path.exists() or "kind" not in pl.scan_parquet(path).collect_schema():
        return []
    lowest = facts.episodes.group_by("person").agg(pl.col("wbc").min(), pl.col("anc").min())
    lowest = lowest.sort("wbc", "anc", "person", nulls_last=True).head(MOST_PERSONS)
    events = pl.scan_parquet(path).filter(pl.col("person").is_in(lowest["person"].to_list())).collect()
    return [_draw(facts, person, events.filter(pl.col("person") == person)) for person in lowest["person"]]


def _draw(facts: Facts, person: str, events: pl.DataFrame) -> tuple[str, str, str]:
    episodes = facts.episodes.filter(pl.col("person") == person)
    zero = float(episodes["start"].min() or 0.0)  # type: ignore[arg-type]
    lines = {name: _values(events, test, zero) for name, test in (("WBC", WBC), ("ANC", ANC))}
    last = max((day for days, _ in lines.values() for day in days), default=1.0)
    spans = [(a - zero, last if b is None else b - zero) for a, b in episodes.select("start", "end").iter_rows()]
    drugs = _drugs(facts, person, events, zero, spans)
    top = facts.causes.filter((pl.col("person") == person) & (pl.col("rank") <= 3)).select("label").collect()["label"]
    named = ", ".join(dict.fromkeys(top.to_list()))
    text = f"{len(episodes)} episode{'s' * (len(episodes) != 1)}; first in the order: {named[:200]}"
    return person, text, figures.draw_timeline(lines, spans, drugs, f"counts of {person} in time")


def _values(events: pl.DataFrame, test: str, zero: float) -> tuple[list[float], list[float]]:
    rows = events.filter((pl.col("kind") == "lab") & (pl.col("code") == test)).sort("time")
    return [t - zero for t in rows["time"]], rows["value"].to_list()


def _drugs(
    facts: Facts, person: str, events: pl.DataFrame, zero: float, spans: list[tuple[float, float]]
) -> list[tuple[str, list[tuple[float, float]]]]:
    """Courses of the drugs that stand on a shelf, the best placed first."""
    mine = facts.causes.filter((pl.col("person") == person) & pl.col("given") & (pl.col("kind") == "drug"))
    wanted = mine.group_by("cause").agg(pl.col("rank").min()).sort("rank", "cause").head(MOST_DRUGS).collect()["cause"].to_list()
    found: dict[str, list[tuple[float, float]]] = {drug: [] for drug in wanted}
    first, last = min(a for a, _ in spans) - 90.0, max(b for _, b in spans) + 30.0
    for course in find_courses(events.filter(pl.col("kind").str.starts_with("drug"))):
        begin, end = course.start - zero, course.stop - zero
        for drug in _read(facts, course):
            if drug in found and end >= first and begin <= last:
                found[drug].append((begin, max(end, begin + 0.2)))
    return [(facts.t.label(drug).removesuffix(" exposure"), courses) for drug, courses in found.items() if courses]


def _read(facts: Facts, course: Course) -> set[str]:
    from kg.cohorts.histories import name_drug

    return {meant.term for meant in facts.knowledge.resolver.drugs.read(name_drug(course.name, course.code))}
