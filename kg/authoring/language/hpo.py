"""All names of the Human Phenotype Ontology -> the two tables from which the reader of words finds them.

Owns reading `hp.obo` and the choice of names: of phenotypes only; exact, narrow and related ones; no abbreviations, which
mean something else in another text. `hpo_names.tsv` holds each name as its sorted keys beside its rarest key, so that a
reader looks at a handful of lines; it is made anew (`python -m tests.regenerate regenerate_hpo_names`) whenever a word table
changes. Must not know the graph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.case.language.tables import find_table
from kg.case.language.words import read_words

ROOT = "HP:0000118"  # phenotypic abnormality; modifiers, frequencies and modes of inheritance are no findings
_SYNONYM = re.compile(r'^synonym: "(?P<name>(?:[^"\\]|\\.)*)" (?P<scope>EXACT|NARROW|RELATED)(?: (?P<type>\S+))? \[')
_SKIPPED_TYPES = frozenset({"abbreviation", "obsolete_synonym"})


class HpoTerm(NamedTuple):
    """A term of HPO."""

    id: str
    label: str
    parents: tuple[str, ...]
    names: tuple[str, ...]


def read_obo(path: Path) -> dict[str, HpoTerm]:
    """Terms of an `hp.obo` that are not obsolete."""
    found = {}
    for stanza in path.read_text(encoding="utf-8").split("\n[")[1:]:
        if stanza.startswith("Term]") and "\nis_obsolete: true" not in stanza:
            term = _read_stanza(stanza)
            found[term.id] = term
    return found


def _read_stanza(stanza: str) -> HpoTerm:
    lines = stanza.splitlines()
    field = {
        key: value for line in lines if (key := line.partition(": ")[0]) in ("id", "name") and (value := line.partition(": ")[2])
    }
    parents = tuple(line[6:].split(" ")[0] for line in lines if line.startswith("is_a: "))
    matches = [m for line in lines if (m := _SYNONYM.match(line)) and m["type"] not in _SKIPPED_TYPES]
    return HpoTerm(field["id"], field["name"], parents, (field["name"], *(m["name"] for m in matches)))


def find_below(terms: dict[str, HpoTerm], root: str) -> set[str]:
    """A term and all below it."""
    found, size = {root}, 0
    while len(found) > size:
        size = len(found)
        found |= {t.id for t in terms.values() if found & set(t.parents)}
    return found


def write_tables(obo: Path, folder: Path | None = None) -> tuple[Path, Path]:
    """Write `hpo_terms.tsv` and `hpo_names.tsv` from an `hp.obo`."""
    every = read_obo(obo)
    kept = find_below(every, ROOT)
    terms = [every[node] for node in sorted(kept)]
    names = (folder / "hpo_names.tsv") if folder else find_table("hpo_names.tsv")
    table = (folder / "hpo_terms.tsv") if folder else find_table("hpo_terms.tsv")
    lines = [f"{t.id}\t{t.label}\t{'|'.join(p for p in t.parents if p in kept)}" for t in terms]
    table.write_text("\n".join(["id\tlabel\tparents", *lines]) + "\n", encoding="utf-8")
    names.write_text("\n".join(["rarest word\tnames", *_name_lines(terms)]) + "\n", encoding="utf-8")
    return table, names


def _keys(name: str) -> Iterator[tuple[str, ...]]:
    """Sorted keys of a name; that a quantity was raised or lowered in the blood goes without saying."""
    words = set(read_words(name))
    if words:
        yield tuple(sorted(words))
    if "blood" in words and words & {"increased", "decreased"} and len(words) > 2:
        yield tuple(sorted(words - {"blood"}))


def _name_lines(terms: list[HpoTerm]) -> Iterator[str]:
    """A line for each rarest word: `word <tab> key key=HP:1 HP:2|key key=HP:3`."""
    by_keys: dict[tuple[str, ...], list[str]] = {}
    for term in terms:
        for name in term.names:
            for keys in _keys(name):
                if term.id not in by_keys.setdefault(keys, []):
                    by_keys[keys].append(term.id)
    count = Counter(key for keys in by_keys for key in keys)
    lines: dict[str, list[str]] = {}
    for keys, ids in sorted(by_keys.items()):
        rarest = min(keys, key=lambda k: (count[k], k))
        lines.setdefault(rarest, []).append(f"{' '.join(keys)}={' '.join(ids)}")
    for rarest in sorted(lines):
        yield f"{rarest}\t{'|'.join(lines[rarest])}"
