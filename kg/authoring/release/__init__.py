"""The ontology as a release: every file format, the quality report, the change report and the term pages.

Reads the built OWL file as every other tool does: a release joins what the tables say with what readers get.
Must not judge medicine, which is the guards' work, and must not be needed to answer a question.
"""
