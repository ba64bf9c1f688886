"""The authoring wing: tables -> OWL -> artefacts. Knows nothing of cases; meets the answering wing in the OWL file only."""
