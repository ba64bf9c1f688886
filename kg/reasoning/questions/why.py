"""`why`: the proofs of the edges between two terms as data, each axiom with the table rows that it stands on.

Owns the wording of axioms (a plain Manchester syntax) and the record that the text, the API and the page share. Must not
search for proofs (`proof.py`) nor read files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.knowledge.graph import Traversal
from kg.knowledge.graph.axioms import Axiom
from kg.knowledge.graph.build import DESCRIPTIONS
from kg.reasoning.chains import build_evidence
from kg.reasoning.questions.proof import Proof, Prover, find_groups, find_unproved_tier
from kg.reasoning.saturation import IS_A, Derivation, Fact
from kg.vocabulary import CAUSAL, PREDICATE_BY_CURIE

DISPOSITION = {"LEUKO:0000040": "has disposition towards"}
Locate = Callable[[Iterable[str]], Mapping[str, str]]
RULES = {
    "is a": "told superclass",
    "restriction": "told relation",
    "definition": "definition",
    "subproperty": "wider relation",
    "chain": "chain of relations",
}
BEYOND_PROOF = {
    "class_evidence": "only its class or group has evidence, so nothing follows for it; an answer shows it apart",
    "unspecific": "its evidence speaks of a wider finding; an answer shows it apart",
    "reading_only": "it accounts for the low number, not for a deficit",
}


def why(traversal: Traversal, prover: Prover, subject: str, obj: str, locate: Locate | None = None) -> dict[str, Any]:
    """Every provable edge between two terms, the shortest proof of each; `locate` tells where ids stand in the tables.

    Status: `entailed`; `some_members` (proved of the defined class of some members); `not_entailed`, with what is known.
    """
    found = prover.prove_all(subject, obj, find_groups(traversal, subject))
    ids = {row for proof in found for axiom in proof.axioms for row in (*axiom.rows, axiom.subject)}
    places = locate(ids) if locate and found else {}
    shown = sorted({p.predicate: p for p in sorted(found, key=_length, reverse=True)}.values(), key=_length)
    tier = "" if found else find_unproved_tier(traversal, subject, obj)
    return {
        "subject": subject,
        "subject_label": traversal.label(subject),
        "object": obj,
        "object_label": traversal.label(obj),
        "status": _status(found),
        "proofs": [_describe(traversal, proof, places) for proof in shown],
        "tier": tier,
        "reason": BEYOND_PROOF.get(tier, "") if tier else "" if found else "no axiom of the ontology leads from one to the other",
        "against": _against(traversal, subject, obj),
    }


def _length(proof: Proof) -> tuple[int, int, str]:
    return len(proof.axioms), len(proof.steps), proof.subject


def _status(found: list[Proof]) -> str:
    if not found:
        return "not_entailed"
    return "some_members" if found[0].stands_for else "entailed"


def _describe(traversal: Traversal, proof: Proof, places: Mapping[str, str]) -> dict[str, Any]:
    numbers = {axiom: number for number, axiom in enumerate(proof.axioms, 1)}
    facts = {fact: number for number, (fact, _) in enumerate(proof.steps, 1)}
    return {
        **_edge(traversal, proof.subject, proof.predicate, proof.object),
        "asserted": proof.asserted,
        "stands_for": proof.stands_for,
        "axioms": [_axiom(traversal, axiom, number, places) for axiom, number in numbers.items()],
        "steps": [_step(traversal, *step, numbers, facts) for step in proof.steps],
    }


def _edge(traversal: Traversal, subject: str, predicate: str, obj: str) -> dict[str, Any]:
    return {
        "subject": subject,
        "subject_label": traversal.label(subject),
        "predicate": predicate,
        "object": obj,
        "object_label": traversal.label(obj),
    }


def _step(
    traversal: Traversal, fact: Fact, derivation: Derivation, numbers: Mapping[Axiom, int], facts: Mapping[Fact, int]
) -> dict[str, Any]:
    axiom = derivation.axiom
    return {
        "number": facts[fact],
        **_edge(traversal, fact.subject, _property(fact.predicate), fact.object),
        "rule": RULES[axiom.kind] if axiom else "",
        "axiom": numbers[axiom] if axiom else 0,
        "from": sorted({facts[premise] for premise in derivation.premises if premise in facts}),
    }


def _axiom(traversal: Traversal, axiom: Axiom, number: int, places: Mapping[str, str]) -> dict[str, Any]:
    if axiom.kind in ("chain", "subproperty"):
        rows = [{"id": axiom.property, "place": "upper.ttl"}]
    elif axiom.rows:
        rows = [_association(traversal, row, places) for row in axiom.rows]
    else:
        rows = [{"id": axiom.subject, "place": places.get(axiom.subject, "")}]
    return {"number": number, "kind": axiom.kind, "text": _word(traversal, axiom), "rows": rows}


def _association(traversal: Traversal, row_id: str, places: Mapping[str, str]) -> dict[str, Any]:
    row = get_row(traversal, row_id)
    evidence = build_evidence(row) if row else None
    return {
        "id": row_id,
        "place": places.get(row_id, ""),
        "source": evidence.source if evidence else "",
        "kind": evidence.statement_kind if evidence else "",
        "gist": evidence.gist if evidence else "",
    }


def get_row(traversal: Traversal, row_id: str) -> Mapping[str, Any] | None:
    """Association by its id."""
    if "rows" not in traversal.memo:
        traversal.memo["rows"] = {key: d for _, _, key, d in traversal.graph.edges(keys=True, data=True) if "source" in d}
    found: Mapping[str, Any] | None = traversal.memo["rows"].get(row_id)
    return found


def _word(traversal: Traversal, axiom: Axiom) -> str:
    if axiom.kind == "chain":
        first, second = axiom.differentiae[0]
        return f"{_property(first)} o {_property(second)} -> {_property(axiom.property)}"
    if axiom.kind == "subproperty":
        return f"{_property(axiom.property)} -> {_property(axiom.object)}"
    name = _quote(traversal.label(axiom.subject))
    if axiom.kind == "definition":
        parts = [_quote(traversal.label(genus)) for genus in axiom.genus]
        return f"{name} = " + " and ".join([*parts, *(_some(traversal, *part) for part in axiom.differentiae)])
    wider = _quote(traversal.label(axiom.object)) if axiom.kind == "is a" else _some(traversal, axiom.property, axiom.object)
    return f"{name} SubClassOf {wider}"


def _some(traversal: Traversal, prop: str, filler: str) -> str:
    return f"{_quote(_property(prop))} some {_quote(traversal.label(filler))}"


def _quote(name: str) -> str:
    return f"'{name}'" if " " in name else name


def _property(curie: str) -> str:
    if curie == IS_A or curie not in PREDICATE_BY_CURIE:
        return (DESCRIPTIONS | DISPOSITION).get(curie, curie)
    return PREDICATE_BY_CURIE[curie].label


def _against(traversal: Traversal, subject: str, obj: str) -> list[dict[str, Any]]:
    """Rows that contradict the edge, or found no evidence for it."""
    near = traversal.above(obj) | traversal.below(obj)
    links = [link for link in traversal.out(subject, *CAUSAL, "can account for reading") if link.object in near]
    rows = [(link, row) for link in links for row in link.rows if row["direction"] != "supports"]
    return [
        _edge(traversal, link.subject, link.predicate, link.object)
        | {"id": row["id"], "direction": row["direction"], "source": row["source"], "gist": row["gist"]}
        for link, row in rows
    ]
