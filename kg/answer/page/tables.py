"""The scoring as tables, for a page without a server: what each input adds to each cause, worked out here by the engine.

The page's script (`scoring.js`) looks up and adds; it knows no probability and no formula beyond the window of a drug.
Everything is read through the engine's own functions, so the tables follow the model when it changes; a test holds the
page's ranking against the engine's on every published case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.case.records import Case
from kg.case.values.analytes import SHORT
from kg.knowledge.graph import Link
from kg.reasoning import alerts
from kg.reasoning.drugs_given import ANY_DRUG, is_contested, related_groups
from kg.reasoning.explain import DRUG_KINDS, Engine
from kg.reasoning.model import scoring as s
from kg.reasoning.model.prepared import LOW_TOTAL, Prepared
from kg.reasoning.model.support import ADULT_DAYS, INFANT_DAYS, ONSETS, Support
from kg.reasoning.model.time import find_window, is_intermittent, recovery_days
from kg.vocabulary import CAUSAL, FAMILIES, TIERS

Json = dict[str, Any]
FOREVER = 1e9
CONDITIONS = ("cause", "mechanism", "finding")
OBSERVED = (*CONDITIONS, "feature", "consequence", "gene", "reading")


def build_tables(engine: Engine) -> Json:
    """Tables of one graph; terms are numbers into `terms`."""
    return _Tables(engine).build()


class _Tables:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.t, self.f = engine, engine.t, engine.features
        self.numbers: dict[str, int] = {}
        self.links: dict[tuple[str, str, str], int] = {}
        self.link_rows: list[list[Any]] = []
        self.sources: dict[str, int] = {}

    def n(self, term: str) -> int:
        """Number of a term."""
        return self.numbers.setdefault(term, len(self.numbers))

    def ns(self, terms: Iterable[str]) -> list[int]:
        return [self.n(term) for term in terms]

    def build(self) -> Json:
        observed = [n for n, d in sorted(self.t.graph.nodes(data=True)) if d.get("category") in OBSERVED]
        tables = {
            "targets": {self.n(node): self._target(node) for node in observed if self._is_target(node)},
            "present": {self.n(node): rows for node in observed if (rows := self._present(node))},
            "absent": {self.n(node): rows for node in observed if (rows := self._absent(node))},
            "conditions": {self.n(n): self._condition(n) for n in observed if self.t.category(n) == "cause"},
            "below": {self.n(n): self.ns(sorted(self.t.below(n))) for n in observed if self.t.category(n) in CONDITIONS},
            "twins": {self.n(a): self.n(b) for a, b in self.f.twins.items()},
            "wider": {
                self.n(n): self.ns(w) for n in observed if (w := [a for a in sorted(self.t.above(n)) if a in self.f.twins])
            },
            "drugs": {self.n(n): self._drug(n) for n in observed if self._is_exposure(n)},
            "wholes": self._wholes(),
            "age": self._age(),
        }
        return tables | self._constants() | {"terms": [self._term(term) for term in self.numbers]} | self._shared()

    def _shared(self) -> Json:
        return {"links": self.link_rows, "sources": list(self.sources)}

    def _term(self, term: str) -> list[Any]:
        data = self.t.graph.nodes[term] if term in self.t.graph else {}
        kind = str(data.get("kind", "")) if data.get("category") == "cause" else str(data.get("category", ""))
        intermittent = data.get("category") == "cause" and kind in s.CONSTANT_KINDS and is_intermittent(self.t, term)
        return [term, self.t.label(term), kind, str(data.get("family", "")), int(intermittent)]

    # ------------------------------------------------------------------ findings and their causes

    def _is_target(self, node: str) -> bool:
        return self.t.category(node) in ("finding", "reading") and self.engine._is_white(node)

    def _target(self, node: str) -> Json:
        follows = [f for f in sorted(self.f.overall) if self.f.follows(f, (node,))]
        return {
            "above": self.ns(sorted(self.t.above(node))),
            "low": int(self.engine._shows_as_low_total(node)),
            "follows": self.ns(follows),
            "causes": [self._cause(p) for p in self.engine.prepare((node,)).values()],
        }

    def _cause(self, p: Prepared) -> list[Any]:
        routes = [[self._link(link) for link in route.links] for route in p.routes]
        return [self.n(p.cause), TIERS.index(p.tier), routes]

    def _link(self, link: Link) -> int:
        key = link.subject, link.predicate, link.object
        if key not in self.links:
            sources = dict.fromkeys(row["source"] for row in link.rows if row["direction"] == "supports")
            numbers = [self.sources.setdefault(source, len(self.sources)) for source in sources]
            contrary = int(any(row["direction"] != "supports" for row in link.rows))
            self.links[key] = len(self.link_rows)
            self.link_rows.append([self.n(key[0]), key[1], self.n(key[2]), int(link.scope == "some"), contrary, numbers])
        return self.links[key]

    # ------------------------------------------------------------------ what an observation adds

    def _present(self, term: str) -> list[list[Any]]:
        """Rows [cause, weight, weight where the sign follows from the finding, that sign, reason, once]."""
        if self.t.category(term) in ("finding", "reading"):
            return []
        rows = [[self.n(c), *self._flat(s.GENE_VARIANT), 0] for c in sorted(self.f.genes.get(term, ()))]
        against = self.f.against.get(term, {})
        rows += [[self.n(c), *self._flat(s.ARGUED_AGAINST), 0] for c in sorted(against)]
        rows += [[self.n(c), *self._flat(s.MADE_LIKELIER), 0] for c in sorted(self.f.risks.get(term, {}))]
        return [*rows, *(self._shown(c, term) for c in sorted(self.f.affected(term) - set(against)))]

    def _flat(self, weight: tuple[float, str]) -> list[Any]:
        return [weight[0], weight[0], -1, weight[1]]

    def _shown(self, cause: str, term: str) -> list[Any]:
        matched = self.f.match(cause, term)
        assert matched, "a cause that is affected by a feature matches it"
        link, share = matched
        weights = [max(0.0, share * s.presence_weight(link.probability, b)) for b in self._backgrounds(link.feature)]
        stated = "in" if link.stated else "listed without a figure, taken as"
        return [self.n(cause), *map(_short, weights), self.n(link.feature), f"present; {stated} {link.probability:.0%}", 1]

    def _backgrounds(self, feature: str) -> tuple[float, float]:
        """P(feature) where it does not follow from the finding, and where it does."""
        overall = self.f.background(feature, ())
        return overall, max(overall, s.CONSEQUENCE_FREQUENCY)

    def _absent(self, term: str) -> list[list[Any]]:
        """Rows [cause, weight, weight where it follows, the sign, reason, whether every case has it]."""
        rows = []
        for cause in sorted(self.f.showing.get(term, ())):
            link = self.f.of(cause)[term]
            weights = [_short(s.absence_weight(link.probability, b)) for b in self._backgrounds(link.feature)]
            always = int(link.stated and link.probability >= s.DEFINING_FREQUENCY)
            rows.append([self.n(cause), *weights, self.n(link.feature), f"absent; {link.probability:.0%} have it", always])
        return rows

    # ------------------------------------------------------------------ exposure, time, age

    def _condition(self, term: str) -> list[list[int]]:
        known = [c for c in sorted(self.t.above(term)) if self.t.category(c) == "cause"]
        return [self.ns(known), self.ns(sorted(Support(self.t, self.f, Case()).downstream(term)))]

    def _is_exposure(self, node: str) -> bool:
        return self.t.graph.nodes[node].get("kind") in DRUG_KINDS

    def _drug(self, term: str) -> Json:
        window = find_window(self.t, term)
        return {"window": [window.low, window.high, window.spans] if window else None, "lasts": recovery_days(self.t, term)}

    def _wholes(self) -> dict[int, list[int]]:
        parts: dict[str, list[str]] = {}
        for (whole, part), link in self.t.links("has component").items():
            if link.supported:
                parts.setdefault(whole, []).append(part)
        return {self.n(whole): self.ns(found) for whole, found in sorted(parts.items())}

    def _age(self) -> Json:
        support = Support(self.t, self.f, Case())
        return {
            "onsets": [[self.n(term), low, high] for term, low, high in ONSETS if term in self.t.graph],
            "early": self.ns(support._only_early),
            "tooOld": s.TOO_OLD,
            "notGiven": s.AGE_NOT_GIVEN,
            "adult": ADULT_DAYS,
            "infant": INFANT_DAYS,
            "bonus": [s.INFANT_INHERITED, s.CHILD_INHERITED],
        }

    # ------------------------------------------------------------------ numbers of the model

    def _constants(self) -> Json:
        window = {"inside": s.WINDOW_INSIDE, "early": s.WINDOW_EARLY, "late": s.WINDOW_LATE, "passed": s.RECOVERY_PASSED}
        return {
            "priors": s.PRIORS,
            "tiers": [[tier, *s.TIER_WEIGHTS[tier]] for tier in TIERS],
            "families": FAMILIES,
            "exposed": [s.EXPOSED, s.KNOWN_CONDITION, s.UPSTREAM_KNOWN],
            "perSource": s.SOURCES_WEIGHT,
            "unexplained": s.UNEXPLAINED_FINDING,
            "lineNotKnown": s.LINE_NOT_KNOWN,
            "lowTotal": self.n(LOW_TOTAL),
            "window": window,
            "earlierNormal": s.EARLIER_NORMAL,
            "constant": sorted(s.CONSTANT_KINDS),
            "behind": s.BELOW_ITS_OWN_EFFECT,
            "variant": s.GENE_VARIANT[0],
            "drugKinds": DRUG_KINDS,
            "alarm": self._alarm(),
            "standing": self._standing(),
        }

    def _standing(self) -> Json:
        """What a page can say of a given drug that is no cause of a finding: groups, label listings, evidence against."""
        drugs = [n for n in sorted(self.t.graph) if self._is_exposure(n)]
        lists = self.t.links("label lists").items()
        against = ((n, link.object) for n in drugs for link in self.t.out(n, *CAUSAL) if is_contested(link))
        return {
            "groups": {self.n(n): [[self.n(g), self.ns(found)] for g, found in self._group_evidence(n)] for n in drugs},
            "labels": [[self.n(drug), self.n(finding), link.rows[0]["source"]] for (drug, finding), link in lists],
            "against": [[self.n(drug), self.n(finding)] for drug, finding in against],
            "near": {self.n(n): self.ns(sorted(self.t.above(n) | self.t.below(n))) for n in self._targets()},
        }

    def _group_evidence(self, drug: str) -> Iterator[tuple[str, list[str]]]:
        """Groups of a drug, the nearest first, with the findings for which they have evidence."""
        for group in related_groups(drug, self.t):
            found = sorted({link.object for link in self.t.out(group, *CAUSAL) if link.supported})
            if found and group != ANY_DRUG:
                yield group, found

    def _targets(self) -> list[str]:
        return [n for n, d in sorted(self.t.graph.nodes(data=True)) if d.get("category") in OBSERVED and self._is_target(n)]

    def _alarm(self) -> Json:
        """Alert rows as [signs, age from, age to, wording], and the ways in which each sign shows."""
        rules, signs = alerts.load_rules()
        return {
            "rules": [[rule.signs, rule.age_from, _finite(rule.age_to), rule.wording] for rule in rules],
            "signs": {name: [self._sign(sign) for sign in found] for name, found in signs.items()},
            "adult": alerts.ADULT,
            "short": SHORT,
            "bounds": alerts.BOUND_WORDS,
        }

    def _sign(self, sign: alerts.Sign) -> list[Any]:
        """[kind, test or terms, comparator, limit, window]."""
        subject: Any = sign.subject
        if sign.kind != "value":
            wanted = self.t.below(subject) if sign.kind == "term" else alerts.find_drugs_known_for(self.t, subject)
            subject = self.ns(sorted(n for n in wanted if n in self.t.graph))
        return [sign.kind, subject, sign.comparator, _finite(sign.limit), _finite(sign.window)]


def _finite(number: float) -> float:
    """JSON knows no infinity."""
    return min(number, FOREVER)


def _short(weight: float) -> float:
    return round(weight, 12)
