"""Where things lie on disk. Owns the paths and nothing else; reads no file's content."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def find_share() -> Path:
    """Folder that holds `ontology/` and `queries/`: the checkout, or the copy inside the wheel."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "ontology" / "upper.ttl").exists() else PACKAGE / "share"


def get_ontology_dir() -> Path:
    """Folder of the tables and the built OWL files; `KG_ONTOLOGY` overrides it."""
    override = os.environ.get("KG_ONTOLOGY")
    return Path(override) if override else find_share() / "ontology"


def get_queries_dir() -> Path:
    """Folder of the query library."""
    return find_share() / "queries"


def get_cache_dir() -> Path:
    """The user's cache folder for graphs made ready; `KG_CACHE` overrides it."""
    override = os.environ.get("KG_CACHE")
    if override:
        return Path(override)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "leukograph"
