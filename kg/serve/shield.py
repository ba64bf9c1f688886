"""What stands around every answer: the token, the length of the address, security headers, CORS, and no traceback.

Pure ASGI, so that it costs little. Must not know what is behind it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.guard import Refusal
from kg.serve.settings import Settings

OPEN = ("/health",)  # for a watchdog that knows no token
DATA = ("/sparql", "/.well-known/", "/api/", "/openapi.json", "/version", "/health")
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Link",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, X-Requested-With",
    "Access-Control-Max-Age": "86400",
}
_LOG = logging.getLogger("leukograph.web")


def refuse(refusal: Refusal, path: str) -> Response:
    """A refusal as an answer: JSON for the API, one plain line elsewhere."""
    headers = {"Cache-Control": "no-store"}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Leukograph", Basic realm="Leukograph"'
    if path.startswith("/api/"):
        return JSONResponse({"error": refusal.reason}, refusal.status, headers)
    return PlainTextResponse(refusal.reason + "\n", refusal.status, headers)


class Shield:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = _Guarded(scope["path"], send)
        try:
            await self._answer(scope, receive, guarded)
        except Exception as error:
            if guarded.started:  # too late for a status: the connection breaks, so that nobody takes the part for the whole
                raise ConnectionAbortedError("the answer was cut off") from None
            if not isinstance(error, Refusal):
                _LOG.error("a request failed: %s", json.dumps(type(error).__name__))
                error = Refusal(500, "the server made an error; it has been logged")
            await refuse(error, scope["path"])(scope, receive, guarded)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.settings.max_url:
            raise Refusal(414, f"the address is longer than {self.settings.max_url} bytes; send the query with POST")
        if scope["method"] == "OPTIONS" and scope["path"].startswith(DATA):
            await Response(status_code=204, headers=PREFLIGHT | {"Allow": PREFLIGHT["Access-Control-Allow-Methods"]})(
                scope, receive, send
            )
            return
        if self.settings.token and scope["path"] not in OPEN and not self._knows_token(Headers(scope=scope)):
            raise Refusal(401, "give the server's token, as a Bearer token or as the password of any user")
        await self.app(scope, receive, send)

    def _knows_token(self, headers: Headers) -> bool:
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")[2]
            except (binascii.Error, ValueError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(value.strip().encode(), self.settings.token.encode())


class _Guarded:
    """`send` that adds headers which are not there yet, and knows whether the answer has begun."""

    def __init__(self, path: str, send: Send) -> None:
        self.path, self.send, self.started = path, send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            _add(headers, SECURITY.items())
            if self.path.startswith(DATA):
                _add(headers, CORS.items())
            message["headers"] = headers.raw
        await self.send(message)


def _add(headers: MutableHeaders, items: Iterable[tuple[str, str]]) -> None:
    for name, value in items:
        headers.setdefault(name, value)
