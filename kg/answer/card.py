"""An answer as a CDS Hooks card (https://cds-hooks.hl7.org, 2.0): what a record system can show beside a chart.

Owns the shape and the wording of the card. Urgency comes first and sets the indicator; links lead to the sources. It offers
no suggestion to accept: it informs and proposes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg.answer.drugs import HEADING, list_drugs
from kg.reasoning.records import Cause, Explanation

SUMMARY_LIMIT = 140  # the specification's
SHOWN = 8
LINKS, LINKS_EACH = 10, 2
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
_HOMES = {
    "PMID:": "https://pubmed.ncbi.nlm.nih.gov/",
    "DOI:": "https://doi.org/",
    "PMC:": "https://pmc.ncbi.nlm.nih.gov/articles/",
    "OMIM:": "https://omim.org/entry/",
    "ORPHA:": "https://www.orpha.net/en/disease/detail/",
}


def render_card(answer: Explanation) -> dict[str, Any]:
    """The response of a CDS service with one card."""
    card = {
        "summary": _cut(_summary(answer), SUMMARY_LIMIT),
        "indicator": "critical" if answer.alerts else "info",
        "detail": _detail(answer),
        "source": {"label": f"Leukograph, data {answer.versions.get('data', '?')}"},
        "links": list(_links(answer.causes)),
    }
    return {"cards": [card]}


def _summary(answer: Explanation) -> str:
    findings = ", ".join(finding["label"] for finding in answer.findings)
    causes = ", ".join(cause.label for cause in answer.causes[:3])
    urgent = "Urgent review. " if answer.alerts else ""
    if normal := ", ".join(f"{item['text']} is normal for {item['group']}" for item in answer.normal_for):
        return f"{urgent}{normal}"
    if not findings:
        return f"{urgent}No low white-cell count to explain"
    return f"{urgent}Could explain {findings}: {causes or 'no cause in scope'}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip(" ,") + "…"


def _detail(answer: Explanation) -> str:
    lines = [f"**{_escape(alert)}**\n" for alert in answer.alerts]
    if drugs := list_drugs(answer):
        lines.append("\n".join([f"**{HEADING}**", *(f"- {_escape(line)}" for line in drugs), ""]))
    if answer.causes:
        lines.append(f"{len(answer.causes)} causes could explain it; order: support, not probability, not urgency.\n")
    lines += [_cause(cause) for cause in answer.causes[:SHOWN]]
    struck = [f"{_escape(c.label)} ({_escape(c.struck)})" for c in answer.struck_out[:SHOWN]]
    lines += [f"\nStruck out: {', '.join(struck)}"] * bool(struck)
    lines.append(f"\nStatus: {answer.status.replace('_', ' ')}; the list is open.")
    lines.append(f"\n_{_escape(answer.disclaimer)}_")
    return "\n".join(lines) + "\n"


def _cause(cause: Cause) -> str:
    line = f"{cause.rank}. **{_escape(cause.label)}** ({_escape(cause.kind)})"
    given = [p for p in cause.contributions if p.factor in ("exposure", "window", "finding", "time")]
    if given:
        line += ": " + "; ".join(f"{_escape(p.label)}, {_escape(p.reason)}" for p in given)
    for found in cause.chains[:1]:
        path = " → ".join([found.steps[0].subject_label, *(f"{s.predicate} {s.object_label}" for s in found.steps)])
        line += f"\n   - {_escape(path)}"
    return line


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _links(causes: tuple[Cause, ...]) -> Iterator[dict[str, str]]:
    """Sources of the first chain of each cause shown that have an address."""
    firsts = [(c.label, [s for found in c.chains[:1] for step in found.steps for s in step.sources]) for c in causes[:SHOWN]]
    sources = [(label, source) for label, found in firsts for source in found[:LINKS_EACH]]
    seen: dict[str, str] = {}
    for label, source in sources:
        if url := find_url(source):
            seen.setdefault(url, f"{label}: {source}")
    yield from ({"label": label, "url": url, "type": "absolute"} for url, label in list(seen.items())[:LINKS])


def find_url(source: str) -> str:
    """Address of a source, or nothing."""
    if source.startswith(("https://", "http://")):
        return source.split()[0]
    return next(
        (home + source.removeprefix(prefix).split()[0] for prefix, home in _HOMES.items() if source.startswith(prefix)), ""
    )
