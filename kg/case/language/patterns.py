"""Patterns of reports that name no case: test of an organism, variant of a gene, a test with a direction.

Each function takes the words of a text and gives the terms that it means, or nothing. Must not know negation or qualifiers.
"""

from __future__ import annotations

import re
from functools import cached_property

from kg.case.language.names import Names, Words
from kg.case.language.words import is_qualifying, read_words
from kg.case.values.analytes import WBC, Test, Tests
from kg.case.values.readings import LOW_TOTAL
from kg.case.values.thresholds import Patient, Thresholds

# A kind of microbiological test -> words of features that are proof of the same kind, best first.
TEST_WORDS: dict[str, tuple[str, ...]] = {
    "igm": ("igm", "serology"),
    "igg": ("igg",),
    "iga": ("iga",),
    "serology": ("serology", "igm", "antibody"),
    "antibody": ("serology", "antibody", "igm"),
    "titer": ("serology", "antibody", "igm"),
    "elisa": ("serology", "antibody", "igm"),
    "pcr": ("pcr", "rna", "dna", "viremia"),
    "dna": ("dna", "pcr"),
    "rna": ("rna", "pcr"),
    "load": ("pcr", "rna", "dna", "viremia"),
    "viremia": ("viremia", "pcr", "rna", "dna"),
    "naat": ("pcr",),
    "antigen": ("antigen",),
    "culture": ("culture",),
    "smear": ("smear",),
    "stain": ("stain", "smear"),
    "test": ("test", "serology", "igm", "pcr", "antigen"),
}
_SAMPLES = frozenset(
    "positive blood stool urine urinary csf marrow sputum throat nasopharyngeal swab rapid viral virus specific assay growth "
    "grew grown growing yielded pos real time rt quantitative qualitative polymerase chain reaction cell tissue fluid "
    "copy ml iu log".split()
)
_VARIANT = frozenset(
    "variant deficiency deficient deletion mutant homozygous heterozygous hemizygous novel missense nonsense frameshift "
    "germline biallelic monoallelic compound splice site gene exon intron de novo confirmed genetic sequencing testing "
    "pathogenic likely truncating loss function gain hypomorphic duplication insertion inversion dominant recessive autosomal "
    "allele carrier positive defect linked x sequence duplicate".split()
)
_PROTEIN = frozenset("absent decreased activity expression protein enzyme function abnormal deficient level low".split())
UP, DOWN, GONE = frozenset({"increased"}), frozenset({"decreased", "deficiency", "deficient"}), frozenset({"absent"})


