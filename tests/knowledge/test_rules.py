"""Each rule of the causal model and of the registry is broken once, on the small tables, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.authoring.curation import check_curation, read_curation
from kg.authoring.curation.checks import CHECKS, REVIEWS
from kg.authoring.curation.checks_causes import review_pancytopenia_only
from kg.authoring.curation.registry import find_new_ids, register_ids
from kg.authoring.records import Association, Curation, RegisteredId, Term

Edit = Callable[[Curation], Curation]


def _without(curation: Curation, *ids: str) -> Curation:
    return replace(curation, associations=tuple(a for a in curation.associations if a.id not in ids))


def _term(curation: Curation, label: str) -> Term:
    return next(t for t in curation.terms if t.label == label)


def _with_term(curation: Curation, term: Term) -> Curation:
    return replace(curation, terms=tuple(term if t.id == term.id else t for t in curation.terms))


def _row(curation: Curation, id_: str) -> Association:
    return next(a for a in curation.associations if a.id == id_)


def _cut_chain(curation: Curation) -> Curation:
    """Nothing leads from the mechanism of an enlarged spleen to a finding any more."""
    return _without(curation, "LEUKO:1000003")


def _drop_site(curation: Curation) -> Curation:
    return _with_term(curation, replace(_term(curation, "redistribution of lymphocytes"), restrictions=()))


def _add_lone_part(curation: Curation) -> Curation:
    part = _row(curation, "LEUKO:1000006")
    cause = replace(
        _term(curation, "chlorpromazine exposure"), id="LEUKO:0008901", label="half a pair", parents=("combined cause",)
    )
    row = replace(part, id="LEUKO:1000090", subject=cause.id, subject_label=cause.label, predicate="has component")
    row = replace(row, object="LEUKO:0003001", object_label="chlorpromazine exposure")
    return replace(curation, terms=(*curation.terms, cause), associations=(*curation.associations, row))


def _crowd(curation: Curation) -> Curation:
    """Thirteen kinds of one mechanism."""
    parent = _term(curation, "inadequate granulopoiesis")
    kinds = [replace(parent, id=f"LEUKO:00029{n}", label=f"kind {n}", parents=(parent.label,)) for n in range(10, 23)]
    kinds = [
        replace(kind, annotations=tuple(replace(a, value=f"{a.value} {kind.label}") for a in kind.annotations)) for kind in kinds
    ]
    return replace(curation, terms=(*curation.terms, *kinds))


FAULTS: dict[str, tuple[Edit, str, str]] = {
    "a cause that reaches no finding": (_cut_chain, "no_path", "splenomegaly"),
    "a mechanism without cell and process": (_drop_site, "mechanism_without_site", "redistribution of lymphocytes"),
    "a level that nobody takes in": (_crowd, "crowded_level", "inadequate granulopoiesis has 13 kinds"),
    "a combined cause of one part": (_add_lone_part, "lone_component", "LEUKO:0008901"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_rule_is_named(fault: str, tables: Path) -> None:
    edit, check, named = FAULTS[fault]
    found = check_curation(edit(read_curation(tables)))
    assert any(v.check == check and v.level == "ERROR" and named in v.message for v in found), found


def test_a_cause_without_a_mechanism_row_is_fine(tables: Path) -> None:
    assert not check_curation(_without(read_curation(tables), "LEUKO:1000017"))


def test_the_small_tables_keep_every_rule(tables: Path) -> None:
    assert not check_curation(read_curation(tables), CHECKS)


def test_a_leukopenia_that_shows_as_no_low_total_is_listed_until_a_row_says_so(tables: Path) -> None:
    curation = read_curation(tables)
    listed = check_curation(curation, REVIEWS)
    assert [(v.check, v.level) for v in listed] == [("unread_leukopenia", "WARN")]
    assert "glucocorticoid exposure" in listed[0].message
    cause = next(a for a in curation.associations if a.place == replace(listed[0].place, column=""))
    reading = replace(cause, id="LEUKO:1000092", predicate="can account for reading", object="LEUKO:0000143")
    assert not check_curation(replace(curation, associations=(*curation.associations, reading)), REVIEWS)


def test_a_cause_of_pancytopenia_alone_is_listed_for_review(tables: Path) -> None:
    curation = read_curation(tables)
    row = replace(_row(curation, "LEUKO:1000005"), id="LEUKO:1000091", object="LEUKO:0001025", object_label="pancytopenia")
    kept = _without(curation, "LEUKO:1000005", "LEUKO:1000006")
    only = (review_pancytopenia_only,)
    listed = check_curation(replace(kept, associations=(*kept.associations, row)), only)
    assert [(v.check, v.level) for v in listed] == [("pancytopenia_only", "INFO")]
    assert not check_curation(replace(curation, associations=(*curation.associations, row)), only)


# --------------------------------------------------------------------------- the registry of ids


def _registered(curation: Curation, **changes: dict[str, str]) -> Curation:
    """The tables with a registry of all their ids, some lines of it changed."""
    rows = {row.id: row for row in find_new_ids(curation, "2026-01-01")}
    for id_, change in changes.items():
        key = id_.replace("_", ":")
        base = RegisteredId(id=key, kind="x", first_seen="2026-01-01", obsolete="", replaced_by="", reason="")
        rows[key] = replace(rows.get(key, base), **change)
    return replace(curation, registry=tuple(rows.values()))


def test_a_full_registry_has_no_fault(tables: Path) -> None:
    assert not check_curation(_registered(read_curation(tables)))


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"LEUKO_0003999": {}}, "lost_id"),
        ({"LEUKO_0003001": {"obsolete": "2026-02-01"}}, "reused_id"),
        ({"LEUKO_0003999": {"obsolete": "2026-02-01", "replaced_by": "LEUKO:0003998"}}, "lost_replacement"),
    ],
)
def test_an_id_that_is_lost_or_used_again_is_named(changes: dict[str, dict[str, str]], check: str, tables: Path) -> None:
    assert check in {v.check for v in check_curation(_registered(read_curation(tables), **changes))}


def test_an_id_that_the_registry_lacks_is_named(tables: Path) -> None:
    curation = _registered(read_curation(tables))
    assert curation.registry
    found = check_curation(replace(curation, registry=curation.registry[1:]))
    assert [v.check for v in found] == ["unregistered_id"]


def test_registering_appends_and_keeps_what_was_there(tables: Path) -> None:
    first = register_ids(tables, read_curation(tables), "2026-01-01")
    path = tables / "ids.tsv"
    retired = path.read_text("utf-8").replace(
        "LEUKO:0003001\tseed\t2026-01-01\t\t", "LEUKO:0003001\tseed\t2026-01-01\t2026-02-01\t"
    )
    path.write_text(retired, encoding="utf-8")
    assert first > 30
    assert register_ids(tables, read_curation(tables), "2026-03-01") == 0
    assert path.read_text("utf-8") == retired
