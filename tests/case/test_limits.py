"""Values decide findings for every test that cases bring: a low, a normal and a high one of each, by age and sex."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg import answering

with (Path(__file__).parent / "limits.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
CASES = [(row, side) for row in ROWS for side in ("low", "normal", "high") if row[side]]


def decided(row: dict[str, str], value: str) -> tuple[set[str], set[str]]:
    """Labels that a value makes present and absent."""
    age, _, sex = row["patient"].partition(" ")
    lab = {"test": row["test"], "value": float(value), "unit": row["unit"]}
    case = answering.read_case({"patient": {"age": age, "sex": sex or None}, "labs": [lab], "findings": [{"text": "rash"}]})
    found = [o for o in case.observations if o.text.startswith(row["test"])]
    present = {o.label for o in found if o.present} | {r.decides_label for r in case.readings if r.decides}
    return present, {o.label for o in found if not o.present}


@pytest.mark.parametrize(("row", "side"), CASES, ids=[f"{row['test']}-{row['patient']}-{side}" for row, side in CASES])
def test_value_decides_its_finding(row: dict[str, str], side: str) -> None:
    present, absent = decided(row, row[side])
    labels = {row["low_label"], row["high_label"]} - {""}
    if side == "normal":
        assert not present
        assert labels - {"low CD4 count"} <= absent
    else:
        assert present == {row[f"{side}_label"]}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['test']}-{row['patient']}" for row in ROWS])
def test_reading_names_the_limit_and_its_source(row: dict[str, str]) -> None:
    age, _, sex = row["patient"].partition(" ")
    value = row["low"] or row["high"]
    lab = {"test": row["test"], "value": float(value), "unit": row["unit"]}
    case = answering.read_case({"patient": {"age": age, "sex": sex or None}, "labs": [lab]})
    reading = next(r for r in case.readings if r.label == row["test"])
    if row["test"] != "blast percentage":  # any blast is too many: no limit is needed
        assert reading.rule
        assert reading.source
