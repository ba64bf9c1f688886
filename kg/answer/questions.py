"""Answers to why, why-not, what-if and next as plain text. Owns wording and layout; computes nothing, looks nothing up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

ROWS_SHOWN = 4
MOVES_SHOWN = 8


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


# --------------------------------------------------------------------------- why not


def render_why_not(found: Mapping[str, Any]) -> str:
    """Conditions up to the first that fails, then the changes that would mend it."""
    place = f"rank {found['rank']} of {found['of']}" if found["rank"] else "not among the causes"
    lines = [*_alerts(found), f"{found['label']}: {place}"]
    lines += [f"  {'yes' if c['holds'] else 'NO ':<3}  {c['question']}  {c['detail']}" for c in found["conditions"]]
    for rival in found["outranked_by"]:
        lines.append(f"  before it: {rival['rank']} {rival['label']}, ahead by {rival['lead']:g}: {'; '.join(rival['by'])}")
    if found["fails"]:
        lines += _changes("Smallest change that brings it back", found["changes"]["to_answer"])
        lines += _changes("Smallest change that brings it to rank 3 or better", found["changes"]["to_top"])
    if found["fails"] and not any(found["changes"].values()):
        lines.append("No single change or pair of changes among those tried brings it back.")
    return "\n".join([*lines, "", _foot(found)]) + "\n"


def _changes(title: str, options: Sequence[Mapping[str, Any]]) -> list[str]:
    if not options:
        return []
    shown = [f"  {' and '.join(c['text'] for c in option['changes'])}  -> rank {option['rank']}" for option in options]
    return ["", title, *shown]


def _alerts(found: Mapping[str, Any]) -> list[str]:
    return [f"Alert     {alert}" for alert in found["alerts"]]


# --------------------------------------------------------------------------- what if


def render_what_if(found: Mapping[str, Any]) -> str:
    """What leaves, enters, rises and falls."""
    before, after = found["before"], found["after"]
    changes = ", ".join(f"{c['op']} {c['what']}" for c in found["changes"])
    lines = [f"Change    {changes}", *(f"Alert     before: {alert}" for alert in before["alerts"])]
    lines += [f"Alert     after: {alert}" for alert in after["alerts"]]
    for name, side in (("Before", before), ("After", after)):
        top = ", ".join(f"{c['rank']} {c['label']}" for c in side["top"])
        findings = ", ".join(side["findings"]) or "nothing to explain"
        lines.append(f"{name:<9} {findings}: {side['status'].replace('_', ' ')}, {side['causes']} causes: {top or 'none'}")
    lines += _block("Leaves", found["left"], lambda m: f"{m['label']} (was {m['from']}): {m['because']}")
    lines += _block("Enters", found["entered"], lambda m: f"{m['label']} (rank {m['to']}): {m['because']}")
    for name, key in (("Rises", "risen"), ("Falls", "fallen")):
        own = [move for move in found[key] if move["support"]]
        lines += _block(name, own, lambda m: f"{m['label']}: {m['from']} -> {m['to']}  {'; '.join(m['because'])}")
        if rest := len(found[key]) - len(own):
            lines.append(f"          {rest} more only because others moved")
    return "\n".join([*lines, "", found["note"], _foot(found)]) + "\n"


def _block(name: str, items: Sequence[Mapping[str, Any]], word: Callable[[Mapping[str, Any]], str]) -> list[str]:
    lines = [f"{name if i == 0 else '':<9} {word(item)}" for i, item in enumerate(items[:MOVES_SHOWN])]
    return [*lines, f"          … {len(items) - MOVES_SHOWN} more"] if len(items) > MOVES_SHOWN else lines


# --------------------------------------------------------------------------- next


def render_next(found: Mapping[str, Any]) -> str:
    """Questions in order of what they tell, the cheaper first among near-equals, with what each result would do."""
    lines = _alerts(found)
    lines.append(f"Finding   {', '.join(found['findings']) or 'none'}: {found['causes']} causes left")
    lines += [f"Ask first {item['question']} (bears on {item['causes']})" for item in found["ask_first"]]
    if found["questions"]:
        lines += ["", "Next      what splits these causes best (expected information, not probability of disease)"]
    for question in found["questions"]:
        lines += _question(question)
    if not found["questions"]:
        lines.append("Nothing that is known of these causes and not yet given would tell them apart.")
    return "\n".join([*lines, "", _foot(found)]) + "\n"


def _question(question: Mapping[str, Any]) -> list[str]:
    for_it, rest = question["splits"]
    value = f"{question['bits']:.3f} bit, splits the first {for_it + rest} causes {for_it}:{rest}"
    head = f"{question['rank']:>3}  {question['label']}  ({question['effort']})  {value}"
    lines = [head, f"       if present  {_tops(question['if_present'])}", f"       if absent   {_tops(question['if_absent'])}"]
    return [*lines, f"       tells much the same: {', '.join(question['alike'])}"] if question["alike"] else lines


def _tops(result: Mapping[str, Any]) -> str:
    moved = [f"{c['label']}{_from(c)}" for c in result["top"]]
    struck = f"; {result['struck_out']} struck out" if result["struck_out"] else ""
    return ", ".join(moved) + struck


def _from(cause: Mapping[str, Any]) -> str:
    return "" if cause["from"] == cause["rank"] else f" (from {cause['from']})" if cause["from"] else " (new)"
