"""A SPARQL query in a worker: evaluated by Oxigraph, written in the format asked for, held to the row limit.

A small answer is sent whole. A large one is first counted on a second evaluation, so that a row limit or a time limit is
still told as a status, and then streamed. Must not know HTTP beyond statuses.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pyoxigraph as ox

from kg.serve.formats import GRAPHS, RESULTS, Format, choose
from kg.serve.guard import Checked, Refusal, check_query

GRAPH: Final = "https://w3id.org/leukograph/leukograph.owl"  # the one named graph: the same triples as the default graph
WHOLE: Final = 1_000_000  # bytes of an answer that is sent in one piece
FAILED: Final = Refusal(
    500, "the query parses, but its evaluation failed (a value out of range, or a SERVICE that did not answer)"
)
Results = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
Send = Callable[[bytes, Any], None]


def answer_query(store: ox.Store, request: Mapping[str, Any], send: Send) -> None:
    """Evaluate `query` and send a header and data. Raises Refusal."""
    checked = check_query(request["query"], frozenset(request["services"]))
    request = {**request, **choose_dataset(request, checked)}
    with no_new_connections(bool(request["services"])):
        results = evaluate(store, request)
        chosen = choose(request["accept"], GRAPHS if isinstance(results, ox.QueryTriples) else RESULTS)
        if chosen is None:
            raise Refusal(406, f"this answer comes as {_types(results)}")
        sink = _Sink(*chosen, checked.volatile, send, lambda: check_rows(store, request))
        _write(results, sink)
        sink.finish(request["max_rows"])


def choose_dataset(request: Mapping[str, Any], checked: Checked) -> dict[str, tuple[str, ...]]:
    """Graphs of the protocol, which stand above those of the query's own FROM. Raises Refusal 403 for one that is not here."""
    default, named = tuple(request["default_graphs"]), tuple(request["named_graphs"])
    if not default and not named:
        default, named = checked.default_graphs, checked.named_graphs
    for graph in (*default, *named):
        if graph != GRAPH:
            what = f"<{graph[:200]}>" if graph.isprintable() else "that name"
            raise Refusal(403, f"there is no graph {what} here, and graphs from elsewhere are off; this endpoint holds <{GRAPH}>")
    return {"default_graphs": default, "named_graphs": named}


def evaluate(store: ox.Store, request: Mapping[str, Any]) -> Results:
    """Results, not yet computed. Raises Refusal for a query that does not parse or does not evaluate."""
    try:
        return store.query(request["query"], **_dataset(request))
    except SyntaxError as error:
        raise Refusal(400, f"the query does not parse: {' '.join(str(error).split())[:400]}") from None
    except (ValueError, OSError, RuntimeError):
        raise FAILED from None


def check_rows(store: ox.Store, request: Mapping[str, Any]) -> None:
    """Count an answer's rows by evaluating once more. Raises Refusal above the limit."""
    limit = request["max_rows"]
    results = evaluate(store, request)
    if isinstance(results, ox.QueryBoolean):
        return
    try:
        more = any(number > limit for number, _ in enumerate(results, 1))
    except (ValueError, OSError, RuntimeError):
        raise FAILED from None
    if more:
        raise Refusal(503, f"the answer has more than {limit} rows; ask for less with LIMIT and OFFSET", 1)


def _write(results: Results, sink: _Sink) -> None:
    try:
        results.serialize(sink, sink.form.writer)  # type: ignore[arg-type]
    except (ValueError, OSError, RuntimeError):
        raise sink.refusal or FAILED from None


class _Sink:
    """File that an answer is written to: kept up to a size, from there on sent piece by piece."""

    def __init__(self, form: Format, media_type: str, volatile: bool, send: Send, check: Callable[[], None]) -> None:
        self.form, self.send, self.check = form, send, check
        self.header = {"status": 200, "type": media_type, "volatile": volatile}
        self.parts: list[bytes] = []
        self.size, self.streaming = 0, False
        self.refusal: Refusal | None = None  # Oxigraph turns whatever a writer raises into an error of its own

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        if self.size >= (1 << 16 if self.streaming else WHOLE):
            self._try_to_flow()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: pieces go out when they are large enough."""

    def finish(self, limit: int) -> None:
        if self.streaming:
            self._flow()
            return
        body = b"".join(self.parts)
        most = body.count(self.form.mark) if self.form.mark else len(body) // 4
        if most > limit:
            self.check()
        self.send(b"H", self.header | {"whole": True})
        self.send(b"D", body)

    def _try_to_flow(self) -> None:
        try:
            self._flow()
        except Refusal as refusal:
            self.refusal = refusal
            raise OSError from None

    def _flow(self) -> None:
        if not self.streaming:
            self.check()
            self.send(b"H", self.header | {"whole": False})
            self.streaming = True
        self.send(b"D", b"".join(self.parts))
        self.parts, self.size = [], 0


def _dataset(request: Mapping[str, Any]) -> dict[str, Any]:
    default, named = request["default_graphs"], request["named_graphs"]
    if not default and not named:
        return {}
    return {
        "default_graph": [ox.DefaultGraph() if graph == GRAPH else ox.NamedNode(graph) for graph in default],
        "named_graphs": [ox.NamedNode(graph) for graph in named],
    }


def _types(results: Results) -> str:
    return ", ".join(item.types[0] for item in (GRAPHS if isinstance(results, ox.QueryTriples) else RESULTS))


@contextmanager
def no_new_connections(allowed: bool) -> Iterator[None]:
    """No file or socket can be opened inside, so that no SERVICE goes out, however it is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed:
        yield
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
