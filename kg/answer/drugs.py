"""The drugs that were given, in words: one line each, the same in text, JSON, page and card. Nothing is computed here."""

from __future__ import annotations

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
    name = drug.label if drug.label.casefold() == drug.text.casefold() or not drug.text else f"{drug.text} ({drug.label})"
    if drug.standing == "name not known":
        name = drug.text or drug.label
    return f"{name}: " + "; ".join([_say_standing(drug), *_say_more(drug)])


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
