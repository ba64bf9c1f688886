"""The SPARQL 1.1 protocol's requests: GET and both forms of POST become one query with its dataset, or a refusal.

Owns the protocol's rules. Must not know how a query is evaluated.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from kg.serve.guard import Refusal
from kg.serve.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class Bodies:
    """Bytes of the bodies that are being read at one time, by all requests together."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0

    def add(self, size: int) -> None:
        """Hold so many more. Raises Refusal 503 where it would be too many."""
        if self.held + size > self.limit:
            raise Refusal(503, "too many large requests come at once", 5)
        self.held += size


class Query(NamedTuple):
    """A query and the dataset that the protocol gives it."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


async def read_query(request: Request, settings: Settings) -> Query | None:
    """Query of a request; None for a GET without one, which asks for the service description. Raises Refusal."""
    params = parse_pairs(request.scope["query_string"])
    if request.method == "POST":
        params += await _read_body(request, settings)
    names = [name for name, _ in params]
    if "update" in names:
        raise Refusal(403, "updates are off; this endpoint only reads")
    if request.method != "POST" and not names:
        return None
    queries = [value for name, value in params if name == "query"]
    if len(queries) != 1:
        raise Refusal(400, "give one `query`" + (f", not {len(queries)}" if queries else ""))
    graphs = [tuple(value for name, value in params if name == key and value) for key in ("default-graph-uri", "named-graph-uri")]
    return Query(queries[0], *graphs)


def parse_pairs(data: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or a form. Raises Refusal for what is no UTF-8, or too many."""
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Refusal(400, "the parameters are not UTF-8 in percent signs, or there are too many") from None


async def _read_body(request: Request, settings: Settings) -> list[tuple[str, str]]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == UPDATE:
        raise Refusal(403, "updates are off; this endpoint only reads")
    if media not in (FORM, DIRECT):
        raise Refusal(415, f"POST takes {FORM} or {DIRECT}")
    body = await read_limited(request, settings)
    if media == FORM:
        return parse_pairs(body)
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError:
        raise Refusal(400, "the query is not UTF-8") from None


async def read_limited(request: Request, settings: Settings) -> bytes:
    """Body of a request. Raises Refusal 413 beyond the limit, before the rest is read, and 408 where it does not come."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > settings.max_body:
        raise _too_large(settings)
    try:
        async with asyncio.timeout(settings.timeout):
            return await _collect(request, settings)
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {settings.timeout:g} seconds") from None


async def _collect(request: Request, settings: Settings) -> bytes:
    bodies: Bodies = request.app.state.bodies
    body = bytearray()
    try:
        async for part in request.stream():
            bodies.add(len(part))
            body += part
            if len(body) > settings.max_body:
                raise _too_large(settings)
        return bytes(body)
    finally:
        bodies.held = max(0, bodies.held - len(body))


def _too_large(settings: Settings) -> Refusal:
    return Refusal(413, f"the body is larger than {settings.max_body} bytes")
