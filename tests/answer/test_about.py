"""`kg info`: what is known of a term on one screen, every statement with the number of a source that is listed below."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from kg import answering
from kg.answer.about import build_about, say_figure, say_time
from kg.answer.lines import WIDTH, as_text
from kg.cli import cli

TERMS = [
    "clozapine",
    "antithyroid drug exposure",
    "hemophagocytic lymphohistiocytosis",
    "falciparum malaria",
    "vitamin B12 deficiency",
    "severe congenital neutropenia",
    "reactive drug metabolite formation",
    "inadequate granulopoiesis",
    "neutropenia",
    "Fever",
]
KEYS = (
    *("kind", "commonness", "cant_miss", "exposures", "lowers", "figures", "times", "mechanisms", "leads_to", "causes", "genes"),
    *("inheritance", "groups", "signs", "tests", "risks", "against", "followed_by", "label_lists", "alike"),
)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_fits_on_one_screen_and_its_sources_have_numbers(term: str) -> None:
    found = answering.tell_about(term)
    lines = as_text(build_about(found, WIDTH)).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= WIDTH
    whole = as_text(build_about(found, WIDTH, detail=1))
    text, _, rest = whole.partition("[1] ")
    cited = {int(n) for group in re.findall(r"\[([\d, ]+)\]", text) for n in group.split(",")}
    listed = {int(n) for n in re.findall(r"\[(\d+)\] \S", "[1] " + rest.partition("\nRows")[0])}
    assert cited <= listed


@pytest.mark.parametrize("term", TERMS)
def test_the_data_have_the_same_parts_for_every_term(term: str) -> None:
    done = CliRunner().invoke(cli, ["info", term, "-f", "json"])
    data = json.loads(done.output)
    assert tuple(data["about"]) == KEYS
    assert set(data) >= {"id", "label", "definition" if data["id"].startswith("LEUKO") else "id", "parents", "associations"}


def test_a_name_is_the_exposure_before_the_chemical() -> None:
    assert answering.tell_about("clozapine")["about"]["kind"] == "drug"


def test_a_drug_says_what_it_lowers_when_how_often_and_how() -> None:
    about = answering.tell_about("clozapine")["about"]
    assert {item["label"] for item in about["lowers"]} >= {"neutropenia", "agranulocytosis"}
    assert any(item.get("time_median") for item in about["times"])
    assert any(item.get("unit") == "%" for item in about["figures"])
    assert about["mechanisms"]
    assert any("HLA" in item["label"] for item in about["risks"])
    assert all(item["source"] for item in (*about["figures"], *about["times"]))


def test_a_disease_says_its_signs_by_how_often_they_are_seen() -> None:
    about = answering.tell_about("HLH")["about"]
    stated = [item["probability"] for item in about["signs"] if item["stated"]]
    assert stated == sorted(stated, reverse=True)
    assert "Fever" in {item["label"] for item in about["signs"]}
    assert all(len(item["shared"]) > 1 for item in about["alike"])


def test_figures_and_times_stand_as_their_source_gives_them() -> None:
    assert say_figure({"value": 0.9, "low": 0.7, "high": 1.1, "unit": "%"}) == "0.9 % (0.7 to 1.1)"
    assert say_figure({"n": 16, "total": 2260}) == "16/2260"
    assert say_figure({"measure": "odds ratio", "value": 7.8}) == "odds ratio 7.8"
    assert say_figure({"n": 6}) == "6 reported"
    assert (
        say_time({"onset_min": 0, "onset_max": 365, "time_kind": "onset", "time_median": 30})
        == "onset day 0 to 365, median day 30"
    )
    assert say_time({"recovery_max": 8}) == "recovery up to day 8"
    assert say_time({"time_kind": "nadir", "time_min": 10, "time_max": 14}) == "nadir day 10 to 14"


def test_every_row_stands_in_the_long_form() -> None:
    found = answering.tell_about("falciparum malaria")
    text = as_text(build_about(found, WIDTH, detail=1))
    assert all(row["id"] in text for row in found["associations"])
