"""What is known of one cause or mechanism, by what a reader asks: what it lowers, when, how often, how, with which signs.

Owns the gathering. Everything stands in rows of the graph; must not know how it is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kg.knowledge.graph import Link, Traversal
from kg.reasoning.explain import Engine
from kg.reasoning.marks import find_marks
from kg.reasoning.model.features import FeatureLink
from kg.vocabulary import CAUSAL, EVIDENCE_ORDER

ALIKE = 8
LOWERED = ("can cause", "has defining feature", "can account for reading")
FIGURES = ("measure", "value", "low", "high", "unit", "n", "total", "frequency", "population", "denominator")
TIMES = (
    "onset_min",
    "onset_max",
    "recovery_min",
    "recovery_max",
    "time_kind",
    "time_median",
    "time_min",
    "time_max",
    "population",
)


def tell_about(engine: Engine, term: str) -> dict[str, Any]:
    """Everything that the screen of a term needs, in a stable form. A list without a row is empty."""
    t = engine.t
    marks = find_marks(term, (), engine.tables.priors, engine.cant_miss)
    gates = engine.tables.priors.gates.get(term, ())
    features = engine.features.of(term) if t.category(term) == "cause" else {}
    return {
        "kind": str(t.graph.nodes[term].get("kind", "") or t.category(term)),
        "commonness": marks.commonness,
        "cant_miss": asdict(marks.cant_miss) if marks.cant_miss else None,
        "exposures": [{"id": g.exposure, "label": t.label(g.exposure), "need": g.need, "sources": [g.source]} for g in gates],
        "lowers": [_lowered(t, link) for link in _out(t, term, *LOWERED)],
        "figures": list(_figures(t, term)),
        "times": list(_times(t, term)),
        "mechanisms": _objects(t, _out(t, term, "can act via")),
        "leads_to": _objects(t, _out(t, term, "can lead to", "can trigger", "can bring about")),
        "causes": _subjects(t, t.into(term, "can act via")),
        "genes": _objects(t, _out(t, term, "has causal gene")),
        "inheritance": _objects(t, _out(t, term, "has inheritance")),
        "groups": _objects(t, _out(t, term, "member of drug group")),
        "signs": _features(engine, features, "sign"),
        "tests": _features(engine, features, "test"),
        "risks": _objects(t, _out(t, term, "is made likelier by")),
        "against": _objects(t, _out(t, term, "is argued against by")),
        "followed_by": _objects(t, _out(t, term, "can be followed by")),
        "label_lists": _objects(t, _out(t, term, "label lists")),
        "alike": _alike(engine, term, features),
    }


def _out(t: Traversal, term: str, *predicates: str) -> list[Link]:
    return [link for link in t.out(term, *predicates) if link.rows]


def _sources(rows: Iterable[Mapping[str, Any]], direction: bool = True) -> list[str]:
    """Sources for (or against), the strongest kind of statement first."""
    kept = [row for row in rows if (row["direction"] == "supports") is direction]
    ordered = sorted(kept, key=lambda row: -EVIDENCE_ORDER.index(row["statement_kind"]))
    return list(dict.fromkeys(row["source"] for row in ordered))


def _claim(link: Link) -> dict[str, Any]:
    kinds = [row["statement_kind"] for row in link.rows if row["direction"] == "supports"]
    best = max(kinds, key=EVIDENCE_ORDER.index, default="")
    return {
        "predicate": link.predicate,
        "evidence": best,
        "sources": _sources(link.rows),
        "sources_against": _sources(link.rows, direction=False),
        "gist": next((str(row["gist"]) for row in link.rows if row["direction"] == "supports"), ""),
    }


def _objects(t: Traversal, links: Iterable[Link]) -> list[dict[str, Any]]:
    """Objects of claims, those with the most sources first."""
    found = [{"id": link.object, "label": t.label(link.object), **_claim(link)} for link in links]
    return sorted(found, key=lambda item: (-len(item["sources"]), item["label"]))


def _subjects(t: Traversal, links: Iterable[Link]) -> list[dict[str, Any]]:
    found = [{"id": link.subject, "label": t.label(link.subject), **_claim(link)} for link in links]
    return sorted(found, key=lambda item: (-len(item["sources"]), item["label"]))


def _lowered(t: Traversal, link: Link) -> dict[str, Any]:
    severities = list(dict.fromkeys(row["severity"] for row in link.rows if row.get("severity")))
    return {"id": link.object, "label": t.label(link.object), "scope": link.scope, "severities": severities, **_claim(link)}


# ------------------------------------------------------------------ figures and times


def _figures(t: Traversal, term: str) -> Iterator[dict[str, Any]]:
    """Every typed figure of what it lowers."""
    for link in _out(t, term, *LOWERED):
        for row in link.rows:
            figure = {name: row[name] for name in FIGURES if row.get(name) not in (None, "")}
            if row["direction"] == "supports" and figure.keys() & {"value", "low", "n", "frequency"}:
                yield {"object": link.object, "label": t.label(link.object), **figure, **_cited(row)}


def _times(t: Traversal, term: str) -> Iterator[dict[str, Any]]:
    """Every row with days of onset, nadir or recovery."""
    for link in _out(t, term, *CAUSAL, "can account for reading"):
        for row in link.rows:
            time = {name: row[name] for name in TIMES if row.get(name) not in (None, "")}
            if time.keys() - {"time_kind", "population"}:
                yield {"object": link.object, "label": t.label(link.object), **time, **_cited(row)}


def _cited(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"association": row["id"], "evidence": row["statement_kind"], "source": row["source"]}


# ------------------------------------------------------------------ signs, and what else shows them


def _features(engine: Engine, links: Mapping[str, FeatureLink], sort: str) -> list[dict[str, Any]]:
    """Signs or tests with P(feature | cause); `stated` where a source gives a figure."""
    kept = [link for link in links.values() if engine.features.sort(link.feature) == sort]
    ordered = sorted(kept, key=lambda link: (not link.stated, -link.probability, link.feature))
    return [
        {
            "id": link.feature,
            "label": engine.t.label(link.feature),
            "probability": round(link.probability, 3),
            "stated": link.stated,
            "sources": list(link.sources),
        }
        for link in ordered
    ]


def _alike(engine: Engine, term: str, features: Mapping[str, FeatureLink]) -> list[dict[str, Any]]:
    """Other causes that show the same signs; a sign that few causes show counts more."""
    score: dict[str, float] = defaultdict(float)
    shared: dict[str, list[str]] = defaultdict(list)
    for feature, link in sorted(features.items(), key=lambda item: -item[1].probability):
        bearers = engine.features.showing[feature]
        for other in bearers - engine.t.above(term) - engine.t.below(term):
            score[other] += min(link.probability, engine.features.of(other)[feature].probability) / len(bearers)
            shared[other].append(engine.t.label(feature))
    best = sorted((c for c in score if len(shared[c]) > 1), key=lambda c: (-score[c], c))[:ALIKE]
    return [{"id": c, "label": engine.t.label(c), "shared": shared[c][:5]} for c in best]
