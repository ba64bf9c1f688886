"""What a user gives -> a resolved `Case`: text to terms, laboratory values to findings, drug lists, FHIR, phenopackets.

Owns the reading of input and its errors. Must not know how causes are weighed.
"""
