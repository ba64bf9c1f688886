"""What must not wait for a tool. Owns the evaluation of the alert rows; they never change the order of causes.

The rows stand in `ontology/alerts.tsv`, the signs that they ask for in `ontology/alert_signs.tsv`. A sign is a value below or
above a limit, a term or one of its subclasses, or a drug with evidence; the words of the input are never looked at. Of an
analyte the newest value within the window counts, with the bounds that are no older than it. Must not know causes' weights.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from kg import config
from kg.case.records import Case, DrugExposure, Reading
from kg.case.values.analytes import SHORT
from kg.case.values.durations import YEAR, read_duration
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Alert
from kg.vocabulary import CAUSAL

URGENCIES = ("now", "today")
ADULT = 40 * YEAR  # an age that is not given: thresholds, too, take an adult
BOUND_WORDS = {"<": "below ", "<=": "at most ", ">": "above ", ">=": "at least "}
_SLOT = re.compile(r"\{([^}]+)\}")


class Sign(NamedTuple):
    """One way in which a sign shows: `kind` is value, term or drug; the window is in days before now."""

    kind: str
    subject: str
    comparator: str
    limit: float
    window: float


class Rule(NamedTuple):
    """One row of `alerts.tsv`: all its signs must show in a patient of its age band (days)."""

    id: str
    signs: tuple[str, ...]
    age_from: float
    age_to: float
    urgency: str
    wording: str
    source: str


class Rules(NamedTuple):
    """Alert rows, the worst first, and the signs by name."""

    rules: tuple[Rule, ...]
    signs: Mapping[str, tuple[Sign, ...]]


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The rows of the repository."""
    folder = config.find_share() / "ontology"
    return parse_rules(*((folder / name).read_text(encoding="utf-8") for name in ("alerts.tsv", "alert_signs.tsv")))


def parse_rules(alerts: str, signs: str) -> Rules:
    """Rules of the two tables."""
    found: dict[str, tuple[Sign, ...]] = {}
    for row in _read_table(signs):
        limit, window = (float(row[key] or "inf") for key in ("limit", "window"))
        found[row["sign"]] = (
            *found.get(row["sign"], ()),
            Sign(row["kind"], row["subject"], row["comparator"], limit, window),
        )
    rules = [_parse_rule(row) for row in _read_table(alerts)]
    return Rules(tuple(sorted(rules, key=lambda rule: URGENCIES.index(rule.urgency))), found)


def _read_table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def _parse_rule(row: Mapping[str, str]) -> Rule:
    low, high = row["age from"], row["age to"]
    band = read_duration(low) if low else 0.0, read_duration(high) if high else float("inf")
    return Rule(row["id"], tuple(row["signs"].split(" & ")), *band, row["urgency"], row["wording"], row["source"])


def find_alerts(case: Case, traversal: Traversal) -> tuple[Alert, ...]:
    """Alerts, worst first; empty where nothing given is urgent."""
    rules, signs = load_rules()
    shown = {name: _find_sign(rows, case, traversal) for name, rows in signs.items()}
    age = case.age_days if case.age_days is not None else ADULT
    holding = [r for r in rules if all(shown[name] for name in r.signs) and r.age_from <= age < r.age_to]
    said = ((r, _SLOT.sub(lambda match: shown[match[1]], r.wording)) for r in holding)
    return tuple(Alert(r.id, r.urgency, text, r.source) for r, text in said)


def _find_sign(rows: Iterable[Sign], case: Case, traversal: Traversal) -> str:
    """What of the case shows a sign, in words; empty where nothing does."""
    for sign in rows:
        if found := _FINDERS[sign.kind](sign, case, traversal):
            return found
    return ""


# --------------------------------------------------------------------------- a value


def _find_value(sign: Sign, case: Case, _: Traversal) -> str:
    """The worst of the values that count: the newest exact ones, and bounds that are no older than they."""
    own = [r for r in case.readings if r.test == sign.subject and r.days_ago <= sign.window]
    low = sign.comparator.startswith("<")
    telling = [r for r in own if not r.bound or r.bound.startswith("<") == low]  # a bound the other way says nothing
    newest = min((r.days_ago for r in telling if not r.bound), default=float("inf"))
    holding = [r for r in telling if r.days_ago <= newest and holds(sign, r.value)]
    worst = min(holding, key=lambda r: (r.value if low else -r.value, r.days_ago), default=None)
    return say_value(worst) if worst else ""


def holds(sign: Sign, value: float) -> bool:
    """Whether a value passes the limit of a sign."""
    below, same = value < sign.limit, value == sign.limit
    return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}[sign.comparator]


def say_value(reading: Reading) -> str:
    """`ANC below 0.5, 3 days ago`: a bound is never said as the number itself."""
    ago = f", {reading.days_ago:g} days ago" if reading.days_ago else ""
    return f"{SHORT.get(reading.test, reading.label)} {BOUND_WORDS.get(reading.bound, '')}{reading.value:g}{ago}"


# --------------------------------------------------------------------------- a term, a drug


def _find_term(sign: Sign, case: Case, traversal: Traversal) -> str:
    wanted = traversal.below(sign.subject)
    stated = (o for o in case.observations if o.present and o.term in wanted and o.days_ago <= sign.window)
    return next((o.text or o.label for o in stated), "")


def _find_drug(sign: Sign, case: Case, traversal: Traversal) -> str:
    known = find_drugs_known_for(traversal, sign.subject)
    return next((_say_drug(d) for d in case.drugs if d.term in known and (d.days_since_stop or 0.0) <= sign.window), "")


def _say_drug(drug: DrugExposure) -> str:
    return drug.label.removesuffix(" exposure")


def find_drugs_known_for(traversal: Traversal, finding: str) -> frozenset[str]:
    """Drugs with a supported claim of their own for a finding or a kind of it."""
    key = "drugs known for", finding
    if key not in traversal.memo:
        links = [link for obj in traversal.below(finding) for link in traversal.into(obj, *CAUSAL) if link.supported]
        traversal.memo[key] = frozenset(below for link in links for below in traversal.below(link.subject))
    found: frozenset[str] = traversal.memo[key]
    return found


_FINDERS = {"value": _find_value, "term": _find_term, "drug": _find_drug}
