"""One clause in its context -> what it states: present, denied, normal, a drug, or set aside with the reason.

Owns what a flag of the context does to a clause, and the way from a name to terms of the graph. Must not know how a text is
split.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.case.drugs import Drugs, find_used
from kg.case.language.context import Clause, is_trigger
from kg.case.language.meaning import NOTHING, SILENT, Found, Meaning, Used
from kg.case.language.names import Names
from kg.case.language.patterns import Patterns
from kg.case.language.recognize import Cover, Named, Recognizer
from kg.case.language.times import Time
from kg.case.language.words import Token, is_qualifying, keeps_limit, read_words

REASONS = {
    "over": "is over, not a finding of today",
    "uncertain": "is a suspicion, not a finding",
    "relative": "speaks of a relative",
    "other": "speaks about it, and does not say that it is present",
    "pseudo": "says what did not change, not what is absent",
}
SHORTEST_DRUG = 6  # letters; shorter names are words of other things, too
DENIED_TWICE = "is denied twice"
PAST_ABSENT = "an earlier condition that was absent does not rule out a present one"
EXPOSURE = "LEUKO:0011000"
NOT_TAKEN = "a drug that was not taken"
KEPT_WHEN_ABSENT = frozenset({"evidence", "verb", "time", "light", "method", "value"})


class When(NamedTuple):
    """The time of a clause."""

    past: bool = False
    days_ago: float = 0.0
    duration: float | None = None


class ClauseReader:
    """Reader of clauses over one graph."""

    def __init__(self, names: Names, patterns: Patterns, recognizer: Recognizer, drugs: Drugs) -> None:
        self.names, self.patterns, self.recognizer, self.drugs = names, patterns, recognizer, drugs
        self.graph, self.hpo = names.graph, recognizer.hpo

    def read(self, clause: Clause, text: str, present: bool, times: Sequence[Time]) -> Meaning:
        """Meaning of a clause of a text; `silent` where it only qualifies what stands beside it."""
        if not [t for t in clause.every if t.is_word]:
            return SILENT
        when = _when(clause, times)
        flags = clause.flags
        whole = self._whole(clause, present, when)
        if whole:
            return whole + self._denied_part(clause, text, when) if present and "negated" in flags else whole
        if reason := next((REASONS[flag] for flag in ("over", "uncertain", "pseudo") if flag in flags), ""):
            return Meaning(reason=reason)
        if owner := flags & {"relative", "other"}:
            return self._owned(clause, min(owner), present and "negated" not in flags, when)
        return self._stated(clause, text, present, when)

    def _denied_part(self, clause: Clause, text: str, when: When) -> Meaning:
        """What a name for an absence denies: `absence of lymphadenopathy` is that, and no lymphadenopathy."""
        stated = self._stated(clause, text, True, when)
        return Meaning(found=tuple(f for f in stated.found if not f.present))

    def _whole(self, clause: Clause, present: bool, when: When) -> Meaning:
        """One name that uses the triggers, too: `absence of tears`, `family history of leukemia`."""
        cover = self.recognizer.cover(clause.every, whole=True) if clause.triggers else None
        marks = {i for i, t in enumerate(clause.every) if t.start in clause.triggers}
        if cover is None or not any(marks & n.used for n in cover.named):
            return NOTHING
        used = cover.named[0].used
        if any(t.is_word and i not in used and not t.kinds & {"time", "method"} for i, t in enumerate(clause.every)):
            return NOTHING
        denied = {i for i in marks if is_trigger(clause.every[i].word, "negated")}
        if "negated" in clause.flags and not denied & used:
            return NOTHING
        return self._named(cover.named, clause.every, present, when)

    def _owned(self, clause: Clause, flag: str, present: bool, when: When) -> Meaning:
        """In the scope of a relative, or of an act about something: only names that contain the word for it."""
        cover = self.recognizer.cover(clause.every)
        marks = {i for i, t in enumerate(clause.every) if t.start in clause.triggers and is_trigger(t.word, flag)}
        kept = tuple(n for n in self.recognizer.accept(clause.every, cover).named if n.used & marks)
        used = {i for n in kept for i in n.used}
        alone = all(i in marks or clause.every[i].is_qualifier for i in used)
        rest = [t for i, t in enumerate(clause.every) if i not in used and t.start not in clause.triggers]
        left = [t for t in rest if t.is_word and not t.is_qualifier]
        if not kept or (left and (alone or not present)):
            return Meaning(reason=REASONS[flag])
        return self._named(kept, clause.every, present, when, cover)

    def _stated(self, clause: Clause, text: str, present: bool, when: When) -> Meaning:
        tokens = clause.tokens
        solid = [t for t in tokens if t.is_word]
        if not solid:
            return NOTHING
        raw = clause.raw or text[tokens[0].start : tokens[-1].end]
        negated = "negated" in clause.flags
        if negated and not present:
            return Meaning(reason=DENIED_TWICE)
        if "normal" in clause.flags and not negated:
            return self._normal(tokens) if present else NOTHING
        if negated or not present:
            denied = self._denied(tokens, raw)
            return denied if not when.past or self._is_exposure(denied) else Meaning(reason=PAST_ABSENT)
        return self._affirmed(tokens, raw, when)

    # ------------------------------------------------------------------ present

    def _affirmed(self, tokens: Sequence[Token], raw: str, when: When) -> Meaning:
        """The sure readings first: all words are named, a pattern, a drug; else what the names leave over is reported."""
        cover = self.recognizer.cover(tokens)
        if cover.named and not cover.left_over:
            return self._named(cover.named, tokens, True, when)
        if terms := self.names.pick(self.patterns.read(raw, True)):
            return self.as_meaning(terms, True, when)
        if used := self._used(tokens, raw, when):
            return used
        drugs, left = self._find_drugs(cover.left_over, when)
        cover = self.recognizer.accept(tokens, Cover(cover.named, left))
        return self._named(cover.named, tokens, True, when, cover) + drugs if cover.named or drugs else NOTHING

    def _find_drugs(self, tokens: Sequence[Token], when: When) -> tuple[Meaning, tuple[Token, ...]]:
        """Drugs among words that no name uses, and the words that are left then."""
        if not any(t.raw.casefold() in self.names.drug_words for t in tokens):
            return NOTHING, tuple(tokens)
        found, left, index = NOTHING, [], 0
        while index < len(tokens):
            for size in (3, 2, 1):
                part = tokens[index : index + size]
                name = "-".join(t.raw for t in part)
                if len(part) == size and len(name) >= SHORTEST_DRUG and (drug := self._find_drug(name)):
                    found = found + Meaning(used=(Used(drug, when.past, when.days_ago or None),))
                    index += size
                    break
            else:
                left.append(tokens[index])
                index += 1
        if found and not left:
            return found, ()
        return found, tuple(left)

    def _find_drug(self, name: str) -> str:
        drug = self.drugs.find_one(name)
        return drug if drug and self.graph.nodes[drug].get("kind") == "drug" else ""

    def _used(self, tokens: Sequence[Token], raw: str, when: When) -> Meaning:
        """A drug that was used (`methimazole therapy`), or a term for its use."""
        if not any(t.raw.casefold() in self.names.drug_words for t in tokens) and not find_used(raw):
            return NOTHING
        bare = " ".join(t.raw for t in tokens if t.key and (not t.kinds or "value" in t.kinds))
        drug = self.drugs.find_in_text(raw) or (self.drugs.find_one(bare) if bare and len(bare.split()) < 5 else "")
        if drug and self.names.is_drug(drug):
            return Meaning(used=(Used(drug, when.past, when.days_ago or None),))
        terms = [t for inner in find_used(raw) for t in self.names.find_treatment(inner)]
        return self.as_meaning(self.names.pick(terms), True, when)

    # ------------------------------------------------------------------ denied, normal

    def _denied(self, tokens: Sequence[Token], raw: str) -> Meaning:
        """The terms that are absent; a special sign that is absent says nothing of the general one, so no word may be lost."""
        cover = self.recognizer.cover(tokens)
        used = {i for n in cover.named for i in n.used}
        lost = [t for i, t in enumerate(tokens) if t.is_word and i not in used and not t.kinds & KEPT_WHEN_ABSENT]
        if cover.named and not lost:
            return self._named(cover.named, tokens, False, When())
        if terms := self.names.pick(self.patterns.read(raw, False)):
            return self.as_meaning(terms, False)
        solid = [t for t in tokens if t.is_word and not t.kinds & KEPT_WHEN_ABSENT]
        if infection := self.names.find_infection(frozenset(t.key for t in solid)):
            return self.as_meaning([infection], False)
        plain = " ".join(t.raw for t in solid)
        if category := self.names.find_category(plain)[:1]:
            return self.as_meaning(category, False)
        return Meaning(reason=NOT_TAKEN) if self.drugs.find_in_text(raw) else NOTHING

    def _is_exposure(self, meaning: Meaning) -> bool:
        """Whether a meaning is a history by nature, so that an earlier one that was absent is absent."""
        terms = [f.term for f in meaning.found]
        return bool(terms) and all(EXPOSURE in self.names.t.above(t) for t in terms)

    def _normal(self, tokens: Sequence[Token]) -> Meaning:
        """Low and high terms of a quantity that is said to be normal."""
        plain = " ".join(t.raw for t in tokens if t.is_word and t.word not in ("normal", "unremarkable", "normally", "intact"))
        found: list[str] = []
        if test := self.patterns.tests.find(plain):
            found = [t for side in ("low", "high") for t in self.patterns.of_test(test, side)]
        elif words := frozenset(read_words(plain)):
            found = [t for sign in ("decreased", "increased", "abnormal") for t in self.names.find_words(words | {sign})]
            found = [t for t in found if self.graph.nodes[t]["category"] == "feature"]
        return self.as_meaning([t for t in dict.fromkeys(found) if t in self.graph], False)

    # ------------------------------------------------------------------ from names to terms

    def as_meaning(self, terms: Iterable[str], present: bool, when: When = When()) -> Meaning:  # noqa: B008 - frozen
        """Terms of the graph as a meaning; the exposure to a drug is a drug, not a sign."""
        drugs = [t for t in terms if self.names.is_drug(t)] if present else []
        found = tuple(Found(t, present, "", 0, *when) for t in terms if t not in drugs)
        return Meaning(found=found, used=tuple(Used(t, when.past, when.days_ago or None) for t in drugs))

    def _named(
        self, named: Iterable[Named], tokens: Sequence[Token], present: bool, when: When, cover: Cover | None = None
    ) -> Meaning:
        raw = " ".join(t.raw for t in tokens)
        total = Meaning(left_over=tuple(t.raw for t in cover.left_over) if cover else ())
        for name in named:
            words = frozenset(tokens[i].key for i in name.used)
            total = total + self._of_name(name, raw, words, present, when)
        return total

    def _of_name(self, name: Named, raw: str, used: frozenset[str], present: bool, when: When) -> Meaning:
        if name.lay is not None:
            if not name.lay.terms:
                return Meaning(known=(name.lay.phrase,))
            return sum((self._of_node(t, present != name.lay.absent, when) for t in name.lay.terms), NOTHING)
        inside = [
            t
            for t in self.names.keep_exact((n for n in name.nodes if n in self.graph), used - {"positive"})
            if keeps_limit(raw, self.graph.nodes[t]["label"])
        ]
        if inside:
            terms = self.names.pick(inside)
            return self.as_meaning([*terms, *(self.find_white(used, terms) if present else [])], present, when)
        return sum((self._of_node(t, present, when) for t in name.nodes if t not in self.graph), NOTHING)

    def find_white(self, words: frozenset[str], found: list[str]) -> list[str]:
        """Low counts that a special term speaks of: `isolated neutropenia`, `febrile neutropenia` are neutropenias."""
        if not found or any(self.names.is_white(t) for t in found):
            return []
        only_follows = all(self.graph.nodes[t]["category"] == "consequence" for t in found)
        if only_follows:
            return self._parts_of(words)
        for name in self.names.inside(words):
            white = [t for t in map(self.names.as_finding, self.names.by_words[name]) if t in self.graph]
            white = [t for t in white if self.graph.nodes[t]["category"] == "finding" and self.names.is_white(t)]
            if white and all(is_qualifying(word) for word in words - name):
                rest = self.names.by_words.get(words - name, [])
                return [white[0], *(self.names.pick(rest) if rest else [])]
        return []

    def _parts_of(self, words: frozenset[str]) -> list[str]:
        """What a name that only follows from a low count is made of: `neutropenic sepsis` is neutropenia and sepsis."""
        found: list[str] = []
        for name in self.names.inside(words):
            terms = [t for t in self.names.by_words[name] if self.graph.nodes[t]["category"] != "consequence"]
            if terms and name <= words:
                found += self.names.pick(terms)
                words = words - name
        return found

    def of_code(self, code: str, present: bool) -> Meaning:
        """A code of HPO that the graph lacks, as the nearest terms above it; nothing where it is no code of HPO."""
        return self._of_node(code, present, When()) if code in self.hpo else NOTHING

    def _of_node(self, node: str, present: bool, when: When) -> Meaning:
        """A term of the graph, or the nearest ones above a term of HPO; what is absent has no nearest one."""
        if node in self.graph and self.graph.nodes[node].get("category") != "other":
            return self.as_meaning(self.names.pick([node, *self.names.find_twins(node)]), present, when)
        known = self.hpo.find_known(node, self.graph) if present else []
        if not known:
            return Meaning(known=(self.hpo.label(node),), known_terms=((node, present),))
        founds = [Found(self.names.as_finding(a.id), True, node, a.steps, *when) for a in known]
        return Meaning(found=tuple(founds))


def _when(clause: Clause, times: Sequence[Time]) -> When:
    """Time of a clause: earlier where a trigger or a time says so."""
    start, end = clause.every[0].start, clause.every[-1].end
    inside = [t for t in times if t.start < end and t.end > start]
    ago = next((t for t in inside if t.kind == "ago"), None)
    lasting = next((t.days for t in inside if t.kind == "lasting"), None)
    past = "past" in clause.flags or ago is not None
    return When(past, (ago.days or 0.0) if ago else 0.0, lasting)
