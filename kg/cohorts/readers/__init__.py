"""Readers of sources: a table of counts, MEDS, OMOP, FHIR Bulk Data, NDJSON of cases. Each yields batches for staging."""
