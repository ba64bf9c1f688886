"""Situations of FHIR (element x meaning) with the right reading of each: used as what it is, or listed with its path."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import answering
from kg.case.raw import RawCase
from kg.case.readers.fhir import read_bundle
from kg.case.records import Case
from kg.exceptions import InputError, LeukographError
from tests.case.fhir_build import build_row, read_matrix

pytest.importorskip("fhir.resources")
TODAY = datetime(2026, 11, 28, tzinfo=UTC)
ROWS = read_matrix()


def describe(case: Case) -> set[str]:
    """What the bundle says beyond the patient and the count beside it."""
    found = set()
    for reading in case.readings:
        if reading.label == "absolute neutrophil count" and "no more than" not in reading.rule:
            sign = reading.text.split()[1] if reading.text.split()[1] in ("<", "<=", ">", ">=") else ""
            found.add(f"ANC {sign}{reading.value:.6g}")
    found |= {f"{'+' if o.present else '-'}{o.label}" for o in case.observations if "hematocrit" not in o.text}
    for drug in case.drugs:
        stop = "" if drug.days_since_stop is None else f"..{drug.days_since_stop:g}"
        found.add(f"drug {drug.label.removesuffix(' exposure')} {drug.days_since_start:g}{stop}")
    return found


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['n']}-{row['element']}-{row['meaning']}" for row in ROWS])
def test_situation_is_read_as_fhir_means_it(row: dict[str, str]) -> None:
    bundle = build_row(row)
    wanted = [part.strip() for part in row["reading"].split(";")]
    if row["reading"].startswith("refused "):
        with pytest.raises(InputError, match=row["reading"].removeprefix("refused ")) as error:
            read_bundle(bundle, TODAY)
        assert "Patient/1" in str(error.value)
        return
    case = answering.get_resolver().resolve(read_bundle(bundle, TODAY))
    listed = [w.removeprefix("listed ") for w in wanted if w.startswith("listed ")]
    said = [w.removeprefix("contradiction ") for w in wanted if w.startswith("contradiction ")]
    used = {w for w in wanted if not w.startswith(("listed ", "contradiction "))}
    assert used <= describe(case)
    if not used:
        assert describe(case) == set()
    for reason in listed:
        assert [i for i in case.not_understood if reason in f"{i['reason']} {i['text']}" and _names_place(i)], case.not_understood
    assert bool(case.not_understood) == bool(listed)
    for text in said:
        assert any(text in remark for remark in case.contradictions)


def _names_place(item: Any) -> bool:
    return str(item["path"]).startswith("entry[")


def test_matrix_has_at_least_sixty_situations() -> None:
    assert len({(row["element"], row["meaning"]) for row in ROWS}) == len(ROWS) >= 60


# --------------------------------------------------------------------------- whatever is wrong, the rest is read

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.just(10**400)
    | st.text(max_size=5)
    | st.builds(list)
    | st.builds(dict)
    | st.builds(lambda: [{}])
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in ((*path, key), *_places(inner, (*path, key)))]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(ROWS), st.data())
def test_any_damage_to_a_bundle_is_read_listed_or_refused_with_a_line(row: dict[str, str], data: st.DataObject) -> None:
    bundle = deepcopy(build_row(row))
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(bundle)
        *parents, last = data.draw(st.sampled_from(places))
        target: Any = bundle
        for key in parents:
            target = target[key]
        target[last] = data.draw(LEAVES)
    (read,) = _or_line(lambda: read_bundle(bundle, TODAY))
    if isinstance(read, RawCase):
        assert all(item.path and item.reason for item in read.unread)
        _or_line(lambda: answering.get_resolver().resolve(read))


def _or_line(call: Callable[[], Any]) -> list[Any]:
    """The result of a call, or the one line of its refusal."""
    try:
        return [call()]
    except LeukographError as error:
        line = str(error)
    assert line
    assert "\n" not in line
    return [line]
