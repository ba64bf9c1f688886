"""The list of rules that the tables must keep, and of reviews for a curator. Each is a function from the tables to violations.

A violation names file, row, column and the mend. Nothing here needs a reasoner or a store.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.authoring.curation.checks_associations import check_references, check_values
from kg.authoring.curation.checks_causes import (
    check_combined_causes,
    check_cycles,
    check_mechanism_levels,
    check_mechanism_sites,
    check_paths,
    review_pancytopenia_only,
    review_unread_leukopenia,
)
from kg.authoring.curation.checks_cells import check_empty_cells, check_forbidden_codes, check_ids, check_labels
from kg.authoring.curation.checks_claims import (
    check_defining_features,
    check_exact_names,
    check_lines,
    check_unknown_mechanisms,
)
from kg.authoring.curation.checks_figures import check_frequencies, check_reversed_conditionals, check_study_windows
from kg.authoring.curation.checks_registry import check_registry, check_sources_of_limits
from kg.authoring.curation.checks_sources import check_composite_counts, check_counted_twice, check_hosts, check_papers
from kg.authoring.curation.rules import Check
from kg.authoring.records import Curation, Violation

CHECKS: tuple[Check, ...] = (
    check_empty_cells,
    check_ids,
    check_labels,
    check_references,
    check_values,
    check_forbidden_codes,
    check_registry,
    check_sources_of_limits,
    check_cycles,
    check_paths,
    check_mechanism_sites,
    check_mechanism_levels,
    check_combined_causes,
    check_defining_features,
    check_unknown_mechanisms,
    check_lines,
    check_exact_names,
    check_frequencies,
    check_reversed_conditionals,
    check_study_windows,
    check_hosts,
    check_papers,
    check_counted_twice,
    check_composite_counts,
)
# Lists to be looked through; `kg check` prints them, a build does not ask for them.
REVIEWS: tuple[Check, ...] = (review_pancytopenia_only, review_unread_leukopenia)


def check_curation(curation: Curation, checks: Iterable[Check] = CHECKS) -> tuple[Violation, ...]:
    """All violations, in the order of the checks and of the tables."""
    return tuple(violation for check in checks for violation in check(curation))
