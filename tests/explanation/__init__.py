"""Tests of kg.explanation."""
