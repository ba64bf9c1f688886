"""`python -m tests.reliability [--write]`: the reliability table, measured here and now; `--write` puts it into the README.

Inputs: the saved corpus, on the live ontology. Kills and the FHIR matrix: the tests that do them, counted as pytest counts.
Requests: a server of two workers, on loopback; RELIABILITY_REQUESTS says how many (20,000 where nothing is said). Memory: the
peak of each process of that server, added up; shared pages count in each.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests.conftest import ROOT, copy_tables

README = ROOT / "README.md"
MARKERS = re.compile(r"(<!-- reliability -->\n).*?(<!-- /reliability -->)", re.DOTALL)
REQUESTS = int(os.environ.get("RELIABILITY_REQUESTS", "20000"))
MATRIX = ROOT / "tests" / "case" / "test_fhir_matrix.py"
STEPS = 2 * 10  # kills that the tests of single steps do at the least
Row = tuple[str, str]


def run_tests(*words: str) -> tuple[int, int]:
    """Tests that ran and tests that failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *words]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=sys.stderr)
        suite = next(ElementTree.parse(report).iter("testsuite")).attrib
    failed = int(suite["failures"]) + int(suite["errors"])
    return int(suite["tests"]) - int(suite["skipped"]), failed


def measure_inputs() -> Row:
    """The corpus: how many inputs, how many faults."""
    from tests.curation.test_bad_input import complete
    from tests.fuzz import generate
    from tests.fuzz.test_corpus import attempt, judge

    with tempfile.TemporaryDirectory() as folder:
        complete(copy_tables(Path(folder) / "tables"))
        inputs = generate.read()
        faults = sum(bool(judge(*attempt(command, data, Path(folder)))) for command, data in inputs)
    return "inputs of the saved corpus; faults", f"{len(inputs):,}; {faults}"


def measure_kills() -> list[Row]:
    """Kills of the commands that write, and of the server's processes."""
    from tests.release.test_folders import COMMANDS, KILLS

    _, failed = run_tests("tests/release/test_folders.py", "-k", "twenty_kills or single_step")
    total = KILLS * len(COMMANDS) + STEPS
    written = "old or new whole, no litter" if not failed else f"{failed} TESTS FAILED"
    _, lost = run_tests("tests/serve/test_ending.py", "-k", "twenty_kills or sigkill")
    served = "no request lost, none outlived its server" if not lost else f"{lost} TESTS FAILED"
    return [
        (
            f"`kg site`, `kg export`, `kg build` killed, {KILLS} times each at random and before each single step",
            f"{total}+; {written}",
        ),
        ("workers, nurseries and servers killed while requests run", f"20, 5 and 1; {served}"),
    ]


def measure_requests() -> list[Row]:
    """Small queries from 16 and from 100 clients: served, errors, tails; and the memory of it all."""
    from benchmarks.server import LABEL, load, quantile, serve

    small, rows = [LABEL.format(1000 + number) for number in range(50)], []
    with serve() as (port, pid):
        for clients, count in ((16, REQUESTS * 4 // 5), (100, REQUESTS // 5)):
            wall, times = load(port, [small[n % len(small)] for n in range(count)], clients=clients)
            p50, p99 = (1000 * quantile(sorted(times), share) for share in (0.5, 0.99))
            what = f"requests of {clients} clients served; errors; answers a second; p50 and p99"
            rows.append((what, f"{len(times):,}; {count - len(times)}; {len(times) / wall:.0f}; {p50:.3g} and {p99:.3g} ms"))
        rows.append(("peak memory of that server, its nursery and two workers", f"{find_peak(pid):.0f} MB"))
    return rows


def find_peak(pid: int) -> float:
    """Megabytes at the peak of a process and of each of its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return (int(own[1]) if own else 0) / 1024 + sum(find_peak(int(child)) for child in children)


def measure_matrix() -> Row:
    """The FHIR situations of the matrix that are read as FHIR means them."""
    name = "situations of the FHIR matrix read right"
    if not MATRIX.exists():
        return name, "not measured: there is no matrix here"
    count = len((MATRIX.parent / "fhir_matrix.tsv").read_text(encoding="utf-8").splitlines()) - 1
    _, failed = run_tests(str(MATRIX))
    return name, f"{count - failed} of {count}"


def render(rows: list[Row]) -> str:
    """The table, with the day and the machine."""
    made = f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, Python {sys.version.split()[0]}"
    head = f"| what ({made}) | measured |\n| --- | --- |\n"
    return head + "".join(f"| {what} | {found} |\n" for what, found in rows)


def main() -> None:
    """Measure, print, and write where asked."""
    table = render([measure_inputs(), *measure_kills(), *measure_requests(), measure_matrix()])
    sys.stdout.write(table)
    if "--write" in sys.argv:
        README.write_text(MARKERS.sub(lambda m: f"{m[1]}{table}{m[2]}", README.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
