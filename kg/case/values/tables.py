"""The tables of words and of plain figures that the reading of values stands on. Owns finding them; knows no column."""

from __future__ import annotations

import csv
import io
from functools import lru_cache

from kg import config


@lru_cache(maxsize=32)
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table below `ontology/`, such as `language/units.tsv`, by column."""
    text = (config.find_share() / "ontology" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
