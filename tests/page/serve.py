"""A small server of the question page for the tests: the real pages, and an API that calls `kg.answering` and nothing else."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kg import answering
from kg.exceptions import LeukographError, UnknownTermError


def build_app(apis: tuple[str, ...] = ("explain", "next", "why-not", "what-if")) -> Any:
    """The application; APIs that are left out answer 404."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from kg.serve import pages

    calls: dict[str, Callable[[Any], Any]] = {
        "explain": lambda body: answering.explain_case(answering.read_case(body)).to_json(),
        "next": lambda body: answering.next_tests(answering.read_case(body["case"]), body["limit"]),
        "why-not": lambda body: answering.why_not(body["cause"], answering.read_case(body["case"])),
        "what-if": lambda body: answering.what_if(body["add"], body["drop"], source=body["case"]),
    }

    async def api(request: Request) -> JSONResponse:
        name = request.path_params["name"]
        if name not in apis:
            return JSONResponse({"error": "no such call"}, 404)
        try:
            return JSONResponse(calls[name](json.loads(await request.body())))
        except UnknownTermError as error:
            return JSONResponse({"error": str(error), "suggestions": []}, 422)
        except LeukographError as error:
            return JSONResponse({"error": str(error)}, 422)

    return Starlette(routes=[*pages.routes(), Route("/api/{name}", api, methods=["POST"])])


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """Run an application on a free loopback port; gives its address."""
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()
