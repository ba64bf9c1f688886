"""Text -> terms: labels, synonyms, identifiers and codes, in UK and US spelling, singular and plural.

Exact after normalizing; near misses come from rapidfuzz and are only ever suggestions, never taken silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cached_property

import networkx as nx

# UK -> US stems of the field's words; the table is applied to whole words only where the stem is unambiguous.
_SPELLINGS = (
    ("haem", "hem"),
    ("paenia", "penia"),
    ("aemia", "emia"),
    ("leuco", "leuko"),
    ("oedema", "edema"),
    ("diarrhoea", "diarrhea"),
    ("oesoph", "esoph"),
    ("coeliac", "celiac"),
    ("sulph", "sulf"),
    ("tumour", "tumor"),
    ("foetal", "fetal"),
    ("paediatric", "pediatric"),
    ("faec", "fec"),
    ("caec", "cec"),
    ("anaesth", "anesth"),
    ("gynaec", "gynec"),
    ("orrhoe", "orrhe"),
    ("labour", "labor"),
    ("colour", "color"),
    ("fibre", "fiber"),
    ("centre", "center"),
    ("oestr", "estr"),
)
_US = dict(_SPELLINGS)
_UK = re.compile("|".join(uk for uk, _ in _SPELLINGS))
_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"[^a-z0-9+#%<>.]+")
_PLURAL_KEEP = ("ss", "us", "is", "ys")
# What a search prefers where one text names terms of several categories.
PREFERENCE = ("finding", "cause", "reading", "feature", "consequence", "mechanism", "gene", "test", "cell", "category", "other")


def normalize(text: str) -> str:
    """Comparable form of a name: lower case, US spelling, singular, single spaces."""
    plain = (text if text.isascii() else to_ascii(text)).casefold()
    plain = _POSSESSIVE.sub("", plain)
    plain = _UK.sub(lambda match: _US[match[0]], plain)
    words = [w.strip(".") for w in _WORD.split(plain)]
    return " ".join([_singular(w) for w in words if w])


def to_ascii(text: str) -> str:
    """Greek letters spelled out, accents dropped."""
    plain = unicodedata.normalize("NFKD", text.replace("β", "beta ").replace("α", "alpha ").replace("γ", "gamma "))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 5 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_PLURAL_KEEP):
        return word[:-1]
    return word


class Lexicon:
    """Names of all terms of a graph."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        self._keys_of: dict[tuple[str, ...], list[str]] = {}
        self._starts_of: dict[tuple[str, ...], dict[str, list[str]]] = {}

    @cached_property
    def _by_label(self) -> dict[str, list[str]]:
        """Labels as they stand: enough for most questions, and made in a fraction of the time of the full index."""
        found: dict[str, list[str]] = defaultdict(list)
        for node, data in self.graph.nodes(data=True):
            found[data.get("label", "").casefold()].append(node)
        return found

    @cached_property
    def _by_text(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        ranked = sorted(self.graph.nodes(data=True), key=lambda item: (_preference(item[1]), item[0]))
        for role in ("label", "exact", "related"):
            for node, data in ranked:
                texts = [data.get("label", "")] if role == "label" else data.get(role, ())
                for text in texts:
                    key = normalize(text)
                    if node not in found[key]:
                        found[key].append(node)
        return dict(found)

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for node, data in self.graph.nodes(data=True):
            for xref in data.get("xrefs", ()):
                found[xref.casefold()].append(node)
            for code in data.get("values", {}).get("LEUKO:0000230", ()):
                found[f"loinc:{code}".casefold()].append(node)
        return dict(found)

    def find_label(self, text: str, *categories: str) -> str | None:
        """Id of the term with exactly this label; quick, since the other names are not looked at."""
        stripped = text.strip()
        plain = [stripped] if stripped in self.graph else self._by_label.get(stripped.casefold(), [])
        return min(self._fits(plain, categories), key=lambda n: (_preference(self.graph.nodes[n]), n), default=None)

    def find(self, text: str, *categories: str) -> str | None:
        """Id of the term that a text names, of one of the categories if any are given; None where nothing fits."""
        return self.find_label(text, *categories) or next(iter(self.find_all(text, *categories)), None)

    def find_all(self, text: str, *categories: str) -> list[str]:
        """Ids that a text names, the preferred one first."""
        stripped = text.strip()
        found = (
            [stripped]
            if stripped in self.graph
            else self._by_code.get(stripped.casefold(), []) or self._by_text.get(normalize(stripped), [])
        )
        return [n for n in found if not categories or self.graph.nodes[n].get("category") in categories]

    def suggest(self, text: str, limit: int = 5, *categories: str) -> list[str]:
        """Labels that look like a text, best first."""
        from rapidfuzz import fuzz, process

        wanted = normalize(text)
        keys = self._near(wanted, categories)
        hits = process.extract(wanted, keys, scorer=fuzz.WRatio, limit=limit * 6, score_cutoff=70)
        near = [key for key, _, _ in hits if fuzz.ratio(wanted, key) >= 55 or fuzz.token_set_ratio(wanted, key) >= 85]
        labels = [self.graph.nodes[self._fits(self._by_text[key], categories)[0]]["label"] for key in near]
        return list(dict.fromkeys(labels))[:limit]

    def _near(self, wanted: str, categories: tuple[str, ...]) -> list[str]:
        """Names worth comparing: those with a word that begins alike, and those that are alike as a whole."""
        from rapidfuzz import fuzz, process

        keys = self._keys(categories)
        alike = [key for key, _, _ in process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=75, limit=20)]
        starts = self._starts(categories)
        begun = [key for word in wanted.split() if len(word) > 3 for key in starts.get(word[:4], ())]
        return list(dict.fromkeys([*alike, *begun]))

    def _starts(self, categories: tuple[str, ...]) -> dict[str, list[str]]:
        """Names of some categories by the first letters of their words."""
        if categories not in self._starts_of:
            found: dict[str, list[str]] = defaultdict(list)
            for key in self._keys(categories):
                for start in {word[:4] for word in key.split() if len(word) > 3}:
                    found[start].append(key)
            self._starts_of[categories] = dict(found)
        return self._starts_of[categories]

    def _keys(self, categories: tuple[str, ...]) -> list[str]:
        """Normalized names of the terms of some categories; made once for each choice of them."""
        if categories not in self._keys_of:
            self._keys_of[categories] = [k for k, nodes in self._by_text.items() if self._fits(nodes, categories)]
        return self._keys_of[categories]

    def search(self, text: str, limit: int = 20) -> list[str]:
        """Ids whose names contain or resemble a text: exact first, then by prefix, then by words, then by likeness."""
        wanted = normalize(text)
        exact = self.find_all(text)
        prefix = [n for k in sorted(self._by_text) if k.startswith(wanted) for n in self._by_text[k]]
        words = set(wanted.split())
        inside = [n for k in sorted(self._by_text) if words <= set(k.split()) for n in self._by_text[k]]
        near = [n for label in self.suggest(text, limit) for n in self._by_text[normalize(label)][:1]]
        found = dict.fromkeys([*exact, *prefix, *inside, *near])
        return [n for n in found if self.graph.nodes[n].get("category") != "group class"][:limit]

    def _fits(self, nodes: list[str], categories: tuple[str, ...]) -> list[str]:
        return [n for n in nodes if not categories or self.graph.nodes[n].get("category") in categories]


def _preference(data: dict[str, object]) -> int:
    category = data.get("category", "other")
    return PREFERENCE.index(category) if category in PREFERENCE else len(PREFERENCE)
