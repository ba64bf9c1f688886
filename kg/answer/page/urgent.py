"""Alert rows and the standing of given drugs as tables, for a page without a server. Owns their form; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.answer.drugs import SAID
from kg.answer.page.numbering import Numbering
from kg.case.values.analytes import SHORT
from kg.knowledge.graph import Traversal
from kg.reasoning import alerts
from kg.reasoning.drugs_given import ANY_DRUG, QUANTITIES_SHOWN, SOURCES_SHOWN, STANDINGS, related_groups
from kg.vocabulary import CAUSAL

Json = dict[str, Any]


def build_alarm(traversal: Traversal, numbering: Numbering) -> Json:
    """Alert rows as [signs, age from, age to, wording], and the ways in which each sign shows."""
    rules, signs = alerts.load_rules()
    return {
        "rules": [[rule.signs, rule.age_from, _finite(rule.age_to), rule.wording] for rule in rules],
        "signs": {name: [_sign(sign, traversal, numbering) for sign in found] for name, found in signs.items()},
        "adult": alerts.ADULT,
        "short": SHORT,
        "bounds": alerts.BOUND_WORDS,
    }


def _sign(sign: alerts.Sign, traversal: Traversal, numbering: Numbering) -> list[Any]:
    """[kind, test or terms, comparator, limit, window]; a limit or window that is none is null."""
    subject: Any = sign.subject
    if sign.kind == "term":
        subject = numbering.ns({sign.subject} & set(numbering.terms))
    elif sign.kind == "drug":
        subject = numbering.ns(alerts.find_drugs_known_for(traversal, sign.subject) & set(numbering.terms))
    return [sign.kind, subject, sign.comparator, _finite(sign.limit), _finite(sign.window)]


def _finite(number: float) -> float | None:
    return None if number == float("inf") else number


def build_standing(traversal: Traversal, numbering: Numbering, drugs: list[str]) -> Json:
    """What a page can say of a given drug that is no cause of a finding: groups, and claims with their evidence."""
    groups = {drug: [numbering.n(g) for g in related_groups(drug, traversal) if g != ANY_DRUG] for drug in drugs}
    spoken = {*drugs, *(above for drug in drugs for group in related_groups(drug, traversal) for above in traversal.above(group))}
    claims = {subject: list(_claims(traversal, numbering, subject)) for subject in sorted(spoken)}
    return {
        "groups": numbering.by_term(groups),
        "claims": numbering.by_term(claims),
        "order": STANDINGS,
        "said": SAID,
        "quantities": QUANTITIES_SHOWN,
        "sources": SOURCES_SHOWN,
        "causal": CAUSAL,
        "anyDrug": numbering.n(ANY_DRUG) if ANY_DRUG in numbering.terms else -1,
    }


def _claims(traversal: Traversal, numbering: Numbering, subject: str) -> Iterator[int]:
    """Links by which a drug or a group is said to do something."""
    return (numbering.link(link) for link in traversal.out(subject, *CAUSAL))
