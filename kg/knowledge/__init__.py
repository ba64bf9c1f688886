"""What is known: the store over the built OWL file, the graph made from it, and the names of its terms."""
