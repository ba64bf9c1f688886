"""GA4GH phenopackets."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from kg import answering
from kg.exceptions import InputError

pytest.importorskip("phenopackets")


def packet(**more: Any) -> dict[str, Any]:
    return {
        "id": "case",
        "subject": {"id": "p", "timeAtLastEncounter": {"age": {"iso8601duration": "P3Y"}}, "sex": "FEMALE"},
        "phenotypicFeatures": [
            {"type": {"id": "HP:0001875", "label": "Decreased total neutrophil count"}},
            {"type": {"id": "HP:0001744", "label": "Splenomegaly"}, "excluded": True},
            {"type": {"id": "HP:0000000", "label": "Glow in the dark"}},
        ],
        "diseases": [{"term": {"id": "OMIM:202700", "label": "severe congenital neutropenia 1"}}],
        "metaData": {"created": "2026-01-01T00:00:00Z", "createdBy": "x", "phenopacketSchemaVersion": "2.0"},
        **more,
    }


def test_features_age_and_sex_are_read_and_the_disease_is_not() -> None:
    case = answering.read_case(packet(), form="phenopacket")
    states = {o.term: o.present for o in case.observations}
    assert states["LEUKO:0001003"] is True
    assert states["HP:0001744"] is False
    assert case.age_days == pytest.approx(3 * 365.25)
    assert case.sex == "female"
    assert "congenital" not in str(case)


def test_feature_that_the_graph_lacks_is_set_aside_by_its_label() -> None:
    (item,) = answering.read_case(packet(), form="phenopacket").not_understood
    assert item["text"] == "Glow in the dark"


def test_measurement_counts_at_the_age_at_which_it_was_made() -> None:
    measurement = {
        "assay": {"id": "LOINC:751-8", "label": "Neutrophils"},
        "value": {"quantity": {"unit": {"id": "UCUM:/uL", "label": "per microliter"}, "value": 400}},
        "timeObserved": {"age": {"iso8601duration": "P2Y"}},
    }
    (reading,) = answering.read_case(packet(measurements=[measurement]), form="phenopacket").readings
    assert (reading.value, reading.days_ago) == (0.4, 365.25)


@pytest.mark.parametrize("data", [[], {"phenotypicFeatures": 5}, {"subject": {"sex": "OTHERWISE"}}, {"foo": 1}])
def test_what_is_no_phenopacket_is_refused(data: Any) -> None:
    with pytest.raises(InputError):
        answering.read_case(data, form="phenopacket")


def test_published_phenopackets_are_read(shared: Path) -> None:
    archive = shared / "data" / "phenopackets-dev.tar.xz"
    if not archive.exists():
        assert not os.environ.get("CI"), "the archive of phenopackets is missing"
        pytest.skip("no phenopackets")
    read = 0
    with tarfile.open(archive) as packets:
        for member in packets:
            if member.isfile() and member.name.endswith(".json") and (file := packets.extractfile(member)):
                case = answering.read_case(json.loads(file.read()), form="phenopacket")
                assert case.observations or case.not_understood
                read += 1
            if read == 60:
                break
    assert read == 60
