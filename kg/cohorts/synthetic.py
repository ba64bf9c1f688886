"""A hospital that does not exist: patients with known causes, drawn from the priors of the graph, for scale and calibration.

A cause is drawn by what cohorts and commonness say stands behind its finding; its signs by their frequencies in it; its
counts below the limit of the finding; its drug within the sourced window. The others have normal counts, signs and drugs of
their own. The same seed gives the same hospital. It is no evidence: it repeats what the graph believes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kg.answering import Knowledge
from kg.cohorts.parts import replace_file
from kg.reasoning.model.prepared import DRUG_KINDS
from kg.reasoning.model.time import find_window

# What a low count looks like: finding -> (line, lowest, highest), and the lines of a normal count: mean and spread of logs.
FINDINGS = {
    "LEUKO:0001003": ("anc", 0.3, 1.4), "LEUKO:0001005": ("anc", 0.0, 0.45), "LEUKO:0001020": ("alc", 0.2, 0.95),
    "LEUKO:0000143": ("wbc", 2.6, 3.9),
}  # fmt: skip
FINDING_SHARES = (0.45, 0.1, 0.25, 0.2)
NORMAL = {"anc": (4.0, 0.32), "alc": (2.1, 0.28), "rest": (0.75, 0.25), "hemoglobin": (13.8, 0.09), "platelets": (250.0, 0.22)}
LOWEST_NORMAL = {"anc": 1.8, "alc": 1.2, "rest": 0.3, "hemoglobin": 9.0, "platelets": 160.0}
ROWS = 50_000


class Hospital:
    """Draws patients; `low` is the share of them whose count is low."""

    def __init__(self, knowledge: Knowledge, seed: int = 1, low: float = 0.05) -> None:
        self.k, self.t, self.low = knowledge, knowledge.traversal, low
        self.random = np.random.default_rng(seed)
        self.features = knowledge.engine.features

    # ------------------------------------------------------------------ counts alone

    def draw_counts(self, rows: int, first: int = 0) -> pl.DataFrame:
        """A table of counts, a row a person."""
        r = self.random
        lines = {
            name: np.maximum(np.exp(r.normal(math.log(mean), sd, rows)), LOWEST_NORMAL[name])
            for name, (mean, sd) in NORMAL.items()
        }
        kind = np.where(r.random(rows) < self.low, r.choice(len(FINDINGS), rows, p=FINDING_SHARES), -1)
        for number, (line, lowest, highest) in enumerate(FINDINGS.values()):
            mine, drawn = kind == number, r.uniform(lowest, highest, rows)
            if line == "wbc":
                lines["anc"] = np.where(mine, 1.6 + 0.2 * r.random(rows), lines["anc"])
                lines["alc"] = np.where(mine, np.maximum(drawn - lines["anc"] - 0.3, 1.05), lines["alc"])
                lines["rest"] = np.where(mine, 0.3, lines["rest"])
            else:
                lines[line] = np.where(mine, drawn, lines[line])
        wbc = lines["anc"] + lines["alc"] + lines["rest"]
        return pl.DataFrame({
            "person_id": np.arange(first, first + rows), "age_years": np.clip(r.normal(52, 20, rows), 18, 97).round(),
            "sex": np.where(r.random(rows) < 0.5, "female", "male"), "WBC": wbc.round(2), "ANC": lines["anc"].round(2),
            "ALC": lines["alc"].round(2), "hemoglobin": lines["hemoglobin"].round(1), "platelets": lines["platelets"].round(0),
        })  # fmt: skip

    def write_counts(self, path: Path, rows: int) -> None:
        """A Parquet file of counts, written in batches."""
        import pyarrow.parquet as pq

        def write(beside: Path) -> None:
            writer: Any = None
            for first in range(0, rows, ROWS):
                table = self.draw_counts(min(ROWS, rows - first), first).to_arrow()
                writer = writer or pq.ParquetWriter(beside, table.schema)
                writer.write_table(table)
            if writer is not None:
                writer.close()

        replace_file(path, write)

    # ------------------------------------------------------------------ full cases

    def draw_cases(self, count: int) -> Iterator[dict[str, Any]]:
        """Full cases, each with a low count, as the case schema has them, and the cause that was drawn under `truth`."""
        findings = list(FINDINGS)
        for number in range(count):
            finding = findings[int(self.random.choice(len(findings), p=FINDING_SHARES))]
            causes, chances = self._causes[finding]
            cause = causes[int(self.random.choice(len(causes), p=chances))]
            yield {"id": f"synthetic-{number:07d}", "case": self._draw_case(finding, cause), "truth": cause}

    def write_cases(self, path: Path, count: int) -> None:
        """NDJSON of full cases."""

        def write(beside: Path) -> None:
            with beside.open("w", encoding="utf-8") as file:
                for record in self.draw_cases(count):
                    file.write(json.dumps(record) + "\n")

        replace_file(path, write)

    @cached_property
    def _causes(self) -> dict[str, tuple[list[str], Any]]:
        """Causes of each finding with how often each is drawn: by the prior odds of the model, its scale taken away."""
        found = {}
        for finding in FINDINGS:
            prepared = self.k.engine.prepare((finding,))
            causes = [
                c
                for c, p in prepared.items()
                if p.tier in ("direct", "reading_only") and p.kind not in ("drug group", "combined cause")
            ]
            weigh, scale = self.k.engine.expectation.weigh, self.k.tables.weights.value("prior.scale")
            logs = np.array([weigh(c, prepared[c].kind, (finding,), None, False).weight / scale for c in causes])
            chances = np.exp(logs - logs.max())
            found[finding] = causes, chances / chances.sum()
        return found

    def _draw_case(self, finding: str, cause: str) -> dict[str, Any]:
        line, lowest, highest = FINDINGS[finding]
        name = {"anc": "absolute neutrophil count", "alc": "absolute lymphocyte count", "wbc": "white blood cell count"}[line]
        value = round(float(self.random.uniform(lowest, highest)), 2)
        signs = self._draw_signs(cause)
        return {
            "patient": {"age": f"P{int(self.random.integers(18, 90))}Y", "sex": str(self.random.choice(["female", "male"]))},
            "labs": [{"test": name, "value": value, "unit": "10*9/L"}],
            "findings": [{"id": term, "text": self.t.label(term)} for term in signs],
            "drugs": self._draw_drugs(cause),
        }

    def _draw_signs(self, cause: str) -> list[str]:
        """Signs by their frequency in the cause, and one in twenty of the commonest signs by chance."""
        links = sorted(self.features.of(cause).values())
        found = [link.feature for link in links if link.feature.startswith("HP:") and self.random.random() < link.probability]
        return sorted({*found[:6], *(s for s in self._common_signs if self.random.random() < 0.05)})

    @cached_property
    def _common_signs(self) -> list[str]:
        counts = {f: len(c) for f, c in self.features.showing.items() if f.startswith("HP:")}
        return sorted(counts, key=lambda f: (-counts[f], f))[:20]

    def _draw_drugs(self, cause: str) -> list[dict[str, Any]]:
        """The drug that is the cause, begun within its window, among drugs that other people take."""
        drugs = [d for d in self._drugs if self.random.random() < 2.0 / len(self._drugs)]
        kind = str(self.k.graph.nodes[cause]["kind"])
        taken = [cause, *drugs] if kind in DRUG_KINDS and kind != "drug group" else drugs
        return [self._time_drug(drug) for drug in dict.fromkeys(taken)]

    @cached_property
    def _drugs(self) -> list[str]:
        return [c for c in self.t.causes if self.k.graph.nodes[c]["kind"] == "drug"]

    def _time_drug(self, drug: str) -> dict[str, Any]:
        window = find_window(self.t, self.k.tables.weights, drug)
        low, high = (max(window.low, 2.0), min(window.high, 720.0)) if window else (7.0, 90.0)
        day = round(float(self.random.uniform(low, max(high, low + 1))), 1)
        return {"name": self.t.label(drug).removesuffix(" exposure"), "days_since_start": day}
