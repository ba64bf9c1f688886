"""What stands around one term: incoming claims on the left, outgoing ones on the right, by relation."""

from __future__ import annotations

from kg.answer.page.model import Json, MapModel, group_links
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Step

# How an incoming relation reads from the term's side.
_INCOMING = {
    "can cause": "is caused by",
    "can act via": "is a way of acting of",
    "can lead to": "is led to by",
    "can bring about": "is brought about by",
    "can trigger": "is triggered by",
    "member of drug group": "has members",
    "is a": "has kinds",
}


def build_neighbourhood(traversal: Traversal, term: str) -> Json:
    """Data of the page of one term; every neighbour carries the step that joins it to the term."""
    model = MapModel(traversal)
    model.add_node(term)
    for outgoing in (False, True):
        for predicate, steps in group_links(traversal, term, outgoing).items():
            _add_side(model, predicate, steps, outgoing)
    return {
        "mode": "neighbourhood",
        "heading": f"What is known of {traversal.label(term)}",
        "columnLabels": ["Points to it", "Term", "It points to"],
        "asked": [term],
        "ends": [term],
        "endColumn": 1,
        **model.encode(),
    }


def _add_side(model: MapModel, predicate: str, steps: list[Step], outgoing: bool) -> None:
    group = f"{'out' if outgoing else 'in'}:{predicate}"
    label = predicate if outgoing else _INCOMING.get(predicate, f"{predicate} (from)")
    model.groups[group] = {"label": label, "column": 2 if outgoing else 0}
    for step in steps:
        model.add_neighbour(step.object if outgoing else step.subject, group, step)
