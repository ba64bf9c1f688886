"""Answers about terms as plain text: two terms compared, a search. Owns wording and grouping; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CAUSES_COMPARED = 25
SOURCES_SHOWN = 3


def render_comparison(found: Mapping[str, Any]) -> str:
    """Two terms side by side."""
    first, second = found["terms"]
    lines = [f"{t['label']} ({t['id']}): {t['definition']}{' ' + t['note'] if t['note'] else ''}" for t in (first, second)]
    lines += ["", *_relation(found["relation"], found["terms"])]
    for name, aspect in found["aspects"].items():
        lines += _aspect(name, aspect, first["label"], second["label"])
    causes = found["causes"]
    lines += ["", f"Causes of both: {len(causes['both'])} ({', '.join(c['label'] for c in causes['both'][:8])} …)"]
    for key, term in (("first", first), ("second", second)):
        lines += _cause_list(f"Causes of {term['label']} only: {len(causes[key])}", causes[key])
    if causes["other_lines"]:
        head = f"Causes of {first['label']} that act past {second['label']}, on other cells: {len(causes['other_lines'])}"
        lines += _cause_list(head, causes["other_lines"])
    lines += ["", f"Data {found['versions']['data']}. For research and education; not a diagnosis."]
    return "\n".join(lines) + "\n"


def _cause_list(head: str, causes: list[dict[str, Any]]) -> list[str]:
    lines = [head]
    for cause in causes[:CAUSES_COMPARED]:
        cells = f", acting on {', '.join(cause['cells'])}" if cause["cells"] else ""
        lines.append(f"  {cause['label']}, through {', '.join(cause['through'])}{cells} [{', '.join(cause['sources'])}]")
    more = len(causes) - CAUSES_COMPARED
    return [*lines, f"  … {more} more (-f json)"] if more > 0 else lines


def _relation(relation: Mapping[str, Any], terms: list[dict[str, Any]]) -> list[str]:
    labels = {t["id"]: t["label"] for t in terms}
    if relation["kind"] != "is a kind of":
        return [f"Neither is a kind of the other; both are kinds of {relation['nearest_label']}."]
    lines = [f"{labels[relation['child']]} is a kind of {labels[relation['parent']]}:"]
    lines += [_is_a_line(step) for step in relation["steps"]]
    if relation["why"]:
        lines += ["because the cells stand in the same order:", *(_is_a_line(step) for step in relation["why"])]
    return lines


def _is_a_line(step: Mapping[str, Any]) -> str:
    return f"  {step['subject_label']} is a {step['object_label']} ({'asserted' if step['asserted'] else 'inferred'})"


def _aspect(name: str, aspect: Mapping[str, Any], first: str, second: str) -> list[str]:
    lines: list[str] = []
    for key, whose in (("both", "both"), ("first", f"{first} only"), ("second", f"{second} only")):
        for item in aspect[key]:
            source = ", ".join(item["sources"][:SOURCES_SHOWN])
            some = " (in some cases)" if item["scope"] == "some" else ""
            lines.append(f"  {whose}: {item['subject_label']} {item['predicate']} {item['object_label']}{some} [{source}]")
    return ["", name.capitalize(), *lines] if lines else []


def render_search(found: list[dict[str, Any]]) -> str:
    """One line a term."""
    return "".join(f"{t['id']:<16} {t['label']}  ({t['kind'] or t['category']})\n" for t in found) or "nothing found\n"
