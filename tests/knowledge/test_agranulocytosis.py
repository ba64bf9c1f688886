"""`kg explain "drug-induced agranulocytosis"` names the drugs that every clinician would, each with what is known of it."""

from __future__ import annotations

from functools import cache

import pytest

from kg.reasoning.records import Cause

DRUGS = (
    "clozapine",
    "methimazole",
    "carbimazole",
    "propylthiouracil",
    "sulfasalazine",
    "metamizole",
    "deferiprone",
    "ticlopidine",
    "rituximab",
)
DISPUTED = set(DRUGS) - {"ticlopidine"}
# Whose sources give a frequency with a denominator, and whose a time to onset, for agranulocytosis itself.
INCIDENCE = {"clozapine": "0.4%", "methimazole": "0.13 to 0.47%", "propylthiouracil": "0.33%", "carbimazole": "3/327",
             "sulfasalazine": "0.0417%", "metamizole": "per million", "deferiprone": "0.2 per 100 patient-years",
             "ticlopidine": "0.8%"}  # fmt: skip
ONSET = (
    "clozapine",
    "methimazole",
    "propylthiouracil",
    "carbimazole",
    "sulfasalazine",
    "metamizole",
    "deferiprone",
    "ticlopidine",
)


@cache
def causes() -> dict[str, Cause]:
    from kg import answering

    return {cause.label: cause for cause in answering.explain("drug-induced agranulocytosis").causes}


@pytest.mark.parametrize("drug", DRUGS)
def test_the_drug_is_a_direct_cause_under_a_mechanism(drug: str) -> None:
    cause = causes()[f"{drug} exposure"]
    assert cause.tier == "direct"
    assert [m for m in cause.mechanisms if m.label != "unknown or disputed mechanism" and m.sources]
    assert any(m.disputed for m in cause.mechanisms) == (drug in DISPUTED)
    assert all(step.sources or not step.asserted or step.predicate == "is a" for chain in cause.chains for step in chain.steps)


@pytest.mark.parametrize("drug", INCIDENCE)
def test_the_drug_comes_with_the_incidence_of_its_sources(drug: str) -> None:
    assert any(INCIDENCE[drug] in quantity for quantity in causes()[f"{drug} exposure"].quantities)


@pytest.mark.parametrize("drug", ONSET)
def test_the_drug_comes_with_the_time_to_onset_of_its_sources(drug: str) -> None:
    assert any("onset" in quantity for quantity in causes()[f"{drug} exposure"].quantities)


def test_late_neutropenia_after_rituximab_has_its_onset() -> None:
    from kg import answering

    found = next(c for c in answering.explain("neutropenia").causes if c.label == "rituximab exposure")
    assert any("onset day 42 to 153" in quantity for quantity in found.quantities)


def test_no_drug_is_offered_that_a_source_acquits() -> None:
    assert not {"promethazine exposure", "methdilazine exposure", "furosemide exposure"} & set(causes())
