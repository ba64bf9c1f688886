"""Drugs before the fall: observed beside what sourced frequencies would give. Owns the comparison; makes no test."""

from __future__ import annotations

import polars as pl

from kg.cohorts.report.facts import Facts
from kg.knowledge.graph import Traversal
from kg.reasoning.model.features import read_chance

SCHEMA = {
    "drug": pl.String, "persons who took it": pl.Int64, "before a low count": pl.Int64, "share": pl.Float64,
    "sourced share": pl.Float64, "expected": pl.Float64, "finding of the source": pl.String, "source": pl.String,
}  # fmt: skip


def compare_drugs(facts: Facts) -> pl.DataFrame:
    """A row for each drug that somebody took before a low count, most often first."""
    rows = []
    for drug, taken, before in facts.of("drug").select("level", "n", "low").iter_rows():
        if before:
            share, finding, source = find_frequency(facts, drug)
            expected = None if share is None else round(share * taken, 2)
            label = facts.t.label(drug).removesuffix(" exposure")
            rows.append((label, taken, before, round(before / taken, 4), share, expected, finding, source))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort(["before a low count", "drug"], descending=[True, False])


def find_frequency(facts: Facts, drug: str) -> tuple[float | None, str, str]:
    """How many of those who take a drug get the finding, by the largest group that a source reports; with its words."""
    t: Traversal = facts.t
    found = []
    for link in t.out(drug, "can cause") if link_exists(t, drug) else ():
        for row in link.rows:
            if row["direction"] == "supports" and row.get("measure") == "frequency in the exposed":
                chance = read_chance(row, facts.knowledge.tables.weights)
                if chance is not None:
                    found.append((float(row.get("total") or 0.0), chance[0], t.label(link.object), row["source"]))
    if not found:
        return None, "", ""
    _, share, finding, source = max(found)
    return round(share, 5), finding, source


def link_exists(traversal: Traversal, drug: str) -> bool:
    """Whether the graph knows the drug."""
    return drug in traversal.graph
