"""Store -> the logical axioms that a proof may rest on, each with the table rows behind it. Kept ready in the cache folder.

Owns the records of axioms and how they are read. Must not know what follows from them (`kg.reasoning.saturation`).
Inferred superclass axioms are left out: they are what a proof has to derive. The range of `can lead to` and the
disjointness of the upper classes are left out too: a guard holds every filler to them, so they add no superclass.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from kg.knowledge.graph.cache import _find_digest, read_sealed, write_sealed
from kg.knowledge.store import Engine, get_query
from kg.vocabulary import contract

FORMAT = "2"  # raise it when the shape of the records changes
TABLES = ("associations", "terms")
Pair = tuple[str, str]


class Axiom(NamedTuple):
    """One axiom of the file. `kind` says which fields count:

    `is a`: subject, object. `restriction`: subject, property, object. `definition`: subject, genus, differentiae.
    `subproperty`: property below object. `chain`: differentiae[0] (two properties) gives property.
    `rows` are the associations behind it; an axiom without any rests on the row of its subject, or on `upper.ttl`.
    """

    kind: str
    subject: str = ""
    property: str = ""
    object: str = ""
    genus: tuple[str, ...] = ()
    differentiae: tuple[Pair, ...] = ()
    rows: tuple[str, ...] = ()


def load_axioms(owl: Path, queries: Path, cache: Path) -> tuple[Axiom, ...]:
    """Axioms of a built OWL file, from the cache where its hash is known, else through the store."""
    path = cache / f"axioms-{FORMAT}-{_find_digest(owl, queries, cache)}.json"
    with contextlib.suppress(ValueError, TypeError):
        return tuple(_restore(row) for row in read_sealed(path))
    from kg.knowledge.store import open_engine

    axioms = read_axioms(open_engine([owl]), queries)
    write_sealed(path, axioms)
    return axioms


def _restore(row: list[Any]) -> Axiom:
    kind, subject, prop, obj, genus, differentiae, rows = row
    return Axiom(kind, subject, prop, obj, tuple(genus), tuple((p, f) for p, f in differentiae), tuple(rows))


def read_axioms(engine: Engine, queries: Path) -> tuple[Axiom, ...]:
    """All axioms in the store, in a stable order."""

    def rows(name: str) -> list[dict[str, str]]:
        found = engine.select(get_query(queries, name, "graph").text).as_dicts()
        return [{key: contract(value or "") for key, value in row.items()} for row in found]

    parents = [Axiom("is a", r["id"], "", r["parent"]) for r in rows("parents") if r["inferred"] != "true"]
    found = [
        *parents,
        *_restrictions(rows("restrictions")),
        *_definitions(rows("definitions")),
        *_properties(rows("property_axioms")),
    ]
    return tuple(sorted(found))


def _restrictions(rows: Iterable[dict[str, str]]) -> list[Axiom]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        found[row["id"], row["property"], row["filler"]] += [row["association"]] * bool(row["association"])
    return [Axiom("restriction", *key, rows=tuple(associations)) for key, associations in found.items()]


def _definitions(rows: Iterable[dict[str, str]]) -> list[Axiom]:
    genus: dict[str, set[str]] = defaultdict(set)
    pairs: dict[str, set[Pair]] = defaultdict(set)
    associations: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        genus[row["id"]] |= {row["genus"]} - {""}
        pairs[row["id"]] |= {(row["property"], row["filler"])} - {("", "")}
        associations[row["id"]] |= {row["association"]} - {""}
    return [
        Axiom("definition", i, "", "", tuple(sorted(genus[i])), tuple(sorted(pairs[i])), tuple(sorted(associations[i])))
        for i in genus
    ]


def _properties(rows: Iterable[dict[str, str]]) -> list[Axiom]:
    chains = [Axiom("chain", "", r["super"], "", (), ((r["first"], r["second"]),)) for r in rows if r["first"]]
    return chains + [Axiom("subproperty", "", r["property"], r["super"]) for r in rows if r["property"]]


def find_places(ontology: Path, ids: Iterable[str]) -> dict[str, str]:
    """`folder/table.tsv:line` of each id that the curated tables hold; the tables travel with the built file."""
    wanted = {curie.encode() for curie in ids}
    found: dict[str, str] = {}
    for path in (path for folder in TABLES for path in sorted((ontology / folder).glob("*.tsv"))):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if (curie := line.partition(b"\t")[0]) in wanted:
                found[curie.decode()] = f"{path.parent.name}/{path.name}:{number}"
    return found
