"""Drug names of charts -> causes: brand names, salts, doses, routes, codes, vaccines, and drugs that a history speaks of.

Owns which cause of the graph a name means, and that a drug without a cause is a drug all the same. Never a near miss: names of
drugs that differ by a letter are different drugs; a foreign spelling is read only where it is no drug's name and leads to one
drug by the rules of a table. Must not know causes' weights.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

import networkx as nx

from kg.case.language.drug_names import DrugNames, Substance, fold, group_folded
from kg.case.language.drug_text import key, list_forms, read_table, strip_details
from kg.case.raw import RawDrug
from kg.knowledge.lexicon import Lexicon

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


class Meant(NamedTuple):
    """One drug that an entry means: its cause in the graph, its substance (UNII), or neither where nobody knows the name.

    `read_as` is set where the spelling was mended.
    """

    text: str
    label: str
    term: str = ""
    substance: str = ""
    read_as: str = ""
    is_class: bool = False
    groups: tuple[str, ...] = ()  # of a substance without a cause, by the stem of its name

    @property
    def known(self) -> bool:
        """Whether the name is that of a drug or of a class of drugs."""
        return bool(self.term or self.substance or self.is_class)


class Drugs:
    """Drugs of one graph, and those that it does not have."""

    def __init__(self, graph: nx.MultiDiGraph, lexicon: Lexicon) -> None:
        self.graph, self.lexicon, self.names = graph, lexicon, DrugNames()

    # ------------------------------------------------------------------ one entry of a list

    def read(self, drug: RawDrug) -> tuple[Meant, ...]:
        """Drugs that an entry of a drug list means; a single one that is not known where nothing of it is.

        A code first, then the name as a whole, then each part of a combination.
        """
        text = (drug.name or "").strip()
        for prefix, code in (("RXNORM", drug.rxnorm), ("ATC", drug.atc)):
            if code and (found := self._of_kind(self.lexicon.find_all(f"{prefix}:{code.strip()}", "cause"))):
                return (self._of_term(found[0], text or code),)
        if not text:
            return (Meant(drug.rxnorm or drug.atc or "", drug.rxnorm or drug.atc or ""),)
        return self._read_name(text)

    def _read_name(self, text: str) -> tuple[Meant, ...]:
        if whole := self._read_whole(text):
            return whole
        parts = [part for part in _PARTS.split(strip_details(text)) if part.strip()]
        each = [m for part in parts for m in self._read_whole(part) or (Meant(part, part),)] if len(parts) > 1 else []
        return _unique(each) if any(m.known for m in each) else (Meant(text, text),)

    def _read_whole(self, text: str) -> tuple[Meant, ...]:
        """Drugs of a name taken as one: regimen or combination, cause of the graph, substance, foreign spelling."""
        parts = [] if _VACCINE.search(text) else [m for part in self.names.find_parts(text) for m in self._read_part(part, text)]
        if term := self.find_one(text):
            return _unique([self._of_term(term, text), *(parts if self._is_whole(term) else [])])
        if parts:
            return _unique(parts)
        if _VACCINE.search(text):
            return ()
        if substance := self.names.find(text):
            return (self._of_substance(substance, text),)
        if self.names.is_class(text):
            return (Meant(text, text, is_class=True),)
        spelled = self._find_spelled(text)
        return (spelled,) if spelled else ()

    def _read_part(self, part: str, text: str) -> list[Meant]:
        """A substance that a table names, as its own entry."""
        if term := self.find_one(part):
            return [self._of_term(term, text)]
        substance = self.names.find(part)
        return [self._of_substance(substance, text)] if substance else []

    def _is_whole(self, term: str) -> bool:
        """Whether a term is a combination, beside which its parts are told."""
        return bool(self.graph.nodes[term].get("kind") == "combined cause")

    def _of_term(self, term: str, text: str) -> Meant:
        """A cause of the graph; one that is no drug there (epinephrine) keeps its substance where the name is a drug's."""
        label, substance = str(self.graph.nodes[term]["label"]), self._substance_of.get(term, "")
        named = self.names.find(text) if not self.is_exposure(term) else None
        return Meant(text, label, term, named.unii if named else substance)

    def _of_substance(self, substance: Substance, text: str) -> Meant:
        term = self._term_of.get(substance.unii, "")
        if term:
            return self._of_term(term, text)
        groups = tuple(group for group in self.names.find_groups(substance.label) if group in self.graph)
        return Meant(text, substance.label, "", substance.unii, groups=groups)

    def _find_spelled(self, text: str) -> Meant | None:
        """The one drug that a foreign or slipped spelling leads to, of the graph and of the vocabulary."""
        own = {term for form in list_forms(text) for term in self._folded.get(fold(form), ())}
        other = self.names.find_spelled(text)
        if len(own) > 1 or (own and other and self._term_of.get(other.unii, "") not in own | {""}):
            return None
        found = self._of_term(own.pop(), text) if own else self._of_substance(other, text) if other else None
        return found._replace(read_as=found.label.removesuffix(" exposure")) if found else None

    # ------------------------------------------------------------------ the graph's own drugs

    def find_one(self, name: str) -> str:
        """One cause by name, or an empty string."""
        if quick := self.lexicon.find_label(f"{name} exposure", "cause"):
            return quick
        name = re.sub(r"\b(?:pegylated|peg)[ -]+(?=\w)", "peg", name, flags=re.I)
        for plain in list_forms(name):
            if found := self._of_kind(self.lexicon.find_all(plain, "cause")):
                return found[0]
            if labelled := self.lexicon.find_label(f"{plain} exposure", "cause"):
                return labelled
        return ""

    def find_in_text(self, text: str) -> str:
        """Drug that a history says was used (`methimazole therapy`, `treated with clozapine`), or an empty string."""
        for inner in find_used(text):
            if (found := self.find_one(inner)) and self.is_exposure(found):
                return found
        return ""

    def is_exposure(self, term: str) -> bool:
        """Whether a cause is something given, and no condition."""
        return str(self.graph.nodes[term].get("kind", "")) in DRUG_KINDS

    def suggest(self, name: str) -> list[str]:
        """Names of drugs that look like this one, which is none."""
        return self.names.suggest(name, self._names)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Keys of the names of single drugs and groups, and what a suggestion calls them."""
        return {key(name): self._label(node) for node in self._own for name in self._names_of(node)}

    @cached_property
    def _own(self) -> list[str]:
        nodes = sorted(self.graph.nodes(data=True), key=lambda item: str(item[0]))
        return [n for n, d in nodes if d.get("kind") in ("drug", "drug group") and "label" in d]

    def _label(self, node: str) -> str:
        return str(self.graph.nodes[node]["label"]).removesuffix(" exposure")

    def _names_of(self, node: str) -> list[str]:
        data = self.graph.nodes[node]
        return [name.removesuffix(" exposure") for name in (data["label"], *data.get("exact", ()))]

    @cached_property
    def _term_of(self) -> dict[str, str]:
        """Drug of the graph by UNII."""
        single = [node for node in self._own if self.graph.nodes[node].get("kind") == "drug"]
        pairs = ((self.names.find(name), node) for node in single for name in self._names_of(node))
        found: dict[str, str] = {}
        for substance, node in pairs:
            if substance:
                found.setdefault(substance.unii, node)
        return found

    @cached_property
    def _substance_of(self) -> dict[str, str]:
        return {term: unii for unii, term in reversed(self._term_of.items())}

    @cached_property
    def _folded(self) -> dict[str, frozenset[str]]:
        return group_folded({key(name): node for node in self._own for name in self._names_of(node)})

    def _of_kind(self, nodes: list[str]) -> list[str]:
        """Exposures among terms of one name: a drug before a group, any other cause last."""
        kinds = [self.graph.nodes[n].get("kind", "") for n in nodes]
        order = {n: DRUG_KINDS.index(k) if k in DRUG_KINDS else len(DRUG_KINDS) for n, k in zip(nodes, kinds, strict=True)}
        return sorted(nodes, key=lambda n: order[n])


def _unique(found: list[Meant]) -> tuple[Meant, ...]:
    return tuple({m.term or m.substance or m.text.casefold(): m for m in found}.values())


class NoBearing:
    """Conditions that a drug list often holds and that nothing in the tables ties to a low count."""

    @cached_property
    def _names(self) -> dict[str, str]:
        rows = read_table("no_bearing.tsv")
        return {key(name): row["text"] for row in rows for name in (row["text"], *row["names"].split("|")) if name}

    def find(self, text: str) -> str:
        """The condition with exactly this name, or an empty string."""
        return self._names.get(key(text), "")
