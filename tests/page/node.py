"""Runs the scripts of the exported page in Node, without a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conftest import skip

Json = dict[str, Any]
HERE = Path(__file__).parent
# What the model needs of the scripts that all pages share: the folding of names.
SHARED = "common.js", "typed.js"


class Page:
    """The data and scripts of the exported page, ready to be run."""

    def __init__(self, data: Json, folder: Path) -> None:
        from kg.serve.offline import MODEL, READING
        from kg.serve.pages import read_part

        if not shutil.which("node"):
            skip("no node")
        scripts = [read_part(name) for name in (*SHARED, *MODEL, *READING)]
        scripts[0] = scripts[0].replace("const LK = { parts: [] };", "")  # the runner has made it, with the data
        self.path = folder / "page.json"
        self.path.write_text(json.dumps({"data": data, "scripts": scripts}), encoding="utf-8")

    def run(self, cases: Iterable[Json]) -> list[Json]:
        """What the page makes of each case: an answer of `{"resolved": …}`, a resolved case of `{"given": …}`."""
        lines = "\n".join(json.dumps(case) for case in cases)
        command = ["node", str(HERE / "rank.cjs"), str(self.path)]
        run = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()]
