"""Drug names of charts -> causes: brand names, salts, doses, routes, codes, vaccines, and drugs that a history speaks of.

Never a near miss: names of drugs that differ by a letter are different drugs. Must not know time or causes' weights.
"""

from __future__ import annotations

import re

import networkx as nx

from kg.intake.lexicon import Lexicon
from kg.intake.raw import RawDrug

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
    r"^(.+?)\s+(?:treatment|therapy|use|user|exposure|intake|administration|ingestion|abuse|dependence|infusion|course|prophylaxis"
    r"|medication)s?$",
    re.I,
)
_VACCINE = re.compile(r"\b(?:vaccine|vaccination|immuni[sz]ation)s?\b", re.I)
_PARTS = re.compile(r"\s*(?:/|\+|&|,|;|\bplus\b|\band\b|\bwith\b|(?<=[a-z])-(?=[a-z]))\s*", re.I)
DRUG_KINDS = ("drug", "drug group", "combined cause", "physical exposure")


class Drugs:
    """Drugs of one graph."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon = graph, lexicon

    def read(self, drug: RawDrug) -> list[str]:
        """Causes that an entry of a drug list means: one, or the parts of a combination; empty where none is known."""
        for prefix, code in (("RXNORM", drug.rxnorm), ("ATC", drug.atc)):
            if code and (found := self._of_kind(self.lexicon.find_all(f"{prefix}:{code.strip()}", "cause"))):
                return found[:1]
        name = (drug.name or "").strip()
        return self.find(name) if name else []

    def find(self, name: str) -> list[str]:
        """Causes by name: the whole, without details and salts, then each part of a combination."""
        if found := self.find_one(name):
            return [found]
        parts = [part for part in _PARTS.split(_DETAILS.sub(" ", name)) if part.strip()]
        each = [self.find_one(part) for part in parts]
        return list(dict.fromkeys(p for p in each if p)) if len(parts) > 1 and all(each) else []

    def find_one(self, name: str) -> str:
        """One cause by name, or an empty string."""
        if quick := self.lexicon.find_label(f"{name} exposure", "cause"):
            return quick
        outside, inside = re.sub(r"\([^()]*\)", " ", name), " ".join(re.findall(r"\(([^()]*)\)", name))
        for text in (name, outside, inside):
            for candidate in dict.fromkeys((text, _DETAILS.sub(" ", text), _SALTS.sub(" ", _DETAILS.sub(" ", text)))):
                plain = re.sub(r"\s+", " ", candidate).strip(" ,;.-")
                if plain and (found := self._of_kind(self.lexicon.find_all(plain, "cause"))):
                    return found[0]
        return ""

    def find_in_text(self, text: str) -> str:
        """Drug that a history says was used (`methimazole therapy`, `treated with clozapine`), or an empty string."""
        if _VACCINE.search(text):
            return ""
        for pattern in (_USE, _USED):
            if match := pattern.match(text.strip()):
                text = match[1]
                if found := self.find_one(text):
                    return found
        return ""

    def suggest(self, name: str) -> list[str]:
        """Names of drugs that look like this one."""
        return self.lexicon.suggest(name, 4, "cause")

    def _of_kind(self, nodes: list[str]) -> list[str]:
        """Exposures among terms of one name: a drug before a group."""
        found = [n for n in nodes if self.graph.nodes[n].get("kind") in DRUG_KINDS]
        return sorted(found, key=lambda n: DRUG_KINDS.index(self.graph.nodes[n]["kind"]))
