"""The JSON API: the same answers as the command line, described truly, and its errors as one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

CASE = {"findings": [{"text": "agranulocytosis"}], "drugs": [{"name": "clozapine", "days_since_start": 50}]}


def run_command(small: Path, *arguments: str, text: str = "") -> Any:
    env = os.environ | {"KG_ONTOLOGY": str(small), "KG_CACHE": str(small.parent / "cache")}
    command = [sys.executable, "-m", "kg", *arguments]
    found = subprocess.run(command, env=env, input=text, capture_output=True, text=True, timeout=60)
    return json.loads(found.stdout)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/explain?finding=neutropenia", ["explain", "neutropenia", "-f", "json"]),
        ("/api/terms/neutropenia", ["info", "neutropenia", "-f", "json"]),
        ("/api/compare?first=leukopenia&second=neutropenia", ["compare", "leukopenia", "neutropenia", "-f", "json"]),
        ("/api/why?subject=agranulocytosis&object=neutropenia", ["why", "agranulocytosis", "neutropenia", "-f", "json"]),
    ],
)
def test_reading_gives_what_the_command_line_gives(client: httpx.Client, small: Path, path: str, command: list[str]) -> None:
    """GET calls and their commands: the same JSON"""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json() == run_command(small, *command)


def test_search_gives_what_the_command_line_gives(client: httpx.Client, small: Path) -> None:
    """the list of the command stands under `terms`"""
    found = client.get("/api/search", params={"q": "neutro", "limit": 5}).json()["terms"]
    assert found == run_command(small, "search", "neutro", "--limit", "5", "-f", "json")
    assert found


def test_a_case_gives_what_the_command_line_gives(client: httpx.Client, small: Path, tmp_path: Path) -> None:
    """POST calls with a case"""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE))
    case = ["--case", str(path), "-f", "json"]
    cause = client.post("/api/explain", json=CASE).json()["causes"][0]["id"]
    drop = {"case": CASE, "add": [], "drop": ["drug:clozapine"]}
    assert client.post("/api/explain", json=CASE).json() == run_command(small, "explain", *case)
    assert client.post("/api/next", json={"case": CASE, "limit": 3}).json() == run_command(small, "next", "--limit", "3", *case)
    assert client.post("/api/why-not", json={"case": CASE, "cause": cause}).json() == run_command(small, "why-not", cause, *case)
    assert client.post("/api/what-if", json=drop).json() == run_command(small, "what-if", "--drop", "drug:clozapine", *case)


def test_a_case_is_kept_nowhere(client: httpx.Client) -> None:
    """answers about a case may not be stored by caches"""
    assert client.post("/api/explain", json=CASE).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/explain?finding=neutropinea", None, 422),
        ("GET", "/api/explain", None, 422),
        ("GET", "/api/terms/nothing-of-the-kind", None, 404),
        ("GET", "/api/search", None, 422),
        ("GET", "/api/search?q=a&limit=0", None, 422),
        ("GET", "/api/search?q=a&limit=%C2%B2", None, 422),
        ("GET", "/api/compare?first=neutropenia", None, 422),
        ("POST", "/api/explain", {"findings": 3}, 422),
        ("POST", "/api/explain", [], 422),
        ("POST", "/api/next", {"case": CASE, "limit": 0}, 422),
        ("POST", "/api/why-not", {"case": CASE}, 422),
        ("POST", "/api/what-if", {"case": CASE}, 422),
        ("POST", "/api/what-if", {"case": CASE, "add": "drug:x"}, 422),
        ("DELETE", "/api/explain", None, 405),
        ("GET", "/api/next", None, 405),
        ("GET", "/api/nothing", None, 404),
    ],
)
def test_a_wrong_call_gets_one_line(client: httpx.Client, method: str, path: str, body: Any, status: int) -> None:
    """a status, and an object with `error`"""
    answer = client.request(method, path, json=body) if body is not None else client.request(method, path)
    assert answer.status_code == status, answer.text
    assert "\n" not in answer.json()["error"]


def test_a_near_name_is_suggested(client: httpx.Client) -> None:
    """suggestions come with an unknown name"""
    assert "neutropenia" in client.get("/api/terms/neutropinea").json()["suggestions"]


def test_versions_are_told(client: httpx.Client) -> None:
    """program, data, and the bytes that tags are made of"""
    import kg

    found = client.get("/version").json()
    assert found["leukograph"] == kg.__version__
    assert client.get("/sparql", params={"query": "ASK {}"}).headers["etag"].startswith(f'W/"{found["build"]}-')


def test_the_description_holds_under_random_calls(server: str) -> None:
    """schemathesis: calls made from the description get described statuses and bodies, and the server lives"""
    schema = schemathesis.openapi.from_url(server + "/openapi.json")

    for operation in schema.get_all_operations():
        check_operation(operation.ok())
    assert httpx.get(server + "/health").json() == {"status": "ok"}


def check_operation(operation: Any) -> None:
    from hypothesis import given

    checks = schemathesis.checks
    wanted = [checks.not_a_server_error, checks.CHECKS.get_one("response_schema_conformance")]

    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(checks=wanted)

    call()
