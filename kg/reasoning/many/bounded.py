"""A memory that stays flat: the oldest entry gives way."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key, made when first asked for; at most `most` are kept."""

    def __init__(self, most: int) -> None:
        self._known: dict[K, V] = {}
        self._most = most

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key; `make` is called where there is none."""
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            found = self._known[key] = make()
        return found
