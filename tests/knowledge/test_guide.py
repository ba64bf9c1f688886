"""The guide to the tables names what there is, and the list of what is wanted is fit to be worked through."""

from __future__ import annotations

import re

from kg.authoring.curation.tables import read_rows
from kg.vocabulary import PREDICATES
from tests.conftest import ROOT

ONTOLOGY = ROOT / "ontology"
GUIDE = (ONTOLOGY / "README.md").read_text(encoding="utf-8")


def test_every_file_that_the_guide_names_is_there_and_every_table_is_named() -> None:
    named = set(re.findall(r"`((?:terms/|mappings/)?[\w.*-]+\.(?:tsv|ttl))`", GUIDE))
    assert not [name for name in named if not [*ONTOLOGY.glob(name), *ONTOLOGY.glob(f"*/{name}")]]
    assert not [path.name for path in ONTOLOGY.glob("*.tsv") if path.name not in named]


def test_every_predicate_is_explained() -> None:
    assert not [p.label for p in PREDICATES.values() if p.label not in GUIDE and p.label != "can cause indirectly"]


def test_every_decision_bears_its_date() -> None:
    decisions = GUIDE.partition("## Decisions")[2].partition("## Wanted")[0]
    assert len(re.findall(r"^\*\*[^*]+\(\d{4}-\d\d-\d\d\)\.\*\*", decisions, re.MULTILINE)) >= 15


def test_what_is_wanted_tells_claim_source_and_reason() -> None:
    rows = [cells for _, cells in read_rows(ONTOLOGY / "wanted.tsv")]
    assert rows[0] == ["subject", "claim", "source_seen", "reason"]
    assert len(rows) > 100
    assert all(len(cells) == 4 and all(cell.strip() for cell in cells) for cells in rows)
