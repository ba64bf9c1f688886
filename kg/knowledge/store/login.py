"""Logging in at a remote store: a name with a password (basic or digest), or a token. Owns nothing of SPARQL."""

from __future__ import annotations

import os
import urllib.request
from typing import Any, NamedTuple


class Login(NamedTuple):
    """What a store asks for; all empty for an open one."""

    user: str = ""
    password: str = ""
    token: str = ""

    @classmethod
    def from_environment(cls) -> Login:
        """`KG_ENDPOINT_USER`, `KG_ENDPOINT_PASSWORD`, `KG_ENDPOINT_TOKEN`."""
        return cls(*(os.environ.get(f"KG_ENDPOINT_{name}", "") for name in ("USER", "PASSWORD", "TOKEN")))


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest login that keeps the challenge and sends the proof with what follows, so that no body goes twice."""

    challenge: dict[str, str] | None = None

    def retry_http_digest_auth(self, req: urllib.request.Request, auth: str) -> Any:
        """Keep the challenge, then go on as usual."""
        self.challenge = urllib.request.parse_keqv_list(urllib.request.parse_http_list(auth.split(" ", 1)[1]))
        return super().retry_http_digest_auth(req, auth)

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """The request with its proof."""
        proof = self.challenge and self.get_authorization(request, self.challenge)  # none for an address elsewhere
        if proof and not request.has_header(self.auth_header):
            request.add_unredirected_header(self.auth_header, f"Digest {proof}")
        return request

    https_request = http_request


class _Token(urllib.request.BaseHandler):
    """A Bearer token that goes with each request to its own host; a redirection carries it nowhere else."""

    def __init__(self, endpoint: str, token: str) -> None:
        self.home, self.token = urllib.request.Request(endpoint).host, token

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """The request with the token."""
        if request.host == self.home:
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        return request

    https_request = http_request


def build_opener(endpoint: str, login: Login) -> urllib.request.OpenerDirector:
    """What opens addresses below an endpoint."""
    if login.token:
        return urllib.request.build_opener(_Token(endpoint, login.token))
    if not login.user:
        return urllib.request.build_opener()
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, endpoint, login.user, login.password)
    return urllib.request.build_opener(_Digest(passwords), urllib.request.HTTPBasicAuthHandler(passwords))
