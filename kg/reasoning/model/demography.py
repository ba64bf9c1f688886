"""Who the patient is -> parts: how common a cause is at all, at this age, in this sex.

Age and sex remove what cannot be; they are no evidence for a disease. Must not know findings, drugs and exposures.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from kg.case.records import Case
from kg.reasoning.model.parts import Part, say
from kg.reasoning.model.prepared import DRUG_KINDS
from kg.reasoning.model.priors import Priors
from kg.reasoning.model.shares import Pooled, Shares, find_age_group
from kg.reasoning.model.weights import Weights
from kg.vocabulary import KINDS

AMONG = 0.01  # a share of one in a hundred weighs nothing; only differences between causes count
YOUNGEST = 30.0  # ages are compared by their ratio; below a month they are alike
MALE, FEMALE = frozenset({"male", "m", "man", "boy"}), frozenset({"female", "f", "woman", "girl"})


def get_commonness(cause: str, kind: str, priors: Priors) -> tuple[str, tuple[str, ...]]:
    """Class of commonness of a cause and its source; without a row, the class of its kind."""
    if cause in priors.commonness:
        name, source = priors.commonness[cause]
        return name, (source,) if source else ()
    return ("rare" if kind == "inherited disease" else "uncommon"), ()


def count_commonness(cause: str, kind: str, priors: Priors, weights: Weights) -> float:
    """Weight of a cause among ill people, 1 for a common one."""
    return math.exp(weights.value(f"prior.{get_commonness(cause, kind, priors)[0]}"))


class Expectation:
    """What is expected of each cause behind the findings of a case at its age, before anything else is known."""

    def __init__(self, engine_commonness: Callable[[str], float], shares: Shares, priors: Priors, weights: Weights) -> None:
        self.commonness, self.shares, self.priors, self.w = engine_commonness, shares, priors, weights
        self.t = shares.t

    @cached_property
    def _mass(self) -> dict[str, float]:
        """Commonness of all causes of a kind together."""
        found: dict[str, float] = defaultdict(float)
        for cause in self.t.causes:
            found[self.t.graph.nodes[cause]["kind"]] += self.commonness(cause)
        return found

    def weigh(self, cause: str, kind: str, targets: tuple[str, ...], age_days: float | None, exposed: bool) -> Part:
        """Log of the expected share of a cause, scaled: cohorts are selected, so part of their weight is believed."""
        pooled = self.shares.pool(targets, find_age_group(age_days))
        scale, floor = self.w.value("prior.scale"), self.w.value("prior.floor")
        if kind in DRUG_KINDS:
            return self._weigh_drug(kind, pooled, exposed)
        own = self.commonness(cause) / self._mass[kind] * pooled.kinds[kind]
        named = pooled.causes.get(cause, 0.0)
        share = max(own, named, floor)
        if named > own:
            return Part(
                scale * math.log(share / AMONG), "prior", kind, _say_share(named), pooled.sources[cause][:3], name="prior.scale"
            )
        name, sources = get_commonness(cause, kind, self.priors)
        return Part(
            scale * math.log(share / AMONG), "prior", kind, say(f"{name} among causes of its kind"), sources, name="prior.scale"
        )

    def _weigh_drug(self, kind: str, pooled: Pooled, exposed: bool) -> Part:
        """A drug that is taken has the share of all drugs; one of which nothing is said is one of many."""
        among = 1.0 if exposed else self.w.value("prior.drugs")
        share = max(pooled.kinds["drug"] / among, self.w.value("prior.floor"))
        reason = "drugs as a kind" if exposed else "one of many drugs"
        sources = pooled.sources.get(KINDS["drug"][0], ())[:3]
        return Part(
            self.w.value("prior.scale") * math.log(share / AMONG), "prior", kind, say(reason), sources, name="prior.scale"
        )


def _say_share(share: float) -> Callable[[], str]:
    return lambda: f"{share:.1%} of those with the finding in cohorts"


def weigh_age(cause: str, case: Case, priors: Priors, weights: Weights) -> Part | None:
    """What the age takes from a cause whose sources saw it at other ages only; None inside them or where none is known."""
    spans, age = priors.ages.get(cause, ()), case.age_days
    if age is None or not spans:
        return None
    nearest = min(spans, key=lambda span: _distance(age, span.low, span.high))
    if not (doublings := _distance(age, nearest.low, nearest.high)):
        return None
    weight = max(weights.value("age.lowest"), weights.value("age.outside") * doublings)
    reason = f"reported at {_years(nearest.low)} to {_years(nearest.high)}"
    return Part(weight, "age", "age", say(reason), (nearest.source,) if nearest.source else (), name="age.outside")


def _distance(age: float, low: float, high: float) -> float:
    """Doublings between an age and a span of ages, 0 inside it."""
    age, low, high = (max(x, YOUNGEST) for x in (age, low, high))
    return max(0.0, math.log2(low / age), math.log2(age / high))


def _years(days: float) -> str:
    return f"{days / 365.25:.3g} years"


def weigh_sex(cause: str, case: Case, priors: Priors, weights: Weights) -> Part | None:
    """What the sex of the patient says; None where it is not given or nothing is known."""
    sex = case.sex.casefold()
    if cause not in priors.female or sex not in MALE | FEMALE:
        return None
    share, only, source = priors.female[cause]
    share = share if sex in FEMALE else 1.0 - share
    if only:
        return (
            None
            if share > 0.5
            else Part(weights.value("sex.only"), "sex", sex, say(weights["sex.only"].reason), (source,), name="sex.only")
        )
    weight = min(0.0, math.log(max(share, 0.02) / 0.5)) * weights.value("sex.scale")
    return (
        Part(weight, "sex", sex, say(f"{share:.0%} of those reported are {sex}"), (source,), name="sex.scale")
        if weight < -0.05
        else None
    )
