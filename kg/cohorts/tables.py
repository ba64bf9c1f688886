"""A part of a table of counts -> episodes and causes: equal situations at equal age and sex are answered once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.case.values.durations import YEAR
from kg.cohorts.counts import Situation
from kg.cohorts.episodes import Count, Episode, find_episodes
from kg.cohorts.staging import Rejected
from kg.cohorts.tally import compare_profiles, count_rows
from kg.cohorts.thinking import CAUSES, EPISODES, SHOWN, Answer, Found, Thinker, as_frame, as_rejected, as_tally

Places = NDArray[np.intp]


def think_counts(thinker: Thinker, frame: pl.DataFrame) -> Found:
    """Episodes and causes of a part in which the rows of a person stand together, in the order of time."""
    place, situations = thinker.counts.read(frame)
    rejected = list(_reject(thinker, frame, place, situations))
    if any(s.error for s in situations):
        good = np.array([not s.error for s in situations])[place]
        frame, place = frame.filter(pl.Series(good)), place[good]
    low = np.array([bool(s.lows) for s in situations], dtype=np.bool_)[place] if len(frame) else np.zeros(0, dtype=np.bool_)
    lows = _list_lows(frame, place, situations)
    tally = [*count_rows(frame, low, lows), *compare_profiles(frame, thinker.counts.cut_ages(frame), thinker.resolver.thresholds)]
    alone, several = _split_persons(frame, low)
    answered = [
        _answer_alone(thinker, frame, place, situations, alone),
        _answer_several(thinker, frame, place, situations, several),
    ]
    order = frame.select("person").unique(maintain_order=True).with_row_index("order")
    episodes, causes = (
        pl.concat(tables).join(order, on="person").sort("order", "episode", *keys).drop("order")
        for tables, keys in zip(zip(*answered, strict=True), ((), ("rank",)), strict=True)
    )
    return Found(episodes, causes, as_rejected(rejected), as_tally(tally))


def _reject(thinker: Thinker, frame: pl.DataFrame, place: Places, situations: Sequence[Situation]) -> Iterator[Rejected]:
    """Values that cannot be, each with its own number in the reason."""
    tests = [name for name in frame.columns if name in thinker.counts.tests]
    for row in np.flatnonzero(np.array([bool(s.refused) for s in situations], dtype=np.bool_)[place]).tolist():
        for test, reason in thinker.counts.read_row(frame, tests, row).refused:
            value = frame[test][row] if test in frame.columns else None
            label = thinker.counts.tests[test].label if test in thinker.counts.tests else test
            yield Rejected(int(frame["row"][row]), label, "" if value is None else f"{value:g}", reason)


def _list_lows(frame: pl.DataFrame, place: Places, situations: Sequence[Situation]) -> pl.DataFrame:
    pairs = [(i, low.finding) for i, s in enumerate(situations) for low in s.lows]
    by_situation = pl.DataFrame(pairs, schema={"place": pl.Int64, "finding": pl.String}, orient="row")
    rows = pl.DataFrame({"place": place.astype(np.int64), "row": frame["row"]})
    return rows.join(by_situation, on="place", how="inner")


def _split_persons(frame: pl.DataFrame, low: NDArray[np.bool_]) -> tuple[Places, list[tuple[int, int]]]:
    """Rows that are low and the only count of their person, and the stretches of persons with several counts, some low."""
    if frame.is_empty():
        return np.empty(0, dtype=np.intp), []
    persons = frame["person"]
    starts = persons.ne_missing(persons.shift()).fill_null(True).to_numpy().nonzero()[0]
    ends = np.append(starts[1:], len(frame))
    any_low = np.add.reduceat(low.astype(np.int64), starts) > 0
    single = ends - starts == 1
    several = np.flatnonzero(any_low & ~single)
    return starts[any_low & single], list(zip(starts[several].tolist(), ends[several].tolist(), strict=True))


# --------------------------------------------------------------------------- one count a person


def _answer_alone(
    thinker: Thinker, frame: pl.DataFrame, place: Places, situations: Sequence[Situation], rows: Places
) -> tuple[pl.DataFrame, pl.DataFrame]:
    picked = frame[rows].with_columns(place=pl.Series(place[rows].astype(np.int64)))
    keys = picked.select("place", "age", "sex").unique(maintain_order=True).with_row_index("answer")
    answers = [thinker.answer(situations[p].case, age, sex) for p, age, sex in keys.select("place", "age", "sex").iter_rows()]
    picked = picked.join(keys, on=["place", "age", "sex"], how="left", nulls_equal=True, maintain_order="left")
    told = [thinker.describe_answer(a) for a in answers]
    decided = pl.DataFrame({name: [t[name] for t in told] for name in _DECIDED}, schema={n: EPISODES[n] for n in _DECIDED})
    found = picked.join(decided.with_row_index("answer"), on="answer", how="left", maintain_order="left")
    return _finish_alone(found), _list_causes(thinker, found, answers)


_DECIDED = ("findings", "finding_ids", "rules", "status", "causes", "best", "best_family", "drugs", "not_understood")


def _finish_alone(found: pl.DataFrame) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "episode": pl.lit(1), "first_row": pl.col("row"), "end_row": pl.lit(None), "start": pl.col("time"),
        "lowest": pl.col("time"), "end": pl.lit(None), "days": pl.lit(None), "counts": pl.lit(1),
        "first_count": pl.lit(True), "open": pl.lit(True), "age_years": (pl.col("age") / YEAR).round(4),
    }  # fmt: skip
    columns |= {name: pl.col(test) if test in found.columns else pl.lit(None) for name, test in SHOWN.items()}
    found = found.with_columns(**columns)
    return found.select(pl.col(name).cast(kind) for name, kind in EPISODES.items())


def _list_causes(thinker: Thinker, found: pl.DataFrame, answers: Sequence[Answer]) -> pl.DataFrame:
    rows = [row | {"answer": i} for i, answer in enumerate(answers) for row in thinker.list_causes(answer)]
    schema = {name: kind for name, kind in CAUSES.items() if name not in ("person", "episode")}
    causes = pl.DataFrame({n: [row[n] for row in rows] for n in [*schema, "answer"]}, schema=schema | {"answer": pl.UInt32})
    joined = found.select("person", "episode" if "episode" in found.columns else pl.lit(1).alias("episode"), "answer").join(
        causes, on="answer", how="inner"
    )
    return joined.select(pl.col(name).cast(kind) for name, kind in CAUSES.items())


# --------------------------------------------------------------------------- several counts a person


def _answer_several(
    thinker: Thinker,
    frame: pl.DataFrame,
    place: Places,
    situations: Sequence[Situation],
    stretches: Sequence[tuple[int, int]],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    episodes: list[dict[str, Any]] = []
    causes: list[dict[str, Any]] = []
    for start, end in stretches:
        counts = [build_count(thinker, frame, situations[place[row]], row) for row in range(start, end)]
        for number, episode in enumerate(find_episodes(counts), 1):
            case = _case_with_before(situations, place, episode)
            values = frame.row(episode.lowest.row, named=True)
            answer = thinker.answer(case, values["age"], values["sex"])
            episodes.append(describe_episode(frame, episode, number, values) | thinker.describe_answer(answer))
            causes += [{"person": values["person"], "episode": number} | row for row in thinker.list_causes(answer)]
    return as_frame(episodes, EPISODES), as_frame(causes, CAUSES)


def build_count(thinker: Thinker, frame: pl.DataFrame, situation: Situation, row: int) -> Count:
    """A row as episodes need it; `row` is its place in the frame."""
    depth = thinker.resolver.thresholds.depth
    lows = tuple(
        (low.test, depth(low.finding), float(value) if (value := _value(frame, low.test, row)) is not None else 0.0)
        for low in situation.lows
    )
    return Count(row, frame["time"][row], lows, situation.normal)


def _value(frame: pl.DataFrame, test: str, row: int) -> float | None:
    return frame[test][row] if test in frame.columns else None


def _case_with_before(situations: Sequence[Situation], place: Places, episode: Episode) -> Any:
    """Case of the lowest count, with the normal readings of the count before the fall at their time."""
    case = situations[place[episode.lowest.row]].case
    before = episode.before
    if before is None:
        return case
    days = 1.0 if before.time is None or episode.lowest.time is None else max(episode.lowest.time - before.time, 1e-6)
    earlier = situations[place[before.row]].case.readings
    return replace(
        case, readings=(*case.readings, *(replace(r, days_ago=days) for r in earlier if r.rules_out and not r.decides))
    )


def describe_episode(frame: pl.DataFrame, episode: Episode, number: int, values: dict[str, Any]) -> dict[str, Any]:
    """Cells of an episode that its counts decide; `values` is the row of the lowest count."""
    end = episode.end
    return {
        "person": values["person"], "episode": number, "row": values["row"],
        "first_row": int(frame["row"][episode.first.row]), "end_row": int(frame["row"][end.row]) if end else None,
        "start": episode.first.time, "lowest": episode.lowest.time, "end": end.time if end else None, "days": episode.days,
        "counts": len(episode.counts), "first_count": episode.before is None, "open": end is None,
        "period": values["period"], "unit": values["unit"],
        "age_years": None if values["age"] is None else round(values["age"] / YEAR, 4), "sex": values["sex"],
        **{name: _lowest_value(frame, test, episode) for name, test in SHOWN.items()},
    }  # fmt: skip


def _lowest_value(frame: pl.DataFrame, test: str, episode: Episode) -> float | None:
    """Lowest value of a line in all counts of an episode."""
    if test not in frame.columns:
        return None
    return min((v for count in episode.counts if (v := frame[test][count.row]) is not None), default=None)
