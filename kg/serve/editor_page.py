"""The SPARQL editor page and its files, built into the wheel. Owns which are served; must not know SPARQL."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg import config
from kg.knowledge.store import find_queries
from kg.serve.guard import Refusal
from kg.vocabulary import PREFIXES

FOLDER = Path(__file__).with_name("static") / "editor"
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}
POLICY = (  # the editor sets styles on its elements; scripts come from here alone
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@lru_cache(maxsize=16)
def read_part(name: str) -> bytes | None:
    """A file of the editor, or None."""
    path = FOLDER / name
    return path.read_bytes() if Path(name).name == name and path.is_file() else None


def answer_page() -> Response:
    """The editor page. Raises Refusal 404 in a checkout where it was not built."""
    page = read_part("index.html")
    if page is None:
        raise Refusal(404, "the editor page has not been built; `npm run build` in kg/serve/editor makes it")
    headers = {"Content-Security-Policy": POLICY, "Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(page, media_type="text/html", headers=headers)


async def answer_part(request: Request) -> Response:
    """One of the editor's files."""
    name = request.path_params["name"]
    data = read_part(name) if Path(name).suffix in TYPES else None
    if data is None:
        raise Refusal(404, "no such file")
    return Response(data, media_type=TYPES[Path(name).suffix], headers={"Cache-Control": "no-cache"})


def build_start() -> dict[str, Any]:
    """What the editor starts with: our prefixes and the example queries."""
    queries = find_queries(config.get_queries_dir())
    examples = [{"name": q.name, "summary": q.summary, "tags": q.tags, "text": q.text} for q in queries]
    return {"prefixes": PREFIXES, "examples": examples}


async def answer_start(_: Request) -> Response:
    """Prefixes and examples, as JSON."""
    return JSONResponse(build_start(), headers={"Cache-Control": "no-cache"})
