"""Exporting every artefact as a whole process; ELK's classification against OWLAPI's loading, where the loaders are there."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.release.matrix import ROOT, find_loaders


def run() -> list[dict[str, Any]]:
    """Seconds, peak memory, and the ratio of classification to loading."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "kg", "export", "-q", str(Path(folder) / "release")]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    rows: list[dict[str, Any]] = [
        {"what": "export every artefact (s)", "ours": seconds, "goal": "<= 60"},
        {"what": "peak memory of the export (GiB)", "ours": peak, "goal": "<= 2"},
    ]
    return rows + _classification()


def _classification() -> list[dict[str, Any]]:
    python = find_loaders()
    if python is None:
        return []
    script, base = ROOT / "tests" / "release" / "owlapi.py", ROOT / "ontology" / "leukograph-base.owl"
    done = subprocess.run([str(python), str(script), "elk", str(base)], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    ours, peer = found["classify_seconds"], found["load_seconds"]
    what = "ELK classifies the ontology (s); peer: OWLAPI loads it"
    return [{"what": what, "ours": ours, "peer": peer, "ratio": ours / peer, "goal": "ratio <= 10"}]
