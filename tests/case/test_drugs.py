"""Drug names of charts: every given drug stands in the case, as what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import answering
from kg.case.drugs import NoBearing
from kg.case.language.drug_names import DrugNames, fold
from kg.case.language.drug_text import read_course, read_table
from kg.case.raw import RawCase, RawDrug, RawFinding
from kg.case.records import Case
from kg.case.resolve import Resolver

Read = Callable[..., Case]


def labels(read: Read, name: str) -> list[str]:
    """Drugs of a case that one entry of the list makes, without those that are their combination."""
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": name}])
    return [d.label.removesuffix(" exposure") for d in case.drugs if " with " not in d.label and d.known]


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
        # trade names
        ("Arava", "leflunomide"),
        ("Tecfidera", "dimethyl fumarate"),
        ("Depakote", "valproate"),
        # British, international and foreign names
        ("paracetamol", "acetaminophen"),
        ("ciclosporin", "cyclosporine"),
        ("cyclosporin", "cyclosporine"),
        ("aciclovir", "acyclovir"),
        ("adrenaline", "acute exercise or epinephrine"),
        ("frusemide", "furosemide"),
        ("metamizol", "metamizole"),
        ("ceftriaxon", "ceftriaxone"),
        ("sulphasalazine", "sulfasalazine"),
        ("amoxycillin", "amoxicillin"),
        ("amoxicilina", "amoxicillin"),
        ("clozapina", "clozapine"),
        ("prednison", "prednisone"),
        ("thiamazol", "methimazole"),
        # prescriptions
        ("Inj. Vancomycin 1g BD", "vancomycin"),
        ("Inj.Vancomycin 1 g IV q12h", "vancomycin"),
        ("T. Carbimazole 10 mg tds", "carbimazole"),
        ("Tab. Metformin 500mg 1-0-1", "metformin"),
        ("Cap Omeprazole 20 mg OD", "omeprazole"),
        ("Syr. Paracetamol 5 ml q6h prn", "acetaminophen"),
        ("IV ganciclovir 5 mg/kg/day", "ganciclovir"),
        # salts, groups, abbreviations
        ("amlodipine besylate 5 mg", "amlodipine"),
        ("interferon", "interferon"),
        ("steroids", "glucocorticoid"),
        ("HCQ", "hydroxychloroquine"),
        # drugs without bearing
        ("amlodipine", "amlodipine"),
        ("metformin", "metformin"),
        ("warfarin", "warfarin"),
        ("atorvastatin", "atorvastatin"),
        ("levothyroxine 50 mcg", "levothyroxine"),
        ("insulin", "insulin human"),
        ("potassium chloride", "potassium chloride"),
        ("statins", "statins"),
    ],
)
def test_name_as_a_chart_writes_it_means_the_drug(read: Read, name: str, drug: str) -> None:
    (found,) = labels(read, name)
    assert found == drug


@pytest.mark.parametrize(
    ("name", "drugs"),
    [
        ("FOLFOX", {"leucovorin", "fluorouracil", "oxaliplatin"}),
        ("mFOLFOX6 + bevacizumab", {"leucovorin", "fluorouracil", "oxaliplatin", "bevacizumab"}),
        ("FOLFIRI", {"leucovorin", "fluorouracil", "irinotecan"}),
        ("CHOP", {"cyclophosphamide", "doxorubicin", "vincristine", "prednisone"}),
        ("6 cycles of R-CHOP", {"rituximab", "cyclophosphamide", "doxorubicin", "vincristine", "prednisone"}),
        ("ABVD", {"doxorubicin", "bleomycin", "vinblastine", "dacarbazine"}),
        ("Augmentin", {"amoxicillin", "clavulanate potassium"}),
        ("rituximab and bendamustine", {"rituximab", "bendamustine"}),
    ],
)
def test_regimen_or_combination_is_its_substances(read: Read, name: str, drugs: set[str]) -> None:
    assert set(labels(read, name)) == drugs


def test_every_substance_of_a_regimen_or_abbreviation_is_known(resolver: Resolver) -> None:
    names = [part for row in read_table("regimens.tsv") for part in row["substances"].split("|")]
    names += [part for row in read_table("drug_aliases.tsv") for part in row["substances"].split("|") if part]
    lost = {name for name in names if not all(m.known for m in resolver.drugs.read(RawDrug(name=name)))}
    assert not lost


def test_code_means_the_drug_whatever_the_name(resolver: Resolver) -> None:
    (by_name,) = resolver.drugs.read(RawDrug(name="clozapine"))
    for drug in (RawDrug(rxnorm="2626"), RawDrug(atc="N05AH02", name="?")):
        (by_code,) = resolver.drugs.read(drug)
        assert by_code.term == by_name.term


def test_combination_is_its_known_parts_and_says_which_is_not_known(read: Read) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "amoxicillin/xyzzyzole"}])
    assert [(d.label, d.known) for d in case.drugs] == [("amoxicillin exposure", True), ("xyzzyzole", False)]
    assert [item["text"] for item in case.not_understood] == ["xyzzyzole"]


# --------------------------------------------------------------------------- never another drug


@pytest.mark.parametrize(
    ("name", "like"), [("clozapene", "clozapine"), ("methimasone", "methimazole"), ("carbimazol x", "carbimazole")]
)
def test_misspelt_drug_is_suggested_and_never_taken(read: Read, name: str, like: str) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": name}])
    if any(d.known for d in case.drugs):
        assert labels(read, name) == [like]
        return
    (drug,) = case.drugs
    (item,) = case.not_understood
    assert (item["kind"], drug.term, drug.known) == ("drug", "", False)
    assert like in drug.suggestions
    assert list(drug.suggestions) == item["suggestions"]


@pytest.mark.parametrize(
    "name", ["ciclosporin", "aciclovir", "amlodipine", "chlorambucil", "hydralazine", "hydroxyzine", "vinorelbine"]
)
def test_known_drug_is_no_other_and_offers_none(read: Read, name: str) -> None:
    (drug,) = read(findings=[{"text": "neutropenia"}], drugs=[{"name": name}]).drugs
    assert drug.known
    assert not drug.suggestions


def test_no_name_of_the_vocabulary_is_read_as_another_substance() -> None:
    names = DrugNames()
    found_of = {row["unii"]: names.find(row["label"]) for row in read_table("drug_names.tsv")}
    assert {unii for unii, found in found_of.items() if found is None or found.unii != unii} == set()


def test_spelling_rules_lead_to_one_substance_or_none() -> None:
    """A name that the rules cannot tell from another drug's is read as neither."""
    names = DrugNames()
    several = {folded for folded, units in names._by_fold.items() if len(units) > 1}
    assert all(names.find_spelled(folded) is None or fold(folded) != folded for folded in several)
    moved = [n for n, unii in names._by_name.items() if (s := names.find_spelled(n)) and s.unii != unii and " " not in n]
    assert all(names.find(n) for n in moved)  # a known name is found before its spelling is looked at


