"""The project's own tables: sound, complete for the founding text, free of codes that may not be passed on."""

from __future__ import annotations

import re
from functools import cache

from kg.authoring.curation import check_curation, read_curation
from kg.authoring.records import Curation
from kg.vocabulary import PREDICATES, expand
from tests.conftest import ROOT


@cache
def curation() -> Curation:
    return read_curation(ROOT / "ontology")


def test_the_tables_break_no_rule() -> None:
    violations = [v for v in check_curation(curation()) if v.level == "ERROR"]
    assert not violations, "\n".join(map(str, violations[:20]))


def test_every_statement_of_the_seed_text_is_the_source_of_a_row() -> None:
    cited = {row.source for row in curation().associations if row.source.startswith("SEED:")}
    assert cited == {f"SEED:{n:02d}" for n in range(1, 31)}


def test_predicates_are_those_of_the_upper_ontology() -> None:
    from kg.authoring.ontology.annotations import read_properties

    declared = read_properties(ROOT / "ontology" / "upper.ttl")
    assert {p.label: expand(p.curie) for p in PREDICATES.values()}.items() <= declared.items()


def test_no_shipped_file_carries_codes_of_meddra_or_snomed_ct() -> None:
    pattern = re.compile(r"(meddra|snomed(ct)?|sctid)\s*[:_ ]\s*\d{5,}", re.IGNORECASE)
    folders = [ROOT / "ontology", ROOT / "queries"]
    hits = [p.name for f in folders for p in f.rglob("*") if p.is_file() and pattern.search(p.read_text("utf-8"))]
    assert not hits


def test_sixty_causes_over_all_kinds_reach_a_finding() -> None:
    from kg import answering

    answer = answering.explain("leukopenia")
    kinds = {cause.kind for cause in answer.causes}
    assert len(answer.causes) >= 60
    assert kinds >= {"drug", "infection", "inherited disease", "immune disease", "nutritional deficiency", "sequestration"}
    assert kinds >= {"hematological disease", "normal variant"} or answering.explain("low ANC").causes
