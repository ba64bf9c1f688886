"""Drug names of charts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.case.raw import RawDrug
from kg.case.records import Case
from kg.case.resolve import Resolver

Read = Callable[..., Case]


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("clozapine", "clozapine"),
        ("Clozapine 300 mg daily", "clozapine"),
        ("clozapine hydrochloride", "clozapine"),
        ("Clozaril", "clozapine"),
        ("TMP-SMX", "trimethoprim-sulfamethoxazole"),
        ("trimethoprim/sulfamethoxazole", "trimethoprim-sulfamethoxazole"),
        ("co-trimoxazole", "trimethoprim-sulfamethoxazole"),
        ("low-dose oral methotrexate weekly", "methotrexate"),
        ("sodium valproate", "valproate"),
        ("dipyrone (metamizole)", "metamizole"),
        ("penicillins", "penicillin"),
    ],
)
def test_name_as_a_chart_writes_it_means_the_drug(resolver: Resolver, name: str, drug: str) -> None:
    (found,), unknown = resolver.drugs.read(RawDrug(name=name))
    assert resolver.label(found).startswith(drug)
    assert not unknown


def test_code_means_the_drug_whatever_the_name(resolver: Resolver) -> None:
    by_name = resolver.drugs.read(RawDrug(name="clozapine"))
    assert resolver.drugs.read(RawDrug(rxnorm="2626")) == by_name
    assert resolver.drugs.read(RawDrug(atc="N05AH02", name="?")) == by_name


def test_combination_is_its_known_parts_and_says_which_is_not_known(read: Read) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "amoxicillin/xyzzyzole"}])
    assert [d.label for d in case.drugs] == ["amoxicillin exposure"]
    assert [item["text"] for item in case.not_understood] == ["xyzzyzole"]


@pytest.mark.parametrize("name", ["klozapine", "metimazol", "prednison"])
def test_misspelt_drug_is_never_taken_for_another(read: Read, name: str) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": name}])
    assert not case.drugs
    (item,) = case.not_understood
    assert item["kind"] == "drug"
    assert item["suggestions"]


def test_two_entries_of_one_drug_are_one_course(read: Read) -> None:
    drugs = [{"name": "clozapine", "days_since_start": 60, "days_since_stop": 40}, {"name": "Clozaril", "days_since_start": 20}]
    (drug,) = read(findings=[{"text": "neutropenia"}], drugs=drugs).drugs
    assert (drug.days_since_start, drug.days_since_stop) == (60, None)


def test_stop_before_start_is_said_and_the_drug_kept(read: Read) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "clozapine", "days_since_start": 5, "days_since_stop": 9}])
    assert [(d.label, d.days_since_start) for d in case.drugs] == [("clozapine exposure", None)]
    assert case.not_understood[0]["path"] == "drugs[0]"


def test_vaccine_is_not_taken_for_the_disease(read: Read) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "measles vaccine"}])
    assert not [d for d in case.drugs if d.label == "measles"]
