"""`kg query` and `kg push` as a user runs them: here, at a server of ours, and in a Virtuoso."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from kg.knowledge.store import find_queries, open_engine
from tests.conftest import ROOT
from tests.serve.conftest import run_server

TOKEN = "a token of more than sixteen letters"
NAME = "finding_hierarchy"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
Done = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.usefixtures("small_kg")


def kg(*arguments: str, stdin: str = "", **environment: str) -> Done:
    command = [sys.executable, "-m", "kg", *arguments]
    env = os.environ | environment
    return subprocess.run(command, input=stdin, env=env, capture_output=True, text=True, check=False, timeout=120)


def refused(done: Done) -> str:
    """The one line of a refusal."""
    assert done.returncode == 2
    assert not done.stdout
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.fixture(scope="module")
def guarded(small: Path) -> Iterator[str]:
    """Endpoint of a server of ours that wants a token."""
    with run_server(small, "--workers", "2", KG_TOKEN=TOKEN) as address:
        yield f"{address}/sparql"


@pytest.fixture(scope="module")
def graph_store(virtuoso: str) -> str:
    """Address of Virtuoso's graph store that wants a digest login."""
    return virtuoso.replace("/sparql", "/sparql-graph-crud-auth")


class TestQuery:
    def test_without_a_name_it_lists_the_library(self) -> None:
        lines = kg("query").stdout.splitlines()
        assert [line.split()[0] for line in lines] == [query.name for query in find_queries(ROOT / "queries")]

    def test_every_format_of_rows_says_the_same(self) -> None:
        table = list(csv.reader(io.StringIO(kg("query", NAME, "-f", "csv").stdout)))
        assert len(table) > 3
        found = json.loads(kg("query", NAME, "-f", "json").stdout)
        assert [[row.get(c, {}).get("value", "") for c in table[0]] for row in found["results"]["bindings"]] == table[1:]
        assert len(kg("query", NAME, "-f", "tsv").stdout.splitlines()) == len(table)
        assert len(ET.fromstring(kg("query", NAME, "-f", "xml").stdout)[1]) == len(table) - 1
        for form in ("md", "table"):
            lines = kg("query", NAME, "-f", form).stdout.splitlines()
            assert len(lines) == len(table) + 1
            assert all(row[1] in line for row, line in zip(table[1:], lines[2:], strict=True))

    def test_a_construct_query_gives_turtle(self) -> None:
        done = kg("query", "subgraph_of_cause", "--param", "cause=LEUKO:0006001", "-f", "ttl")
        assert f"{len(rdflib.Graph().parse(data=done.stdout))} rows" in done.stderr
        assert "ttl" in refused(kg("query", "subgraph_of_cause", "-f", "csv"))

    def test_the_time_goes_to_stderr(self, small: Path) -> None:
        done = kg("query", "-", "-f", "csv", stdin=COUNT)
        assert done.stderr.startswith("1 row in ")
        assert done.stdout.split() == ["n", str(len(open_engine([small / "leukograph.owl"]).store))]

    def test_a_file_and_standard_input_are_queries_too(self, tmp_path: Path) -> None:
        file = tmp_path / "count.rq"
        file.write_text(COUNT)
        assert kg("query", str(file)).stdout == kg("query", "-", stdin=COUNT).stdout != ""

    def test_a_parameter_is_bound_as_a_term(self) -> None:
        shown = kg("query", "term_by_name", "--param", 'name=x" } DROP ALL #', "--explain").stdout
        assert '"x\\" } DROP ALL #"' in shown
        assert kg("query", "term_by_name", "--param", 'name=x" } DROP ALL #').returncode == 0

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["no_such_query"], "there are: "),
            (["term_by_name", "--param", "nome=x"], "it has: name"),
            (["term_by_name", "--param", "name"], "has no '='"),
            (["causes_of_finding", "--param", "finding=a b"], "is no IRI"),
            (["drugs_by_incidence", "--endpoint", "ftp://example.org"], "no http address"),
            (["drugs_by_incidence", "--endpoint", "http://127.0.0.1:9/sparql"], "does not answer"),
        ],
    )
    def test_what_cannot_be_is_one_line(self, arguments: list[str], says: str) -> None:
        assert says in refused(kg("query", *arguments))

    def test_a_query_that_does_not_parse_is_one_line(self) -> None:
        assert "does not parse" in refused(kg("query", "-", stdin="SELECT * { ?s ?p }"))

    def test_names_complete(self) -> None:
        words = {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": "kg query finding_h", "COMP_CWORD": "2"}
        assert kg(**words).stdout.split(",")[-1].strip() == NAME


class TestOurServer:
    def test_gives_the_same_rows_to_who_has_the_token(self, guarded: str) -> None:
        there = kg("query", NAME, "--endpoint", guarded, "--token", TOKEN)
        assert there.stdout == kg("query", NAME).stdout
        hidden = {"KG_ENDPOINT": guarded, "KG_ENDPOINT_TOKEN": TOKEN}
        assert kg("query", NAME, **hidden).stdout == there.stdout

    def test_refuses_who_has_none(self, guarded: str) -> None:
        assert "401" in refused(kg("query", NAME, "--endpoint", guarded))
        assert "401" in refused(kg("query", NAME, "--endpoint", guarded, "--token", "another token altogether"))

    def test_cannot_be_pushed_to(self, guarded: str) -> None:
        assert "403" in refused(kg("push", "--endpoint", guarded, "--token", TOKEN))


class TestVirtuoso:
    def ask(self, virtuoso: str, graph: str) -> list[str]:
        """Lines of the answer, sorted: Virtuoso orders literals by when each was loaded."""
        return sorted(kg("query", NAME, "-f", "csv", "--endpoint", virtuoso, "--graph", graph).stdout.splitlines())

    def triples(self, virtuoso: str, graph: str) -> str:
        return kg("query", "-", "-f", "csv", "--endpoint", virtuoso, "--graph", graph, stdin=COUNT).stdout.split()[1]

    def test_pushed_by_update_it_answers_the_same(self, virtuoso: str, small: Path) -> None:
        graph = "https://example.org/update"
        done = kg("push", "--endpoint", virtuoso, "--graph", graph)
        count = len(open_engine([small / "leukograph.owl"]).store)
        assert done.stderr.strip().startswith(f"{count} triples in ")
        assert self.ask(virtuoso, graph) == sorted(kg("query", NAME, "-f", "csv").stdout.splitlines())

    def test_pushed_to_the_graph_store_with_a_login_it_answers_the_same(self, virtuoso: str, graph_store: str) -> None:
        graph = "https://example.org/store"
        login = {"KG_ENDPOINT_USER": "dba", "KG_ENDPOINT_PASSWORD": "dba"}
        arguments = ("push", "--graph-store", "--endpoint", graph_store, "--graph", graph)
        first = kg(*arguments, **login)
        assert first.returncode == 0, first.stderr
        assert self.ask(virtuoso, graph) == sorted(kg("query", NAME, "-f", "csv").stdout.splitlines())
        before = self.triples(virtuoso, graph)
        assert kg(*arguments, **login).returncode == 0
        assert self.triples(virtuoso, graph) == before, "a second push replaces the first"

    def test_another_file_is_added_where_asked(self, virtuoso: str, tmp_path: Path) -> None:
        graph, owl = "https://example.org/added", tmp_path / "two.ttl"
        for number in (1, 2):
            owl.write_text(f"<https://example.org/{number}> a <https://example.org/Thing> .")
            kg("push", "--endpoint", virtuoso, "--graph", graph, "--owl", str(owl), *(["--keep"] if number == 2 else []))
        assert self.triples(virtuoso, graph) == "2"

    def test_a_wrong_login_is_one_line_and_changes_nothing(self, virtuoso: str, graph_store: str) -> None:
        arguments = ("push", "--graph-store", "--endpoint", graph_store, "--graph", "https://example.org/locked")
        assert "401" in refused(kg(*arguments))
        assert "401" in refused(kg(*arguments, "--user", "dba", "--password", "wrong"))
        assert self.triples(virtuoso, "https://example.org/locked") == "0"
