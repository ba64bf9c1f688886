"""Composition root of the server: routes, middleware, and the life of the workers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.serve import api, descriptions, editor_page, pages
from kg.serve.ending import Ending
from kg.serve.guard import Refusal
from kg.serve.pool import Pool
from kg.serve.protocol import METHODS, Bodies
from kg.serve.settings import Settings
from kg.serve.shield import Shield, refuse
from kg.serve.sparql import answer_sparql

CORS: dict[str, Any] = {
    "allow_methods": ("GET", "HEAD", "POST"),
    "allow_headers": ("Accept", "Authorization", "Content-Type", "If-None-Match", "X-Requested-With"),
    "expose_headers": ("ETag", "Retry-After", "Link"),
    "max_age": 86400,
}


def build_app(settings: Settings, ending: Ending) -> Starlette:
    """The whole server as an ASGI application; `ending` says when it has to stop, and may be told by it."""
    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(CORSMiddleware, allow_origins=settings.origins, **CORS),
            Middleware(Shield, settings=settings),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4),
        ],
        exception_handlers={Refusal: _refuse, 404: _not_found, 405: _wrong_method},
        lifespan=_live,
    )
    app.router.redirect_slashes = False  # Starlette would send to whatever host the client named
    app.state.settings, app.state.ending, app.state.bodies = settings, ending, Bodies(settings.max_bodies)
    app.state.when_ready = lambda: None
    return app


def _routes() -> list[Route]:
    return [
        *pages.routes(),
        *api.routes(),
        Route("/sparql", answer_sparql, methods=list(METHODS)),
        Route("/sparql/", _without_slash, methods=["GET", "POST"]),
        Route("/.well-known/void", descriptions.answer_void, methods=["GET"]),
        Route("/.well-known/sparql-examples", descriptions.answer_examples, methods=["GET"]),
        Route("/editor/start.json", editor_page.answer_start, methods=["GET"]),
        Route("/editor/{name}", editor_page.answer_part, methods=["GET"]),
        Route("/terms/{id}", _term, methods=["GET"]),
    ]


@asynccontextmanager
async def _live(app: Starlette) -> AsyncIterator[None]:
    async with Pool(app.state.settings, app.state.ending) as pool:
        if not app.state.ending.told:  # while the workers loaded, or because they did not
            await _get_ready(app, pool)
        yield


async def _get_ready(app: Starlette, pool: Pool) -> None:
    app.state.pool = pool
    app.state.version = read_version(app.state.settings.owl)
    try:
        app.state.facts = json.loads((await pool.ask({"call": "facts", "arguments": {}})).body)
    except Refusal as refusal:
        app.state.ending.tell(f"the workers cannot answer: {refusal.reason}")
        return
    app.state.when_ready()


def read_version(owl: Path) -> str:
    """Short name of the data's very bytes, for entity tags."""
    with owl.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


async def _term(request: Request) -> Response:
    return RedirectResponse(request.url_for("_explore", term=request.path_params["id"]).path, 303)


async def _without_slash(request: Request) -> Response:
    query = request.scope["query_string"].decode("ascii", "replace")
    return RedirectResponse("/sparql" + (f"?{query}" if query else ""), 308)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refuse(error, request.url.path)


async def _not_found(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    return refuse(Refusal(404, "there is nothing at this address"), request.url.path)


async def _wrong_method(request: Request, error: Exception) -> Response:
    response = refuse(Refusal(405, f"{request.method} is not taken here"), request.url.path)
    response.headers.update(getattr(error, "headers", None) or {})
    return response
