"""The command that serves SPARQL, the JSON API and the pages."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import answering
from kg.exceptions import InputError, MissingExtraError
from kg.files import read_text

if TYPE_CHECKING:
    from kg.serve.settings import Settings


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; beyond this machine only with a token."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds that one request may take.")
@click.option("--max-rows", default=100_000, show_default=True, help="Rows that one answer may have.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="File with the token that is wanted of every client; else KG_TOKEN."
)
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that evaluate. [default: one a core, 2 to 8]")
@click.option(
    "--memory",
    default=1000,
    show_default=True,
    type=click.IntRange(50, 1_000_000),
    help="Megabytes that ONE worker may take beside the graph that all share (about 300); all workers together may take"
    " --workers times as much.",
)
@click.option(
    "--connections", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Connections that one client may hold."
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="A further name that the server is asked by (repeatable)."
)
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="ORIGIN", help="Let web pages from there read the answers (repeatable)."
)
@click.option("--allow-service", "services", multiple=True, metavar="HOST", help="Let SERVICE call this host (repeatable).")
def serve(token_file: Path | None, workers: int | None, memory: int, connections: int, **chosen: Any) -> None:
    """SPARQL at /sparql (an editor for browsers), the JSON API at /api, the question page at /."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise MissingExtraError("the server", "serve") from None
    from kg.serve.settings import Settings

    sets: dict[str, Any] = {key: frozenset(chosen.pop(key)) for key in ("hosts", "origins", "services")}
    limits: dict[str, Any] = {"max_memory": memory * 1_000_000, "max_per_client": connections} | (
        {"workers": workers} if workers else {}
    )
    run(Settings(answering.find_owl(), token=_read_token(token_file), **sets, **limits, **chosen))


def run(settings: Settings) -> None:
    """Serve until told to end. Raises InputError where the address cannot be had, or the workers do not start."""
    import uvicorn

    from kg.serve.app import build_app
    from kg.serve.connection import build_protocol
    from kg.serve.ending import Ending, Server

    listener, ending = _listen(settings.host, settings.port), Ending()
    app = build_app(settings, ending)
    address = f"http://{_shown(settings.host)}:{listener.getsockname()[1]}"
    app.state.when_ready = lambda: click.echo(f"Leukograph at {address}/ (SPARQL at {address}/sparql); Ctrl-C ends it")
    config = uvicorn.Config(
        app,
        http=build_protocol(settings),
        ws="none",
        log_level="critical",  # what clients do wrong is told to them, and must not fill a disk
        server_header=False,
        limit_concurrency=settings.max_connections + 50,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=settings.end_time,
    )
    Server(config, ending).run(sockets=[listener])
    if ending.failure:
        raise InputError(ending.failure)


def _read_token(path: Path | None) -> str:
    return read_text(path, 10_000).strip() if path else os.environ.get("KG_TOKEN", "")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        raise InputError(f"cannot listen on {host}:{port}: {error.strerror or 'no such host'}") from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
