"""Findings and history in words: what they mean, and what is set aside."""

from __future__ import annotations

import pytest

from kg.case.language.meaning import Meaning
from kg.case.resolve import Resolver

FEVER, RASH, SPLENOMEGALY, LYMPHADENOPATHY = "HP:0001945", "HP:0000988", "HP:0001744", "HP:0002716"
NEUTROPENIA, SEVERE, HIV, CIRRHOSIS = "LEUKO:0001003", "LEUKO:0001004", "LEUKO:0005049", "LEUKO:0008824"


def meaning(resolver: Resolver, text: str, present: bool = True, loose: bool = True) -> Meaning:
    return resolver.text.read(text, present, loose)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("neutropaenia", NEUTROPENIA),
        ("new neutropenia", NEUTROPENIA),
        ("isolated neutropenia", NEUTROPENIA),
        ("febrile neutropenia", NEUTROPENIA),
        ("febrile neutropenia", FEVER),
        ("severe neutropenia", SEVERE),
        ("HP:0001875", NEUTROPENIA),
        ("fever for 2 weeks", FEVER),
        ("3-day history of fever", FEVER),
        ("FEVER (39 degrees)", FEVER),
        ("rigors", "HP:0025143"),
        ("diffuse lymphadenopathy", LYMPHADENOPATHY),
        ("diffuse erythematous rash", RASH),
        ("enlarged spleen", SPLENOMEGALY),
        ("palpable spleen", SPLENOMEGALY),
        ("hepatic cirrhosis", CIRRHOSIS),
        ("HIV infection", HIV),
        ("maturation arrest in bone marrow", "HP:0033606"),
        ("raised CRP", "HP:0011227"),
        ("elevated LDH", "HP:0025435"),
        ("macrocytosis", "HP:0005518"),
        ("low C4", "HP:0045042"),
        ("Brucella serology positive", "LEUKO:0010085"),
        ("positive Brucella serology", "LEUKO:0010085"),
        ("parvovirus PCR positive", "LEUKO:0010140"),
        ("antineutrophil IgG on newborn neutrophils", "HP:0003453"),
        ("positive direct antiglobulin test", "HP:0032366"),
    ],
)
def test_words_mean_their_term(resolver: Resolver, text: str, term: str) -> None:
    assert term in meaning(resolver, text).present


@pytest.mark.parametrize(
    ("text", "gene"),
    [("ELANE V119E variant", "ELANE"), ("IL2RG mutation", "IL2RG"), ("homozygous HAX1 c.130_131insA mutation", "HAX1"),
     ("absent ADA activity", "ADA")],
)  # fmt: skip
def test_variant_or_missing_product_means_the_gene(resolver: Resolver, text: str, gene: str) -> None:
    found = meaning(resolver, text).present
    assert gene in [resolver.label(term) for term in found if resolver.graph.nodes[term]["category"] == "gene"]


def test_word_that_looks_like_a_gene_is_none_in_small_letters(resolver: Resolver) -> None:
    assert not [t for t in meaning(resolver, "it was ada").present if resolver.graph.nodes[t]["category"] == "gene"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("no fever", FEVER),
        ("without splenomegaly", SPLENOMEGALY),
        ("no splenomegaly", SPLENOMEGALY),
        ("Brucella serology negative", "LEUKO:0010085"),
        ("negative Coombs test", "HP:0032366"),
        ("normal platelets", "HP:0001873"),
        ("fever not present", FEVER),
    ],
)
def test_negation_turns_a_present_text_round(resolver: Resolver, text: str, term: str) -> None:
    found = meaning(resolver, text)
    assert term in found.absent
    assert term not in found.present


def test_absent_infection_is_the_absence_of_every_infection(resolver: Resolver) -> None:
    assert meaning(resolver, "infection", present=False).absent == ("LEUKO:0000106",)


def test_negative_test_for_which_no_feature_exists_excludes_no_infection(resolver: Resolver) -> None:
    found = meaning(resolver, "adenovirus IgG", present=False)
    assert not found.absent


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("brother died of colon cancer", "speaks of a relative"),
        ("maternal obesity", "speaks of a relative"),
        ("family history of anemia", "speaks of a relative"),
        ("suspected sepsis", "is a suspicion"),
        ("possible tuberculosis", "is a suspicion"),
    ],
)
def test_relative_or_suspicion_is_set_aside_with_the_reason(resolver: Resolver, text: str, reason: str) -> None:
    found = meaning(resolver, text)
    assert not found
    assert reason in found.reason


def test_earlier_condition_that_was_absent_rules_nothing_out(resolver: Resolver) -> None:
    found = meaning(resolver, "prior hematological disease", present=False)
    assert not found
    assert "earlier" in found.reason


def test_special_sign_that_is_absent_does_not_deny_the_general_one(resolver: Resolver) -> None:
    assert RASH not in meaning(resolver, "diffuse erythematous rash", present=False).absent


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("absolute neutrophil count below 0.5 x10^9/L", 0.5, "x10^9/L", "<"),
        ("ANC 0.2", 0.2, None, ""),
        ("absolute neutrophil count later 0", 0.0, None, ""),
        ("MCV 115 fL", 115.0, "fL", ""),
        ("white blood cell count of 1,200/mm3", 1200.0, "/mm3", ""),
        ("hemoglobin: 6,2 g/dL", 6.2, "g/dL", ""),
        ("fever 39.4 °C", 39.4, "Cel", ""),
        ("methylmalonic acid 7443 (unit not printed)", 7443.0, None, ""),
    ],
)
def test_value_in_words_is_read_as_a_laboratory_value(
    resolver: Resolver, text: str, value: float, unit: str | None, bound: str
) -> None:
    (lab,) = meaning(resolver, text).labs
    assert (lab.value, lab.unit, lab.bound) == (value, unit, bound)


def test_list_in_one_text_is_understood_part_by_part(resolver: Resolver) -> None:
    assert set(meaning(resolver, "fever and lymphadenopathy").present) == {FEVER, LYMPHADENOPATHY}
    both = set(meaning(resolver, "low IgG and IgA").present)
    assert {"HP:0002720"} < both


def test_list_with_a_part_that_is_not_understood_reports_it(resolver: Resolver) -> None:
    found = meaning(resolver, "fever and xyzzy")
    assert found.present == (FEVER,)
    assert found.left_over == ("xyzzy",)


def test_flag_with_words_left_over_is_not_understood(resolver: Resolver) -> None:
    assert not meaning(resolver, "fever and xyzzy", loose=False)


def test_slip_of_the_pen_is_forgiven_in_a_file_only(resolver: Resolver) -> None:
    assert meaning(resolver, "lymphadenopaty").present == (LYMPHADENOPATHY,)
    assert not meaning(resolver, "lymphadenopaty", loose=False)


@pytest.mark.parametrize("text", ["ingrown toenail", "hypercellular", "xyzzy", "", "   ", "0", "(", "no", "negative", "IgM"])
def test_text_without_a_term_means_nothing(resolver: Resolver, text: str) -> None:
    assert not meaning(resolver, text)


def test_opposite_is_no_slip_of_the_pen(resolver: Resolver) -> None:
    assert "HP:0000836" not in meaning(resolver, "hypothyroidism").present


@pytest.mark.parametrize("text", ["methimazole therapy", "treated with methimazole", "on methimazole"])
def test_history_of_a_treatment_is_a_drug(resolver: Resolver, text: str) -> None:
    (drug,) = meaning(resolver, text).drugs
    assert "methimazole" in resolver.label(drug)
