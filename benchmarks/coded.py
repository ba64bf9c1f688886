"""Cohorts whose diagnoses are coded: does the coded explanation stand among the causes, although the codes were hidden?

`data/mimic_codes.tsv` says which causes of the graph a code (ICD-9-CM, ICD-10-CM; a prefix stands for its block) names as an
explanation of a low count. A cause counts with its kinds and members; `ATC:L01` stands for every antineoplastic drug.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import polars as pl

from kg.answering import Knowledge

TABLE = Path(__file__).parent / "data" / "mimic_codes.tsv"
KINDS = {"LEUKO:0000116": "drug", "LEUKO:0000106": "infection"}


class Compared(NamedTuple):
    """One person: what the codes name, and which of it stands on the first two shelves of some episode."""

    person: str
    coded: tuple[str, ...]
    found: tuple[str, ...]


def read_codes(events: Path, person: str) -> set[tuple[str, str]]:
    """(ICD version, code) of a person in a MEDS file."""
    frame = pl.scan_parquet(events).filter(pl.col("subject_id") == int(person))
    codes = frame.filter(pl.col("code").str.starts_with("DIAGNOSIS//ICD//")).select("code").unique().collect()["code"]
    return {(text.split("//")[2], text.split("//")[3]) for text in codes}


def compare_with_codes(out: Path, events: Path, knowledge: Knowledge, below: float = 4.0) -> list[Compared]:
    """Every person of a run whose WBC was below a limit."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    episodes, causes = (pl.read_parquet(out / f"{name}.parquet") for name in ("episodes", "causes"))
    found = []
    for person in sorted(episodes.filter(pl.col("wbc") < below)["person"].unique()):
        codes = read_codes(events, person)
        named = [row for row in rows if any(v == row["system"] and code.startswith(row["code"]) for v, code in codes)]
        accepted = {cause for row in named for name in row["causes"].split() for cause in find_members(name, knowledge)}
        mine = causes.filter((pl.col("person") == person) & pl.col("cause").is_in(list(accepted))).sort("rank")
        labels = tuple(dict.fromkeys(mine["label"].to_list()))
        found.append(Compared(person, tuple(sorted({row["code_label"] for row in named})), labels))
    return found


def find_members(name: str, knowledge: Knowledge) -> set[str]:
    """A cause with its kinds and members; all drugs, all infections, or all drugs of an ATC group."""
    t = knowledge.traversal
    if name.startswith("ATC:"):
        return {c for c in t.causes if any(str(x).startswith(name) for x in t.graph.nodes[c].get("xrefs", ()))}
    if name in KINDS:
        return {c for c in t.causes if t.graph.nodes[c]["kind"] == KINDS[name]}
    found = set(t.below(name))
    todo = list(found)
    while todo:
        new = set(t.members(todo.pop())) - found
        found |= new
        todo += new
    return found
