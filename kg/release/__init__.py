"""The ontology as a release: every file format, the quality report, the change report and the term pages.

Stands above both wings, because a release joins what the tables say (authoring) with what readers get (answering).
Must not judge medicine, which is the guards' work, and must not be needed to answer a question.
"""
