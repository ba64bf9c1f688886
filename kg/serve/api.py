"""The JSON API: reads arguments, has a worker call `kg.answering`, hands the answer on. Owns the routes under `/api`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.exceptions import InputError
from kg.serve.guard import Refusal
from kg.serve.openapi import build_openapi
from kg.serve.protocol import parse_pairs, read_limited
from kg.serve.sparql import answer, ask

NO_STORE = {"Cache-Control": "no-store"}
POSTS = ("explain", "why-not", "what-if", "next")
PAIRS = {"compare": ("first", "second"), "why": ("subject", "object")}
MAX_NAMES = 50


def routes() -> list[Route]:
    """Routes of the API and its description."""
    found = [Route(f"/api/{name}", _post(name), methods=["POST"]) for name in POSTS if name != "explain"]
    found += [Route(f"/api/{name}", _pair(name, keys), methods=["GET"]) for name, keys in PAIRS.items()]
    return [
        *found,
        Route("/api/explain", _explain, methods=["GET", "POST"]),
        Route("/api/search", _search, methods=["GET"]),
        Route("/api/terms/{id}", _terms, methods=["GET"]),
        Route("/openapi.json", _openapi, methods=["GET"]),
        Route("/health", _health, methods=["GET"]),
        Route("/version", _version, methods=["GET"]),
    ]


async def _call(request: Request, name: str, arguments: dict[str, Any]) -> Response:
    reply = await ask(request, request.app.state.pool, {"call": name, "arguments": arguments})
    return answer(reply, NO_STORE)


def _post(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _call(request, name, await _read_object(request))

    return endpoint


def _pair(name: str, keys: tuple[str, str]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        params = _read_params(request)
        return await _call(request, name, {key: _one(params, key) for key in keys})

    return endpoint


async def _explain(request: Request) -> Response:
    if request.method == "POST":
        return await _call(request, "explain", await _read_object(request))
    params = _read_params(request)
    names = {key: params.get(key, []) for key in ("finding", "absent", "drug")}
    if not names["finding"] or sum(map(len, names.values())) > MAX_NAMES:
        raise Refusal(422, f"give at least one `finding`, and at most {MAX_NAMES} names")
    return await _call(request, "explain-names", names)


async def _search(request: Request) -> Response:
    params = _read_params(request)
    limit = params.get("limit", ["20"])[-1]
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= 200):
        raise Refusal(422, "`limit` has to be a whole number from 1 to 200")
    return await _call(request, "search", {"q": _one(params, "q"), "limit": int(limit)})


async def _terms(request: Request) -> Response:
    return await _call(request, "terms", {"id": request.path_params["id"]})


async def _openapi(_: Request) -> Response:
    return JSONResponse(build_openapi(), headers={"Cache-Control": "no-cache"})


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def _version(request: Request) -> Response:
    state = request.app.state
    return JSONResponse(state.facts | {"build": state.version, "triples": state.pool.triples}, headers=NO_STORE)


async def _read_object(request: Request) -> dict[str, Any]:
    from kg.case.readers.schema import read_json

    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Refusal(415, "send application/json")
    body = await read_limited(request, request.app.state.settings)
    try:
        value = read_json(body)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is JSON, but no text
    except InputError as error:
        raise Refusal(422, f"the body {error}") from None
    except (UnicodeEncodeError, RecursionError):
        raise Refusal(422, "the body holds text that is no Unicode, or is nested too deeply") from None
    if not isinstance(value, dict):
        raise Refusal(422, "the body has to be a JSON object")
    return value


def _read_params(request: Request) -> dict[str, list[str]]:
    params: dict[str, list[str]] = {}
    for name, value in parse_pairs(request.scope["query_string"]):
        params.setdefault(name, []).append(value)
    return params


def _one(params: dict[str, list[str]], name: str) -> str:
    values = params.get(name, [])
    if len(values) != 1 or not values[0].strip() or len(values[0]) > 500:
        raise Refusal(422, f"give one `{name}`, of at most 500 characters")
    return values[0]
