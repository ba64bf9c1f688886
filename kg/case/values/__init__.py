"""Laboratory values of a case: tests, units, samples, limits, readings. Knows no causes."""
