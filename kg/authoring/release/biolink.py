"""Our categories and predicates in the words of the Biolink model (checked in the tests against its published file, 4.4.6).

Data only. Biolink has no disposition: `can cause` becomes `contributes_to`, its weakest causal word, and the label of our
own predicate stands beside it in every edge.
"""

from __future__ import annotations

from typing import Any, Final

NODES: Final = {
    "finding": "PhenotypicFeature",
    "reading": "ClinicalFinding",
    "mechanism": "PathologicalProcess",
    "feature": "PhenotypicFeature",
    "consequence": "PhenotypicFeature",
    "cell": "Cell",
    "gene": "Gene",
    "test": "ClinicalMeasurement",
    "threshold": "InformationContentEntity",
    "range": "InformationContentEntity",
}
CAUSES: Final = {
    "drug": "DrugExposure",
    "drug group": "DrugExposure",
    "combined cause": "ComplexChemicalExposure",
    "infection": "Disease",
    "immune disease": "Disease",
    "nutritional deficiency": "Disease",
    "sequestration": "Disease",
    "hematological disease": "Disease",
    "inherited disease": "Disease",
    "other condition": "Disease",
    "normal variant": "PhenotypicFeature",
    "physiological state": "PhenotypicFeature",
    "artifact": "ClinicalFinding",
    "physical exposure": "EnvironmentalExposure",
}
PREFIXES: Final = {
    "CHEBI": "ChemicalEntity",
    "GO": "BiologicalProcess",
    "NCBITaxon": "OrganismTaxon",
    "ECO": "EvidenceType",
    "CL": "Cell",
    "HP": "PhenotypicFeature",
}
EDGES: Final = {
    "is a": "subclass_of",
    "can cause": "contributes_to",
    "can act via": "affects",
    "can lead to": "contributes_to",
    "can trigger": "contributes_to",
    "can bring about": "contributes_to",
    "can be followed by": "precedes",
    "can present with": "has_phenotype",
    "can show as": "has_manifestation",
    "can account for reading": "contributes_to",
    "has defining feature": "has_phenotype",
    "has component": "has_part",
    "member of drug group": "member_of",
    "has causal gene": "condition_associated_with_gene",
    "has inheritance": "has_mode_of_inheritance",
    "is argued against by": "decreased_likelihood_associated_with",
    "is made likelier by": "increased_likelihood_associated_with",
    "label lists": "has_adverse_event",
    "develops from": "develops_from",
    "acts on cell": "affects",
    "disturbs process": "affects",
    "has exposure agent": "has_participant",
    "has infectious agent": "has_participant",
    "due to": "caused_by",
}
KNOWLEDGE: Final = {
    "trial": "statistical_association",
    "cohort": "statistical_association",
    "reported cases": "observation",
    "experiment": "observation",
    "curator inference": "prediction",
}


def get_category(node: str, data: dict[str, Any], group: dict[str, Any] | None = None) -> str:
    """Biolink category of a node; a group class has that of its group."""
    if group is not None:
        return get_category(data["stands_for"], group)
    name = CAUSES.get(data.get("kind", "")) or NODES.get(data["category"]) or PREFIXES.get(node.partition(":")[0])
    return f"biolink:{name or 'NamedThing'}"


def get_predicate(label: str) -> str:
    """Biolink predicate of one of our relations."""
    return f"biolink:{EDGES.get(label, 'related_to')}"
