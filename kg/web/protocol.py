"""The SPARQL 1.1 protocol's requests: GET and both forms of POST become one query with its dataset, or a refusal.

Owns the protocol's rules. Must not know how a query is evaluated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from kg.web.evaluate import GRAPH
from kg.web.guard import Refusal, check_query
from kg.web.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^<>\"{}|^`\\\x00-\x20]*")


class Query(NamedTuple):
    """A query that may be evaluated, the graphs it runs on, and whether the same answer comes each time."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    volatile: bool = False


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
    return _check(queries[0], params, settings)


def _check(text: str, params: list[tuple[str, str]], settings: Settings) -> Query:
    checked = check_query(text, settings.services)
    default = tuple(value for name, value in params if name == "default-graph-uri" and value)
    named = tuple(value for name, value in params if name == "named-graph-uri" and value)
    if not default and not named:  # what the protocol names stands above the query's own FROM
        default, named = checked.default_graphs, checked.named_graphs
    for graph in (*default, *named):
        if graph != GRAPH:
            what = f"<{graph[:200]}>" if _IRI.fullmatch(graph) else "that name"
            raise Refusal(403, f"there is no graph {what} here, and graphs from elsewhere are off; this endpoint holds <{GRAPH}>")
    return Query(text, default, named, checked.volatile)


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
