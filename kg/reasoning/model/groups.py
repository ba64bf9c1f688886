"""Signs that tell the same: fever, chills and rigors are one. Owns reading the table `ontology/redundant.tsv`."""

from __future__ import annotations

import csv
import io


def parse_groups(text: str) -> dict[str, str]:
    """Group of each term of the table; a term stands for its kinds, too."""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["term"]: row["group"] for row in rows}
