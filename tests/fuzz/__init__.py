"""Inputs that nobody would send: a saved corpus of 2,000, and what Hypothesis makes up. None may end in a fault."""
