"""What the shell offers when a name has been begun: findings, signs, drugs, tests. Owns no names; they come from the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from kg import answering

MOST = 50
ASKED = ("finding", "cause", "reading")
SHOWN = (*ASKED, "feature", "consequence", "mechanism", "gene")
SIGNS = ("finding", "feature", "cause", "consequence")
DRUGS = ("drug", "drug group", "combined cause")


def complete_term(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's signature
    """Names of findings and causes."""
    return begin(incomplete, _names(ASKED))


def complete_any(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of everything that has a page."""
    return begin(incomplete, _names(SHOWN))


def complete_sign(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of what a patient may show."""
    return begin(incomplete, _names(SIGNS))


def complete_drug(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of drugs and groups of drugs, trade names among them."""
    nodes = (data for _, data in answering.load().nodes(data=True) if data.get("kind") in DRUGS)
    own = (name.removesuffix(" exposure") for data in nodes for name in _names_of(data))
    return begin(incomplete, [*own, *answering.list_drug_names()])


def complete_lab(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of tests, ready for their value."""
    tests = answering.get_resolver().tests.by_id.values()
    return [f"{name}=" for name in begin(incomplete, [name for t in tests for name in (t.short, t.label, *t.names)])]


def begin(typed: str, names: Iterable[str]) -> list[str]:
    """Names that begin with what was typed, in the letters that were typed, the shortest first."""
    start = typed.casefold()
    found = {typed + name[len(typed) :] for name in names if name.casefold().startswith(start)}
    return sorted(found, key=lambda name: (len(name), name))[:MOST]


def _names(categories: tuple[str, ...]) -> Iterator[str]:
    for _, data in answering.load().nodes(data=True):
        if data.get("category") in categories:
            yield from _names_of(data)


def _names_of(data: dict[str, Any]) -> Iterator[str]:
    yield data["label"]
    yield from data.get("exact", ())
