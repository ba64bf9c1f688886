"""The model of support, in words and numbers.

Every cause that reaches a given finding gets a sum of weights, each a natural logarithm of how much an input favours
the cause over the average cause, each with its reason. The sum orders the answer. It is relative support, never the
probability of a disease, and urgency has no part in it.

* **Prior** by kind of cause and age (`PRIORS`): what a clinician meets often stands before what is rare.
* **Support** of the claim itself: a stated frequency of the finding under the cause, and the number of sources.
* **Tier**: an own row before an upstream chain, before a row of a wider finding, before mere class evidence.
* **Exposure**: a drug that is taken, a condition that is known. No drug list means *not stated*.
* **Findings**: log(P(feature | cause) / P(feature)); the numerator from the source's figure or `DEFAULT_FREQUENCY`, the
  denominator from all causes, with a leak for those whose sources are silent. A feature that the cause is not known for
  is neutral. Signs that follow from the low count itself (fever in agranulocytosis) tell little. One text counts once.
* **Absent findings**: log((1 - P(feature | cause)) / (1 - P(feature))), never above zero.
* **Windows**: time since start and stop of a drug against its sourced onset and recovery; lowers, never deletes.
* **Time**: an earlier normal count speaks against a constant cause, and against none that comes and goes.

All defaults stand here, each with its reason, and nowhere else.
"""

from __future__ import annotations

import math
from typing import Final

# Natural-log weights relative to a drug or infection in an adult. Reasons: clinical-notes 8 (drugs lead acute
# agranulocytosis; viral infection leads in children; Duffy-null leads chronic mild cases); inherited causes are rare.
PRIORS: Final[dict[str, tuple[float, str]]] = {
    "drug": (-1.0, "drugs lead among acute causes in adults, but this is one of hundreds"),
    "drug group": (-1.5, "the member of the group is left open"),
    "combined cause": (-1.5, "needs all of its parts"),
    "infection": (0.0, "infections are the most common passing cause"),
    "immune disease": (-0.5, "less common than drugs and infections"),
    "nutritional deficiency": (-0.6, "less common than drugs and infections"),
    "sequestration": (-0.6, "needs an enlarged spleen"),
    "hematological disease": (-0.7, "uncommon, mostly with other lines low"),
    "normal variant": (-0.4, "common, but a reading and no deficit"),
    "physiological state": (-1.0, "passing or age-bound"),
    "artifact": (-1.5, "rare, and excluded by a new sample"),
    "physical exposure": (-1.5, "needs the exposure"),
    "other condition": (-1.0, "rarely the leading sign"),
    "inherited disease": (-2.2, "rare in adults"),
}
INFANT_INHERITED: Final = (1.8, "inherited causes show early in life")
CHILD_INHERITED: Final = (0.9, "inherited causes show early in life")
SOURCES_WEIGHT: Final = 0.25  # per doubling of independent sources: more papers, less chance of a stray report

TIER_WEIGHTS: Final[dict[str, tuple[float, str]]] = {
    "direct": (0.0, "own evidence for this finding"),
    "reading_only": (-0.2, "accounts for the number, not for a deficit"),
    "indirect": (-0.5, "acts through another condition"),
    "unspecific": (-0.6, "its evidence speaks of a wider finding"),
    "class_evidence": (-2.0, "only its class has evidence"),
}

EXPOSED: Final = (6.0, "given as taken")
KNOWN_CONDITION: Final = (4.5, "given as present")
UPSTREAM_KNOWN: Final = (2.5, "a condition upstream of it is given as present")
NOT_STATED: Final = (0.0, "exposure not stated")

