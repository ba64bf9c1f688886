"""Building the whole ontology from its tables, as a whole process, against rdflib parsing what was built."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def run() -> list[dict[str, Any]]:
    """Seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _seconds("-m", "kg", "build", "--ontology", str(ROOT / "ontology"), "-o", folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        owl = Path(folder) / "leukograph.owl"
        peer = _seconds("-c", f"import rdflib; rdflib.Graph().parse({str(owl)!r}, format='xml')")
    return [
        {
            "what": "build the ontology from the tables (s); peer: rdflib parses the built file",
            "ours": ours,
            "peer": peer,
            "ratio": ours / peer,
            "goal": "ratio <= 3",
        },
        {"what": "peak memory of the build's largest process (MiB)", "ours": peak, "goal": "<= 500"},
    ]


def _seconds(*arguments: str) -> float:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT, env=env)
    return time.perf_counter() - start
