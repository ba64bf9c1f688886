"""The sections of the report, each a small table. A section is data; how it is shown is `render.py`'s."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kg.authoring.report.facts import FINDING, MECHANISM, Facts
from kg.vocabulary import EVIDENCE, KINDS

Row = tuple[str | int, ...]
# Groups of predicates that are counted apart.
GROUPS = {
    "causal": ("can cause", "has defining feature", "can account for reading", "can bring about", "has component"),
    "mechanistic": ("can act via", "can trigger", "can lead to"),
    "features": ("can present with", "is argued against by"),
    "risk and consequence": ("is made likelier by", "can be followed by", "can show as"),
    "genes and inheritance": ("has causal gene", "has inheritance"),
    "class membership": ("member of drug group",),
    "label listings": ("label lists",),
}


class Section(NamedTuple):
    """A table with a name for machines, a title for readers, and whether the README shows it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    short: bool = False


def _section(name: str, title: str, columns: str, rows: Iterable[Row], short: bool = False) -> Section:
    return Section(name, title, tuple(columns.split(", ")), tuple(rows), short)


def count_goals(facts: Facts) -> Section:
    """The numbers that the curation set itself, with what there is."""
    acquired = [c for c, kind in facts.causes.items() if kind != "inherited disease"]
    by_group = _count_groups(facts)
    mechanisms = _mechanisms(facts)
    sourceless = sum(not source for _, _, source in facts.limits)
    rows: list[Row] = [
        ("causes", len(facts.causes), 700),
        ("acquired causes", len(acquired), 300),
        (
            "acquired causes with a known or expressly disputed mechanism",
            sum(bool(facts.mechanisms_of[c]) for c in acquired),
            200,
        ),
        ("associations", len(facts.claims), 3500),
        ("causal or mechanistic associations", by_group["causal"] + by_group["mechanistic"], 1000),
        ("features that point to a cause, or against it", by_group["features"], 600),
        ("mechanisms", len(mechanisms), 120),
        ("thresholds and reference ranges", len(facts.limits), 80),
        ("thresholds and reference ranges without a source", sourceless, 0),
    ]
    return _section("goals", "What there is", "what, count, at least", rows, short=True)


def count_causes(facts: Facts) -> Section:
    """Causes by kind: with a mechanism, with a pointing feature."""
    rows: list[Row] = []
    for kind in KINDS:
        causes = [c for c, k in facts.causes.items() if k == kind]
        rows.append((kind, len(causes), sum(bool(facts.mechanisms_of[c]) for c in causes), len(facts.pointed & set(causes))))
    columns = "kind, causes, mechanism known or disputed, with a pointing feature"
    return _section("causes", "Causes by kind", columns, rows, short=True)


def _count_groups(facts: Facts) -> Counter[str]:
    group_of = {p: group for group, predicates in GROUPS.items() for p in predicates}
    return Counter(group_of[c.predicate] for c in facts.claims)


def count_associations(facts: Facts) -> Section:
    """Associations by predicate and direction, causal ones apart from features and codes."""
    counted = Counter((c.predicate, c.direction) for c in facts.claims)
    rows: list[Row] = []
    for group, predicates in GROUPS.items():
        for p in predicates:
            directions = [counted[p, d] for d in ("supports", "refutes", "no evidence found")]
            if any(directions):
                rows.append((group, p, *directions))
    return _section("associations", "Associations", "group, predicate, supports, refutes, no evidence found", rows, short=True)


def count_evidence(facts: Facts) -> Section:
    """Associations by kind of statement, with the evidence code of each kind."""
    counted = Counter(c.statement_kind for c in facts.claims)
    rows = [(kind, EVIDENCE[kind], counted[kind]) for kind in EVIDENCE if counted[kind]]
    return _section("evidence", "Associations by kind of statement", "kind, evidence code, associations", rows, short=True)


def count_years(facts: Facts) -> Section:
    """Associations by the year that the source prints; most sources, PubMed identifiers above all, print none."""
    counted = Counter(f"{c.year[:3]}0s" if c.year else "no year printed" for c in facts.claims)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for c in facts.claims:
        kinds[f"{c.year[:3]}0s" if c.year else "no year printed"][c.statement_kind] += 1
    rows: list[Row] = [(year, counted[year], *(kinds[year][k] for k in EVIDENCE)) for year in sorted(counted)]
    return _section("years", "Associations by year of the source", ", ".join(["years", "all", *EVIDENCE]), rows)


def _mechanisms(facts: Facts) -> list[str]:
    return [term for term, above in facts.above.items() if MECHANISM in above]


