"""Tables of counts: the guess, the map, cells and rows that cannot be, and NHANES."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import kg
from kg.cohorts.mapping import guess_map, parse_map, read_map
from kg.cohorts.run import run_cohort
from kg.cohorts.thinking import Thinker
from kg.exceptions import InputError
from tests.cohorts.conftest import EXTRACT, run

HEADER = "patient_id,date,wbc,neutrophils,sex,age_years"


def test_the_guess_names_what_it_knows(thinker: Thinker) -> None:
    mapping = guess_map(["MRN", "Collected", "WBC", "hemoglobin_g_dl", "shoe", "Sex", "age_months"], thinker.resolver)
    assert mapping.columns == {"person": "MRN", "time": "Collected", "sex": "Sex", "age": "age_months [months]"}
    assert mapping.tests == {"WBC": "white blood cell count [10*9/L]", "hemoglobin_g_dl": "hemoglobin [g/dL]"}
    assert parse_map(__import__("tomllib").loads(mapping.as_toml())) == mapping


def test_descent_is_never_an_input(thinker: Thinker) -> None:
    mapping = guess_map([*pl.read_parquet(EXTRACT).columns, "race_ethnicity"], thinker.resolver)
    assert "race_ethnicity" not in {*mapping.columns.values(), *mapping.tests}
    assert "race_ethnicity" not in read_map("nhanes").as_toml()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"form": "sheet"}, "form is one of"),
        ({"colour": "x"}, "has no 'colour'"),
        ({"form": "meds", "events": [{"kind": "lab", "pattern": "("}]}, "needs a kind and a pattern"),
    ],
)
def test_a_map_that_is_wrong_says_where(data: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_map(data)


@pytest.mark.usefixtures("live_owl")
def test_bad_cells_and_rows_are_set_aside(tmp_path: Path) -> None:
    lines = [
        HEADER,
        "a,2024-01-01,7.0,4.0,F,40",
        "a,2024-01-09,3.0,zero,F,40",
        "b,yesterday,2.9,1.0,M,50",
        "c,2024-01-01,-4,1.0,M,50",
    ]
    lines += ["d,2024-01-01,6.0,9.0,M,50", "e,2024-01-01,2.0"]
    text = "\n".join(lines).encode() + b"\nf,2024-01-01,2.0,\xff,M,3\n" + b"g" * 2_000_000 + b"\n"
    (tmp_path / "counts.csv").write_bytes(text)
    run_cohort(tmp_path / "counts.csv", tmp_path / "out", jobs=1)
    rejected = {
        (r["row"], r["column"] or None): r["reason"] for r in pl.read_csv(tmp_path / "out" / "rejected.csv").iter_rows(named=True)
    }
    assert rejected[2, "neutrophils"] == "is no number"
    assert rejected[3, "date"].startswith("is no date")
    assert "negative" in rejected[4, "white blood cell count"]
    assert "above the WBC" in rejected[5, "absolute neutrophil count"]
    assert rejected[6, None] == "has 3 fields, and the header 6"
    assert rejected[7, None].startswith("is not UTF-8")
    assert "longer than" in rejected[8, None]
    episodes = pl.read_parquet(tmp_path / "out" / "episodes.parquet")
    assert episodes["person"].to_list() == ["a", "b", "c"]  # the rest of a row counts


@pytest.mark.usefixtures("live_owl")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"x,y\n1,2\n", "no column is called like a white count"),
        ("a.xls", b"", "is none of what is read"),
        ("a.parquet", b"PAR1 and nothing else", "is no whole Parquet file"),
    ],
)
def test_a_source_that_cannot_be_read_says_so(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    code, _, error = run(str(tmp_path / name), "-o", str(tmp_path / "out"))
    assert code == 2
    assert said in error
    assert "Traceback" not in error


@pytest.mark.usefixtures("live_owl")
def test_a_parquet_file_cut_short(tmp_path: Path) -> None:
    whole = EXTRACT.read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="is no whole Parquet file"):
        run_cohort(tmp_path / "cut.parquet", tmp_path / "out", map_name="nhanes", jobs=1)


@pytest.mark.usefixtures("live_owl")
def test_a_map_for_other_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient,leuko\n1,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column 'seqn'"):
        run_cohort(tmp_path / "a.csv", tmp_path / "out", map_name="nhanes", jobs=1)


@pytest.mark.usefixtures("live_owl")
def test_frames_of_both_libraries() -> None:
    frame = pl.DataFrame({"patient": ["a", "a", "b"], "date": ["2024-01-01", "2024-02-01", "2024-01-01"], "ANC": [3.0, 0.4, 2.5]})
    found = kg.cohort(frame)
    assert found.select("person", "anc", "first_count").rows() == [("a", 0.4, False)]
    assert kg.cohort(frame, causes=True)["shelf"].is_in(["fits best", "fits"]).all()
    pandas = kg.cohort(frame.to_pandas())
    assert type(pandas).__module__.startswith("pandas")
    assert pandas["person"].tolist() == ["a"]


@pytest.mark.usefixtures("live_owl")
def test_the_extract_of_nhanes(tmp_path: Path) -> None:
    run_cohort(EXTRACT, tmp_path, map_name="nhanes", jobs=1)
    frame, episodes = pl.read_parquet(EXTRACT), pl.read_parquet(tmp_path / "episodes.parquet")
    adults = frame.filter(pl.col("age_years").is_null() | (pl.col("age_years") >= 18))
    low = adults.filter((pl.col("neutrophils") < 1.5) | (pl.col("wbc") < 4.0))
    assert set(low["seqn"].cast(pl.String)) <= set(episodes["person"])
    assert (episodes["status"] == "explained").all()
    assert episodes.filter(pl.col("anc") < 0.5)["findings"].str.contains("agranulocytosis").all()


@pytest.mark.usefixtures("live_owl")
def test_all_of_nhanes(shared: Path, tmp_path: Path) -> None:
    from kg.answering import get_knowledge
    from kg.case.values.analytes import ANC, WBC
    from kg.cohorts.report.facts import Facts

    run_cohort(shared / "data" / "nhanes_cbc_1999_2018.parquet", tmp_path, map_name="nhanes", jobs=1)
    facts = Facts(tmp_path, get_knowledge())
    assert [facts.number("measured", test)[0] for test in (WBC, ANC)] == [82_923, 82_741]
    assert [facts.count_below(ANC, limit) for limit in (1.5, 1.0, 0.5)] == [1_853, 265, 20]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "1,853 below 1.5, 265 below 1.0, 20 below 0.5" in page
    assert "no cause is singled out" in page
