"""What stands around every answer: the name that the server is asked by, the token, security headers, and no traceback.

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
METHODS = "GET, HEAD, POST, OPTIONS"
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
        guarded = _Guarded(send)
        try:
            await self._answer(scope, receive, guarded)
        except Exception as error:
            if guarded.started:  # too late for a status: the answer lacks its end, so that nobody takes the part for the whole
                return
            if not isinstance(error, Refusal):
                _LOG.error("a request failed: %s", json.dumps(type(error).__name__))
                error = Refusal(500, "the server made an error; it has been logged")
            await refuse(error, scope["path"])(scope, receive, guarded)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers)
        if scope["method"] == "OPTIONS" and scope["path"].startswith(DATA):
            await Response(status_code=204, headers={"Allow": METHODS})(scope, receive, send)
            return
        if self.settings.token and scope["path"] not in OPEN and not self._knows_token(headers):
            raise Refusal(401, "give the server's token, as a Bearer token or as the password of any user")
        await self.app(scope, receive, send)

    def _check_host(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            raise Refusal(400, "give one Host header")
        if not self.settings.knows_host(hosts[0]):
            raise Refusal(421, "this server is not known by that name (--allow-host adds one)")

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

    def __init__(self, send: Send) -> None:
        self.send, self.started = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            _add(headers, SECURITY.items())
            message["headers"] = headers.raw
        await self.send(message)


def _add(headers: MutableHeaders, items: Iterable[tuple[str, str]]) -> None:
    for name, value in items:
        headers.setdefault(name, value)
