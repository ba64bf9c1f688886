"""The endpoint `/sparql`: a query is answered by a worker; without one, a program gets the description, a browser the editor.

Owns entity tags and what is told to caches. Must not know how a query is evaluated.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kg.serve import descriptions, editor_page
from kg.serve.formats import prefers_html
from kg.serve.guard import Refusal
from kg.serve.pool import Pool, Reply
from kg.serve.protocol import Query, read_query
from kg.serve.settings import Settings

VARY = "Accept, Accept-Encoding"
PATIENCE = 0.5  # seconds after which a waiting server begins to look whether the client is still there


async def answer_sparql(request: Request) -> Response:
    """Answer one request of the protocol. Raises Refusal."""
    state = request.app.state
    query = await read_query(request, state.settings)
    accept = ", ".join(request.headers.getlist("accept"))
    if query is None:
        if prefers_html(accept):
            return editor_page.answer_page()
        return await descriptions.answer_description(request, accept)
    headers = {"Vary": VARY, "Cache-Control": "no-cache", "ETag": _tag(state.version, accept, query)}
    if request.method != "POST" and _matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    reply = await ask(request, state.pool, _request(query, accept, state.settings))
    if reply.header.get("volatile"):
        headers = {"Vary": VARY, "Cache-Control": "no-store"}
    return answer(reply, headers)


def _request(query: Query, accept: str, settings: Settings) -> dict[str, Any]:
    return {
        "query": query.text,
        "default_graphs": query.default_graphs,
        "named_graphs": query.named_graphs,
        "accept": accept,
        "max_rows": settings.max_rows,
        "services": sorted(settings.services),
    }


async def ask(request: Request, pool: Pool, message: dict[str, Any]) -> Reply:
    """Have a worker answer; where the client leaves before, the evaluation ends. Raises Refusal."""
    work = asyncio.ensure_future(pool.ask(message))
    try:
        await asyncio.wait((work,), timeout=PATIENCE)
        while not work.done():
            if await request.is_disconnected():
                raise Refusal(499, "the client has left")
            await asyncio.wait((work,), timeout=PATIENCE)
        return await work
    finally:
        await _end(work)


async def _end(work: asyncio.Future[Reply]) -> None:
    if not work.done():
        work.cancel()
        await asyncio.wait((work,))


def answer(reply: Reply, headers: dict[str, str]) -> Response:
    """A worker's reply as a response. Raises Refusal where the worker refused."""
    header = reply.header
    if "error" in header:
        raise Refusal(header["status"], header["error"], header["retry_after"])
    media = header["type"]
    if media.startswith("text/") or media == "application/json":
        media += "; charset=utf-8"
    if reply.stream is not None:
        return StreamingResponse(reply.stream, header["status"], headers | {"Content-Type": media})
    return Response(reply.body, header["status"], headers | {"Content-Type": media})


def _tag(version: str, accept: str, query: Query) -> str:
    text = "\0".join((version, accept, query.text, *query.default_graphs, "", *query.named_graphs))
    return f'W/"{version}-{hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]}"'


def _matches(wanted: str, tag: str) -> bool:
    return tag.removeprefix("W/") in (part.strip().removeprefix("W/") for part in wanted.split(","))
