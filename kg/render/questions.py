"""Answers to why, why-not, what-if and next as plain text. Owns wording and layout; computes nothing, looks nothing up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ROWS_SHOWN = 4


def render_why(found: Mapping[str, Any]) -> str:
    """Proofs of the edges between two terms, down to the table rows."""
    lines: list[str] = []
    for proof in found["proofs"]:
        lines += _proof(proof, found)
    if not found["proofs"]:
        lines += [f"{found['subject_label']} -> {found['object_label']}: not entailed; {found['reason']}"]
    for row in found["against"]:
        claim = f"{row['subject_label']} {row['predicate']} {row['object_label']}"
        lines.append(f"Against   {claim}: {row['direction']} [{row['source']}] {row['id']}: {row['gist']}")
    return "\n".join([*lines, *[""] * bool(found["against"]), _foot(found)]) + "\n"


def _proof(proof: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    kind = "asserted" if proof["asserted"] else "inferred"
    kind = "in some of its members, those with evidence of their own" if proof["stands_for"] else kind
    subject = found["subject_label"] if proof["stands_for"] else proof["subject_label"]
    lines = [f"{subject} {proof['predicate']} {proof['object_label']}  ({kind})"]
    lines.append("  because")
    for axiom in proof["axioms"]:
        lines.append(f"  [{axiom['number']}] {axiom['text']}")
        lines += [f"        {_row(row)}" for row in axiom["rows"][:ROWS_SHOWN]]
        lines += [f"        … {len(axiom['rows']) - ROWS_SHOWN} more rows"] * (len(axiom["rows"]) > ROWS_SHOWN)
    if len(proof["steps"]) > 1:
        lines.append("  so")
        lines += [f"  {_step(step)}" for step in proof["steps"]]
    return [*lines, ""]


def _row(row: Mapping[str, Any]) -> str:
    where = f" ({row['place']})" if row.get("place") else ""
    source = f" [{row['source']}; {row['kind']}] {row['gist']}" if row.get("source") else ""
    return f"{row['id']}{where}{source}"


def _step(step: Mapping[str, Any]) -> str:
    claim = f"{step['subject_label']} {step['predicate']} {step['object_label']}"
    premises = "".join(f" {number}" for number in step["from"])
    return f"{step['number']:>3}  {claim}    by [{step['axiom']}]{f' from{premises}' if premises else ''}"


def _foot(found: Mapping[str, Any]) -> str:
    return f"Data {found['versions']['data']}. {found['disclaimer']}"


def join(names: Iterable[str]) -> str:
    """Names in a row; `none` where there are none."""
    return ", ".join(names) or "none"
