"""Records -> OWL. Owns owlready2, the reasoner and the bytes of the OWL files.

Must not know the store, the graph or any answer. Everything that comes after reads the file, never this package.
"""
