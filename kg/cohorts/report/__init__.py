"""The report page of a cohort: one file, offline, every number of it to be taken away as CSV.

`facts` reads the tables of a run, `sections` says what they tell, `figures` draws, `page` puts it together. Must not think:
everything shown was found by the run, or is a number of the graph with its source.
"""

from kg.cohorts.report.page import write_page

__all__ = ["write_page"]
