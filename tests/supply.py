"""`python -m tests.supply BOM.json`: known vulnerabilities of what a bill of materials lists; status 1 where there are any.

`.ci/supply` makes the bill (CycloneDX) of an installation with all extras and runs this. pip-audit asks the OSV database; where
that cannot be reached, the database that the package safety-db ships is taken, and its age is said: no news is no safety then.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

OWN = "leukograph"


class Finding(NamedTuple):
    """A package with a known vulnerability."""

    package: str
    version: str
    id: str
    advisory: str


def read_bom(path: Path) -> dict[str, str]:
    """Version by name of each package in a CycloneDX bill, our own left out."""
    bill = json.loads(path.read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    return {part["name"]: part["version"] for part in bill["components"] if part["name"] != OWN}


def ask_pip_audit(packages: Mapping[str, str]) -> list[Finding] | None:
    """What pip-audit finds in OSV; None where it cannot reach the database."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{name}=={number}\n" for name, number in packages.items())
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "-s", "osv", "-r", file.name, "--no-deps", "--disable-pip", "-f", "json"]
        done = subprocess.run(command, capture_output=True, text=True)
    try:
        answer: Any = json.loads(done.stdout)
    except ValueError:
        return None
    return [
        Finding(part["name"], part["version"], flaw["id"], flaw["description"])
        for part in answer["dependencies"]
        for flaw in part.get("vulns", ())
    ]


def ask_safety_db(packages: Mapping[str, str]) -> list[Finding]:
    """What the shipped database knows; its package cannot be imported, since it opens its file where one happens to stand."""
    found = find_spec("safety_db")
    assert found is not None, "pip install --group supply"
    return match(packages, json.loads(Path(found.origin or "").with_name("insecure_full.json").read_text(encoding="utf-8")))


def match(packages: Mapping[str, str], database: Mapping[str, Any]) -> list[Finding]:
    """Flaws of a database in the form of safety-db whose versions include one that is installed."""
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    known = {canonicalize_name(name): flaws for name, flaws in database.items() if name != "$meta"}
    return [
        Finding(name, number, str(flaw.get("cve") or flaw["id"]), flaw["advisory"])
        for name, number in packages.items()
        for flaw in known.get(canonicalize_name(name), ())
        if any(SpecifierSet(spec).contains(number, prereleases=True) for spec in flaw["specs"])
    ]


def audit(packages: Mapping[str, str]) -> tuple[str, list[Finding]]:
    """Name of the database that answered, and what it knows."""
    found = ask_pip_audit(packages)
    if found is not None:
        return "OSV, asked just now", found
    return f"safety-db {version('safety-db')}, because OSV cannot be reached", ask_safety_db(packages)


def main(path: str) -> int:
    """Tell what was found."""
    packages = read_bom(Path(path))
    database, found = audit(packages)
    lines = [f"{f.package} {f.version}: {f.id}: {' '.join(f.advisory.split())[:200]}" for f in found]
    summary = f"{len(packages)} packages, {len(found)} known vulnerabilities ({database})"
    sys.stdout.write("\n".join([*lines, summary]) + "\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
