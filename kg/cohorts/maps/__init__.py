"""Maps of known sources, as files; `kg cohort --map NAME` finds them here."""
