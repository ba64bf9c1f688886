"""The server: SPARQL, JSON API, pages. Imported only by `kg serve`; calls the same functions as the command line."""
