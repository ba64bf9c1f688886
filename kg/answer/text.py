"""An answer as plain text: one screen, with `detail` 1 the chains and sources of its causes, with 2 the sums.

Owns depth; the screen stands in `screen`. Nothing is computed here.
"""

from __future__ import annotations

from kg.answer.drugs import HEADING, list_drugs
from kg.answer.lines import WIDTH, Line, as_text, cut, fold, labelled
from kg.answer.screen import CAUSES, build_screen
from kg.answer.words import name_cause
from kg.reasoning.records import Cause, Chain, Contribution, Explanation, Mechanism, Step

SOURCES_SHOWN = 3
MECHANISMS_SHOWN = 3
STRUCK_SHOWN = 8
LISTED = 8  # columns of a rank with its indent


def render_explanation(answer: Explanation, show_all: bool = False, detail: int = 0, width: int = WIDTH) -> str:
    """The answer as text of a width; `detail` 0 is one screen, 1 adds chains and sources, 2 the sums."""
    return as_text(build_explanation(answer, show_all, detail, width))


def build_explanation(answer: Explanation, show_all: bool = False, detail: int = 0, width: int = WIDTH) -> list[Line]:
    """The same as lines with styles, for a terminal."""
    lines = build_screen(answer, width, show_all)
    if not detail:
        return lines
    causes = answer.causes if show_all else answer.causes[:CAUSES]
    lines = lines[:-1] + _rules(answer, width)
    for cause in causes:
        lines += render_cause(cause, show_all, detail, width)
    more = len(answer.causes) - len(causes)
    lines += [Line(f"… {more} more causes (--all)", "note")] * (more > 0)
    return [*lines, *_struck(answer.struck_out, width), *_asked(answer, width), *fold(answer.disclaimer, width, 0, "note")]


def _rules(answer: Explanation, width: int) -> list[Line]:
    """What the screen leaves out of the drugs, the findings and their rules."""
    drugs = [line for text in list_drugs(answer) for line in fold(f"  - {text}", width, 4)]
    lines = [Line(""), Line(HEADING, "heading"), *drugs] if drugs else []
    known = [("Finding", f["label"], f.get("competing", ())) for f in answer.findings]
    known += [("Normal", item["text"], item["competing"]) for item in answer.normal_for]
    for name, label, competing in known:
        if competing:
            lines += [*labelled(name, label, width)]
            lines += [line for text in competing for line in labelled("", text, width, "note")]
    return lines


def render_cause(cause: Cause, show_all: bool = False, detail: int = 1, width: int = WIDTH) -> list[Line]:
    """Lines of one cause: head, marks, mechanisms, chains with evidence, quantities, and the sums from `detail` 2."""
    tier = "" if cause.tier == "direct" else f", {cause.tier.replace('_', ' ')}"
    lines = [Line(""), *fold(f"{cause.rank:>4}  {name_cause(cause)}  ({cause.kind}{tier}; {cause.shelf})", width, 6, "heading")]
    if cause.cant_miss:
        lines += fold(f"      ! can't miss: {cause.cant_miss.reason} [{cause.cant_miss.source}]", width, 8, "alert")
    for mechanism in cause.mechanisms[: None if show_all else MECHANISMS_SHOWN]:
        lines += fold(f"      via {_mechanism(mechanism)}", width, 10)
    for chain in cause.chains if show_all else _telling_chains(cause):
        lines += _chain(chain, width)
    for quantity in cause.quantities[: None if show_all else 2]:
        lines += fold(f"        {quantity}", width, 10)
    return lines + (_sums(cause, width) if detail > 1 else [])


def _sums(cause: Cause, width: int) -> list[Line]:
    lines = [line for part in cause.contributions for line in fold(f"        {_part(part)}", width, 14)]
    return [*lines, Line(f"        {cause.score:+.2f}  in all")]


def _part(part: Contribution) -> str:
    sources = f" [{', '.join(part.sources[:SOURCES_SHOWN])}]" if part.sources else ""
    return f"{round(part.weight, 4):+.2f}  {part.label}: {part.reason}{sources}"


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


def _chain(chain: Chain, width: int) -> list[Line]:
    path = chain.steps[0].subject_label + "".join(f" -> {_verb(step)}{step.object_label}" for step in chain.steps)
    path += "".join(f"   x {reason}" for reason in dict.fromkeys(step.struck for step in chain.steps if step.struck))
    sources = "; ".join(dict.fromkeys(_sources(step) for step in chain.steps if step.sources))
    kind = f"weakest: {chain.weakest}" if chain.weakest else "inferred"
    steps = f"{len(chain.steps)} step{'s' * (len(chain.steps) > 1)}, {kind}"
    return [*fold(f"      {path}", width, 10), *fold(f"        [{sources}]  {steps}", width, 10, "note")]


def _verb(step: Step) -> str:
    some = " (some)" if step.scope == "some" else ""
    inferred = " (inferred)" if not step.asserted else ""
    return f"{step.predicate}{some}{inferred}: " if step.predicate != "is a" else f"is a{inferred}: "


def _sources(step: Step) -> str:
    more = len(step.sources) - SOURCES_SHOWN
    return ", ".join(step.sources[:SOURCES_SHOWN]) + (f" +{more}" if more > 0 else "")


def _struck(causes: tuple[Cause, ...], width: int) -> list[Line]:
    lines = [Line(cut(f"   x  {cause.label}: struck out: {cause.struck}", width)) for cause in causes[:STRUCK_SHOWN]]
    more = len(causes) - STRUCK_SHOWN
    return [Line("")] * bool(causes) + lines + [Line(f"      … {more} more struck out (-f json)", "note")] * (more > 0)


def _asked(answer: Explanation, width: int) -> list[Line]:
    if not answer.to_ask:
        return []
    some = ", ".join(item["label"] for item in answer.to_ask[:5])
    return labelled("To ask", f"{len(answer.to_ask)} causes that were not given, among them: {some}", width)
