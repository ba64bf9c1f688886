"""What the house promises: light start, one public namespace, no heavy import where none is needed."""

from __future__ import annotations

import subprocess
import sys

import kg


def test_every_public_name_exists() -> None:
    for name in kg.__all__:
        assert getattr(kg, name) is not None


def test_explaining_imports_nothing_heavy() -> None:
    code = (
        "import sys, kg\nfrom kg import answering\nanswering.explain('neutropenia')\n"
        "print([m for m in ('owlready2', 'rdflib', 'pydantic', 'pandas', 'pyvis', 'pint', 'rapidfuzz') if m in sys.modules])"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # warm the cache
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
