"""What the knowledge covers: counts over a built ontology, asked by the queries in `queries/report/`.

Owns the counting and its tables; judges nothing (`kg check` does) and knows neither the tables nor a graph.
"""

from kg.authoring.report.facts import Facts, read_facts
from kg.authoring.report.sections import Section, build_sections

__all__ = ["Facts", "Section", "build_sections", "read_facts"]