class Patterns:
    """Patterns over one graph."""

    def __init__(self, names: Names, tests: Tests, thresholds: Thresholds) -> None:
        self.n, self.tests, self.h = names, tests, thresholds

    def read(self, text: str, present: bool) -> list[str]:
        """Terms that a text means by one of the patterns; empty where none fits."""
        return self.infection_test(text, present) or (self.gene(text) if present else []) or self.direction(text, present)

    # ------------------------------------------------------------------ a test of an organism

    def infection_test(self, text: str, present: bool) -> list[str]:
        """Feature of a positive test; where the graph has none, the infection itself, which only a positive test can mean."""
        words = frozenset(read_words(text))
        kinds = [word for word in TEST_WORDS if word in words]
        if not kinds and not (present and "positive" in words):
            return []
        numbers = {word for word in words if re.fullmatch(r"[\d.,<>]+", word)}
        organism = frozenset(w for w in words - set(kinds) - _SAMPLES - numbers if not is_qualifying(w))
        cause = self.n.find_infection(organism) or self.n.find_infection(frozenset(w for w in organism if len(w) > 1))
        if not cause:
            return []
        for kind in kinds[:1] if kinds[:1] in (["igg"], ["iga"]) else kinds:
            for proof in TEST_WORDS[kind]:
                if present and proof == "igm" and kind in ("antibody", "titer", "elisa"):
                    continue  # an antibody is of any class
                if found := [f for f in self.n.features_of(cause) if self._is_proof(f, proof)]:
                    return found[:1]
        return [cause] if present else []

    def _is_proof(self, feature: str, word: str) -> bool:
        data = self.n.graph.nodes[feature]
        needed = {word} if word in ("viremia", "smear", "culture", "stain") else {word, "positive"}
        other = {"igm"} if word in ("igg", "iga") else set()
        return any(
            needed <= (words := set(read_words(name))) and not words & other for name in (data["label"], *data.get("exact", ()))
        )

    # ------------------------------------------------------------------ a gene

    def gene(self, text: str) -> list[str]:
        """Gene whose variant, or missing product, a text speaks of. Symbols are read in capitals only."""
        symbols = [t for t in re.findall(r"[A-Z][A-Z0-9]{1,}(?:[A-Z0-9orf-]*)", text) if self.n.lexicon.find(t, "gene")]
        genes = [self.n.lexicon.find(s, "gene") for s in symbols if self._is_symbol(s)]
        if not genes or genes[0] is None:
            return []
        rest = [w for w in re.split(r"[\s,;/]+", text) if w and w.strip("().") not in symbols]
        words = {w for part in rest for w in read_words(part) if not re.search(r"\d|^[cp]\.|>|del|dup|ins|fs", part)}
        return [genes[0]] if words <= _VARIANT or words <= _PROTEIN else []

    def _is_symbol(self, symbol: str) -> bool:
        node = self.n.lexicon.find(symbol, "gene")
        data = self.n.graph.nodes[node] if node else {}
        return symbol.casefold() in {
            n.casefold() for n in (data.get("label", ""), *data.get("exact", ()), *data.get("related", ()))
        }

    # ------------------------------------------------------------------ a test with a direction

    def direction(self, text: str, present: bool) -> list[str]:
        """Feature or finding of a raised, lowered or missing quantity."""
        words = read_words(text)
        marks = [w for w in words if w in UP | DOWN | GONE]
        if len(marks) != 1:
            return []
        side = "high" if marks[0] in UP else "low"
        rest = frozenset(words) - set(marks) - {"test", "abnormal"}
        test = self._find_test(text, rest)
        if test is not None:
            return self.of_test(test, side)
        if marks[0] in GONE and not present:
            return []
        return self.n.find_words(rest | {"increased" if side == "high" else "decreased"})

    def _find_test(self, text: str, rest: Words) -> Test | None:
        """Test of what remains when the direction is taken away, by its own words."""
        plain = " ".join(
            w for w in text.split() if not set(k := read_words(w)) & (UP | DOWN | GONE) and not all(map(is_qualifying, k))
        )
        return self.tests.find(plain) or self._tests_by_words.get(rest)

    @cached_property
    def _tests_by_words(self) -> dict[Words, Test]:
        found: dict[Words, Test] = {}
        for test in sorted(self.tests.by_id.values()):
            for name in (test.label, *test.names):
                found.setdefault(frozenset(read_words(name)), test)
        return found

    def of_test(self, test: Test, side: str) -> list[str]:
        """Terms for a low or high value of a test: a white finding, else its features."""
        if test.id == WBC and side == "low":
            return [LOW_TOTAL]
        rows = [r for r in self.h.usual(test.id, Patient(), white=True) if r.is_low and self.n.is_white(r.decides)]
        shallow = [min(rows, key=lambda r: (self.h.depth(r.decides), r.id)).decides] if rows and side == "low" else []
        term = test.low if side == "low" else test.high
        sign = "decreased" if side == "low" else "increased"
        named = [n for name in (test.label, *test.names) for n in self.n.find_words(frozenset(read_words(name)) | {sign})]
        own = [term] if term and term in self.n.graph else []
        return self.n.pick([*shallow, *own, *(n for n in named if self.n.graph.nodes[n]["category"] in ("feature", "finding"))])
