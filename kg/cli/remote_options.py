"""Options that every command has which talks to another triple store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from kg.knowledge.store.login import Login

OPTIONS = (
    click.option("--user", envvar="KG_ENDPOINT_USER", default="", help="Name for basic or digest login."),
    click.option("--password", envvar="KG_ENDPOINT_PASSWORD", default="", help="Better given as KG_ENDPOINT_PASSWORD."),
    click.option("--token", envvar="KG_ENDPOINT_TOKEN", default="", help="Bearer token; better given as KG_ENDPOINT_TOKEN."),
)


def login_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--user`, `--password` and `--token`, which the command gets as one `login`."""

    @wraps(command)
    def wrapped(*args: Any, user: str, password: str, token: str, **rest: Any) -> Any:
        return command(*args, login=Login(user, password, token), **rest)

    for option in reversed(OPTIONS):
        wrapped = option(wrapped)
    return wrapped
