"""Generated tables of the reader of words."""
