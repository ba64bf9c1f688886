"""A part of a cohort -> its episodes and their causes. The one function that a process, a core of Spark and a frame share.

Owns what is kept of an episode. Must not know where parts come from nor where results go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import polars as pl

from kg.answering import Knowledge, get_knowledge
from kg.case.records import Case
from kg.case.values.analytes import ALC, ANC, WBC
from kg.cohorts.counts import CountReader
from kg.cohorts.remembering import RememberingResolver
from kg.cohorts.staging import REJECTED, Rejected
from kg.reasoning.many import Ranked, Ranker

EPISODES: dict[str, Any] = {
    "person": pl.String, "episode": pl.Int32, "row": pl.Int64, "first_row": pl.Int64, "end_row": pl.Int64,
    "start": pl.Float64, "lowest": pl.Float64, "end": pl.Float64, "days": pl.Float64, "counts": pl.Int32,
    "first_count": pl.Boolean, "open": pl.Boolean, "period": pl.String, "unit": pl.String, "age_years": pl.Float64,
    "sex": pl.String, "wbc": pl.Float64, "anc": pl.Float64, "alc": pl.Float64, "findings": pl.String,
    "finding_ids": pl.String, "rules": pl.String, "status": pl.String, "causes": pl.Int32, "best": pl.String,
    "best_family": pl.String, "drugs": pl.Int32, "not_understood": pl.Int32,
}  # fmt: skip
CAUSES: dict[str, Any] = {
    "person": pl.String, "episode": pl.Int32, "rank": pl.Int32, "cause": pl.String, "label": pl.String, "kind": pl.String,
    "family": pl.String, "score": pl.Float64, "shelf": pl.String, "given": pl.Boolean,
}  # fmt: skip
TALLY: dict[str, Any] = {"what": pl.String, "level": pl.String, "detail": pl.String, "n": pl.Int64, "low": pl.Int64}
SHOWN = {"wbc": WBC, "anc": ANC, "alc": ALC}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run asks for; part of what a resumed run must agree on."""

    profile: str = ""
    hide_diagnoses: bool = False


class Found(NamedTuple):
    """Frames of one part: episodes, causes, what was set aside, and numbers to be added up over the parts."""

    episodes: pl.DataFrame
    causes: pl.DataFrame
    rejected: pl.DataFrame
    tally: pl.DataFrame

    @classmethod
    def empty(cls) -> Found:
        """Nothing, in the right columns."""
        return cls(*(pl.DataFrame(schema=schema) for schema in (EPISODES, CAUSES, REJECTED, TALLY)))


class Answer(NamedTuple):
    """What one situation was answered, ready for many rows."""

    case: Case
    ranked: Ranked


class Thinker:
    """Everything that a part needs, made once in a process."""

    def __init__(self, settings: Settings, knowledge: Knowledge | None = None) -> None:
        self.settings, self.knowledge = settings, knowledge or get_knowledge()
        self.resolver = RememberingResolver(self.knowledge.graph, self.knowledge.lexicon)
        self.ranker = Ranker(self.knowledge.engine)
        self.counts = CountReader(self.resolver, settings.profile)
        self.t = self.knowledge.traversal

    def think(self, part: pl.DataFrame, form: str) -> Found:
        """Episodes and causes of a part of one form."""
        if form == "counts":
            from kg.cohorts.tables import think_counts

            return think_counts(self, part)
        if form == "events":
            from kg.cohorts.histories import think_events

            return think_events(self, part)
        from kg.cohorts.cases import think_cases

        return think_cases(self, part)

    def answer(self, case: Case, age: float | None, sex: str | None) -> Answer:
        """Answer to a case of a patient."""
        whole = replace(case, age_days=age, sex=sex or "")
        return Answer(whole, self.ranker.rank(whole))

    def find_diagnosis(self, code: str, name: str) -> str:
        """Label of the cause that a diagnosis code (`ICD//10//B20`, `ICD10CM:B20`) or its words name, or an empty text."""
        system, _, number = code.replace("//", ":").rpartition(":")
        system = {"ICD:10": "ICD10CM", "ICD:9": "ICD9CM", "ICD": "ICD10CM"}.get(system, system)
        dotted = f"{number[:3]}.{number[3:]}" if "." not in number and len(number) > 3 else number
        for candidate in (f"{system}:{dotted}", f"{system}:{dotted.partition('.')[0]}", name):
            found = self.knowledge.lexicon.find_all(candidate, "cause") if candidate else []
            if found:
                return self.t.label(found[0])
        return ""

    def describe_cause(self, cause: str) -> tuple[str, str, str]:
        """Label, kind and family of a cause."""
        data = self.knowledge.graph.nodes[cause]
        return str(data["label"]), str(data["kind"]), str(data["family"])

    # ------------------------------------------------------------------ rows

    def describe_answer(self, answer: Answer) -> dict[str, Any]:
        """Cells of an episode that its answer decides."""
        case, ranked = answer
        lows = [r for r in case.readings if r.decides and r.days_ago == 0] or [r for r in case.readings if r.decides]
        best = ranked.causes[0].cause if ranked.causes else ""
        label, _, family = self.describe_cause(best) if best else ("", "", "")
        return {
            "findings": "; ".join(self.t.label(target) for target in ranked.targets),
            "finding_ids": " ".join(ranked.targets),
            "rules": "; ".join(dict.fromkeys(f"{r.rule} [{r.source}]" for r in lows)),
            "status": ranked.status,
            "causes": len(ranked.causes),
            "best": label,
            "best_family": family,
            "drugs": len(case.drugs),
            "not_understood": len(case.not_understood),
        }

    def list_causes(self, answer: Answer) -> list[dict[str, Any]]:
        """Rows of the causes of an answer, without person and episode."""
        given = {d.term for d in answer.case.drugs} | {o.term for o in answer.case.observations if o.present}
        rows = []
        for rank, cause in enumerate(answer.ranked.causes, 1):
            label, kind, family = self.describe_cause(cause.cause)
            rows.append(
                {"rank": rank, "cause": cause.cause, "label": label, "kind": kind, "family": family,
                 "score": round(cause.score, 4), "shelf": cause.shelf,
                 "given": not given.isdisjoint((cause.cause, *cause.variants))}
            )  # fmt: skip
        return rows


def as_frame(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Frame of rows; a cell that is not given is empty."""
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=dict(schema))


def as_rejected(rows: Iterable[Rejected]) -> pl.DataFrame:
    """Frame of what was set aside."""
    return pl.DataFrame(list(rows), schema=REJECTED, orient="row")


def as_tally(rows: Iterable[tuple[str, str, str, int, int]]) -> pl.DataFrame:
    """Frame of numbers: what is counted, its level, a detail, how many, and how many of them low."""
    return pl.DataFrame(list(rows), schema=TALLY, orient="row")
