"""An answer as data: the stable JSON form, its schema, and a flat table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kg.answer.drugs import say_drug
from kg.case.records import Reading
from kg.exceptions import UnknownTermError
from kg.reasoning.drugs_given import STANDINGS
from kg.reasoning.model.priors import COMMONNESS
from kg.reasoning.records import SHELVES, Cause, Chain, Contribution, DrugGiven, Evidence, Explanation, Mechanism, Step
from kg.vocabulary import DISCLAIMER, FAMILIES, TIERS

STATUSES = ("explained", "partly", "none_in_scope", "no_finding", "normal_for", "unknown_term")


def explanation_to_json(answer: Explanation) -> dict[str, Any]:
    """Answer in the documented form; `kg schema answer` prints its schema. Later versions add fields and rename none."""
    return {
        "status": answer.status,
        "findings": [dict(finding) for finding in answer.findings],
        "causes": [_cause(cause) for cause in answer.causes],
        "struck_out": [_cause(cause) for cause in answer.struck_out],
        "to_ask": [dict(item) for item in answer.to_ask],
        "label_lists": [dict(item) for item in answer.label_lists],
        "not_understood": [dict(item) for item in answer.not_understood],
        "drugs_given": [_drug(drug) for drug in answer.drugs_given],
        "normal_for": [dict(item) for item in answer.normal_for],
        "no_bearing": list(answer.no_bearing),
        "alerts": list(answer.alerts),
        "alert_rows": [asdict(alert) for alert in answer.alert_rows],
        "sets": [dict(item) for item in answer.sets],
        "readings": [_reading(reading) for reading in answer.readings],
        "assumptions": list(answer.assumptions),
        "coverage": dict(answer.coverage),
        "versions": dict(answer.versions),
        "disclaimer": answer.disclaimer,
    }


def unknown_term_answer(error: UnknownTermError, versions: Mapping[str, str]) -> dict[str, Any]:
    """The same form for a name that no term has."""
    empty = explanation_to_json(Explanation("unknown_term", (), versions=versions, disclaimer=DISCLAIMER))
    item = {"text": error.name, "suggestions": list(error.suggestions)}
    return empty | {"not_understood": [item], "suggestions": list(error.suggestions)}


def _drug(drug: DrugGiven) -> dict[str, Any]:
    lists = {name: list(value) for name, value in asdict(drug).items() if isinstance(value, tuple)}
    return asdict(drug) | lists | {"said": say_drug(drug)}


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "label": cause.label,
        "synonyms": list(cause.synonyms),
        "kind": cause.kind,
        "family": cause.family,
        "rank": cause.rank,
        "tier": cause.tier,
        "score": cause.score,
        "explains": list(cause.explains),
        "chains": [_chain(chain) for chain in cause.chains],
        "mechanisms": [_mechanism(mechanism) for mechanism in cause.mechanisms],
        "contributions": [_contribution(part) for part in cause.contributions],
        "not_explained": list(cause.not_explained),
        "not_checked": list(cause.not_checked),
        "quantities": list(cause.quantities),
        "remarks": list(cause.remarks),
        "struck": cause.struck,
        "shelf": cause.shelf,
        "variants": [asdict(variant) for variant in cause.variants],
        "commonness": cause.commonness,
        "only_with": cause.only_with,
        "cant_miss": asdict(cause.cant_miss) if cause.cant_miss else None,
    }


def _mechanism(mechanism: Mechanism) -> dict[str, Any]:
    return {
        "id": mechanism.id,
        "label": mechanism.label,
        "family": mechanism.family,
        "disputed": mechanism.disputed,
        "sources": list(mechanism.sources),
    }


def _chain(chain: Chain) -> dict[str, Any]:
    return {"finding": chain.finding, "weakest": chain.weakest, "steps": [_step(step) for step in chain.steps]}


def _step(step: Step) -> dict[str, Any]:
    return {
        "subject": step.subject,
        "subject_label": step.subject_label,
        "predicate": step.predicate,
        "object": step.object,
        "object_label": step.object_label,
        "asserted": step.asserted,
        "scope": step.scope,
        "sources": list(step.sources),
        "evidence": [_evidence(evidence) for evidence in step.evidence],
        "struck": step.struck,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "association": evidence.association,
        "source": evidence.source,
        "kind": evidence.statement_kind,
        "code": evidence.code,
        "direction": evidence.direction,
        "quantity": evidence.quantity,
        "gist": evidence.gist,
    }


def _contribution(part: Contribution) -> dict[str, Any]:
    return {
        "factor": part.factor,
        "label": part.label,
        "weight": round(part.weight, 4),
        "reason": part.reason,
        "term": part.term,
        "sources": list(part.sources),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "test": reading.test,
        "label": reading.label,
        "value": reading.value,
        "unit": reading.unit,
        "days_ago": reading.days_ago,
        "bound": reading.bound,
        "normal_for": reading.normal_for,
        "on_limit": reading.on_limit,
        "decides": reading.decides,
        "decides_label": reading.decides_label,
        "degree": reading.degree,
        "threshold": reading.threshold,
        "rule": reading.rule,
        "source": reading.source,
        "competing": list(reading.competing),
        "assumptions": list(reading.assumptions),
        "text": reading.text,
    }


TSV_COLUMNS = ("rank", "id", "label", "kind", "family", "tier", "score", "finding", "chain", "sources", "weakest")


def explanation_to_rows(answer: Explanation) -> list[dict[str, Any]]:
    """One row a chain."""
    rows = []
    for cause in answer.causes:
        for chain in cause.chains:
            path = " -> ".join([chain.steps[0].subject_label, *(f"{s.predicate} {s.object_label}" for s in chain.steps)])
            sources = "|".join(dict.fromkeys(source for step in chain.steps for source in step.sources))
            values = (cause.rank, cause.id, cause.label, cause.kind, cause.family, cause.tier, cause.score, chain.finding, path)
            rows.append(dict(zip(TSV_COLUMNS, (*values, sources, chain.weakest), strict=True)))
    return rows


def explanation_to_tsv(answer: Explanation) -> str:
    """Tab-separated table with a header."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, TSV_COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(explanation_to_rows(answer))
    return stream.getvalue()


