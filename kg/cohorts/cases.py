"""A part of NDJSON cases -> an episode each, and their causes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from kg.case.readers.schema import read_json
from kg.case.readers.sources import check_content, read_raw
from kg.case.records import Case
from kg.case.values.durations import YEAR
from kg.cohorts.staging import Rejected
from kg.cohorts.tally import AGE_BANDS, Tally
from kg.cohorts.thinking import CAUSES, EPISODES, SHOWN, Answer, Found, Thinker, as_frame, as_rejected, as_tally
from kg.exceptions import LeukographError


def think_cases(thinker: Thinker, part: pl.DataFrame) -> Found:
    """Answers to a part of cases; one that cannot be read is set aside with its reason."""
    episodes: list[dict[str, Any]] = []
    causes: list[dict[str, Any]] = []
    rejected: list[Rejected] = []
    tally: Counter[tuple[str, str, str]] = Counter()
    low: Counter[tuple[str, str, str]] = Counter()
    for row, person, line in part.select("row", "person", "line").iter_rows():
        try:
            raw = read_raw(read_json(line))
            check_content(raw)
            case = thinker.resolver.resolve(raw, thinker.settings.profile)
        except LeukographError as error:
            place, _, reason = str(error).partition(": ")
            rejected.append(Rejected(row, place if reason else "", "", reason or place))
            continue
        answer = Answer(case, thinker.ranker.rank(case))
        for key in _levels(case):
            tally[key] += 1
            low[key] += bool(answer.ranked.targets)
        if answer.ranked.targets:
            episodes.append(_describe(row, person, case) | thinker.describe_answer(answer))
            causes += [{"person": person, "episode": 1} | found for found in thinker.list_causes(answer)]
            tally.update(("finding", target, "") for target in answer.ranked.targets)
            tally.update(("not understood", str(item["kind"]), str(item["text"])) for item in case.not_understood)
    rows: list[Tally] = [(*key, n, low[key]) for key, n in sorted(tally.items())]
    return Found(as_frame(episodes, EPISODES), as_frame(causes, CAUSES), as_rejected(rejected), as_tally(rows))


def _levels(case: Case) -> list[tuple[str, str, str]]:
    """Of what a case is one more."""
    years = None if case.age_days is None else case.age_days / YEAR
    band = "not given" if years is None else next((name for top, name in AGE_BANDS if years < top), "not given")
    found = [("funnel", "counts", ""), ("funnel", "persons", ""), ("stratum", "age_band", band)]
    found += [("stratum", "sex", case.sex or "not given")]
    return found + [("measured", test, "") for test in SHOWN.values() if any(r.test == test for r in case.readings)]


def _describe(row: int, person: str, case: Case) -> dict[str, Any]:
    values = {name: [r.value for r in case.readings if r.test == test and r.days_ago < 1] for name, test in SHOWN.items()}
    age = None if case.age_days is None else float(np.round(case.age_days / YEAR, 4))
    return {
        "person": person, "episode": 1, "row": row, "first_row": row, "counts": 1, "first_count": True, "open": True,
        "age_years": age, "sex": case.sex or None, **{name: min(found, default=None) for name, found in values.items()},
    }  # fmt: skip
