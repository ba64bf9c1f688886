"""Each way in which a row said more than its source is planted once, and the rule names it; its sound sister passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg.authoring.curation import check_curation, read_curation
from kg.authoring.records import BannedHost, Curation, Paper

CAUSE, DEFINING, MECHANISM, ORIGIN = "LEUKO:1000005", "LEUKO:1000016", "LEUKO:1000018", "LEUKO:1000019"
HOST = BannedHost(host="fpnotebook.com", reason="notes without sources of their own")
PAPER = Paper(pmid="1080130", pmcid="", doi="10.1000/one", title="", year="")
FIGURE = {"measure": "frequency in the exposed", "n": "3", "total": "9", "statement_kind": "cohort", "evidence": "ECO:0000180"}


def _changed(curation: Curation, id_: str, **cells: str) -> Curation:
    """The tables with some cells of one row changed."""
    rows = tuple(replace(row, **cells) if row.id == id_ else row for row in curation.associations)
    return replace(curation, associations=rows)


def _copied(curation: Curation, id_: str, **cells: str) -> Curation:
    """The tables with a changed copy of one row behind the last."""
    row = next(row for row in curation.associations if row.id == id_)
    copy = replace(row, **{"id": "LEUKO:1000095", **cells})
    return replace(curation, associations=(*curation.associations, copy))


def _names(curation: Curation) -> set[str]:
    curation = replace(curation, banned_hosts=(HOST,), papers=(PAPER,))
    return {violation.check for violation in check_curation(curation) if violation.level == "ERROR"}


PLANTED: dict[str, tuple[str, dict[str, str], str, dict[str, str]]] = {
    "a page of a banned host": (
        *(CAUSE, {"source": "https://www.fpnotebook.com/x.htm"}, "banned_host"),
        {"source": "https://notfpnotebook.com/x.htm"},
    ),
    "a page that prints a DOI": (
        *(CAUSE, {"source": "https://link.springer.com/article/10.1038/s41598-020-78742-z"}, "doi_in_page"),
        {"source": "DOI:10.1038/s41598-020-78742-z"},
    ),
    "prose in the frequency": (CAUSE, {"frequency": "9.6% of 136"}, "untyped_frequency", {"frequency": "rare"}),
    "a population chosen by the finding": (
        *(CAUSE, {**FIGURE, "denominator": "pancytopenic adults"}, "reversed_conditional"),
        {**FIGURE, "denominator": "pancytopenic adults", "measure": "share of causes among the affected"},
    ),
    "children with the finding": (
        *(CAUSE, {**FIGURE, "population": "healthy children with acute neutropenia"}, "reversed_conditional"),
        {**FIGURE, "denominator": "users with immune thrombocytopenia; any neutropenia"},
    ),
    "a window as onset": (
        *(CAUSE, {**FIGURE, "onset_min": "0", "onset_max": "365"}, "window_as_onset"),
        {**FIGURE, "time_kind": "study window", "time_min": "0", "time_max": "365"},
    ),
    "a definition of a part": (DEFINING, {"severity": "below 0.2"}, "partial_definition", {"dose_dependence": ""}),
    "a definition of some": (DEFINING, {"population": "very severe form"}, "partial_definition", {"population": ""}),
    "a mechanism that nobody calls unknown": (
        *(MECHANISM, {"object": "LEUKO:0002005", "object_label": "unknown or disputed mechanism"}, "unstated_unknown"),
        {
            **{"object": "LEUKO:0002005", "object_label": "unknown or disputed mechanism", "statement_kind": "review"},
            **{"evidence": "ECO:0000033", "gist": "How the spleen does it is not fully understood."},
        },
    ),
    "a line that the cause leaves alone": (
        *(CAUSE, {"object": "LEUKO:0001020", "object_label": "lymphopenia"}, "line_not_lowered"),
        {"object": "LEUKO:0001001", "object_label": "leukopenia"},
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_violation_is_named_and_its_sound_sister_is_not(kind: str, tables: Path) -> None:
    id_, cells, check, sound = PLANTED[kind]
    curation = read_curation(tables)
    assert check in _names(_changed(curation, id_, **cells))
    assert check not in _names(_changed(curation, id_, **sound))


def test_a_sister_row_with_fewer_than_all_contradicts_a_definition(tables: Path) -> None:
    sister = {**FIGURE, "predicate": "can cause", "measure": "frequency of a feature in the disease"}
    curation = read_curation(tables)
    assert "partial_definition" in _names(_copied(curation, DEFINING, **sister))
    assert "partial_definition" not in _names(_copied(curation, DEFINING, **{**sister, "n": "9"}))


def test_a_figure_of_a_paper_counts_once_under_any_of_its_ids(tables: Path) -> None:
    curation = _changed(read_curation(tables), CAUSE, **FIGURE, source="PMID:1080130")
    found = _names(_copied(curation, CAUSE, **FIGURE, source="DOI:10.1000/one"))
    assert {"counted_twice", "two_ids_of_a_paper"} <= found
    assert "counted_twice" not in _names(_copied(curation, CAUSE, **{**FIGURE, "n": "4"}, source="PMID:1080130"))


def test_one_count_does_not_serve_two_findings(tables: Path) -> None:
    curation = _changed(read_curation(tables), CAUSE, **FIGURE)
    other = {"object": "LEUKO:0001001", "object_label": "leukopenia"}
    assert "composite_count" in _names(_copied(curation, CAUSE, **other))
    assert "composite_count" not in _names(_copied(curation, CAUSE, **other, gist="Counted apart."))
    kind = {"object": "LEUKO:0001004", "object_label": "severe neutropenia", "gist": "Told in other words."}
    assert "composite_count" in _names(_copied(curation, CAUSE, **kind))


def test_a_percentage_beside_a_count_is_the_same_figure(tables: Path) -> None:
    curation = _changed(read_curation(tables), CAUSE, **FIGURE)
    assert "counted_twice" in _names(_copied(curation, CAUSE, value="33", unit="%"))


def test_the_label_of_another_term_is_no_exact_synonym(tables: Path) -> None:
    path = tables / "terms" / "seed.tsv"
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    synonyms = lines[1].index("A oboInOwl:hasExactSynonym SPLIT=|")
    other = next(line for line in lines if line[1] == "portal hypertension")
    spleen = next(line for line in lines if line[1] == "splenomegaly")
    assert "inexact_synonym" not in _names(read_curation(tables))
    spleen[synonyms] = other[1]
    path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8")
    assert "inexact_synonym" in _names(read_curation(tables))
