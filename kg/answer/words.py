"""One cause in words of one clause: its name with its forms, why it stands where it stands, what speaks against it.

Owns wording; the weights and reasons are those of the answer. Must not know widths and lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.reasoning.records import Cause, Contribution, Evidence
from kg.vocabulary import EVIDENCE_ORDER

FEW_FORMS = 3
DRUGS = ("drug", "drug group")
EVIDENCE_WORDS = {"reported cases": "cases", "curator inference": "inference", "curated database": "database"}
PLACES = {"inside": "inside its window", "early": "before its window", "late": "after its window"}
LEAST = 0.03  # a part that weighs less is no reason
STANDING = ("prior", "tier", "evidence", "unlisted", "depth", "severity")  # what holds before the case says anything


def name_cause(cause: Cause) -> str:
    """Label with the forms that fold into it: `HIV infection: acute`, `familial hemophagocytic lymphohistiocytosis: 5 genes`."""
    forms = [variant.label for variant in cause.variants if not variant.wider]
    if not forms:
        return short_label(cause)
    labels = [cause.label, *forms]
    words = _common_words(labels)
    if not words:
        return f"{cause.label} (+{len(forms)} {_forms_word(cause, len(forms))})"
    rests = [rest for label in labels if (rest := _without(label, words))]
    many = len(rests) > FEW_FORMS or any(re.search(r"\d", rest) for rest in rests)
    told = f"{len(labels)} {_forms_word(cause, len(labels))}" if many else ", ".join(rests)
    return f"{' '.join(words)}: {told}" if told else cause.label


def short_label(cause: Cause) -> str:
    """Label; of a drug its bare name."""
    return cause.label.removesuffix(" exposure") if cause.kind in DRUGS else cause.label


def _forms_word(cause: Cause, count: int) -> str:
    word = "gene" if cause.kind == "inherited disease" else "form"
    return word + "s" * (count != 1)


def _common_words(labels: list[str]) -> list[str]:
    """Words that all labels have, in the order of the first; none where they do not name a disease (`disease`)."""
    shared = set.intersection(*(set(label.split()) for label in labels))
    found = [word for word in labels[0].split() if word in shared and not word.isdigit()]
    return found if len(found) > 1 or any(label.split() == found for label in labels) else []


def _without(label: str, words: list[str]) -> str:
    return " ".join(word for word in label.split() if word not in words)


# ------------------------------------------------------------------ why, and what speaks against


def say_why(cause: Cause) -> list[str]:
    """What speaks for it, the heaviest first; what the case says comes before what holds for every case."""
    told = [part for part in cause.contributions if part.weight >= LEAST]
    own = sorted((p for p in told if p.factor not in STANDING), key=lambda p: -p.weight)
    rest = sorted((p for p in told if p.factor in STANDING), key=lambda p: -p.weight)
    said = [_say(part, cause) for part in (*own, *rest)] or [say_prior(cause)]
    return list(dict.fromkeys(text for text in said if text))


def say_prior(cause: Cause) -> str:
    """How common it is, where nothing else speaks for it."""
    return next((_say(part, cause) for part in cause.contributions if part.factor == "prior"), "")


def say_against(cause: Cause) -> list[str]:
    """What speaks against it: signs that are missing, a time, an age, signs that it leaves open."""
    parts = sorted((p for p in cause.contributions if p.weight <= -LEAST), key=lambda p: p.weight)
    said = [_say(part, cause) for part in parts if part.factor not in STANDING]
    said += ["other sources contradict it" for part in cause.contributions if "contradicted" in part.reason]
    leaves = [f"leaves {', '.join(map(lower, cause.not_explained[:2]))} open"] if cause.not_explained else []
    return list(dict.fromkeys([*said, *leaves]))


def _say(part: Contribution, cause: Cause) -> str:
    return _WORDS.get(part.factor, _say_reason)(part, cause)


def _say_reason(part: Contribution, cause: Cause) -> str:  # noqa: ARG001 - one signature for all
    return part.reason


def _say_exposure(part: Contribution, cause: Cause) -> str:
    own = part.label == cause.label or part.weight < 0
    return part.reason.removeprefix("given as ") if own else lower(part.label)


def _say_finding(part: Contribution, cause: Cause) -> str:  # noqa: ARG001
    return lower(part.label)


def _say_window(part: Contribution, cause: Cause) -> str:  # noqa: ARG001
    place, _, rest = part.reason.partition(": ")
    return f"{rest.split(', ')[0]} {PLACES[place]}" if place in PLACES else part.reason


def lower(label: str) -> str:
    """`Fever` -> `fever`; `HIV` and `CD4` stay."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


_WORDS: dict[str, Callable[[Contribution, Cause], str]] = {
    "exposure": _say_exposure,
    "finding": _say_finding,
    "window": _say_window,
}


def find_strongest(cause: Cause) -> Evidence | None:
    """The strongest piece of evidence of the claims that begin its chains; None where none supports it."""
    rows = [e for chain in cause.chains for step in chain.steps[:1] for e in step.evidence if e.direction == "supports"]
    return max(rows, key=lambda e: (EVIDENCE_ORDER.index(e.statement_kind), "//" not in e.source), default=None)


def say_kind(evidence: Evidence) -> str:
    """Kind of a statement in one word."""
    return EVIDENCE_WORDS.get(evidence.statement_kind, evidence.statement_kind)
