"""Names of drugs -> substances: generic names, trade names, combinations, regimens, abbreviations, foreign spellings.

Owns the vocabulary (`ontology/language/drug_names.tsv` and its neighbours). A name that is known is never taken for another;
only one that is not is read by the rules of spelling, and only where these lead to one substance. Must not know the graph.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from kg.case.language.drug_text import key, list_forms, read_table

SHORTEST_FOLDED = 6  # shorter names are too near to each other
SUGGESTED = 4
LIKENESS = 78
BESIDE = 8  # what is less alike than the best one by so much is another drug
_BEGINNINGS = {"ph": "f", "k": "c", "ch": "c", "th": "t", "y": "i", "z": "s", "ae": "e", "oe": "e", "x": "s"}


class Substance(NamedTuple):
    """A drug's active moiety by its UNII."""

    unii: str
    label: str


class DrugNames:
    """The vocabulary, read when it is first asked."""

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        return read_table("drug_names.tsv")

    @cached_property
    def by_unii(self) -> dict[str, Substance]:
        """Substances by UNII."""
        return {row["unii"]: Substance(row["unii"], row["label"]) for row in self._rows}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """UNII by the key of a name; labels before other names before trade names."""
        found: dict[str, str] = {}
        for role in ("label", "names", "brands"):
            for row in self._rows:
                for name in row[role].split("|"):
                    found.setdefault(key(name), row["unii"])
        found.pop("", None)
        return found

    def list_names(self) -> list[str]:
        """Every name as it is written: generic names, other names, trade names."""
        roles = ("label", "names", "brands")
        return [name for row in self._rows for role in roles for name in row[role].split("|") if name]

    @cached_property
    def _by_combination(self) -> dict[str, tuple[str, ...]]:
        return {key(row["brand"]): tuple(row["unii"].split("|")) for row in read_table("drug_combinations.tsv")}

    @cached_property
    def regimens(self) -> dict[str, tuple[str, ...]]:
        """Names of the substances of a regimen by the key of its name."""
        found: dict[str, tuple[str, ...]] = {}
        for row in read_table("regimens.tsv"):
            for name in (row["regimen"], *row["names"].split("|")):
                found.setdefault(key(name), tuple(row["substances"].split("|")))
        found.pop("", None)
        return found

    @cached_property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """What a British, abbreviated or colloquial name stands for, by its key; nothing for the name of a class."""
        return {key(row["name"]): tuple(filter(None, row["substances"].split("|"))) for row in read_table("drug_aliases.tsv")}

    def is_class(self, name: str) -> bool:
        """Whether a name is that of a class of drugs (`statins`), which no substance stands for."""
        return any(self.aliases.get(key(form)) == () for form in list_forms(name))

    @cached_property
    def _stems(self) -> list[tuple[str, str]]:
        return [(row["stem"], row["group"]) for row in read_table("drug_stems.tsv")]

    def find_groups(self, label: str) -> tuple[str, ...]:
        """Groups into which the stem of an international name puts a substance: `cefazolin` is a cephalosporin."""
        plain = label.casefold()
        fits = [group for stem, group in self._stems if plain.startswith(stem[:-1]) and stem.endswith("-")]
        return tuple(fits + [group for stem, group in self._stems if plain.endswith(stem[1:]) and stem.startswith("-")])

    # ------------------------------------------------------------------ finding

    def find(self, name: str) -> Substance | None:
        """The substance with exactly this name, however the chart dresses it."""
        found = next((u for form in list_forms(name) if (u := self._by_name.get(key(form)))), None)
        return self.by_unii[found] if found else None

    def find_parts(self, name: str) -> tuple[str, ...]:
        """Names of the substances of a regimen, an abbreviation or a trade name of several; empty where it is none."""
        for form in list_forms(name):
            plain = key(form)
            if parts := self.regimens.get(plain) or self.aliases.get(plain):
                return parts
            if units := self._by_combination.get(plain):
                return tuple(self.by_unii[u].label for u in units if u in self.by_unii)
        return ()

    def find_spelled(self, name: str) -> Substance | None:
        """The one substance that a foreign or slipped spelling leads to; None where it leads to several or none."""
        for form in list_forms(name):
            found = self._by_fold.get(fold(form), frozenset()) if len(key(form)) >= SHORTEST_FOLDED else frozenset()
            if len(found) == 1:
                return self.by_unii[next(iter(found))]
        return None

    @cached_property
    def _by_fold(self) -> dict[str, frozenset[str]]:
        """Generic names only: a trade name is a made-up word, near to many."""
        generic = {key(name) for row in self._rows for name in (row["label"], *row["names"].split("|"))}
        return group_folded({name: self._by_name[name] for name in generic if name in self._by_name})

    def suggest(self, name: str, preferred: dict[str, str]) -> list[str]:
        """Labels of drugs that look like a name which is none: those of the graph first, then others."""
        from rapidfuzz import fuzz, process

        plain = next((key(form) for form in reversed(list(list_forms(name)))), key(name))
        found: dict[str, float] = {}
        for names in (preferred, self._labels):
            alike = [other for other in names if _begin(other) == _begin(plain)]
            hits = process.extract(plain, alike, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=SUGGESTED)
            for hit, likeness, _ in hits:
                found.setdefault(names[hit], likeness)
        best = max(found.values(), default=0.0)
        return [label for label, likeness in found.items() if likeness > best - BESIDE][:SUGGESTED]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {name: self.by_unii[unii].label for name, unii in self._by_name.items()}


def group_folded(names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """What the names of one folded form mean; names too short, or of several words, are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, meaning in names.items():
        if " " not in name and len(name) >= SHORTEST_FOLDED:
            found[fold(name)].add(meaning)
    return {folded: frozenset(meanings) for folded, meanings in found.items()}


def _begin(name: str) -> str:
    """The sound that a name begins with: a slip seldom stands there, and `statins` is not like nystatin."""
    first = name[:1]
    return _BEGINNINGS.get(name[:2], _BEGINNINGS.get(first, first))


def fold(text: str) -> str:
    """A name with what languages spell differently made the same, by the rules of `drug_spellings.tsv`."""
    folded = key(text)
    for pattern, replacement in _spellings():
        folded = pattern.sub(replacement, folded)
    return folded


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["replacement"]) for row in read_table("drug_spellings.tsv"))
