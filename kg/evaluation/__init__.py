"""Measures of the answers against cases whose cause is known. Owns the scores; changes nothing and knows no case by name."""
