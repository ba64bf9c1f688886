"""Names and identifiers that the code relies on. Data only: no I/O, no logic beyond CURIE rewriting.

The predicates are declared in `ontology/upper.ttl`; a test holds this list against that file.
"""

from __future__ import annotations

from typing import Final, NamedTuple

LEUKO: Final = "https://w3id.org/leukograph/LEUKO_"
ONTOLOGY_IRI: Final = "https://w3id.org/leukograph/leukograph.owl"
BASE_IRI: Final = "https://w3id.org/leukograph/leukograph-base.owl"
OBO: Final = "http://purl.obolibrary.org/obo/"

PREFIXES: Final[dict[str, str]] = {
    "LEUKO": LEUKO,
    "HP": OBO + "HP_",
    "CL": OBO + "CL_",
    "GO": OBO + "GO_",
    "CHEBI": OBO + "CHEBI_",
    "NCBITaxon": OBO + "NCBITaxon_",
    "ECO": OBO + "ECO_",
    "MONDO": OBO + "MONDO_",
    "DOID": OBO + "DOID_",
    "RO": OBO + "RO_",
    "BFO": OBO + "BFO_",
    "IAO": OBO + "IAO_",
    "OGMS": OBO + "OGMS_",
    "UBERON": OBO + "UBERON_",
    "OMO": OBO + "OMO_",
    "HGNC": "http://identifiers.org/hgnc/",
    "UNII": "http://identifiers.org/unii/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vann": "http://purl.org/vocab/vann/",
    "bibo": "http://purl.org/ontology/bibo/",
}


def expand(curie: str) -> str:
    """IRI of a CURIE; an IRI is returned as it is. Raises KeyError for an unknown prefix."""
    if curie.startswith(("http://", "https://")):
        return curie
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


# Longest namespace first: OBO's own prefix is contained in those of its ontologies.
_NAMESPACES: Final = sorted(((iri, prefix) for prefix, iri in PREFIXES.items()), key=lambda pair: -len(pair[0]))


def contract(iri: str) -> str:
    """CURIE of an IRI, or the IRI itself where no prefix fits."""
    for namespace, prefix in _NAMESPACES:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


class Predicate(NamedTuple):
    """A relation of the association tables.

    `axiom`: a supported row becomes an existential restriction; others live on the association node only.
    """

    label: str
    curie: str
    axiom: bool


def _predicates() -> dict[str, Predicate]:
    rows = (
        ("can cause", "0000001", True),
        ("can act via", "0000002", True),
        ("can lead to", "0000003", True),
        ("can bring about", "0000004", True),
        ("can cause indirectly", "0000005", False),  # only ever inferred
        ("can be followed by", "0000006", True),
        ("can present with", "0000007", False),  # by the thousand: association nodes only
        ("can show as", "0000008", True),
        ("can account for reading", "0000009", True),
        ("has defining feature", "0000010", True),
        ("has component", "0000011", True),
        ("member of drug group", "0000017", True),
        ("has causal gene", "0000020", True),
        ("has inheritance", "0000022", False),
        ("can trigger", "0000023", True),
        ("is argued against by", "0000030", False),
        ("is made likelier by", "0000031", False),
        ("label lists", "0000032", False),
    )
    return {label: Predicate(label, f"LEUKO:{local}", axiom) for label, local, axiom in rows}


PREDICATES: Final = _predicates()
PREDICATE_BY_CURIE: Final = {p.curie: p for p in PREDICATES.values()}

# The relations of an explanation chain; consequences, signs and readings are kept out of it (modelling.md, 4 and 14).
CAUSAL: Final = ("can cause", "has defining feature", "can act via", "can trigger", "can lead to", "can bring about")

# Category class (its local id) of each kind of cause, and the family under which an answer shows it.
KINDS: Final[dict[str, tuple[str, str]]] = {
    "drug": ("LEUKO:0000116", "drugs"),
    "drug group": ("LEUKO:0000118", "drug classes"),
    "combined cause": ("LEUKO:0000120", "drugs"),
    "infection": ("LEUKO:0000106", "infection"),
    "immune disease": ("LEUKO:0000108", "immune"),
    "nutritional deficiency": ("LEUKO:0000109", "nutritional"),
    "sequestration": ("LEUKO:0000110", "sequestration"),
    "hematological disease": ("LEUKO:0000111", "marrow disease"),
    "inherited disease": ("LEUKO:0000107", "inherited"),
    "normal variant": ("LEUKO:0000112", "normal variants"),
    "physiological state": ("LEUKO:0000114", "normal variants"),
    "artifact": ("LEUKO:0000113", "normal variants"),
    "physical exposure": ("LEUKO:0000117", "exposures"),
    "other condition": ("LEUKO:0000119", "other conditions"),
}
FAMILIES: Final = (
    "drugs",
    "drug classes", "infection", "immune", "nutritional", "sequestration", "marrow disease", "exposures",
    "other conditions", "normal variants", "inherited",
)  # fmt: skip

# Statement kind -> evidence code, both closed lists; the labels of the codes stand in terms/imported.tsv.
EVIDENCE: Final[dict[str, str]] = {
    "trial": "ECO:0000180",
    "cohort": "ECO:0000180",
    "reported cases": "ECO:0000180",
    "experiment": "ECO:0000006",
    "guideline": "ECO:0000033",
    "review": "ECO:0000033",
    "label": "ECO:0006151",
    "curated database": "ECO:0000311",
    "listing": "ECO:0000033",
    "curator inference": "ECO:0000205",
    "seed text": "ECO:0000034",
}
# Weakest first: a chain is as good as its weakest step.
EVIDENCE_ORDER: Final = (
    "seed text", "curator inference", "listing", "label", "experiment", "curated database", "review", "reported cases",
    "guideline", "cohort", "trial",
)  # fmt: skip

DIRECTIONS: Final = ("supports", "refutes", "no evidence found")
# What kind of figure a source gives; only the first three are frequencies of the object among bearers of the subject.
MEASURES: Final = (
    *("frequency in the exposed", "frequency of a feature in the disease", "incidence per person-time"),
    *(
        "share of causes among the affected",
        "odds ratio",
        "rate ratio",
        "hazard ratio",
        "median",
        "mean",
        "sensitivity",
        "specificity",
    ),
)
FREQUENCY_MEASURES: Final = MEASURES[:3]
# What a frequency cell may hold: the classes of HPO, and the word of a source that gives no figure.
FREQUENCIES: Final = (
    *("Obligate (100%)", "Very frequent (80-99%)", "Frequent (30-79%)", "Occasional (5-29%)", "Very rare (<1-4%)"),
    *("Excluded (0%)", "characteristic", "common", "occasional", "rare"),
)
TIME_KINDS: Final = ("onset", "nadir", "recovery", "duration", "study window", "age of onset")
READ: Final = ("abstract", "full text", "table", "label", "curated record", "excerpt")
SCOPES: Final = ("all", "some")
TIERS: Final = ("direct", "indirect", "any_depth", "unspecific", "other_line", "class_evidence", "reading_only", "no_evidence")

DISCLAIMER: Final = (
    "For research and education; not certified as a medical device; not a diagnosis. "
    "Fever with a low neutrophil count is an emergency: act on it first."
)
