"""Limits side by side, and where the counts lie. Owns these two sections."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kg.case.values.analytes import ALC, ANC, WBC
from kg.case.values.thresholds import DUFFY_NULL, Patient
from kg.cohorts.report import figures
from kg.cohorts.report.facts import Facts
from kg.cohorts.report.section import SHORT, Section, say_share
from kg.cohorts.tally import ANY, USUAL


def count_profile(facts: Facts, profile: str, test: str) -> int:
    """Counts of a line that a profile calls low."""
    rows = facts.of("profile").filter((pl.col("level") == f"{profile}\t{ANY}") & (pl.col("detail") == test))
    return int(rows["low"].sum())


def _profile_rows(facts: Facts) -> pl.DataFrame:
    level, detail = (pl.col(name).str.split_exact("\t", 1) for name in ("level", "detail"))
    frame = facts.of("profile").filter(~pl.col("level").str.ends_with(f"\t{ANY}"))
    split = frame.with_columns(
        profile=level.struct.field("field_0"), finding=level.struct.field("field_1"),
        rule=detail.struct.field("field_0"), line=detail.struct.field("field_1"),
    )  # fmt: skip
    split = split.with_columns(
        pl.col("finding").map_elements(facts.t.label, return_dtype=pl.String), pl.col("line").replace(SHORT)
    )
    grouped = split.group_by("line", "profile", "finding", maintain_order=True).agg(
        pl.col("rule").unique(maintain_order=True).str.join("; "), judged=pl.col("n").sum(), low=pl.col("low").sum()
    )
    order = pl.when(pl.col("profile") == USUAL).then(0).when(pl.col("profile") == DUFFY_NULL).then(1).otherwise(2)
    grouped = grouped.with_columns(share=(pl.col("low") / pl.col("judged")).round(5)).sort(
        "line", order, "profile", -pl.col("low")
    )
    return grouped.rename({"low": "would be low", "rule": "limit and source"})


def build_profiles(facts: Facts) -> Section:
    table = _profile_rows(facts)
    text = (
        "The same counts under every named set of limits: the usual ones by age and sex, those for the Duffy-null phenotype as "
        "if "
        "everyone had it, and those of single guidelines. Nobody's descent is an input; the phenotype is, where it was tested."
    )
    line = ANC if facts.number("measured", ANC)[0] else WBC
    rows = facts.of("profile").filter(pl.col("detail") == line)
    shown = rows.select(pl.col("level").str.strip_suffix(f"\t{ANY}"), "low", "n").sort("low", "level", descending=[True, False])
    labels, low, judged = (shown[name].to_list() for name in shown.columns)
    notes = [f"{a:,} of {b:,} ({say_share(a, b)})" for a, b in zip(low, judged, strict=True)]
    figure = figures.draw_bars(labels, low, "low by each set of limits", notes) if labels else ""
    return Section("limits", f"What each set of limits calls a low {SHORT[line]}", text, figure, table)


def build_distributions(facts: Facts) -> Iterator[Section]:
    for test in (ANC, WBC, ALC):
        rows = facts.of("distribution").filter(pl.col("level") == test)
        if rows.is_empty():
            continue
        table = rows.select(value=pl.col("detail").cast(pl.Float64), counts="n").sort("value")
        limits = _main_limits(facts, test)
        top = max((limit for limit, _ in limits), default=4.0) * 2.5
        shown = table.filter(pl.col("value") <= top)
        label = f"{SHORT[test]} (×10⁹/L)"
        figure = figures.draw_distribution(
            shown["value"].to_list(), shown["counts"].to_list(), limits, label, f"distribution of {SHORT[test]}"
        )
        text = f"{int(table['counts'].sum()):,} values; the lower end, on a logarithmic scale."
        yield Section(f"distribution-{SHORT[test]}", f"Distribution: {SHORT[test]}", text, figure, table)
        return  # the line that decides most; the others are in the tables


def _main_limits(facts: Facts, test: str) -> list[tuple[float, str]]:
    thresholds = facts.knowledge.resolver.thresholds
    usual = [r for r in thresholds.usual(test, Patient(), True) if r.is_low]
    duffy = [r for r in thresholds.of_profile(test, DUFFY_NULL, Patient()) if r.is_low]
    found: dict[float, str] = {}
    for rule in usual:
        found.setdefault(rule.limit, f"{rule.limit:g} {rule.degree or facts.t.label(rule.decides)}")
    if duffy:
        found[max(r.limit for r in duffy)] = f"{max(r.limit for r in duffy):g} Duffy-null"
    return sorted(found.items())
