"""Curated tables -> frozen records, and the rules between tables.

Owns the reading of `ontology/terms/*.tsv` and `ontology/associations/*.tsv` and every check that needs no reasoner.
Must not know OWL, RDF or graphs.
"""

from kg.authoring.curation.checks import CHECKS, REVIEWS, check_curation
from kg.authoring.curation.tables import read_curation

__all__ = ["CHECKS", "REVIEWS", "check_curation", "read_curation"]
