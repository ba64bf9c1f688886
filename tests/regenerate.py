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
    from kg import authoring

    with tempfile.TemporaryDirectory() as folder:
        tables = copy_tables(Path(folder) / "ontology")
        authoring.build(tables)
        os.environ["KG_ONTOLOGY"], os.environ["KG_CACHE"] = str(tables), str(Path(folder) / "cache")
        for name, make in ANSWERS.items():
            (GOLDEN / name).write_text(make(), encoding="utf-8")
        del os.environ["KG_ONTOLOGY"], os.environ["KG_CACHE"]


def register_ids() -> None:
    """New ids of the tables, appended to ontology/ids.tsv."""
    from kg import authoring

    authoring.register_ids(ROOT / "ontology")


STEPS = (register_ids, regenerate_golden)


def main() -> None:
    """Run all steps, or those named on the command line."""
    os.chdir(ROOT)
    for step in STEPS:
        if len(sys.argv) < 2 or step.__name__ in sys.argv[1:]:
            sys.stderr.write(f"{step.__name__}\n")
            step()


if __name__ == "__main__":
    main()
