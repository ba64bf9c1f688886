"""Cases on the command line: files, standard input, flags, errors, and what leaves the machine (nothing)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASE = {
    "patient": {"age": "P41Y"},
    "labs": [{"test": "ANC", "value": 0.4, "unit": "10*9/L"}],
    "findings": [{"text": "fever"}, {"text": "splenomegaly", "status": "absent"}],
    "drugs": [{"name": "clozapine", "days_since_start": 50}],
    "history": [{"text": "wibble"}],
}
FLAGS = ("--age", "P41Y", "--lab", "ANC=0.4[10*9/L]", "-p", "fever", "-n", "splenomegaly", "--drug", "clozapine@50d")
# Refuses every connection and name look-up, and reports every file that is opened for writing.
GUARD = """
import os, sys
written = []
def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        raise RuntimeError("the network is not to be used: " + event)
    if event == "open" and (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        written.append(str(arguments[0]))
sys.addaudithook(guard)
sys.argv = ["kg", *sys.argv[1:]]
from kg.__main__ import main
try:
    main()
finally:
    print("WRITTEN", [path for path in written if path != os.devnull], file=sys.stderr)
"""


def kg(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, env={**os.environ, **more})


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return str(path)


def test_standard_input_and_flags_give_one_answer() -> None:
    without = {key: value for key, value in CASE.items() if key != "history"}
    texts = [kg("explain", "--case", "-", stdin=json.dumps(without)).stdout, kg("explain", *FLAGS).stdout]
    assert texts[0] == texts[1]
    assert "agranulocytosis (ANC 0.4)" in texts[0]


def test_answer_says_what_of_a_file_was_not_understood(case_file: str) -> None:
    answer = json.loads(kg("explain", "--case", case_file, "-f", "json").stdout)
    assert answer["status"] == "explained"
    assert [item["text"] for item in answer["not_understood"]] == ["wibble"]


def test_normal_counts_have_nothing_to_explain() -> None:
    answer = json.loads(kg("explain", "--lab", "ANC=4.0", "--lab", "WBC=7.0", "-f", "json").stdout)
    assert answer["status"] == "no_finding"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lab", "ANC=-1"], "--lab ANC=-1: ANC cannot be negative"),
        (["--lab", "segs=120%"], "cannot be 120 %"),
        (["--lab", "ANC=40"], "give the unit"),
        (["--lab", "ANC=0.4[bogus]"], "unknown unit 'bogus'"),
        (["--lab", "flux=1"], "unknown term 'flux'"),
        (["frobnicosis"], "unknown term 'frobnicosis'"),
        (["neutropenia", "--duffy", "maybe"], "--duffy maybe"),
        (["neutropenia", "--thresholds", "mine"], "no profile 'mine'"),
        (["--case", "/no/such/file.json"], "cannot be read"),
        ([], "neither a finding nor a value"),
    ],
)
def test_bad_flag_is_one_line_and_status_2(arguments: list[str], message: str) -> None:
    done = kg("explain", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["--lab", "ANC=3", "--lab", "WBC=2"], "--lab ANC=3"),
        (["neutropenia", "--lab", "segs=120%"], "--lab segs=120%"),
        (["neutropenia", "--drug", "frobnicol"], "--drug frobnicol"),
        (["neutropenia", "frobnicosis"], "'frobnicosis'"),
        (["neutropenia", "--age", "forty"], "--age forty"),
    ],
)
def test_one_bad_flag_is_listed_and_the_rest_answered(arguments: list[str], path: str) -> None:
    done = kg("explain", *arguments, "-f", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "explained"
    assert [item["path"] for item in answer["not_understood"]] == [path]


@pytest.mark.parametrize(("text", "message"), [("{", "not JSON"), ('{"labs": [{"test": "ANC", "value": "x"}]}', "labs[0]")])
def test_bad_case_on_standard_input_is_one_line_and_status_2(text: str, message: str) -> None:
    done = kg("explain", "--case", "-", stdin=text)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_schema_of_a_case_is_printed() -> None:
    schema = json.loads(kg("schema", "case").stdout)
    assert set(schema["properties"]) >= {"patient", "labs", "findings", "drugs", "drugs_complete", "history"}


def test_no_network_is_used_and_nothing_of_a_case_is_written(case_file: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", GUARD, "explain", "--case", case_file, "--lab", "MCV=0.9e-13[L]", "-f", "json"]
    environment = {**os.environ, "KG_CACHE": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert json.loads(done.stdout)["status"] == "explained", done.stderr
    written = done.stderr.split("WRITTEN")[1]
    outside = [
        path for path in written.strip(" []\n").split(", ") if path and str(cache) not in path and "__pycache__" not in path
    ]
    assert not outside
    for path in cache.rglob("*"):
        assert path.is_dir() or "wibble" not in path.read_text(encoding="utf-8")
