"""The pages that a person sees: the question page at `/`, the map at `/explore`, and the files they are made of.

Owns which files are served and under which content security policy. Must not know SPARQL or the API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg import answering
from kg.answer import page
from kg.answer.page.template import encode
from kg.answer.page.vocabulary import build_start, build_vocabulary
from kg.exceptions import LeukographError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

STATIC = Path(__file__).with_name("static")
STYLES = ("theme.css", "question.css")
SCRIPTS = ("common.js", "combo.js", "typed.js", "form.js", "cause.js", "answer.js", "asking.js", "app.js")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
TERM_BASE = "/explore/"


class File(NamedTuple):
    """A file as it is served."""

    text: str
    media_type: str


@lru_cache(maxsize=32)
def read_file(name: str) -> File | None:
    """A script, style or the vocabulary by its name; None for any other name."""
    if name == "vocabulary.json":
        data = build_vocabulary(answering.load())
        return File(json.dumps(data, ensure_ascii=False, separators=(",", ":")), _TYPES[".json"])
    if name not in STYLES + SCRIPTS:
        return None
    return File(read_part(name), _TYPES[Path(name).suffix])


def read_part(name: str) -> str:
    """Text of a style or script, from here or from the parts that all pages share."""
    path = STATIC / name
    return path.read_text(encoding="utf-8") if path.exists() else page.read_asset(name)


@lru_cache(maxsize=1)
def read_question_page() -> str:
    """The question page, its styles and scripts by their addresses."""
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    styles = "\n".join(f'<link rel="stylesheet" href="/static/{name}">' for name in STYLES)
    scripts = "\n".join(f'<script src="/static/{name}" defer></script>' for name in SCRIPTS)
    start = f'<script type="application/json" id="start">{encode(build_start(answering.get_versions()))}</script>'
    for mark, part in (("policy", ""), ("style", styles), ("data", start), ("scripts", scripts)):
        text = text.replace(f"<!--{mark}-->", part, 1)
    return text


@lru_cache(maxsize=16)
def render_map(term: str, scope: str = "") -> str:
    """The map of a term, or the core map. Raises UnknownTermError, InputError for an unknown scope."""
    ids = [answering.resolve(term)] if term else []
    return page.render_graph(answering.get_engine().t, answering.get_engine().explain, ids, scope, term_base=TERM_BASE)


def routes() -> list[Route]:
    """Routes of all pages, for the server to mount."""
    from starlette.routing import Route

    paths: dict[str, Callable[[Request], Response]] = {
        "/": _question,
        "/static/{name}": _static,
        "/explore": _explore,
        "/explore/{term}": _explore,
    }
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths.items()]


def _question(request: Request) -> Response:  # noqa: ARG001 - one page for all
    from starlette.responses import HTMLResponse

    return HTMLResponse(read_question_page(), headers=HEADERS | {"Content-Security-Policy": POLICY})


def _static(request: Request) -> Response:
    from starlette.responses import Response

    file = read_file(request.path_params["name"])
    if file is None:
        return _not_found("no such file")
    headers = HEADERS | {"Cache-Control": "no-cache"}
    return Response(file.text, media_type=f"{file.media_type}; charset=utf-8", headers=headers)


def _explore(request: Request) -> Response:
    from starlette.responses import HTMLResponse

    try:
        html = render_map(request.path_params.get("term", ""), request.query_params.get("scope", ""))
    except LeukographError as error:
        return _not_found(str(error))
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert found, "the map's template has lost its policy"
    return HTMLResponse(html, headers=HEADERS | {"Content-Security-Policy": f"{found[1]}; frame-ancestors 'none'"})


def _not_found(message: str) -> Response:
    from starlette.responses import PlainTextResponse

    headers = HEADERS | {"Content-Security-Policy": "default-src 'none'"}
    return PlainTextResponse(f"{message}\n", status_code=404, headers=headers)
