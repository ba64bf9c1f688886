"""What a case says against itself: a term present and absent, a finding beside the value that rules it out.

Nothing is resolved in silence and nothing is refused: each contradiction is a remark. Must not know causes.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.case.notes import Notes
from kg.case.records import Observation, Reading
from kg.knowledge.graph.traversal import Traversal


def find_contradictions(stated: Iterable[Observation], readings: Iterable[Reading], t: Traversal, notes: Notes) -> None:
    """Put a remark into the notes for each contradiction; a finding contradicts its absence and that of every wider one."""
    observations = sorted(stated, key=lambda o: (o.term, o.text))
    absent = {o.term: o for o in observations if not o.present}
    normal = [(r, set(r.rules_out)) for r in sorted(readings, key=lambda r: (r.days_ago, r.test)) if r.rules_out]
    for observation in (o for o in observations if o.present and not o.past):
        wider = t.above(observation.term) if t.category(observation.term) == "finding" else {observation.term}
        for term in sorted(wider & absent.keys()):
            notes.contradict(f"{observation.text!r} is given as present and {absent[term].text!r} as absent")
        for reading, ruled_out in normal:
            if wider & ruled_out and abs(reading.days_ago - observation.days_ago) < 1:
                notes.contradict(
                    f"{observation.text!r} is stated, but {reading.label} {reading.value:g} {reading.unit} is not low"
                )
