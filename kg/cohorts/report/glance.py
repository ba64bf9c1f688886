"""What a reader takes away at a glance: four sentences, and what the record itself offers for each episode.

Owns their wording: counts alone never single out a cause. Must not draw.
"""

from __future__ import annotations

import polars as pl

from kg.case.values.analytes import ANC
from kg.case.values.thresholds import DUFFY_NULL
from kg.cohorts.report.facts import Facts
from kg.cohorts.report.limits import count_profile
from kg.cohorts.report.section import say_share
from kg.cohorts.tally import USUAL_THERE
from kg.reasoning.records import SHELVES

GIVEN, GIVEN_SECOND, NOT_GIVEN, NONE = (
    "a drug or condition of the record stands on the first shelf",
    "… on the second shelf only",
    "only causes of which the record says nothing",
    "nothing in the graph reaches the finding",
)


def say_at_a_glance(facts: Facts) -> list[str]:
    """The three or four sentences that a reader takes away."""
    counts, low = facts.number("funnel", "counts")
    said = [f"{low:,} of {counts:,} counts are low ({say_share(low, counts)}), in {len(facts.episodes):,} episodes."]
    if measured := facts.number("measured", ANC)[0]:
        below = [f"{facts.count_below(ANC, limit):,} below {limit}" for limit in (1.5, 1.0, 0.5)]
        said.append(f"Of {measured:,} neutrophil counts {', '.join(below)} ×10⁹/L.")
    usual, duffy = (count_profile(facts, name, ANC) for name in (USUAL_THERE, DUFFY_NULL))
    if usual and duffy and usual != duffy:
        said.append(
            f"Were everyone Duffy-null, {duffy:,} instead of {usual:,} of the same counts would be called low: "
            f"{say_share(usual - duffy, usual)} of the low ones are low by the choice of the limit alone."
        )
    said.append(_say_explained(facts))
    return said


def _say_explained(facts: Facts) -> str:
    kinds = dict(count_explained(facts).iter_rows())
    total = len(facts.episodes)
    if not total:
        return "No count is low."
    if facts.names_persons:
        first = kinds.get(GIVEN, 0)
        rest = total - first - kinds.get(GIVEN_SECOND, 0)
        return (
            f"In {first:,} of {total:,} episodes a drug or condition of the record could explain the count best; "
            f"in {rest:,} the record names none that does."
        )
    answers = facts.episodes.select("finding_ids", "age_years", "sex").n_unique()
    pictures = facts.episodes["finding_ids"].n_unique()
    return (
        f"The record holds counts alone: {total:,} episodes show {pictures:,} pictures of low lines "
        f"({answers:,} with age and sex). "
        "Counts tell which line is low and how deep; they cannot tell a drug from an infection: no cause is singled out."
    )


def count_explained(facts: Facts) -> pl.DataFrame:
    """Episodes by the best that the record itself offers."""
    given = pl.col("given")
    best = facts.causes.group_by("person", "episode").agg(first=(given & (pl.col("shelf") == SHELVES[0])).any(), any=given.any())
    joined = facts.episodes.lazy().select("person", "episode", "causes").join(best, on=["person", "episode"], how="left")
    kind = (
        pl.when(pl.col("causes") == 0).then(pl.lit(NONE)).when(pl.col("first")).then(pl.lit(GIVEN))
        .when(pl.col("any")).then(pl.lit(GIVEN_SECOND)).otherwise(pl.lit(NOT_GIVEN))
    )  # fmt: skip
    return joined.group_by(kind.alias("kind")).agg(n=pl.len()).collect()