def count_mechanisms(facts: Facts) -> Section:
    """Mechanisms with a site of their own; others inherit it from the family above."""
    mechanisms = _mechanisms(facts)
    used = {c.object for c in facts.supported if c.predicate in ("can act via", "can trigger")}
    leading = {c.subject for c in facts.supported if c.predicate in ("can lead to", "can trigger")}
    rows: list[Row] = [
        ("mechanisms", len(mechanisms)),
        ("with a cell of their own", sum((m, "LEUKO:0000016") in facts.sites for m in mechanisms)),
        ("with a process of their own", sum((m, "LEUKO:0000024") in facts.sites for m in mechanisms)),
        ("that a cause or a mechanism leads into", len(used & set(mechanisms))),
        ("that lead on by a row of their own", len(leading & set(mechanisms))),
    ]
    return _section("mechanisms", "Mechanisms", "what, count", rows)


def count_limits(facts: Facts) -> Section:
    """Thresholds and reference ranges, and how many lack a source."""
    names = {"LEUKO:0000181": "thresholds", "LEUKO:0000182": "reference ranges"}
    rows = [
        (name, sum(t == kind for _, t, _ in facts.limits), sum(t == kind and not s for _, t, s in facts.limits))
        for kind, name in names.items()
    ]
    return _section("limits", "Thresholds and reference ranges", "what, count, without source", rows)


def count_findings(facts: Facts) -> Section:
    """Findings with their direct causes, kinds of the finding included; those without a discriminating feature stand first."""
    causes: dict[str, set[str]] = defaultdict(set)
    for c in facts.supported:
        if c.predicate in ("can cause", "has defining feature"):
            for finding in {c.object} | facts.above.get(c.object, set()):
                causes[finding].add(c.subject)
    findings = [t for t, above in facts.above.items() if FINDING in above]
    rows = [(facts.labels[f], len(causes[f]), len(causes[f] & facts.pointed)) for f in findings]
    rows.sort(key=lambda row: (row[2] > 0, -row[1], row[0]))
    return _section("findings", "Findings", "finding, direct causes, of them with a discriminating feature", rows)


def find_unmapped(facts: Facts) -> Section:
    """Causes, findings, mechanisms and features without an identifier of another resource, by what they are."""
    unmapped = {term for term, _ in facts.unmapped}
    kinds = Counter(_describe(facts, term) for term in facts.above)
    lacking = Counter(_describe(facts, term) for term in facts.above if term in unmapped)
    rows = [(kind, lacking[kind], kinds[kind]) for kind in sorted(kinds) if kind]
    return _section("unmapped", "Terms without a mapping", "what, without mapping, of", rows)


def _describe(facts: Facts, term: str) -> str:
    roots = {FINDING: "finding", MECHANISM: "mechanism", "LEUKO:0000121": "feature", "LEUKO:0000122": "consequence"}
    above = facts.above[term]
    return facts.get_kind(term) or next((name for root, name in roots.items() if root in above), "")


def list_label_only(facts: Facts) -> Section:
    """Drugs that a product label lists and no source of ours calls a cause: no causal claim, counted nowhere else."""
    listed: dict[str, set[str]] = defaultdict(set)
    for c in facts.claims:
        if c.predicate == "label lists" and c.subject not in facts.causes:
            listed[c.subject].add(facts.labels.get(c.object, c.object))
    rows = sorted((facts.labels[s], ", ".join(sorted(found))) for s, found in listed.items())
    return _section("label_only", "Drugs with a label listing only", "drug, listed", rows)


def list_refuted(facts: Facts) -> Section:
    """Causal claims that a source refutes or found no evidence for."""
    causal = (*GROUPS["causal"], *GROUPS["mechanistic"])
    label = facts.labels
    rows = [
        (label.get(c.subject, c.subject), c.predicate, label.get(c.object, c.object), c.direction, c.source)
        for c in facts.claims
        if c.direction != "supports" and c.predicate in causal
    ]
    return _section("refuted", "Refuted causal claims", "subject, predicate, object, direction, source", sorted(rows))


SECTIONS: tuple[Callable[[Facts], Section], ...] = (
    count_goals,
    count_causes,
    count_associations,
    count_evidence,
    count_years,
    count_mechanisms,
    count_limits,
    count_findings,
    find_unmapped,
    list_label_only,
    list_refuted,
)


def build_sections(facts: Facts) -> tuple[Section, ...]:
    """All sections, in the order in which they are shown."""
    return tuple(section(facts) for section in SECTIONS)
