"""The command that serves SPARQL, the JSON API and the pages."""

from __future__ import annotations

import socket
import sys

import click

from kg import answering
from kg.exceptions import InputError, MissingExtraError


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; beyond this machine only with a token."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds that one request may take.")
@click.option("--max-rows", default=100_000, show_default=True, help="Rows that one answer may have.")
@click.option("--token", default="", envvar="KG_TOKEN", help="Wanted of every client; better given as KG_TOKEN.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that evaluate. [default: one a core, 2 to 8]")
@click.option("--allow-service", "services", multiple=True, metavar="HOST", help="Let SERVICE call this host (repeatable).")
def serve(
    host: str, port: int, timeout: float, max_rows: int, token: str, workers: int | None, services: tuple[str, ...]
) -> None:
    """SPARQL at /sparql (an editor for browsers), the JSON API at /api, the question page at /."""
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError:
        raise MissingExtraError("the server", "serve") from None
    from kg.serve.app import build_app
    from kg.serve.settings import Settings

    chosen = {"workers": workers} if workers else {}
    settings = Settings(answering.find_owl(), host, port, timeout, max_rows, token=token, services=frozenset(services), **chosen)
    listener = _listen(host, port)
    app = build_app(settings)
    address = f"http://{_shown(host)}:{listener.getsockname()[1]}"
    app.state.when_ready = lambda: click.echo(f"Leukograph at {address}/ (SPARQL at {address}/sparql); Ctrl-C ends it")
    config = uvicorn.Config(
        app, log_level="warning", ws="none", server_header=False, limit_concurrency=1000, timeout_keep_alive=15
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    if not server.started:
        sys.exit(2)


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