# --------------------------------------------------------------------------- nothing refuses, nothing vanishes


@pytest.mark.parametrize(
    "name", ["amlodipine", "metformin", "xyzzyzole", "hypertension", "statins", "measles vaccine", "clozapine"]
)
def test_no_item_of_a_drug_list_refuses_or_vanishes(name: str) -> None:
    for case in (
        answering.build_case(["neutropenia"], drugs=[name, "methimazole"]),
        answering.read_case({"findings": [{"text": "neutropenia"}], "drugs": [{"name": name}, {"name": "methimazole"}]}),
    ):
        assert any(d.label == "methimazole exposure" for d in case.drugs)
        assert any(d.text == name for d in case.drugs) or name in case.no_bearing


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_any_entry_leaves_a_trace(resolver: Resolver, text: str) -> None:
    if not text.strip():
        return
    case = resolver.resolve(RawCase(findings=(RawFinding(text="neutropenia"),), drugs=(RawDrug(name=text),)))
    conditions = [o for o in case.observations if o.place == "drugs"]
    assert case.drugs or case.no_bearing or conditions


def test_comorbidity_of_a_drug_list_is_known_and_a_cause_is_a_condition(read: Read) -> None:
    case = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "HTN"}, {"name": "T2DM"}, {"name": "HIV infection"}])
    assert case.no_bearing == ("hypertension", "type 2 diabetes mellitus")
    assert not case.drugs
    assert not case.not_understood
    assert "HIV infection" in [o.label for o in case.observations]


def test_a_condition_that_the_graph_knows_is_never_said_to_have_no_bearing(resolver: Resolver, read: Read) -> None:
    """Where a curator adds a claim, the graph counts before the table."""
    causes = [name for name in NoBearing()._names if resolver.lexicon.find(name, "cause")]
    for name in (*causes, "HIV infection"):
        assert read(findings=[{"text": "neutropenia"}], drugs=[{"name": name}]).no_bearing == ()


# --------------------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("text", "name", "start", "stop"),
    [
        ("clozapine stopped two weeks ago", "clozapine", None, 14),
        ("rituximab, last infusion two weeks ago", "rituximab", None, 14),
        ("vancomycin until 3 days ago", "vancomycin", None, 3),
        ("methimazole started 10 days ago", "methimazole", 10, None),
        ("methimazole, started 40 days ago, stopped 2 days ago", "methimazole", 40, 2),
        ("amoxicillin x 5 days", "amoxicillin", 5, None),
        ("clozapine day 14", "clozapine", 14, None),
        ("rituximab 21 days ago", "rituximab", 21, 21),
        ("azathioprine (stopped)", "azathioprine", None, None),
        ("Metformin 500 mg twice a day", "Metformin 500 mg twice a day", None, None),
    ],
)
def test_words_say_when_a_drug_was_begun_or_ended(text: str, name: str, start: float | None, stop: float | None) -> None:
    course = read_course(text)
    assert (course.name, course.start, course.stop) == (name, start, stop)


def test_a_number_that_is_given_counts_before_words(read: Read) -> None:
    (drug,) = read(findings=[{"text": "neutropenia"}], drugs=[{"name": "clozapine for 3 days", "days_since_start": 50}]).drugs
    assert (drug.label, drug.days_since_start) == ("clozapine exposure", 50)


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
    assert not [d for d in case.drugs if d.term]
    assert not [o for o in case.observations if o.place == "drugs"]
