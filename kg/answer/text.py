"""Answers as plain text for a terminal. Owns wording and grouping; nothing is computed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kg.answer.drugs import HEADING, list_drugs
from kg.reasoning.records import Cause, Chain, Explanation, Mechanism, Step

PER_FAMILY = 8
SOURCES_SHOWN = 3
MECHANISMS_SHOWN = 3
CAUSES_COMPARED = 25
STRUCK_SHOWN = 8


def render_explanation(answer: Explanation, show_all: bool = False) -> str:
    """The whole answer; causes grouped by family, best supported first, long families cut unless `show_all`."""
    lines = [f"Alert     {alert}" for alert in answer.alerts]
    lines += _drugs(answer)
    lines += [_normal(item) for item in answer.normal_for]
    lines += [_finding(finding) for finding in answer.findings]
    lines += [f"          {assumption}" for assumption in answer.assumptions]
    if answer.causes:
        lines += ["", f"Causes    {len(answer.causes)} could explain it          order: support, not probability, not urgency"]
        lines += _families(answer.causes, show_all)
    lines += _struck(answer.struck_out)
    lines += _blocks(answer)
    lines += ["", _status(answer), answer.disclaimer]
    return "\n".join(lines) + "\n"


def _drugs(answer: Explanation) -> list[str]:
    """The block of the given drugs, and what is known and has no bearing."""
    found = list_drugs(answer)
    lines = [HEADING, *(f"  - {line}" for line in found), ""] if found else []
    known = f"Known, no bearing here  {', '.join(answer.no_bearing)}"
    return lines + ([known] if answer.no_bearing else [])


def _normal(item: Mapping[str, Any]) -> str:
    rest = "".join(f"\n          {line}" for line in item["competing"])
    return f"Normal    {item['text']} is normal for {item['group']}     rule: {item['rule']} [{item['source']}]{rest}"


def _finding(finding: Mapping[str, Any]) -> str:
    value = f" ({finding['value']})" if finding.get("value") else ""
    rule = f"     rule: {finding['rule']} [{finding['source']}]" if finding.get("rule") else ""
    rest = "".join(f"\n          {line}" for line in finding.get("competing", ()))
    return f"Finding   {finding['label']}{value}{rule}{rest}"


def _families(causes: tuple[Cause, ...], show_all: bool) -> list[str]:
    grouped: dict[str, list[Cause]] = defaultdict(list)
    for cause in causes:
        grouped[_heading(cause)].append(cause)
    lines: list[str] = []
    for family in sorted(grouped, key=lambda f: grouped[f][0].rank):
        found = grouped[family]
        shown = found if show_all else found[:PER_FAMILY]
        lines += ["", f"{family} ({len(found)})"]
        for cause in shown:
            lines += render_cause(cause, show_all)
        if len(shown) < len(found):
            lines.append(f"      … {len(found) - len(shown)} more (--all)")
    return lines


def _heading(cause: Cause) -> str:
    taken = cause.family in ("drugs", "drug classes") and any(part.factor == "exposure" for part in cause.contributions)
    return "drugs taken" if taken else cause.family


def render_cause(cause: Cause, show_all: bool = False) -> list[str]:
    """Lines of one cause: head, mechanisms, chains with evidence, quantities, contributions."""
    tier = "" if cause.tier == "direct" else f", {cause.tier.replace('_', ' ')}"
    lines = [f"{cause.rank:>4}  {cause.label}  ({cause.kind}{tier})"]
    lines += [f"      via {_mechanism(mechanism)}" for mechanism in cause.mechanisms[: None if show_all else MECHANISMS_SHOWN]]
    for chain in cause.chains if show_all else _telling_chains(cause):
        lines += _chain(chain)
    lines += [f"        {quantity}" for quantity in cause.quantities[: None if show_all else 2]]
    given = [p for p in cause.contributions if p.factor in ("exposure", "window", "finding", "time", "lineage")]
    lines += [f"        {part.weight:+.1f}  {part.label}: {part.reason}" for part in given]
    return lines


def _mechanism(mechanism: Mechanism) -> str:
    disputed = ", disputed" if mechanism.disputed else ""
    return f"{mechanism.label} ({mechanism.family}{disputed}) [{', '.join(mechanism.sources[:SOURCES_SHOWN])}]"


def _telling_chains(cause: Cause) -> list[Chain]:
    """The two shortest chains, and the longest through a mechanism: what is known, and how it may come about."""
    through = [chain for chain in cause.chains if any(step.predicate == "can act via" for step in chain.steps)]
    plain = [chain for chain in cause.chains if chain not in through]
    return [
        *(plain[:2] or through[:1]),
        *[c for c in sorted(through, key=lambda c: -len(c.steps))[:1] if plain or c != through[0]],
    ]


def _chain(chain: Chain) -> list[str]:
    path = chain.steps[0].subject_label + "".join(f" -> {_verb(step)}{step.object_label}" for step in chain.steps)
    path += "".join(f"   x {reason}" for reason in dict.fromkeys(step.struck for step in chain.steps if step.struck))
    sources = "; ".join(dict.fromkeys(_sources(step) for step in chain.steps if step.sources))
    kind = f"weakest: {chain.weakest}" if chain.weakest else "inferred"
    return [f"      {path}", f"        [{sources}]  {len(chain.steps)} step{'s' * (len(chain.steps) > 1)}, {kind}"]


def _verb(step: Step) -> str:
    some = " (some)" if step.scope == "some" else ""
    inferred = " (inferred)" if not step.asserted else ""
    return f"{step.predicate}{some}{inferred}: " if step.predicate != "is a" else f"is a{inferred}: "


def _sources(step: Step) -> str:
    more = len(step.sources) - SOURCES_SHOWN
    return ", ".join(step.sources[:SOURCES_SHOWN]) + (f" +{more}" if more > 0 else "")


def _struck(causes: tuple[Cause, ...]) -> list[str]:
    lines = [f"   x  {cause.label}: struck out: {cause.struck}" for cause in causes[:STRUCK_SHOWN]]
    more = len(causes) - STRUCK_SHOWN
    return [""] * bool(causes) + lines + [f"      … {more} more struck out (-f json)"] * (more > 0)


def _blocks(answer: Explanation) -> list[str]:
    lines: list[str] = []
    for found in [group for group in answer.sets if len(group["causes"]) > 1][:2]:
        names = " + ".join(f"{c['rank']} {c['label']}" for c in found["causes"])
        lines += ["", f"Together  {names}: explains {', '.join(found['explains'])}"]
    taken = [item for item in answer.label_lists if item["taken"]]
    listed = len({item["id"] for item in answer.label_lists})
    if listed:
        names = ", ".join(dict.fromkeys(item["label"] for item in taken)) or "see --format json"
        lines += ["", f"Labels    {listed} drugs have it listed in a product label, which is no causal evidence: {names}"]
    if answer.to_ask:
        some = ", ".join(item["label"] for item in answer.to_ask[:5])
        lines += ["", f"To ask    {len(answer.to_ask)} causes that were not given, among them: {some}"]
    for item in answer.not_understood:
        hint = f"; did you mean {', '.join(item['suggestions'])}?" if item.get("suggestions") else ""
        place = f" [{item['path']}]" if item.get("path") else ""
        times = f", {item['times']} times" if item.get("times") else ""
        lines += [f"Not understood  {item.get('text', '')}: {item.get('reason', '')}{hint}{place}{times}"]
    return lines


def _status(answer: Explanation) -> str:
    c = answer.coverage
    counts = (
        f"{c.get('considered', 0)} causes considered, {c.get('explaining', 0)} explain, {c.get('struck_out', 0)} struck out, "
        f"{c.get('to_ask', 0)} to ask, {c.get('not_addressed', 0)} not addressed"
    )
    return f"Status    {answer.status.replace('_', ' ')} | data {answer.versions.get('data', '?')} | {counts}; the list is open"


# --------------------------------------------------------------------------- other answers


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


def render_term(found: Mapping[str, Any]) -> str:
    """A term with its names, place and associations."""
    lines = [f"{found['label']} ({found['id']})", f"  {found.get('definition', 'imported term')}"]
    for key, name in (("exact", "synonyms"), ("related", "related"), ("xrefs", "xrefs")):
        if found.get(key):
            lines.append(f"  {name}: {', '.join(found[key])}")
    lines += [f"  is a {p['label']} ({'asserted' if p['asserted'] else 'inferred'})" for p in found["parents"]]
    if found["children"]:
        lines.append(f"  kinds of it: {', '.join(c['label'] for c in found['children'][:20])}")
    for row in found["associations"]:
        claim = f"{row['subject_label']} {row['predicate']} {row['object_label']}"
        lines.append(f"  {row['id']}  {claim}  [{row['source']}; {row['statement_kind']}; {row['direction']}]")
    return "\n".join(lines) + "\n"
