"""The drugs that were given, in words: one line each, the same in text, JSON, page and card. Nothing is computed here."""

from __future__ import annotations

from dataclasses import replace

from kg.reasoning.records import DrugGiven, Explanation

HEADING = "Drugs you gave"
CLASS_ONLY, LISTED = "only its class has evidence", "label lists it"
SAID = {
    "struck out": "struck out: {reason}",
    "evidence speaks against": "evidence speaks against it",
    "evidence for other findings only": "evidence only for {others}, not for this",
    "nothing to explain": "there is no low count to explain",
    "known drug, nothing found": "known drug, nothing found in our sources: absence of evidence, not safety",
    "name not known": "name not known",
}


def say_drug(drug: DrugGiven) -> str:
    """`clozapine: could explain it, rank 1; day 50, inside …; in 0.8 % [PMID:…]`."""
    return f"{_name(drug)}: " + "; ".join([_say_standing(drug), *_say_more(drug)])


def _name(drug: DrugGiven) -> str:
    if drug.standing == "name not known":
        return drug.text or drug.label
    return drug.label if drug.label.casefold() == drug.text.casefold() or not drug.text else f"{drug.text} ({drug.label})"


def brief_drug(drug: DrugGiven) -> str:
    """The same in a few words, without sources; `say_drug` has them all."""
    short = replace(drug, sources=(), against=(), other_findings=drug.other_findings[:2])
    said = [_say_standing(short), drug.time.split(", in ")[0].removeprefix("inside: ").removesuffix(": window unknown")]
    said += [f"in {figure.split(' (')[0].split(' [')[0]}" for figure in drug.incidence[:1] if figure[:1].isdigit()]
    said += ["on a product label"] * bool(drug.label_lists and drug.standing != LISTED)
    said += [f"{len(drug.against)} against it"] * bool(drug.against and drug.standing != "evidence speaks against")
    said += [f"did you mean {', '.join(drug.suggestions)}?"] * bool(drug.suggestions)
    return f"{_name(drug)}: " + "; ".join(text for text in said if text)


def _say_standing(drug: DrugGiven) -> str:
    if drug.standing == "could explain it":
        return f"could explain it, rank {drug.rank}{_cite(drug.sources)}"
    if drug.standing == CLASS_ONLY:
        rank = f", rank {drug.rank}" if drug.rank else ""
        return f"only its class has evidence ({', '.join(drug.classes)}){rank}{_cite(drug.sources)}"
    if drug.standing == LISTED:
        return f"a product label lists {', '.join(drug.label_lists)}, which is no causal evidence"
    return SAID[drug.standing].format(reason=drug.reason, others=", ".join(drug.other_findings)) + (
        _cite(drug.against) if drug.standing == "evidence speaks against" else ""
    )


def _say_more(drug: DrugGiven) -> list[str]:
    found = [drug.time] if drug.time else []
    found += [f"incidence {quantity}" for quantity in drug.incidence]
    if drug.label_lists and drug.standing != LISTED:
        found.append(f"a product label lists {', '.join(drug.label_lists)}, which is no causal evidence")
    if drug.other_findings and drug.standing == "evidence speaks against":
        found.append(f"evidence for {', '.join(drug.other_findings)}")
    if drug.against and drug.standing != "evidence speaks against":
        found.append(f"against it{_cite(drug.against)}")
    if drug.suggestions:
        found.append(f"did you mean {', '.join(drug.suggestions)}?")
    return found


def _cite(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def list_drugs(answer: Explanation) -> list[str]:
    """Lines of the block; empty where no drug was given."""
    return [say_drug(drug) for drug in answer.drugs_given]
