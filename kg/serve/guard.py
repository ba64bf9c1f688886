"""Which queries are let through: reads only, no SERVICE to hosts that nobody allowed, no graphs but our own.

Owns the words of a query (not its grammar: Oxigraph parses). Must not know HTTP beyond the status of a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple
from urllib.parse import urlsplit

UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())
FORMS = frozenset("SELECT ASK CONSTRUCT DESCRIBE".split())
VOLATILE = frozenset("NOW RAND UUID STRUUID BNODE".split())
MAX_TRIES = 20  # times that three quotes may turn out to open no long string
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""(?P<skip>\#[^\r\n]*|\s+)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
        |\"(?:[^"\\\r\n]|\\.)*+\"|'(?:[^'\\\r\n]|\\.)*+')
    |(?P<variable>[?$]\w+)
    |(?P<pname>(?:[^\W\d_][\w.\-]*)?:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\.)*|@[A-Za-z][A-Za-z\-]*|_:[\w.\-]+)
    |(?P<word>[^\W\d_]\w*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


class Refusal(Exception):
    """A request that is not answered: HTTP status, one line that says why, and seconds after which to try again."""

    def __init__(self, status: int, reason: str, retry_after: int | None = None) -> None:
        self.status, self.reason, self.retry_after = status, reason, retry_after
        super().__init__(reason)


class Checked(NamedTuple):
    """What the guard read in a query: its FROM and FROM NAMED, whether its answer changes from call to call."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    volatile: bool


class Token(NamedTuple):
    """A piece of a query; words in capitals."""

    kind: str
    text: str


def check_query(query: str, services: Set[str] = frozenset()) -> Checked:
    """Read what a query asks for. Raises Refusal for an update or a SERVICE that is not allowed (403)."""
    tokens = list(tokenize(query))
    _check_form(tokens)
    _check_services(tokens, services)
    words = {token.text for token in tokens if token.kind == "word"}
    return Checked(*_find_dataset(tokens), volatile=bool(words & VOLATILE) or "SERVICE" in words)


def tokenize(query: str) -> Iterator[Token]:
    """Pieces of a query, comments and white space left out; escaped code points are read first, as SPARQL does.

    Raises Refusal 400 for strings without an end: each would be searched to the end of the text.
    """
    text, tries = _ESCAPE.sub(_unescape, query), 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "skip":
            continue
        tries += kind == "string" and len(match[0]) == 2 and text[match.end() : match.end() + 1] == match[0][0]
        if (kind == "other" and match[0] in "\"'") or tries > MAX_TRIES:
            raise Refusal(400, "the query does not parse: a string has no end")
        yield Token(kind, match[0].upper() if kind == "word" else match[0])


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]


def _check_form(tokens: list[Token]) -> None:
    for token in tokens:
        if token.kind != "word" or token.text in ("PREFIX", "BASE"):
            continue
        if token.text in UPDATES:
            raise Refusal(403, f"{token.text} is an update; this endpoint only reads")
        return


def _check_services(tokens: list[Token], allowed: Set[str]) -> None:
    for place, token in enumerate(tokens):
        if token != ("word", "SERVICE"):
            continue
        after = [t for t in tokens[place + 1 : place + 3] if t != ("word", "SILENT")]
        host = _host(after[0].text[1:-1]) if after and after[0].kind == "iri" else ""
        if host not in allowed:
            what = f"to {host!r} " if host else ""
            raise Refusal(403, f"SERVICE {what}is off; the server's owner allows hosts by name (--allow-service)")


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _find_dataset(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    prefixes = {b.text: c.text[1:-1] for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False) if a == ("word", "PREFIX")}
    found: dict[bool, list[str]] = {False: [], True: []}
    for place, token in enumerate(tokens):
        if token == ("word", "FROM"):
            named = tokens[place + 1 : place + 2] == [("word", "NAMED")]
            for graph in tokens[place + 1 + named : place + 2 + named]:
                found[named].append(_expand(graph, prefixes))
    return tuple(found[False]), tuple(found[True])


def _expand(token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return prefixes.get(prefix + colon, prefix + colon) + local
