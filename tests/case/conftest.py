"""Readers over the built ontology. Expectations name ids that the tables will keep, never counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg import answering
from kg.case.readers.schema import parse_case
from kg.case.records import Case
from kg.case.resolve import Resolver


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return answering.get_resolver()


@pytest.fixture(scope="session")
def read(resolver: Resolver) -> Callable[..., Case]:
    """Case of the fields of the schema."""

    def build(**fields: Any) -> Case:
        return resolver.resolve(parse_case(fields))

    return build
