"""Composition root of the authoring wing: tables -> OWL files. Called by the command line only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kg.authoring.curation import CHECKS, REVIEWS, check_curation, read_curation
from kg.authoring.records import Curation, Place, Violation
from kg.exceptions import CurationError

REQUIRED = ("upper.ttl", "ids.tsv", "must_not_answer.tsv", "terms/*.tsv", "associations/*.tsv")
FULL, BASE = "leukograph.owl", "leukograph-base.owl"


def read_checked(ontology_dir: Path) -> Curation:
    """The tables. Raises CurationError with every violation of level ERROR."""
    curation = read_curation(ontology_dir)
    errors = [v for v in check_curation(curation) if v.level == "ERROR"]
    if errors:
        raise CurationError(errors)
    return curation


def get_data_version(curation: Curation) -> str:
    """Date of the newest review: the data say how old they are, no clock does."""
    return max((row.reviewed_on for row in curation.associations), default="0000-00-00")


def build(ontology_dir: Path, out_dir: Path | None = None, tell: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Build both OWL files from the tables; nothing is written unless everything holds, and then both or none.

    `tell` gets a line where an earlier file was edited and is kept. Raises CurationError, InputError, ReasoningError.
    """
    from kg.authoring.ontology.build import build_product
    from kg.authoring.sealed import write_files

    curation = read_checked(ontology_dir)
    product = build_product(curation, ontology_dir / "upper.ttl", get_data_version(curation))
    return write_files(out_dir or ontology_dir, "kg-build", {BASE: product.base, FULL: product.full}, tell)


def register_ids(ontology_dir: Path) -> int:
    """Append the new ids of the tables to `ids.tsv`; gives their number."""
    from kg.authoring.curation.registry import register_ids as register

    curation = read_curation(ontology_dir)
    return register(ontology_dir, curation, get_data_version(curation))


def check(ontology_dir: Path, entailments: bool = True) -> Sequence[Violation]:
    """Violations of the table rules, the lists for review (level INFO) and, where the tables hold, what must not follow.

    Raises MissingExtraError where a Java runtime is needed and missing, ReasoningError for an inconsistent ontology.
    """
    if missing := _find_missing(ontology_dir):
        return missing
    try:
        curation = read_curation(ontology_dir)
    except CurationError as error:
        return error.violations
    found = check_curation(curation, (*CHECKS, *REVIEWS))
    if not entailments or any(v.level == "ERROR" for v in found):
        return found
    return (*found, *_check_entailments(curation, ontology_dir))


def _find_missing(ontology_dir: Path) -> list[Violation]:
    """Files that the tables do not stand without: a folder that lacks one would pass for want of anything to check."""
    places = {name: next(ontology_dir.glob(name), None) for name in REQUIRED}
    return [
        Violation("missing_file", "ERROR", Place(name, 1), "there is no such file", "bring it back")
        for name, found in places.items()
        if found is None
    ]


def _check_entailments(curation: Curation, ontology_dir: Path) -> Sequence[Violation]:
    """Guards G1 to G7, and a row or chain behind each inferred pair of cause and finding."""
    from kg.authoring.ontology.annotations import annotate_claims, build_annotations
    from kg.authoring.ontology.axioms import build_world, dump_triples
    from kg.authoring.ontology.guards import Facts, check_guards, read_forbidden
    from kg.authoring.ontology.witnesses import check_witnesses

    upper, forbidden = ontology_dir / "upper.ttl", ontology_dir / "must_not_answer.tsv"
    logic = dump_triples(build_world(curation, upper))
    triples = [*logic, *build_annotations(curation, upper), *annotate_claims(curation, upper, logic)]
    facts = Facts(curation, triples, read_forbidden(forbidden))
    return (*check_guards(facts), *check_witnesses(facts))
