"""A small ontology of the eighteen hard cases, to be broken by the mutation tests: the fixture plus the rows below."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kg.authoring.curation import read_curation
from kg.authoring.ontology.guards import Forbidden
from kg.authoring.records import Association, Curation, Place, Term

_P = Place("trial")


def term(id_: str, label: str, *parents: str, acts_on: str = "") -> Term:
    """A class with its parents and, for a mechanism, the cell that it acts on."""
    restrictions = (("acts on cell", acts_on),) if acts_on else ()
    return Term(id_, label, "owl:Class", False, parents, restrictions, (), _P)


def row(number: int, subject: Term, predicate: str, obj: Term, scope: str = "all", direction: str = "supports") -> Association:
    """A claim."""
    empty = dict.fromkeys(("n", "total", "frequency", "onset_min", "onset_max", "recovery_min", "recovery_max"), "")
    empty |= dict.fromkeys(("dose_dependence", "severity", "population", "outcome", "refutes_id"), "")
    return Association(
        id=f"LEUKO:1{number:06d}", subject=subject.id, subject_label=subject.label, predicate=predicate, object=obj.id,
        object_label=obj.label, scope=scope, direction=direction, evidence="ECO:0000033", statement_kind="review",
        source="SEED:14", gist="Trial.", reviewed_on="2026-11-24", place=_P, **empty,
    )  # fmt: skip


class Trial:
    """The ontology and the names of its terms. `terms` and `rows` are copied, never changed in place."""

    def __init__(self, tables: Path) -> None:
        small = read_curation(tables)
        self.by_label = {t.label: t for t in small.terms}
        for label, id_, parents, cell in _TERMS:
            self.by_label[label] = term(id_, label, *parents, acts_on=cell)
        self.rows = [*small.associations, *(self.claim(900000 + i, *claim) for i, claim in enumerate(_ROWS))]

    def claim(self, number: int, subject: str, predicate: str, obj: str, *rest: str) -> Association:
        return row(number, self.by_label[subject], predicate, self.by_label[obj], *rest)

    @property
    def curation(self) -> Curation:
        return Curation(tuple(self.by_label.values()), tuple(self.rows))

    # ------------------------------------------------------------------ what a mutation may do

    def add_parent(self, label: str, parent: str) -> None:
        told = self.by_label[label]
        self.by_label[label] = replace(told, parents=(*told.parents, parent))

    def set_parents(self, label: str, *parents: str) -> None:
        self.by_label[label] = replace(self.by_label[label], parents=parents)

    def set_fillers(self, label: str, *restrictions: tuple[str, str]) -> None:
        self.by_label[label] = replace(self.by_label[label], restrictions=restrictions)

    def add_row(self, subject: str, predicate: str, obj: str, *rest: str) -> None:
        self.rows.append(self.claim(990000 + len(self.rows), subject, predicate, obj, *rest))

    def widen(self, subject: str) -> None:
        """Turn every `some` claim of a group into a claim of all its members."""
        self.rows = [replace(r, scope="all") if r.subject_label == subject else r for r in self.rows]

    def forbid(self, cause: str, finding: str) -> Forbidden:
        a, b = self.by_label[cause], self.by_label[finding]
        return Forbidden(a.id, a.label, b.id, b.label, "trial", "trial", _P)


_TERMS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("Duffy-null phenotype", "LEUKO:0008602", ("normal variant",), ""),
    ("leukocyte clumping", "LEUKO:0008702", ("measurement artifact",), ""),
    ("diabetes mellitus", "LEUKO:0008890", ("disease",), ""),
    ("severe infection", "LEUKO:0005890", ("infection",), ""),
    ("HIV infection", "LEUKO:0005891", ("infection",), ""),
    ("methotrexate exposure", "LEUKO:0003890", ("drug exposure",), ""),
    ("leucovorin exposure", "LEUKO:0003891", ("drug exposure",), ""),
    ("methotrexate with leucovorin", "LEUKO:0008913", ("combined cause",), ""),
    ("Felty syndrome", "LEUKO:0008891", ("immune disease",), ""),
    ("epinephrine exposure", "LEUKO:0003892", ("drug exposure",), ""),
    ("accelerated leukocyte removal", "LEUKO:0002890", ("leukocyte-related pathological process",), ""),
    ("shift between compartments", "LEUKO:0002891", ("leukocyte-related pathological process",), ""),
    ("depletion of CD4 T cells", "LEUKO:0002892", ("accelerated leukocyte removal",), "CL:0000624"),
    ("utilization of neutrophils", "LEUKO:0002893", ("accelerated leukocyte removal",), "CL:0000775"),
    ("demargination", "LEUKO:0002894", ("shift between compartments",), "CL:0000775"),
    ("redistribution of eosinophils", "LEUKO:0002895", ("shift between compartments",), "CL:0000771"),
    ("splenic pooling", "LEUKO:0002896", ("accelerated leukocyte removal", "shift between compartments"), "CL:0000775"),
)
_ROWS: tuple[tuple[str, ...], ...] = (
    ("Duffy-null phenotype", "can account for reading", "low absolute neutrophil count"),
    ("leukocyte clumping", "can account for reading", "low absolute neutrophil count"),
    ("severe infection", "can act via", "utilization of neutrophils"),
    ("utilization of neutrophils", "can lead to", "neutropenia"),
    ("HIV infection", "can act via", "depletion of CD4 T cells"),
    ("depletion of CD4 T cells", "can lead to", "decreased circulating CD4 T cells"),
    ("methotrexate exposure", "can cause", "neutropenia"),
    ("methotrexate with leucovorin", "has component", "methotrexate exposure"),
    ("methotrexate with leucovorin", "has component", "leucovorin exposure"),
    ("methotrexate with leucovorin", "can cause", "neutropenia", "all", "refutes"),
    ("Felty syndrome", "can act via", "immune-mediated injury to neutrophils"),
    ("epinephrine exposure", "can act via", "demargination"),
    ("demargination", "can lead to", "neutrophilia"),
    ("epinephrine exposure", "can act via", "redistribution of eosinophils"),
    ("redistribution of eosinophils", "can lead to", "eosinopenia"),
    ("neutropenia", "can show as", "low total leukocyte count"),
)
FORBIDDEN = (
    ("Duffy-null phenotype", "neutropenia"),
    ("leukocyte clumping", "neutropenia"),
    ("diabetes mellitus", "neutropenia"),
    ("HIV infection", "neutropenia"),
    ("redistribution of eosinophils", "low total leukocyte count"),
    ("epinephrine exposure", "low total leukocyte count"),
    ("promethazine exposure", "agranulocytosis"),
)
