"""Figures reach the answer from their typed cells, not from prose; a share of causes never looks like a frequency."""

from __future__ import annotations

from typing import Any

import pytest

from kg.reasoning.chains import build_evidence

ROW = {
    "id": "LEUKO:1",
    "source": "PMID:1",
    "statement_kind": "cohort",
    "evidence": "ECO:0000180",
    "gist": "",
    "direction": "supports",
}
FREQUENCY = "frequency in the exposed"

SHOWN: list[tuple[dict[str, Any], str]] = [
    ({"value": 9.6, "unit": "%", "measure": FREQUENCY, "denominator": "users"}, "9.6% (users)"),
    ({"low": 11.0, "high": 55.0, "unit": "%", "measure": FREQUENCY}, "11 to 55%"),
    ({"low": 95.0, "unit": "%", "measure": FREQUENCY}, "at least 95%"),
    ({"high": 10.0, "unit": "%", "measure": FREQUENCY}, "at most 10%"),
    ({"n": 13.0, "total": 136.0, "measure": FREQUENCY}, "13/136"),
    ({"value": 3.3, "low": 2.3, "high": 4.9, "unit": "ratio", "measure": "odds ratio"}, "odds ratio 3.3 [2.3 to 4.9]"),
    ({"value": 35.4, "unit": "%", "measure": "share of causes among the affected"}, "share of causes among the affected 35.4%"),
    ({"time_kind": "nadir", "time_median": 24.0, "population": "children"}, "nadir at a median of day 24 (children)"),
    ({"population": "children"}, ""),
]


@pytest.mark.parametrize(("cells", "shown"), SHOWN)
def test_a_figure_is_shown_with_what_it_is(cells: dict[str, Any], shown: str) -> None:
    assert build_evidence({**ROW, **cells}).quantity == shown
