"""What a person gives (flags, JSON, FHIR, phenopackets) -> `RawCase`. Resolves no names."""
