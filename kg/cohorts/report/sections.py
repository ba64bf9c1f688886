"""What the tables of a run tell, section by section: a heading, a sentence or two, a plot, a table.

Owns the wording. Says "could explain", never a diagnosis, and what counts alone cannot tell. Must not know HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import polars as pl

from kg.cohorts.report import figures
from kg.cohorts.report.drugs import compare_drugs
from kg.cohorts.report.facts import Facts
from kg.cohorts.report.glance import GIVEN, GIVEN_SECOND, NONE, NOT_GIVEN, count_explained
from kg.cohorts.report.limits import build_distributions, build_profiles
from kg.cohorts.report.section import Section
from kg.cohorts.report.timelines import draw_timelines
from kg.cohorts.tally import AGE_BANDS
from kg.reasoning.records import SHELVES

MOST = 20
STRATA = (("period", "period"), ("unit", "unit"), ("age_band", "age"), ("sex", "sex"))


def build_sections(facts: Facts) -> Iterator[Section]:
    """Every section that this cohort has something for."""
    yield _funnel(facts)
    yield from build_distributions(facts)
    yield build_profiles(facts)
    yield _findings(facts)
    yield from _causes(facts)
    yield from _strata(facts)
    yield from _families_over(facts)
    yield from _drugs(facts)
    yield from _course(facts)
    yield from _timelines(facts)
    yield from _set_aside(facts)


# --------------------------------------------------------------------------- funnel


def _funnel(facts: Facts) -> Section:
    counts, low = facts.number("funnel", "counts")
    persons, low_persons = facts.number("funnel", "persons")
    kinds = dict(count_explained(facts).iter_rows())
    rows = [("counts", counts), ("low counts", low), ("persons", persons), ("persons with a low count", low_persons)]
    rows += [
        ("episodes", len(facts.episodes)),
        *((kind, kinds[kind]) for kind in (GIVEN, GIVEN_SECOND, NOT_GIVEN, NONE) if kind in kinds),
    ]
    table = pl.DataFrame(rows, schema={"step": pl.String, "n": pl.Int64}, orient="row")
    text = "From counts to what could explain them. An episode is a low count with all that follow until recovery."
    steps = [(name, n) for name, n in rows if not name.startswith("person") and (name != "counts" or counts < 40 * max(low, 1))]
    figure = figures.draw_bars([n for n, _ in steps], [v for _, v in steps], "funnel", [f"{v:,}" for _, v in steps])
    return Section("funnel", "From counts to causes", text, figure, table)


def _findings(facts: Facts) -> Section:
    rows = facts.of("finding").sort(["n", "level"], descending=[True, False])
    table = rows.select(finding=pl.col("level").map_elements(facts.t.label, return_dtype=pl.String), counts="n")
    figure = figures.draw_bars(
        table["finding"].to_list(), table["counts"].to_list(), "low lines", [f"{n:,}" for n in table["counts"]]
    )
    text = "Low counts by the finding that the usual rules decide; a count with two low lines stands in both."
    return Section("findings", "Which lines are low", text, figure if len(table) else "", table)


# --------------------------------------------------------------------------- causes


def _causes(facts: Facts) -> Iterator[Section]:
    best = facts.causes.filter(pl.col("shelf") == SHELVES[0])
    families = (
        best.select("person", "episode", "family")
        .unique()
        .group_by("family")
        .agg(episodes=pl.len())
        .collect()
        .sort(["episodes", "family"], descending=[True, False])
    )
    if families.is_empty():
        return
    caution = (
        ""
        if facts.names_persons
        else " With counts alone the order follows what cohorts report behind such counts, and nothing of this patient."
    )
    text = f"Families with a cause on the first shelf: causes that fit best and could explain the episode.{caution}"
    figure = figures.draw_bars(
        families["family"].to_list(), families["episodes"].to_list(), "families", [f"{n:,}" for n in families["episodes"]]
    )
    yield Section("families", "Families of causes that fit best", text, figure, families)
    top = (
        facts.causes.group_by("cause", "label", "family")
        .agg(fits_best=(pl.col("shelf") == SHELVES[0]).sum(), on_shelves=pl.len(), given=pl.col("given").sum())
        .collect().sort(["given", "fits_best", "on_shelves", "cause"], descending=[True, True, True, False]).head(60)
    )  # fmt: skip
    shown = top.filter(pl.col("given") > 0).head(MOST)
    drawn = (
        figures.draw_bars(shown["label"].to_list(), shown["given"].to_list(), "causes", [f"{n:,}" for n in shown["given"]])
        if len(shown)
        else ""
    )
    text = "Causes on the first two shelves; `given` (and the bars) count episodes whose record names the drug or condition."
    yield Section("causes", "Causes", text, drawn, top)


def _strata(facts: Facts) -> Iterator[Section]:
    for column, name in STRATA:
        rows = facts.of("stratum").filter(pl.col("level") == column)
        table = rows.select(
            pl.col("detail").alias(name), counts="n", low="low", share=(pl.col("low") / pl.col("n")).round(5)
        ).sort(_order(name), name)
        if len(table) < 2:
            continue
        shown = table.sort(["counts", name], descending=[True, False]).head(MOST).sort(_order(name), name)
        notes = [f"{share:.1%} ({low:,} of {n:,})" for _, n, low, share in shown.iter_rows()]
        figure = figures.draw_bars(
            shown[name].to_list(), [s * 100 for s in shown["share"]], f"share of low counts by {name}", notes
        )
        yield Section(f"by-{name}", f"Share of low counts by {name}", "", figure, table)


def _order(name: str) -> pl.Expr:
    """Ages in their order; everything else by its name."""
    bands = {band: place for place, (_, band) in enumerate(AGE_BANDS)}
    return pl.col(name).replace_strict(bands, default=len(bands) if name == "age" else 0, return_dtype=pl.Int64)


def _families_over(facts: Facts) -> Iterator[Section]:
    """Families of what the record itself gives, by period, unit, age and sex."""
    given = facts.causes.filter(pl.col("given") & (pl.col("shelf") == SHELVES[0])).select("person", "episode", "family").unique()
    years = pl.col("age_years")
    band = (
        pl.when(years < 18)
        .then(pl.lit("below 18"))
        .when(years < 65)
        .then(pl.lit("18 to 64"))
        .when(years >= 65)
        .then(pl.lit("65 and over"))
    )
    base = facts.episodes.lazy().select("person", "episode", "period", "unit", "sex", age=band)
    joined = base.join(given, on=["person", "episode"], how="inner")
    for column in ("period", "unit", "age", "sex"):
        table = (
            joined.group_by(pl.col(column).fill_null("not given"), "family")
            .agg(episodes=pl.len())
            .collect()
            .sort(column, "family")
        )
        levels = table[column].unique(maintain_order=True).to_list()
        if len(levels) < 2:
            continue
        shown = levels[-24:]
        families = (
            table.group_by("family")
            .agg(pl.col("episodes").sum())
            .sort(["episodes", "family"], descending=[True, False])["family"]
            .to_list()
        )
        found = {(level, family): n for level, family, n in table.iter_rows()}
        series = [(family, [float(found.get((level, family), 0)) for level in shown]) for family in families]
        text = "Episodes in which a drug or condition of the record stands on the first shelf."
        yield Section(
            f"given-by-{column}",
            f"What the record offers, by {column}",
            text,
            figures.draw_stacked(shown, series, f"families by {column}"),
            table,
        )


def _drugs(facts: Facts) -> Iterator[Section]:
    table = compare_drugs(facts)
    if table.is_empty():
        return
    text = (
        "Persons who took a drug before their first low count, beside all who took it. `expected` is what the sourced frequency "
        "in the exposed would give among them; no test is made, for the drugs of one person are not independent."
    )
    shown = table.filter(pl.col("expected").is_not_null()).head(MOST)
    if shown.is_empty():
        shown = table.head(MOST)
        figure = figures.draw_bars(shown["drug"].to_list(), shown["before a low count"].to_list(), "drugs before a low count")
    else:
        figure = figures.draw_pairs(
            shown["drug"].to_list(), shown["before a low count"].to_list(), shown["expected"].to_list(),
            ("observed: took it before a low count", "expected by the sourced frequency"), "drugs observed and expected",
        )  # fmt: skip
    yield Section("drugs", "Drugs before the fall", text, figure, table)


def _course(facts: Facts) -> Iterator[Section]:
    table = facts.episodes.filter(pl.col("days").is_not_null()).select("person", "episode", "days", "findings")
    if table.is_empty():
        return
    bands = [(3, "up to 3 days"), (7, "4 to 7"), (14, "8 to 14"), (30, "15 to 30"), (90, "31 to 90"), (float("inf"), "over 90")]
    counts = [
        table.filter((pl.col("days") <= top) & (pl.col("days") > low)).height
        for low, (top, _) in zip([0, 3, 7, 14, 30, 90], bands, strict=True)
    ]
    seen = facts.episodes.filter(~pl.col("first_count")).height
    text = f"{table.height:,} episodes were followed to recovery; in {seen:,} a normal count before the fall is known."
    yield Section(
        "course",
        "Days to recovery",
        text,
        figures.draw_bars([n for _, n in bands], counts, "days to recovery"),
        table.sort("days", "person", "episode"),
    )


def _timelines(facts: Facts) -> Iterator[Section]:
    drawn = draw_timelines(facts)
    if not drawn:
        return
    pictures = "".join(f"<h3>{escape(person)}</h3><p>{escape(text)}</p>{figure}" for person, text, figure in drawn)
    text = (
        f"The {len(drawn)} persons with the lowest counts: episodes are shaded; drugs of the record that stand on a shelf below."
    )
    table = facts.episodes.filter(pl.col("person").is_in([person for person, *_ in drawn]))
    yield Section("timelines", "Timelines", text, pictures, table)


def _set_aside(facts: Facts) -> Iterator[Section]:
    words = facts.of("not understood").select(kind="level", text="detail", n="n").sort(["n", "text"], descending=[True, False])
    if len(words):
        text = f"{words.height:,} names of drugs, tests and findings that no term has; the episodes were answered without them."
        shown = words.head(MOST)
        yield Section(
            "not-understood",
            "Not understood",
            text,
            figures.draw_bars([t[:60] for t in shown["text"]], shown["n"].to_list(), "not understood"),
            words,
        )
    if len(facts.unread):
        text = f"{int(facts.unread['n'].sum()):,} events of {facts.unread.height:,} codes say nothing to us and were not read."
        yield Section("not-read", "Not read", text, "", facts.unread)
    text = (
        "Rows and values that cannot be, each with row, column and reason in rejected.csv."
        if len(facts.rejected)
        else "Nothing was set aside."
    )
    yield Section("set-aside", "Set aside", text, "", facts.rejected)
