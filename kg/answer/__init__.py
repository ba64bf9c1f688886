"""Explanation or subgraph -> text, JSON, tables, pages. Looks nothing up: what it shows is in what it is given."""
