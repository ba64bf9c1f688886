"""One cause in words: forms that fold, what speaks for and against it, the strongest evidence."""

from __future__ import annotations

from typing import Any

import pytest

from kg.answer.lines import Line, Sources, cut, fold, join_items
from kg.answer.words import find_strongest, name_cause, say_against, say_why
from kg.reasoning.records import Cause, Chain, Contribution, Evidence, Step, Variant


def cause(label: str = "sepsis", kind: str = "infection", **fields: Any) -> Cause:
    return Cause("X:1", label, (), kind, "infection", "direct", fields.pop("chains", ()), **fields)


def forms(*labels: str, wider: bool = False) -> tuple[Variant, ...]:
    return tuple(Variant(f"X:{n}", label, 0.0, wider) for n, label in enumerate(labels))


@pytest.mark.parametrize(
    ("label", "kind", "others", "name"),
    [
        ("sepsis", "infection", (), "sepsis"),
        ("clozapine exposure", "drug", (), "clozapine"),
        ("HIV infection", "infection", ("acute HIV infection",), "HIV infection: acute"),
        ("acute HIV infection", "infection", ("chronic HIV infection",), "HIV infection: acute, chronic"),
        (
            "familial hemophagocytic lymphohistiocytosis 2",
            "inherited disease",
            tuple(f"familial hemophagocytic lymphohistiocytosis {n}" for n in (1, 3, 4, 5)),
            "familial hemophagocytic lymphohistiocytosis: 5 genes",
        ),
        ("Felty syndrome", "immune disease", ("large granular leukemia",), "Felty syndrome (+1 form)"),
    ],
)
def test_forms_fold_into_the_name(label: str, kind: str, others: tuple[str, ...], name: str) -> None:
    assert name_cause(cause(label, kind, variants=forms(*others))) == name


def test_a_wider_class_is_no_form() -> None:
    assert (
        name_cause(cause("parvovirus B19 infection", variants=forms("viral infection", wider=True))) == "parvovirus B19 infection"
    )


def test_what_the_case_says_comes_before_what_holds_for_every_case() -> None:
    parts = (
        Contribution("prior", "infection", 2.0, "common among causes of its kind"),
        Contribution("finding", "Fever", 0.5, "present"),
        Contribution("finding", "no Splenomegaly", -0.4, "absent"),
        Contribution("finding", "Headache", 0.001, "present"),
    )
    found = cause(contributions=parts, not_explained=("Skin rash",))
    assert say_why(found) == ["fever", "common among causes of its kind"]
    assert say_against(found) == ["no Splenomegaly", "leaves skin rash open"]


def test_the_strongest_evidence_is_one_that_supports() -> None:
    rows = [("listing", "supports"), ("cohort", "refutes"), ("review", "supports")]
    evidence = tuple(Evidence(f"A:{n}", f"PMID:{n}", kind, "", "", direction) for n, (kind, direction) in enumerate(rows))
    chain = Chain("F", (Step("X:1", "sepsis", "can cause", "F", "neutropenia", evidence),))
    found = find_strongest(cause(chains=(chain,)))
    assert found is not None
    assert found.source == "PMID:2"
    assert find_strongest(cause()) is None


def test_lines_keep_to_their_width() -> None:
    text = "a word and another word and many more words that do not fit"
    assert cut(text, 20) == "a word and another…"
    assert all(len(line.text) <= 20 for line in fold(text, 20, 4))
    assert " ".join(line.text.strip() for line in fold(text, 20, 4)) == text
    (first, last) = fold(text, 20, 4, most=2)
    assert (first.text, last.text.endswith("…"), len(last.text) <= 20) == ("a word and another", True, True)
    assert join_items(["one", "two", "three"], 11) == "one, two +1"
    assert join_items(["one", "two", "three"], 8, count=False) == "one, two"


def test_sources_have_one_number_each() -> None:
    sources = Sources()
    assert sources.cite(["PMID:1", "PMID:2"]) == "[1, 2]"
    assert sources.cite(["PMID:2"]) == "[2]"
    assert sources.show(80) == [Line("[1] PMID:1  [2] PMID:2", "note")]
    assert [len(line.text) for line in sources.show(11)] == [10, 10]
