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


def test_times_of_intervals_and_dates_count_back_from_the_newest_one() -> None:
    unit = {"id": "NCIT:C67245", "label": "Thousand Cells"}
    packet = {
        "id": "dated",
        "subject": {"id": "1"},
        "phenotypicFeatures": [{"type": {"id": "HP:0001945", "label": "Fever"}}],
        "measurements": [
            {
                "assay": {"id": "x:1", "label": "Absolute Blood Lymphocyte Count"},
                "value": {"quantity": {"unit": unit, "value": 1.4}},
                "timeObserved": {"interval": {"start": "2019-09-01T00:00:00Z", "end": "2020-03-01T00:00:00Z"}},
            },
            {
                "assay": {"id": "LOINC:26474-7", "label": "Lymphocytes [#/volume] in Blood"},
                "value": {"quantity": {"unit": unit, "value": 0.7}},
                "timeObserved": {"timestamp": "2020-03-20T00:00:00Z"},
            },
        ],
        "medicalActions": [
            {"procedure": {"code": {"id": "NCIT:C116648", "label": "Tracheal Intubation"}}},
            {
                "treatment": {
                    "agent": {"id": "NCIT:C557", "label": "Hydroxychloroquine"},
                    "doseIntervals": [{"interval": {"start": "2020-03-20T00:00:00Z", "end": "2020-03-22T00:00:00Z"}}],
                }
            },
            {
                "treatment": {
                    "agent": {"id": "NCIT:C84217", "label": "Tocilizumab"},
                    "doseIntervals": [{"interval": {"start": "2020-03-24T00:00:00Z", "end": "2020-03-28T00:00:00Z"}}],
                }
            },
        ],
    }
    case = answering.read_case(packet, form="phenopacket")
    assert [(r.value, r.days_ago) for r in case.readings] == [(0.7, 8), (1.4, 27)]
    assert [(d.days_since_start, d.days_since_stop) for d in case.drugs] == [(8, 6), (4, None)]
    assert [item["path"] for item in case.not_understood] == ["medicalActions[0]"]


def test_item_that_is_not_valid_leaves_the_rest_to_be_read() -> None:
    packet = {
        "id": "damaged",
        "subject": {"id": "1", "sex": "FEMALE"},
        "phenotypicFeatures": [
            {"type": {"id": "HP:0001945", "label": "Fever"}, "excluded": "perhaps"},
            {"type": {"id": "HP:0002829", "label": "Arthralgia"}},
            {"type": {"id": "HP:0001824", "label": "Weight loss"}, "resolution": {"age": {"iso8601duration": "P3Y"}}},
        ],
        "measurements": [
            {"assay": {"id": "x:1", "label": "Brucella serology"}, "value": {"ontologyClass": {"id": "x:2", "label": "Noted"}}}
        ],
        "frobnicated": 1,
    }
    case = answering.read_case(packet, form="phenopacket")
    assert [o.label for o in case.observations] == ["Arthralgia"]
    paths = {item["path"] for item in case.not_understood}
    assert paths == {"phenotypicFeatures[0]", "phenotypicFeatures[2]", "measurements[0]", "frobnicated"}
