"""What must not wait for a tool. Owns the rules of urgency; they never change the order of causes."""

from __future__ import annotations

from kg.case.records import Case
from kg.knowledge.graph.traversal import Traversal

ANC_TEST, TEMPERATURE = "absolute neutrophil count", "body temperature"
AGRANULOCYTOSIS, NEUTROPENIA = "LEUKO:0001005", "LEUKO:0001003"
# HPO terms and words that mean fever, rigors, hypothermia or sepsis.
DANGER_WORDS = ("fever", "febrile", "pyrexia", "rigor", "chills", "hypothermia", "sepsis", "septic")
FEVER_FROM, COLD_BELOW = 38.0, 36.0
ACT = "needs urgent medical review now; do not wait for this tool"


def find_alerts(case: Case, traversal: Traversal) -> tuple[str, ...]:
    """Alerts, worst first; empty where nothing given is urgent."""
    lowest = min((r.value for r in case.readings if _is_anc(r.label)), default=None)
    stated = [o.term for o in case.observations if o.present]
    deep = any(AGRANULOCYTOSIS in traversal.above(t) or "LEUKO:0001004" in traversal.above(t) for t in stated)
    low = deep or any(NEUTROPENIA in traversal.above(t) for t in stated)
    alerts = []
    danger = _find_danger(case)
    if danger and (low or (lowest is not None and lowest < 1.0)):
        alerts.append(f"{danger} with a low neutrophil count: {ACT}")
    if deep or (lowest is not None and lowest < 0.5):
        shown = f"ANC {lowest:g}" if lowest is not None and lowest < 0.5 else "a neutrophil count stated as severely low"
        alerts.append(f"{shown}: {ACT}")
    return tuple(alerts)


def _is_anc(label: str) -> bool:
    return "neutrophil count" in label.casefold()


def _find_danger(case: Case) -> str:
    for reading in case.readings:
        if "temperature" in reading.label.casefold() and not COLD_BELOW <= reading.value < FEVER_FROM:
            return f"temperature {reading.value:g}"
    for observation in case.observations:
        words = f"{observation.label} {observation.text}".casefold()
        if observation.present and any(word in words for word in DANGER_WORDS):
            return observation.text or observation.label
    return ""
