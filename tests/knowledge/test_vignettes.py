"""The knowledge finds the causes of constructed cases, in the words that charts use.

`vignettes.jsonl` holds cases made up for this test, none of them published; a line has the form of `kg evaluate cases`.
A row or a name that is lost shows here, where no other test asks for it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.evaluation.cases import read_records
from kg.evaluation.run import evaluate_cases

VIGNETTES = Path(__file__).with_name("vignettes.jsonl")
FLOORS = {"top1": 0.9, "top3": 0.95, "no_forbidden": 1.0, "no_finding": 1.0}


def test_vignettes_cover_every_family_of_causes() -> None:
    counted = Counter(record["category"] for record in read_records(VIGNETTES))
    assert len(counted) == 8
    assert min(counted.values()) >= 10, counted


@pytest.mark.usefixtures("live_owl")
def test_causes_of_constructed_cases_stand_first() -> None:
    result = evaluate_cases(read_records(VIGNETTES))
    scores = {name: share for name, share in result["scores"]["model"].items() if name != "mrr"} | result["rest"]
    shares = {name: reached / of for name, (reached, of) in scores.items() if of}
    short = {name: shares[name] for name, floor in FLOORS.items() if shares[name] < floor}
    assert not short, result["misses"]
