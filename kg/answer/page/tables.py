"""The model as tables, for a page without a server: what is known of causes and signs, and every number of the model.

Raw rows stand here (a feature with its probability, the hierarchy, weights with their reasons, priors, gates, ages, forms);
the few formulas stand in the page's scripts (`serve/static/offline/`). What has few possible values (sex, cohorts by age
group, which causes reach a finding) is worked out by the engine's own functions. Tests hold the page's answers against the
engine's. Must not know cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg.answer.page.numbering import Numbering
from kg.answer.page.urgent import build_alarm, build_standing
from kg.case.records import Case
from kg.knowledge.graph import Link, find_base
from kg.reasoning import sets
from kg.reasoning.chains import MAX_CHAINS, build_mechanisms
from kg.reasoning.explain import Engine
from kg.reasoning.model import demography, exposure, features, priors, shares, time
from kg.reasoning.model.prepared import DRUG_KINDS, LOW_TOTAL, count_risk
from kg.reasoning.model.support import CONSTANT_KINDS, TELLING
from kg.reasoning.records import SHELVES
from kg.vocabulary import CAUSAL, KINDS, TIERS

Json = dict[str, Any]
NAMED = ("finding", "reading", "cause", "feature", "consequence", "gene", "mechanism")
TARGETS = ("finding", "reading")


def build_tables(engine: Engine) -> Json:
    """Tables of one graph; terms are numbers into `terms`."""
    return _Tables(engine).build()


class _Tables:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.t, self.f, self.tables = engine, engine.t, engine.features, engine.tables
        named = [n for n, d in self.t.graph.nodes(data=True) if d.get("category") in NAMED]
        self.named = sorted(named)
        self.counted: dict[int, float] = {}
        self.numbering = Numbering(engine.t, named)
        self.n, self.ns, self.by_term = self.numbering.n, self.numbering.ns, self.numbering.by_term
        self.targets = [n for n in self.named if self.t.category(n) in TARGETS and engine._is_white(n)]

    def build(self) -> Json:
        tables = self._model() | self._knowledge() | self._features() | self._expectation() | self._exposures()
        drugs = [c for c in self.t.causes if self.t.graph.nodes[c]["kind"] in DRUG_KINDS]
        reach = [self._reach(cause) for cause in self.t.causes]
        tables |= {
            "reach": reach,
            "counted": self.counted,
            "alarm": build_alarm(self.t, self.numbering),
            "standing": build_standing(self.t, self.numbering, drugs),
        }
        return tables | self.numbering.build()

    # ------------------------------------------------------------------ numbers of the model

    def _model(self) -> Json:
        weights = {name: [weight.value, weight.reason] for name, weight in self.tables.weights.items()}
        return {"weights": weights, "constants": _constants(), "tiers": TIERS, "shelves": SHELVES}

    # ------------------------------------------------------------------ what is to be explained

    def _knowledge(self) -> Json:
        return {
            "targets": [self._target(target) for target in self.targets],
            "lowTotal": self.n(LOW_TOTAL) if LOW_TOTAL in self.t.graph else -1,
            "forms": self.ns(form for form in self.tables.forms if form in self.t.graph),
            "endOf": self.by_term({t: self.n(found[0]) for t in self.targets if (found := self.t.attribution(t))}),
            "labelLists": [self._listing(d, o) for d, o in self.t.links("label lists") if self.engine._is_white(o)],
            "mechanisms": {self.n(c): [self._mechanism(m) for m in found] for c, found in self._acting()},
        }

    def _target(self, target: str) -> list[Any]:
        """[finding, finding without depth, whether that has several lines, shows as a low total, what follows from it]."""
        base = find_base(self.t, target)
        several = int(len(self.engine.expectation.shares._cells(base)) > 1)
        links = [link for above in self.t.above(target) for link in self.t.out(above, "can be followed by", "can show as")]
        follows = self.ns({link.object for link in links if link.supported})
        return [self.n(target), self.n(base), several, int(self.engine._shows_as_low_total(target)), follows]

    def _listing(self, drug: str, finding: str) -> list[int]:
        source = self.t.links("label lists")[drug, finding].rows[0]["source"]
        return [self.n(drug), self.n(finding), self.numbering.source(source)]

    def _acting(self) -> Iterable[tuple[str, Any]]:
        return ((cause, found) for cause in self.t.causes if (found := build_mechanisms(self.t, cause)))

    def _mechanism(self, mechanism: Any) -> list[int]:
        return [self.n(mechanism.id), int(mechanism.disputed)]

    # ------------------------------------------------------------------ what reaches it

    def _reach(self, cause: str) -> list[Any]:
        """[cause, routes, ways, for each target the way]: a way is [tier, routes]; routes are lists of links."""
        routes: dict[tuple[int, ...], int] = {}
        ways: dict[tuple[int, tuple[int, ...]], int] = {}
        at = []
        for target in self.targets:
            found = self.engine.prepare((target,)).get(cause)
            if found is None:
                at.append(-1)
                continue
            links = [tuple(self.numbering.link(link) for link in route.links) for route in found.routes]
            for route in found.routes:
                self._count(route.links[0])
            way = TIERS.index(found.tier), tuple(routes.setdefault(route, len(routes)) for route in links)
            at.append(ways.setdefault(way, len(ways)))
        return [self.n(cause), list(routes), [[tier, list(way)] for tier, way in ways], at] if ways else [self.n(cause)]

    def _count(self, link: Link) -> None:
        """The highest risk that a source counts for a claim, by the number of its link."""
        if (risk := count_risk(link, self.tables.weights)) is not None:
            self.counted[self.numbering.link(link)] = risk

    # ------------------------------------------------------------------ features

    def _features(self) -> Json:
        chances: dict[tuple[float, bool], int] = {}
        own = {}
        for bearer, links in sorted(self.f.by_cause.items()):
            kept = sorted(links.values(), key=lambda link: self.n(link.feature))
            told = [chances.setdefault((link.probability, link.stated), len(chances)) for link in kept]
            own[self.n(bearer)] = [_differences(self.n(link.feature) for link in kept), told]
        bearers = {cause: [self.n(b) for b in self.f._bearers(cause) if b in self.f.by_cause] for cause in self.t.causes}
        return {
            "chances": [[p, int(stated)] for p, stated in chances],
            "features": own,
            "bearers": self.by_term({cause: found for cause, found in bearers.items() if found != [self.n(cause)]}),
            "against": self.by_term({f: self.ns(links) for f, links in self.f.against.items()}),
            "risks": self.by_term({f: self.ns(links) for f, links in self.f.risks.items()}),
            "genes": self.by_term({gene: self.ns(causes) for gene, causes in self.f.genes.items()}),
            "twins": self.by_term({a: self.n(b) for a, b in self.f.twins.items()}),
            "redundant": self.by_term({t: g for t, g in self.tables.groups.items() if t in self.t.graph}),
            "exposureRoot": self.n(features.EXPOSURE) if features.EXPOSURE in self.t.graph else -1,
            "signs": _differences(n for n, term in enumerate(self.numbering.terms) if self.f.sort(term) == "sign"),
        }

    # ------------------------------------------------------------------ what is expected

    def _expectation(self) -> Json:
        priors_, known = self.tables.priors, self.t.causes
        common = {c: demography.get_commonness(c, self._kind(c), priors_)[0] for c in known}
        counts: dict[str, int] = {}
        for share in priors_.shares:
            counts[share.finding] = counts.get(share.finding, 0) + 1
        return {
            "commonness": self.by_term({c: priors.COMMONNESS.index(name) for c, name in common.items()}),
            "cohorts": self.by_term({f: n for f, n in counts.items() if f in self.t.graph}),
            "shares": self._shares(),
            "ages": self.by_term({c: [[a.low, a.high] for a in priors_.ages.get(c, ())] for c in known}),
            "sexes": self.by_term({c: self._sexes(c) for c in known}),
            "graded": self.ns(c for c in known if c in priors_.commonness),
            "cantMiss": self.by_term({c: self._missed(c) for c in known if c in self.engine.cant_miss}),
            "constant": self.ns(c for c in known if self._kind(c) in CONSTANT_KINDS and not time.is_intermittent(self.t, c)),
        }

    def _missed(self, cause: str) -> list[Any]:
        """[why it must not be missed, source]."""
        row = self.engine.cant_miss[cause]
        return [row.reason, self.numbering.source(row.source)]

    def _kind(self, cause: str) -> str:
        return str(self.t.graph.nodes[cause]["kind"])

    def _shares(self) -> Json:
        """Pooled shares of kinds and of causes, by the finding of the cohorts and by age group."""
        pool = self.engine.expectation.shares
        family: dict[str, str] = {}
        for target in ("", *self.targets):
            family.setdefault(pool._family((target,) if target else ()), target)
        return {
            str(self.n(finding)) if finding else "": [self._pooled((t,) if t else (), g) for g, _ in _GROUPS]
            for finding, t in family.items()
        }

    def _pooled(self, targets: tuple[str, ...], group: str) -> list[Any]:
        pooled = self.engine.expectation.shares.pool(targets, group)
        causes = {c: share for c, share in pooled.causes.items() if c in self.t.graph and self.t.category(c) == "cause"}
        return [[pooled.kinds[kind] for kind in KINDS], self.by_term(causes)]

    def _sexes(self, cause: str) -> Json:
        """What each sex says of a cause: [weight, reason]."""
        weighed = {
            sex: demography.weigh_sex(cause, Case(sex=sex), self.tables.priors, self.tables.weights) for sex in ("female", "male")
        }
        return {sex: [part.weight, part.reason()] for sex, part in weighed.items() if part}

    # ------------------------------------------------------------------ exposures

    def _exposures(self) -> Json:
        drugs = [c for c in self.t.causes if self.t.graph.nodes[c]["kind"] in DRUG_KINDS]
        below = {c: self.ns(exposure.find_downstream(self.t, c)) for c in self.t.causes}
        gates = {c: found for c, found in self.tables.priors.gates.items() if c in self.t.graph}
        needs = ("needed", "usual", "raises")
        return {
            "windows": self.by_term({c: self._spans(c) for c in drugs}),
            "recoveries": self.by_term({c: self._recovery(c) for c in drugs}),
            "wholes": self._pairs("has component"),
            "groups": self._pairs("member of drug group"),
            "downstream": self.by_term(below),
            "gates": self.by_term({c: [[self.n(g.exposure), needs.index(g.need)] for g in found] for c, found in gates.items()}),
            "needs": needs,
            "place": self.n(exposure.PLACE) if exposure.PLACE in self.numbering.terms else -1,
        }

    def _rows(self, cause: str) -> list[Json]:
        return [row for link in self.t.out(cause, *CAUSAL, "can account for reading") for row in link.rows]

    def _spans(self, cause: str) -> list[list[float | None]]:
        timed = [row for row in self._rows(cause) if "onset_min" in row or "onset_max" in row]
        return [[row.get("onset_min"), row.get("onset_max")] for row in timed]

    def _recovery(self, cause: str) -> float | None:
        return max((row["recovery_max"] for row in self._rows(cause) if "recovery_max" in row), default=None)

    def _pairs(self, predicate: str) -> dict[int, list[int]]:
        found: dict[str, list[str]] = {}
        for (subject, obj), link in self.t.links(predicate).items():
            if link.supported:
                found.setdefault(subject, []).append(obj)
        return self.by_term({subject: self.ns(objects) for subject, objects in found.items()})


_GROUPS = (*shares.GROUPS, ("all", None))


def _constants() -> Json:
    """Numbers and names that the model's modules own beside the table of weights."""
    tops = [top if top != float("inf") else None for _, top in shares.GROUPS]
    return {
        "among": demography.AMONG,
        "youngest": demography.YOUNGEST,
        "year": priors.YEAR,
        "today": exposure.TODAY,
        "telling": TELLING,
        "anyKind": features.ANY_KIND,
        "commonest": features.COMMONEST,
        "listed": features.LISTED,
        "ageTops": tops,
        "drugKinds": DRUG_KINDS,
        "kindsInOrder": list(KINDS),
        "commonness": priors.COMMONNESS,
        "maxChains": MAX_CHAINS,
        "sets": {"causes": sets.MAX_CAUSES, "pool": sets.POOL, "shown": sets.MAX_SETS, "tried": sets.MAX_TRIED},
    }


def _differences(numbers: Iterable[int]) -> list[int]:
    """Ascending numbers as the first one and the steps between them, which pack better."""
    found, last = [], 0
    for number in numbers:
        found.append(number - last)
        last = number
    return found
