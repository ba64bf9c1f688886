"""Words of a case -> terms: names, patterns, negation, values inside a text. Knows no weights."""
