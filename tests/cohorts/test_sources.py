"""Each kind of source, small and by hand: the same person in a CSV, MEDS, OMOP and FHIR gives the same episode."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from kg.cohorts.run import run_cohort

DAYS = (("2024-01-01", 4.1, 7.0), ("2024-02-01", 0.3, 2.1), ("2024-02-20", 2.8, 5.5))
START = "2024-01-10"


def write_csv(path: Path) -> Path:
    lines = ["patient_id,date,ANC,WBC,sex,age_years", *(f"p1,{day},{anc},{wbc},F,41" for day, anc, wbc in DAYS)]
    path.write_text("\n".join([*lines, "p2,2024-01-01,3.3,6.1,M,50"]) + "\n", encoding="utf-8")
    return path


def write_meds(path: Path) -> Path:
    rows = [("p1", None, "GENDER//F", None), ("p1", datetime(1983, 1, 1), "MEDS_BIRTH", None)]
    rows.append(("p1", datetime.fromisoformat(START), "RXNORM/2626", None))
    for day, anc, wbc in DAYS:
        moment = datetime.fromisoformat(day)
        rows += [
            ("p1", moment, "LOINC/751-8//10*3/uL", anc),
            ("p1", moment, "LOINC/6690-2//10*3/uL", wbc),
            ("p1", moment, "LOINC/9-9", 1.0),
        ]
    rows.append(("p2", datetime(2024, 1, 1), "LOINC/751-8//10*3/uL", 3.3))
    schema = {"subject_id": pl.String, "time": pl.Datetime("us"), "code": pl.String, "numeric_value": pl.Float64}
    (path / "data").mkdir(parents=True)
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path / "data" / "0.parquet")
    return path


def write_omop(path: Path) -> Path:
    path.mkdir()
    files = {
        "person.csv": [
            "person_id,year_of_birth,month_of_birth,day_of_birth,gender_concept_id",
            "1,1983,1,1,8532",
            "2,1974,1,1,8507",
        ],
        "measurement.csv": [
            "person_id,measurement_date,measurement_concept_id,measurement_source_value,value_as_number,unit_source_value"
        ],
        "drug_exposure.csv": [
            "person_id,drug_exposure_start_date,drug_exposure_end_date,drug_concept_id,drug_source_value",
            f"1,{START},,0,clozapine",
        ],
        "concept.csv": [
            "concept_id,concept_name,vocabulary_id,concept_code",
            "3013650,Neutrophils,LOINC,751-8",
            "3000905,Leukocytes,LOINC,6690-2",
        ],
    }
    for day, anc, wbc in DAYS:
        files["measurement.csv"] += [f"1,{day},3013650,ANC,{anc},10*3/uL", f"1,{day},3000905,WBC,{wbc},10*3/uL"]
    files["measurement.csv"] += ["2,2024-01-01,3013650,ANC,3.3,10*3/uL", "2,2024-01-01,0,shoe size,43,"]
    for name, lines in files.items():
        (path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_fhir(path: Path) -> Path:
    path.mkdir()
    subject = {"reference": "Patient/p1"}
    observations = [
        {"resourceType": "Observation", "status": "final", "subject": subject, "effectiveDateTime": f"{day}T08:00:00Z",
         "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
         "valueQuantity": {"value": value, "unit": "10*3/uL", "system": "http://unitsofmeasure.org", "code": "10*3/uL"}}
        for day, anc, wbc in DAYS for code, value in (("751-8", anc), ("6690-2", wbc))
    ]  # fmt: skip
    drug = {"resourceType": "MedicationRequest", "status": "active", "subject": subject, "authoredOn": START,
            "medicationCodeableConcept": {"text": "clozapine"}}  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1983-01-01"}
    (path / "Patient.ndjson").write_text(json.dumps(patient) + "\n", encoding="utf-8")
    (path / "Observation.ndjson").write_text("".join(json.dumps(o) + "\n" for o in observations) + "{broken\n", encoding="utf-8")
    (path / "MedicationRequest.ndjson").write_text(json.dumps(drug) + "\n", encoding="utf-8")
    return path


def explain(source: Path, out: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    run_cohort(source, out, jobs=1)
    return pl.read_parquet(out / "episodes.parquet"), pl.read_parquet(out / "causes.parquet")


WRITERS = {"counts.csv": write_csv, "meds": write_meds, "omop": write_omop, "fhir": write_fhir}


@pytest.mark.usefixtures("live_owl")
@pytest.mark.parametrize("name", WRITERS)
def test_one_person_in_every_form(tmp_path: Path, name: str) -> None:
    source = WRITERS[name](tmp_path / name)
    episodes, causes = explain(source, tmp_path / "out")
    (episode,) = episodes.iter_rows(named=True)
    assert episode["person"] in ("p1", "1")
    assert (episode["anc"], episode["wbc"], episode["days"], episode["first_count"], episode["open"]) == (
        0.3,
        2.1,
        19.0,
        False,
        False,
    )
    assert "agranulocytosis" in episode["findings"]
    assert round(episode["age_years"]) == 41
    assert (tmp_path / "out" / "report.html").exists()
    if name != "counts.csv":
        first = causes.sort("rank").row(0, named=True)
        assert (first["label"], first["given"]) == ("clozapine exposure", True)


@pytest.mark.usefixtures("live_owl")
def test_a_drug_begun_after_the_fall_is_not_told(tmp_path: Path) -> None:
    folder = write_omop(tmp_path / "omop")
    drugs = folder / "drug_exposure.csv"
    drugs.write_text(drugs.read_text("utf-8").replace(START, "2024-02-05"), encoding="utf-8")
    episodes, _ = explain(folder, tmp_path / "out")
    assert episodes["drugs"].to_list() == [0]


@pytest.mark.usefixtures("live_owl")
def test_cases_of_a_file_and_what_cannot_be_read(tmp_path: Path) -> None:
    good = {
        "id": "a",
        "labs": [{"test": "ANC", "value": 0.4, "unit": "10*9/L"}],
        "drugs": [{"name": "clozapine", "days_since_start": 50}],
    }
    normal = {"labs": [{"test": "ANC", "value": 4.4, "unit": "10*9/L"}]}
    lines = [
        json.dumps(good).encode(),
        b"{nothing",
        b"\xff\xfe",
        json.dumps(normal).encode(),
        b'{"labs": []}',
        b'{"x": "' + b"y" * 20_000_000 + b'"}',
    ]
    (tmp_path / "cases.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    episodes, causes = explain(tmp_path / "cases.ndjson", tmp_path / "out")
    assert episodes["person"].to_list() == ["a"]
    assert causes.row(0, named=True)["label"] == "clozapine exposure"
    rejected = pl.read_csv(tmp_path / "out" / "rejected.csv")
    assert rejected["row"].to_list() == [1, 2, 4, 5]
    assert "longer than" in rejected["reason"][3]
    assert "UTF-8" in rejected["reason"][1]
