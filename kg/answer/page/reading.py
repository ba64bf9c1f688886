"""An answer in its JSON form -> `Explanation`, so that a saved answer can be drawn. Checks what it needs, adds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kg.exceptions import InputError
from kg.reasoning.records import CantMiss, Cause, Chain, Contribution, DrugGiven, Evidence, Explanation, Step, Variant


def read_answer(data: Any, place: str = "answer") -> Explanation:
    """Explanation from the documented form (`kg schema answer`). Raises InputError that names the part that is missing."""
    if not isinstance(data, Mapping):
        raise InputError("an answer is a JSON object", place)
    try:
        return Explanation(
            status=str(data["status"]),
            findings=tuple(_finding(finding) for finding in data["findings"]),
            causes=tuple(_cause(cause) for cause in data["causes"]),
            struck_out=tuple(_cause(cause) for cause in data.get("struck_out", ())),
            not_understood=tuple(dict(item) for item in data.get("not_understood", ())),
            drugs_given=tuple(_drug(drug) for drug in data.get("drugs_given", ())),
            no_bearing=tuple(map(str, data.get("no_bearing", ()))),
            alerts=tuple(map(str, data.get("alerts", ()))),
            coverage=dict(data.get("coverage", {})),
            versions=dict(data.get("versions", {})),
            disclaimer=str(data.get("disclaimer", "")),
        )
    except KeyError as error:
        raise InputError(f"has no {error}; `kg explain -f json` writes it", place) from None
    except (TypeError, ValueError, AttributeError):
        raise InputError("is no answer as `kg explain -f json` writes it", place) from None


def _drug(data: Mapping[str, Any]) -> DrugGiven:
    values: dict[str, Any] = {f.name: data[f.name] for f in fields(DrugGiven) if f.name in data}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return DrugGiven(**values)


def _finding(data: Mapping[str, Any]) -> dict[str, Any]:
    return dict(data) | {"id": str(data["id"]), "label": str(data["label"])}


def _cause(data: Mapping[str, Any]) -> Cause:
    return Cause(
        id=str(data["id"]),
        label=str(data["label"]),
        synonyms=tuple(map(str, data.get("synonyms", ()))),
        kind=str(data["kind"]),
        family=str(data["family"]),
        tier=str(data["tier"]),
        chains=tuple(_chain(chain) for chain in data["chains"]),
        explains=tuple(map(str, data.get("explains", ()))),
        rank=int(data["rank"]),
        score=float(data.get("score", 0.0)),
        contributions=tuple(_contribution(part) for part in data.get("contributions", ())),
        not_explained=tuple(map(str, data.get("not_explained", ()))),
        not_checked=tuple(map(str, data.get("not_checked", ()))),
        struck=str(data.get("struck", "")),
        shelf=str(data.get("shelf", "")),
        variants=tuple(_variant(item) for item in data.get("variants", ())),
        commonness=str(data.get("commonness", "")),
        only_with=str(data.get("only_with", "")),
        cant_miss=_cant_miss(data.get("cant_miss")),
    )


def _variant(data: Mapping[str, Any]) -> Variant:
    return Variant(str(data["id"]), str(data["label"]), float(data["score"]), bool(data.get("wider", False)))


def _cant_miss(data: Mapping[str, Any] | None) -> CantMiss | None:
    return CantMiss(str(data["reason"]), str(data["source"])) if data else None


def _chain(data: Mapping[str, Any]) -> Chain:
    return Chain(str(data["finding"]), tuple(_step(step) for step in data["steps"]), str(data.get("weakest", "")))


def _step(data: Mapping[str, Any]) -> Step:
    return Step(
        subject=str(data["subject"]),
        subject_label=str(data["subject_label"]),
        predicate=str(data["predicate"]),
        object=str(data["object"]),
        object_label=str(data["object_label"]),
        evidence=tuple(_evidence(row) for row in data.get("evidence", ())),
        asserted=bool(data.get("asserted", True)),
        scope=str(data.get("scope", "all")),
        struck=str(data.get("struck", "")),
    )


def _evidence(data: Mapping[str, Any]) -> Evidence:
    texts = {name: str(data.get(name, "")) for name in ("association", "source", "code", "gist", "direction", "quantity")}
    return Evidence(statement_kind=str(data.get("kind", "")), **texts)


def _contribution(data: Mapping[str, Any]) -> Contribution:
    return Contribution(str(data["factor"]), str(data["label"]), float(data["weight"]), str(data["reason"]))