def answer_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an answer."""
    text, number, flag = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
    texts = {"type": "array", "items": text}
    anything: dict[str, Any] = {"type": "object"}
    evidence = _object(
        {"association": text, "source": text, "kind": text, "code": text, "direction": text, "quantity": text, "gist": text}
    )
    step = _object(
        {
            "subject": text,
            "subject_label": text,
            "predicate": text,
            "object": text,
            "object_label": text,
            "asserted": flag,
            "scope": text,
            "sources": texts,
            "evidence": _array(evidence),
            "struck": text,
        }
    )
    chain = _object({"finding": text, "weakest": text, "steps": _array(step)})
    part = _object({"factor": text, "label": text, "weight": number, "reason": text, "term": text, "sources": texts})
    cause = _object(
        {
            "id": text,
            "label": text,
            "synonyms": texts,
            "kind": text,
            "family": {"enum": list(FAMILIES)},
            "rank": {"type": "integer"},
            "tier": {"enum": list(TIERS)},
            "score": number,
            "explains": texts,
            "chains": _array(chain),
            "mechanisms": _array(anything),
            "contributions": _array(part),
            "not_explained": texts,
            "not_checked": texts,
            "quantities": texts,
            "remarks": texts,
            "struck": text,
            "shelf": {"enum": ["", *SHELVES]},
            "variants": _array(_object({"id": text, "label": text, "score": number, "wider": flag})),
            "commonness": {"enum": ["", *COMMONNESS]},
            "only_with": text,
            "cant_miss": {"anyOf": [{"type": "null"}, _object({"reason": text, "source": text})]},
        }
    )
    properties = {
        "status": {"enum": list(STATUSES)},
        "findings": _array(anything),
        "causes": _array(cause),
        "struck_out": _array(cause),
        "to_ask": _array(anything),
        "label_lists": _array(anything),
        "not_understood": _array(anything),
        "drugs_given": _array(_drug_schema()),
        "normal_for": _array(anything),
        "no_bearing": texts,
        "alerts": texts,
        "alert_rows": _array(_object(dict.fromkeys(("id", "urgency", "text", "source"), text))),
        "sets": _array(anything),
        "readings": _array(anything),
        "assumptions": texts,
        "coverage": {"type": "object", "additionalProperties": {"type": "integer"}},
        "versions": {"type": "object", "additionalProperties": text},
        "disclaimer": text,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Leukograph answer", **_object(properties)}


def _drug_schema() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    texts = {"type": "array", "items": text}
    lists = ("incidence", "classes", "other_findings", "label_lists", "against", "sources", "suggestions")
    properties = dict.fromkeys(("text", "label", "term", "substance", "time", "reason", "said"), text) | dict.fromkeys(
        lists, texts
    )
    return _object(properties | {"standing": {"enum": list(STANDINGS)}, "rank": {"type": "integer"}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
