"""The numbers of the model, by name. Owns reading them from `ontology/weights.tsv`, where each stands with its reason.

Weights are natural logarithms of likelihood ratios; scales are factors on a whole group of weights; the rest are
probabilities, days or counts, as the reason says. No number of the model stands in code.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Weight(NamedTuple):
    """One number and why it is what it is."""

    value: float
    reason: str


class Weights(Mapping[str, Weight]):
    """Numbers by name. A name that the table lacks is a mistake of the table and raises KeyError."""

    def __init__(self, rows: Mapping[str, Weight]) -> None:
        self._rows = dict(rows)

    def __getitem__(self, name: str) -> Weight:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def value(self, name: str) -> float:
        """The number alone."""
        return self._rows[name].value

    def changed(self, **values: float) -> Weights:
        """The same weights with other numbers, for a fit or an ablation; `__` in a keyword stands for a dot."""
        rows = {name.replace("__", "."): value for name, value in values.items()}
        return self.replaced(rows)

    def replaced(self, values: Mapping[str, float]) -> Weights:
        """The same weights with other numbers, by name."""
        return Weights(self._rows | {name: Weight(value, self._rows[name].reason) for name, value in values.items()})


def parse_weights(text: str) -> Weights:
    """Weights of the table's text: columns name, value, reason."""
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return Weights({row["name"]: Weight(float(row["value"]), row["reason"]) for row in rows})
