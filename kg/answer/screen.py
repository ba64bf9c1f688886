"""The answer on one screen: alerts, what was found, the given drugs, about ten causes, families, what to check, status.

Owns what stands on the screen and what gives way when room is short. Wording of one cause stands in `words`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.answer.drugs import HEADING, brief_drug
from kg.answer.lines import Line, Sources, cut, fold, join_items, labelled
from kg.answer.words import find_strongest, lower, name_cause, say_against, say_kind, say_why, short_label
from kg.reasoning.records import SHELVES, Cause, Explanation

MOST_LINES = 40
CAUSES, LEAST_CAUSES = 10, 6
LONG_SIGN = 36
DRUGS, FINDINGS, FAMILIES, UNKNOWN = 6, 3, 5, 3
NAME, EVIDENCE, MARK = (20, 36), 14, "!"
FAMILY_NAMES = {"drug classes": "drugs"}
SHORT_DISCLAIMER = "For research and education, not a diagnosis. Fever + low neutrophils: emergency."


def build_screen(answer: Explanation, width: int, show_all: bool = False) -> list[Line]:
    """Lines of the screen; with `show_all` every cause, and as many lines as that takes."""
    told = [cause for cause in answer.causes if not cause.only_with] if not show_all else list(answer.causes)
    head, foot, extra = _head(answer, width), _foot(answer, width), _extras(answer, width)
    if show_all:
        return [*head, *_causes(answer, told, len(told), width), *_flatten(extra), *foot]
    for shown, kept in _less_and_less(min(CAUSES, len(told)), len(extra)):
        lines = [*head, *_causes(answer, told, shown, width), *_flatten(extra[:kept]), *foot]
        if len(lines) <= MOST_LINES:
            break
    return lines


def _less_and_less(causes: int, extra: int) -> Iterator[tuple[int, int]]:
    """What gives way first: causes down to a few, then what stands below them, then the rest of the causes."""
    few = min(LEAST_CAUSES, causes)
    yield from ((shown, extra) for shown in range(causes, few, -1))
    yield from ((few, kept) for kept in range(extra, -1, -1))
    yield from ((shown, 0) for shown in range(few - 1, -1, -1))


def _flatten(blocks: Iterable[list[Line]]) -> list[Line]:
    return [line for block in blocks for line in block]


# ------------------------------------------------------------------ above the causes


def _head(answer: Explanation, width: int) -> list[Line]:
    lines = [line for alert in answer.alerts for line in labelled("Alert", alert, width, "alert")]
    lines += [line for item in answer.normal_for for line in _normal(item, width)]
    lines += _findings(answer, width)
    lines += _flatten(labelled("", text, width, "note", 2) for text in answer.assumptions[:2])
    lines += [line for item in answer.not_understood[:UNKNOWN] for line in _not_understood(item, width)]
    return lines + _drugs(answer, width)


def _normal(item: Mapping[str, Any], width: int) -> list[Line]:
    lines = labelled("Normal", f"{item['text']} is normal for {item['group']}; {item['rule']} [{item['source']}]", width, most=3)
    return lines + _flatten(labelled("", text, width, "note", 2) for text in item["competing"][:1])


def _findings(answer: Explanation, width: int) -> list[Line]:
    lines: list[Line] = []
    for finding in answer.findings[:FINDINGS]:
        value = f" ({finding['value']})" if finding.get("value") else ""
        rule = f"; rule: {finding['rule']} [{finding['source']}]" if finding.get("rule") else ""
        lines += labelled("Finding", f"{finding['label']}{value}{rule}", width, most=2)
    if not answer.findings and not answer.normal_for:
        lines.append(Line("Finding   none that calls for an explanation"))
    more = answer.findings[FINDINGS:]
    return lines + (labelled("", "and " + ", ".join(f["label"] for f in more), width, most=1) if more else [])


def _not_understood(item: Mapping[str, Any], width: int) -> list[Line]:
    hint = f"; did you mean {', '.join(item['suggestions'][:3])}?" if item.get("suggestions") else ""
    reason = f": {item['reason']}" if item.get("reason") else ""
    place = f" [{item['path']}]" if item.get("path") else ""
    times = f", {item['times']} times" if item.get("times") else ""
    return fold(f"Not understood  {item.get('text', '')}{reason}{hint}{place}{times}", width, 10, "note", 2)


def _drugs(answer: Explanation, width: int) -> list[Line]:
    drugs = answer.drugs_given
    lines = [Line(HEADING, "heading")] if drugs else []
    lines += [Line(cut(f"  {brief_drug(drug)}", width)) for drug in drugs[:DRUGS]]
    if rest := drugs[DRUGS:]:
        lines += fold("  and " + "; ".join(f"{d.text or d.label}: {d.standing}" for d in rest), width, 6, most=3)
    if answer.no_bearing:
        lines += fold(f"Known, no bearing here  {', '.join(answer.no_bearing)}", width, 10, "note", 1)
    return lines


# ------------------------------------------------------------------ causes


class _Columns(NamedTuple):
    """Widths of the columns of one screen."""

    name: int
    common: int
    why: int


def _measure(causes: Sequence[Cause], width: int) -> _Columns:
    longest = max((len(name_cause(cause)) for cause in causes), default=0)
    name = min(max(NAME[0], width * 3 // 8), max(NAME[0], longest))
    common = max((len(cause.commonness) + 1 for cause in causes if cause.commonness), default=0)
    return _Columns(name, common, width - 7 - name - common - EVIDENCE)


def _causes(answer: Explanation, told: Sequence[Cause], shown: int, width: int) -> list[Line]:
    if not answer.causes:
        return []
    count = f"{len(answer.causes)} could explain it; in order of support, which is no probability"
    lines = [Line(""), Line(cut(f"Causes    {count}", width), "heading")]
    listed, sources = told[:shown], Sources()
    for shelf in SHELVES:
        lines += _shelf(shelf, told, listed, width, sources)
    lines += _only_with([c for c in answer.causes if c.only_with and c not in listed], width)
    return [*lines, *sources.show(width)]


def _shelf(shelf: str, told: Sequence[Cause], listed: Sequence[Cause], width: int, sources: Sources) -> list[Line]:
    everything = [cause for cause in told if cause.shelf == shelf]
    here = [cause for cause in listed if cause.shelf == shelf]
    more = len(everything) - len(here)
    if not everything:
        return []
    left = f", {more} more: --all" if here and more else ": --all" if more else ""
    lines = [Line(cut(f"{shelf.capitalize()} ({len(everything)}{left})", width), "heading")]
    columns = _measure(listed, width)
    return lines + [line for cause in here for line in _cause(cause, columns, width, sources)]


def _cause(cause: Cause, columns: _Columns, width: int, sources: Sources) -> list[Line]:
    """`  1 ! sepsis    common fever, chills    cohort [1]`, and what speaks against it below; a long name has its own line."""
    evidence = find_strongest(cause)
    cited = f"{say_kind(evidence)} [{sources.number(evidence.source)}]" if evidence else "no evidence"
    name, start = name_cause(cause), f"{cause.rank:>3} {MARK if cause.cant_miss else ' '} "
    lines = []
    if len(name) > columns.name:
        lines, name, start = [Line(cut(start + name, width), "cause")], "", " " * len(start)
    why = cut(join_items(say_why(cause), columns.why, count=False), columns.why)
    text = f"{start}{name:<{columns.name}} {cause.commonness:<{columns.common}}{why:<{columns.why}} {cited}"
    lines.append(Line(cut(text, width), "cause" if name else "plain"))
    against = join_items(say_against(cause), width - 19, "; ")
    return lines + ([Line(cut(f"      against: {against}", width), "note")] if against else [])


def _only_with(causes: Sequence[Cause], width: int) -> list[Line]:
    if not causes:
        return []
    names = [f"{cause.label} ({cause.only_with.split(', ')[0]})" for cause in causes]
    return fold(f"Only with exposure: {join_items(names, 2 * width - 40)}", width, 2, "note", 2)


# ------------------------------------------------------------------ below the causes


def _extras(answer: Explanation, width: int) -> list[list[Line]]:
    """Blocks below the causes, those first that stay longest."""
    blocks = [_cant_miss(answer, width), _families(answer, width), _struck(answer, width)]
    return [block for block in (*blocks, _together(answer, width), _labels(answer, width)) if block]


def _check(answer: Explanation, width: int) -> list[Line]:
    """What to ask and look for, from what the first causes leave unchecked; `kg next` weighs it."""
    asked = [] if answer.drugs_given or answer.to_ask else ["all drugs of the last weeks, with dates"]
    signs = [lower(sign) for cause in answer.causes[:8] for sign in cause.not_checked[:1] if len(sign) < LONG_SIGN]
    items = [*asked, *dict.fromkeys(signs)][:4]
    return labelled("Check", f"{', '.join(items)}; kg next weighs them", width, most=2) if items else []


def _cant_miss(answer: Explanation, width: int) -> list[Line]:
    marked = [cause for cause in answer.causes if cause.cant_miss and not cause.only_with]
    names = (f"{cause.rank} {short_label(cause)}" for cause in marked)
    return labelled(f"{MARK} marks", f"can't miss: {join_items(names, width - 24)}", width, "note", 1) if marked else []


def _families(answer: Explanation, width: int) -> list[Line]:
    """Families by the weight of their causes, each with its count; the first ones with their first cause.

    Rare causes are left out of the weight: hundreds of them would outweigh what is seen every day.
    """
    grouped: dict[str, list[Cause]] = defaultdict(list)
    for cause in answer.causes:
        grouped[FAMILY_NAMES.get(cause.family, cause.family)].append(cause)
    first = sorted(grouped, key=lambda family: (-_weigh(grouped[family]), grouped[family][0].rank))
    counts = [f"{family} {len(grouped[family])}" for family in first]
    if len(counts) < 2:
        return []
    text = ", ".join(f"{count} ({short_label(grouped[family][0])})" for count, family in zip(counts[:2], first, strict=False))
    return labelled("Families", ", ".join([text, *counts[2:]]), width, most=3)


def _weigh(causes: Sequence[Cause]) -> float:
    return sum(math.exp(cause.score) for cause in causes if "rare" not in cause.commonness)


def _struck(answer: Explanation, width: int) -> list[Line]:
    struck = answer.struck_out
    if not struck:
        return []
    names = join_items((short_label(cause) for cause in struck), width - 36)
    return labelled("Struck", f"{len(struck)} out: {names}; -v says why", width, "note", 1)


def _together(answer: Explanation, width: int) -> list[Line]:
    found = next((group for group in answer.sets if len(group["causes"]) > 1), None)
    if not found:
        return []
    names = " + ".join(c["label"] for c in found["causes"])
    return labelled("Together", f"{names}: explains {', '.join(found['explains'])}", width, most=1)


def _labels(answer: Explanation, width: int) -> list[Line]:
    listed = len({item["id"] for item in answer.label_lists})
    text = f"{listed} drugs have it on a product label, which is no causal evidence"
    return labelled("Labels", text, width, "note", 1) if listed else []


def _foot(answer: Explanation, width: int) -> list[Line]:
    c = answer.coverage
    counts = f"of {c.get('considered', 0)} causes {c.get('struck_out', 0)} struck out, {c.get('to_ask', 0)} to ask"
    status = f"{answer.status.replace('_', ' ')}; data {answer.versions.get('data', '?')}; {counts}"
    return [*_check(answer, width), Line(""), *labelled("Status", status, width, most=1), Line(SHORT_DISCLAIMER, "note")]