DEFAULT_FREQUENCY: Final = 0.5  # a feature that a source lists without a figure is neither rare nor regular
DEFINING_FREQUENCY: Final = 0.97
TEST_FREQUENCY: Final = 0.8  # a positive specific test is how the cause is usually proved
FEATURE_LIMITS: Final = (-3.0, 4.5)  # one finding never decides alone
GENE_VARIANT: Final = (7.0, "variant in a gene that causes it")  # a stated pathogenic variant all but names the disease
# P(feature) where no source lists it for a cause: silence is not absence. Signs are commoner than specific tests, and a
# sign that many causes list is common in everybody ill (share of listing causes, times COMMONNESS).
LEAK_SIGN: Final = 0.03
LEAK_TEST: Final = 0.004
COMMONNESS: Final = 1.2
CONSEQUENCE_FREQUENCY: Final = 0.6  # a sign that follows from the low count itself is expected under every cause
MADE_LIKELIER: Final = (1.0, "raises the risk in the source")
ARGUED_AGAINST: Final = (-1.5, "speaks against it in the source")
UNEXPLAINED_FINDING: Final = (-0.8, "leaves a given low count unexplained")
LINE_NOT_KNOWN: Final = (-0.1, "the total alone does not say which line is low")

WINDOW_INSIDE: Final = 1.0
WINDOW_EARLY: Final = -1.2  # before the earliest onset that any source reports
WINDOW_LATE: Final = -0.8
RECOVERY_DEFAULT_DAYS: Final = 30.0  # most drug-induced neutropenias recover within weeks of stopping
RECOVERY_PASSED: Final = -2.0
OPEN_WINDOW_FACTOR: Final = 3.0  # a source that gives only a typical onset leaves the end open

BELOW_ITS_OWN_EFFECT: Final = 0.05  # an upstream condition stands behind the condition through which it acts

EARLIER_NORMAL: Final = (-1.5, "an earlier normal count speaks against a constant cause")

CONSTANT_KINDS: Final = frozenset({"inherited disease", "normal variant"})
TOO_OLD: Final = (-1.5, "all its sources report an onset in early life")
AGE_NOT_GIVEN: Final = (-0.6, "age not given, and all its sources report an onset in early life")

# HPO frequency classes as probabilities, the middle of each interval (hpo.jax.org frequency terms), and the words that
# other sources use in their place; the first that a text begins with counts.
FREQUENCY_WORDS: Final[dict[str, float]] = {
    "required": 0.99,
    "defining": 0.97,
    "virtually all": 0.97,
    "almost invariable": 0.93,
    "nearly universal": 0.93,
    "very common": 0.85,
    "always": 0.99,
    "obligate": 0.99,
    "nearly all": 0.93,
    "almost all": 0.93,
    "hallmark": 0.9,
    "characteristic": 0.8,
    "typical": 0.8,
    "usual": 0.8,
    "most": 0.75,
    "common": 0.5,
    "often": 0.5,
    "half": 0.5,
    "some": 0.2,
    "uncommon": 0.05,
    "rare": 0.03,
    "very frequent": 0.9,
    "frequent": 0.55,
    "occasional": 0.17,
    "very rare": 0.02,
    "excluded": 0.005,
}


def read_frequency(n: float | None, total: float | None, text: str) -> float | None:
    """Probability that a source states: a proportion with its denominator smoothed, a percentage, an HPO class."""
    if n is not None and total:
        return (n + 0.5) / (total + 1.0)
    lowered = text.casefold()
    for word, value in FREQUENCY_WORDS.items():
        if lowered.startswith(word):
            return value
    return _read_percentage(lowered)


def _read_percentage(text: str) -> float | None:
    if any(word in text.split("%")[0] for word in ("specificity", "probability", "risk", "odds")):
        return None  # a figure about something else than how many of the affected show the feature
    number = text.split("%")[0].split()[-1] if "%" in text and text.split("%")[0].split() else ""
    parts = [part for part in number.replace("–", "-").split("-") if part]
    try:
        values = [float(part.lstrip("<>~≤≥")) for part in parts]
    except ValueError:
        return None
    return min(max(sum(values) / len(values) / 100.0, 0.002), 0.99) if values else None


def presence_weight(p_given_cause: float, p_overall: float) -> float:
    """Weight of a present feature."""
    return clip(math.log(p_given_cause / p_overall))


def absence_weight(p_given_cause: float, p_overall: float) -> float:
    """Weight of an absent feature; never above zero."""
    return min(0.0, clip(math.log((1.0 - p_given_cause) / (1.0 - min(p_overall, 0.99)))))


def clip(weight: float) -> float:
    low, high = FEATURE_LIMITS
    return max(low, min(high, weight))
