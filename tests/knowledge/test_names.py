"""What a clinician types is found: label drugs, rare diseases, and everyday names of causes and of decisive results."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _finds(name: str, category: str = "cause") -> bool:
    from kg import answering

    return any(found["category"] == category for found in answering.search(name, 5))


def test_every_drug_of_the_shared_labels_is_found(shared: Path) -> None:
    drugs = {row["generic"] for row in _read(shared / "data" / "label_drugs-dev.tsv")}
    assert len(drugs) > 30
    assert not [drug for drug in sorted(drugs) if not _finds(drug)]


def test_every_core_disease_of_the_shared_annotations_is_found(shared: Path) -> None:
    rows = _read(shared / "data" / "hpoa_cytopenias.tsv")
    names = {row["disease_name"] for row in rows if row["tier"] == "core"}
    assert len(names) > 300
    assert not [name for name in sorted(names) if not _finds(name)]


@pytest.mark.parametrize("row", _read(HERE / "names.tsv"), ids=lambda row: row["typed"])
def test_a_name_as_it_is_typed_resolves_to_its_term(row: dict[str, str]) -> None:
    from kg import answering

    graph = answering.load()
    node = answering.get_lexicon().find(row["typed"], row["category"])
    assert node, f"{row['typed']!r} is not understood"
    assert graph.nodes[node]["label"] == row["label"]
