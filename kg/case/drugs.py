"""Drug names of charts -> causes: brand names, salts, doses, routes, codes, vaccines, and drugs that a history speaks of.

Never a near miss: names of drugs that differ by a letter are different drugs. Must not know time or causes' weights.
"""

from __future__ import annotations

import re
from functools import cached_property

import networkx as nx

from kg.case.raw import RawDrug
from kg.knowledge.lexicon import Lexicon

_SALTS = re.compile(
    r"\b(?:hydrochloride|hcl|sodium|potassium|calcium|magnesium|mesylate|mesilate|maleate|tartrate|citrate|sulfate|sulphate|succinate"
    r"|fumarate|acetate|phosphate|besylate|besilate|bromide|hydrobromide|chloride|nitrate|tosylate|malate|lactate|gluconate|hydrate"
    r"|monohydrate|dihydrate|trihydrate|disodium|dipotassium|pivoxil|proxetil|axetil|medoxomil|esylate|isethionate|acid)\b",
    re.I,
)
_DETAILS = re.compile(
    r"\b\d[\d.,]*\s*(?:mg|g|mcg|ug|µg|ml|iu|units?|%|mg/kg|mg/m2|mg/day|g/day|x)?(?:/(?:kg|day|d|m2|h|dose))?\b"
    r"|\b(?:daily|twice|once|weekly|monthly|bid|tid|qid|qd|po|iv|im|sc|oral|orally|intravenous|intravenously|subcutaneous|topical"
    r"|inhaled|tablets?|capsules?|injections?|infusions?|solution|syrup|cream|low[- ]dose|high[- ]dose|dose|doses|per|day|kg"
    r"|extended[- ]release|sustained[- ]release|depot|course|cycles?|pulse|chronic|long[- ]term|recent|prophylactic|empiric)\b",
    re.I,
)
_USE = re.compile(
    r"^(?:(?:on|taking|received|receiving|treated with|treatment with|therapy with|use of|exposure to|started on|started|given"
    r"|intake of|ingestion of|history of|prior|previous|recent|long-?term|chronic|current|maintenance)\s+)+(.+)$",
    re.I,
)
_USED = re.compile(
    r"^(.+?)\s+(?:treatment|therapy|use|user|exposure|intake|administration|ingestion|abuse|misuse|addiction|dependence|supplements?|supplementation|infusion|course|prophylaxis"
    r"|medication)s?$",
    re.I,
)
_VACCINE = re.compile(r"\b(?:vaccine|vaccination|immuni[sz]ation)s?\b", re.I)
_PARTS = re.compile(r"\s*(?:/|\+|&|,|;|\bplus\b|\band\b|\bwith\b|(?<=[a-z])-(?=[a-z]))\s*", re.I)
DRUG_KINDS = ("drug", "drug group", "combined cause", "physical exposure")


def find_used(text: str) -> list[str]:
    """What a text says was used, taken or abused, the longer reading first; empty where it speaks of no use."""
    found: list[str] = []
    for pattern in () if _VACCINE.search(text) else (_USE, _USED):
        if match := pattern.match(text.strip()):
            text = match[1]
            found.append(text)
    return found


class Drugs:
    """Drugs of one graph."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon = graph, lexicon

    def read(self, drug: RawDrug) -> tuple[list[str], list[str]]:
        """Causes that an entry of a drug list means, and the parts of a combination that are not known.

        A code first, then the name as a whole, then each part of a combination.
        """
        for prefix, code in (("RXNORM", drug.rxnorm), ("ATC", drug.atc)):
            if code and (found := self._of_kind(self.lexicon.find_all(f"{prefix}:{code.strip()}", "cause"))):
                return found[:1], []
        name = (drug.name or "").strip()
        if not name:
            return [], []
        if whole := self.find_one(name):
            return [whole], []
        parts = [part for part in _PARTS.split(_DETAILS.sub(" ", name)) if part.strip()]
        each = {part.strip(): self.find_one(part) for part in parts} if len(parts) > 1 else {}
        return list(dict.fromkeys(f for f in each.values() if f)), [p for p, f in each.items() if not f]

    def find_one(self, name: str) -> str:
        """One cause by name, or an empty string."""
        if quick := self.lexicon.find_label(f"{name} exposure", "cause"):
            return quick
        name = re.sub(r"\b(?:pegylated|peg)[ -]+(?=\w)", "peg", name, flags=re.I)
        outside, inside = re.sub(r"\([^()]*\)", " ", name), " ".join(re.findall(r"\(([^()]*)\)", name))
        for text in (name, outside, inside):
            for candidate in dict.fromkeys((text, _DETAILS.sub(" ", text), _SALTS.sub(" ", _DETAILS.sub(" ", text)))):
                plain = re.sub(r"\s+", " ", candidate).strip(" ,;.-")
                if plain and (found := self._of_kind(self.lexicon.find_all(plain, "cause"))):
                    return found[0]
                if plain and (labelled := self.lexicon.find_label(f"{plain} exposure", "cause")):
                    return labelled
        return ""

    def find_in_text(self, text: str) -> str:
        """Drug that a history says was used (`methimazole therapy`, `treated with clozapine`), or an empty string."""
        for inner in find_used(text):
            if (found := self.find_one(inner)) and self.graph.nodes[found].get("kind") in DRUG_KINDS:
                return found
        return ""

    def suggest(self, name: str) -> list[str]:
        """Names of drugs that look like this one."""
        from rapidfuzz import fuzz, process

        hits = process.extract(name.casefold(), list(self._names), scorer=fuzz.ratio, score_cutoff=70, limit=8)
        return list(dict.fromkeys(self._names[key] for key, _, _ in hits))[:4]

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of single drugs and groups in lower case, and what a suggestion calls them."""
        nodes = [d for _, d in self.graph.nodes(data=True) if d.get("kind") in ("drug", "drug group") and "label" in d]
        return {
            name.casefold().removesuffix(" exposure"): data["label"].removesuffix(" exposure")
            for data in nodes
            for name in (*data.get("exact", ()), data["label"])
        }

    def _of_kind(self, nodes: list[str]) -> list[str]:
        """Exposures among terms of one name: a drug before a group, any other cause last."""
        kinds = [self.graph.nodes[n].get("kind", "") for n in nodes]
        order = {n: DRUG_KINDS.index(k) if k in DRUG_KINDS else len(DRUG_KINDS) for n, k in zip(nodes, kinds, strict=True)}
        return sorted(nodes, key=lambda n: order[n])
