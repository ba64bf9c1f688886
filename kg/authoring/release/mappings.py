"""Mappings as SSSOM. Owns the joining of the curated sets in `ontology/mappings/` with the cross references of the tables.

A mapping is never an axiom. A cross reference that no curated set covers is written as `oboInOwl:hasDbXref`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.authoring.records import Curation
from kg.exceptions import InputError
from kg.files import read_text

COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "comment")
PREFIX_MAP = {
    "ATC": "http://purl.bioontology.org/ontology/ATC/",
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "DECIPHER": "https://www.deciphergenomics.org/syndrome/",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "HGNC": "http://identifiers.org/hgnc/",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "ICD10CM": "http://purl.bioontology.org/ontology/ICD10CM/",
    "ICD11": "http://id.who.int/icd/entity/",
    "LEUKO": "https://w3id.org/leukograph/LEUKO_",
    "MESH": "http://identifiers.org/mesh/",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCIT": "http://purl.obolibrary.org/obo/NCIT_",
    "OMIM": "https://omim.org/entry/",
    "ORPHA": "http://www.orpha.net/ORDO/Orphanet_",
    "RXNORM": "http://purl.bioontology.org/ontology/RXNORM/",
    "UMLS": "http://linkedlifedata.com/resource/umls/id/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_BUILT_IN = ("semapv", "skos")

Mapping = dict[str, str]


def read_mappings(path: Path) -> list[Mapping]:
    """Rows of one SSSOM file, its metadata left out. Raises InputError where a row does not fit the header."""
    lines = [line for line in read_text(path).splitlines() if not line.startswith("#")]
    header = lines[0].split("\t") if lines else []
    rows = [line.split("\t") for line in lines[1:]]
    broken = [i for i, row in enumerate(rows) if len(row) != len(header)]
    if broken or "subject_id" not in header:
        raise InputError(f"row {broken[0] + 2 if broken else 1} does not fit the header; mend its tabs", path.name)
    return [dict(zip(header, row, strict=True)) for row in rows]


def find_mappings(curation: Curation, folder: Path) -> list[Mapping]:
    """All mappings: the curated ones, then the cross references that they do not cover."""
    curated = [row for path in sorted(folder.glob("*.sssom.tsv")) for row in read_mappings(path)]
    covered = {(row["subject_id"], row["object_id"]) for row in curated}
    found = [*curated, *(row for row in _find_xrefs(curation) if (row["subject_id"], row["object_id"]) not in covered)]
    return sorted(found, key=lambda row: (row["subject_id"], row["predicate_id"], row["object_id"]))


def _find_xrefs(curation: Curation) -> Iterator[Mapping]:
    for term in curation.terms:
        for xref in term.get_values("oboInOwl:hasDbXref"):
            prefix, _, local = xref.partition(":")
            if term.id.startswith("LEUKO:") and prefix in PREFIX_MAP and local and " " not in local:
                yield {
                    "subject_id": term.id,
                    "subject_label": term.label,
                    "predicate_id": "oboInOwl:hasDbXref",
                    "object_id": xref,
                    "mapping_justification": "semapv:UnspecifiedMatching",
                }


def render_sssom(rows: Iterable[Mapping], version: str) -> str:
    """One SSSOM table with its metadata."""
    told = list(rows)
    used = {row[c].partition(":")[0] for row in told for c in ("subject_id", "object_id", "predicate_id")} - {*_BUILT_IN}
    head = ["# curie_map:", *(f'#   {prefix}: "{PREFIX_MAP[prefix]}"' for prefix in sorted({*used, *_BUILT_IN}))]
    head += [
        '# license: "https://creativecommons.org/licenses/by/4.0/"',
        '# mapping_set_description: "All mappings of Leukograph; no axiom follows from a mapping."',
        '# mapping_set_id: "https://w3id.org/leukograph/leukograph.sssom.tsv"',
        '# mapping_set_title: "Leukograph mappings"',
        f'# mapping_set_version: "{version}"',
    ]
    lines = ["\t".join(row.get(column, "") for column in COLUMNS) for row in told]
    return "\n".join([*head, "\t".join(COLUMNS), *lines]) + "\n"
