"""What is expected before any finding of a case: how common a cause is, at which ages, in which sex, after which exposure.

Owns the tables `ontology/priors/`. Must not know how a case weighs them.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.reasoning.model.shares import Share, parse_share

YEAR = 365.25
COMMONNESS = ("common", "uncommon", "rare", "very rare")


class AgeSpan(NamedTuple):
    """Ages in days at which a source saw a cause."""

    low: float
    high: float
    source: str


class Gate(NamedTuple):
    """An exposure of a cause: `needed`, `usual`, or one that merely `raises` the risk."""

    exposure: str
    need: str
    source: str


class Priors(NamedTuple):
    """The tables, by cause."""

    commonness: Mapping[str, tuple[str, str]]  # class, source
    ages: Mapping[str, tuple[AgeSpan, ...]]
    female: Mapping[str, tuple[float, bool, str]]  # share of women, whether only that sex, source
    gates: Mapping[str, tuple[Gate, ...]]
    shares: tuple[Share, ...] = ()


EMPTY = Priors({}, {}, {}, {})


def parse_priors(tables: Mapping[str, str]) -> Priors:
    """Priors from the texts of the tables, by file name; one that is missing says nothing."""
    rows = {name: list(_rows(text)) for name, text in tables.items()}
    demographics = rows.get("demographics.tsv", [])
    commonness = {r["cause"]: (r["commonness"], r["source"]) for r in rows.get("commonness.tsv", [])}
    shares = tuple(share for row in rows.get("shares.tsv", []) if (share := parse_share(row)))
    return Priors(commonness, _ages(demographics), _sexes(demographics), _gates(rows.get("exposures.tsv", [])), shares)


def _rows(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)


def _ages(rows: list[dict[str, str]]) -> dict[str, tuple[AgeSpan, ...]]:
    found: dict[str, list[AgeSpan]] = defaultdict(list)
    for row in rows:
        if row["aspect"] == "age" and (span := _span(row)):
            found[row["cause"]].append(span)
    return {cause: tuple(spans) for cause, spans in found.items()}


# How far beyond its figures a row speaks: an age is told by ratios, a range of a series is nearly all of it, a quarter of the
# patients lies on either side of an interquartile range, and a typical age or a mere median leaves most of the range open.
WIDER = {"limit": 1.0, "range": 1.25, "IQR": 2.5}
OPEN = 4.0


def _span(row: Mapping[str, str]) -> AgeSpan | None:
    value, low, high = (float(row[c]) if row[c] else None for c in ("value", "low", "high"))
    factor = WIDER.get(row["kind"], OPEN)
    if low is None and high is None:
        if value is None:
            return None
        low, high, factor = value, value, OPEN
    low, high = low or 0.0, 120.0 if high is None else high
    if value is not None and high > low and row["kind"] not in WIDER:
        factor = OPEN / 2
    return AgeSpan(low / factor * YEAR, high * factor * YEAR, row["source"])


def _sexes(rows: list[dict[str, str]]) -> dict[str, tuple[float, bool, str]]:
    found: dict[str, tuple[float, bool, str]] = {}
    for row in rows:
        if row["aspect"] == "sex" and row["value"]:
            share, only = float(row["value"]) / 100.0, row["kind"] == "only"
            if only or row["cause"] not in found:
                found[row["cause"]] = share, only, row["source"]
    return found


def _gates(rows: list[dict[str, str]]) -> dict[str, tuple[Gate, ...]]:
    found: dict[str, list[Gate]] = defaultdict(list)
    for row in rows:
        found[row["cause"]].append(Gate(row["exposure"], row["need"], row["source"]))
    return {cause: tuple(gates) for cause, gates in found.items()}
