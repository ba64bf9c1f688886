"""The SPARQL 1.1 protocol's requests: GET and both forms of POST become one query with its dataset, or a refusal.

Owns the protocol's rules. Must not know how a query is evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from kg.serve.guard import Refusal
from kg.serve.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class Query(NamedTuple):
    """A query and the dataset that the protocol gives it."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


async def read_query(request: Request, settings: Settings) -> Query | None:
    """Query of a request; None for a GET without one, which asks for the service description. Raises Refusal."""
    params = parse_pairs(request.scope["query_string"])
    if request.method == "POST":
        params += await _read_body(request, settings.max_body)
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


async def _read_body(request: Request, limit: int) -> list[tuple[str, str]]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == UPDATE:
        raise Refusal(403, "updates are off; this endpoint only reads")
    if media not in (FORM, DIRECT):
        raise Refusal(415, f"POST takes {FORM} or {DIRECT}")
    body = await read_limited(request, limit)
    if media == FORM:
        return parse_pairs(body)
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError:
        raise Refusal(400, "the query is not UTF-8") from None


async def read_limited(request: Request, limit: int) -> bytes:
    """Body of a request. Raises Refusal 413 beyond the limit, before the rest is read."""
    too_large = Refusal(413, f"the body is larger than {limit} bytes")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise too_large
    return bytes(body)
