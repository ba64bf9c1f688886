"""Any SPARQL 1.1 endpoint as an engine: queries by form POST, updates in batches. Owns HTTP to remote stores.

Form POST, because Virtuoso hangs on a query that is posted directly. Blank nodes hold within one request only, so a batch
never parts triples that share one.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from kg.exceptions import InputError
from kg.knowledge.store.engine import Results, Rows, as_rows
from kg.knowledge.store.login import Login, build_opener

_GRAPH_FORM = re.compile(r"^\s*(CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
SELECT_FORM = "application/sparql-results+json"


class RemoteEngine:
    """A SPARQL endpoint; `timeout` in seconds; `graph` is the named graph that queries see as the default one."""

    def __init__(self, endpoint: str, timeout: float = 300.0, login: Login | None = None, graph: str = "") -> None:
        if not endpoint.startswith(("http://", "https://")):
            raise InputError("is no http address of a SPARQL endpoint", endpoint)
        self.endpoint, self.timeout, self.graph = endpoint, timeout, graph
        self._opener = build_opener(endpoint, login or Login())

    def run(self, query: str) -> Results:
        """Result of any query. Raises InputError where the endpoint refuses it or does not answer."""
        graph = bool(_GRAPH_FORM.search(re.sub(r"(?m)^\s*#.*$", "", query)))
        form = {"query": query} | ({"default-graph-uri": self.graph} if self.graph else {})
        body = self.post(form, "application/n-triples" if graph else SELECT_FORM)
        if graph:
            return [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
        return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)

    def select(self, query: str) -> Rows:
        """Rows of a SELECT query."""
        return as_rows(self.run(query))

    def update(self, update: str) -> None:
        """Run an update."""
        self.post({"update": update}, "*/*")

    def send(self, graph: str, triples: bytes, replace: bool) -> None:
        """Put (or add) N-Triples into a named graph: the Graph Store Protocol, where the address is that of a graph store."""
        address = f"{self.endpoint}?{urllib.parse.urlencode({'graph': graph})}"
        headers = {"Content-Type": "application/n-triples", "User-Agent": "leukograph"}
        # an empty addition meets a refusal or a challenge first: a store hangs up on a large body that it refuses
        self._open(urllib.request.Request(address, b"", headers, method="POST"))
        request = urllib.request.Request(address, triples, headers, method="PUT" if replace else "POST")
        self._open(request)

    def post(self, form: dict[str, str], accept: str) -> bytes:
        """Body of the answer to a form POST. Raises InputError with the first line of what the endpoint said."""
        data = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.endpoint, data, {"Accept": accept, "User-Agent": "leukograph"})
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace").strip().splitlines()
            raise InputError(
                f"the endpoint answers {error.code}: {said[0][:300] if said else error.reason}", self.endpoint
            ) from None
        except (urllib.error.URLError, OSError) as error:
            raise InputError(f"does not answer: {getattr(error, 'reason', error)}", self.endpoint) from None


def push(
    engine: RemoteEngine,
    triples: Iterable[ox.Triple],
    graph: str,
    *,
    clear: bool = True,
    size: int = 300,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Load triples into a named graph by SPARQL UPDATE; `progress` is told how many have gone. Returns their number."""
    target = str(ox.NamedNode(graph))
    if clear:
        engine.update(f"CLEAR SILENT GRAPH {target}")
    done = 0
    for batch in find_batches(triples, size):
        lines = "\n".join(f"{t.subject} {t.predicate} {t.object} ." for t in batch)
        engine.update(f"INSERT {{ GRAPH {target} {{\n{lines}\n}} }} WHERE {{}}")
        done += len(batch)
        progress(done)
    return done


def put(engine: RemoteEngine, triples: Iterable[ox.Triple], graph: str, *, clear: bool = True) -> int:
    """Load triples into a named graph in one request of the Graph Store Protocol. Returns their number."""
    lines = [f"{t.subject} {t.predicate} {t.object} .\n" for t in triples]
    engine.send(str(ox.NamedNode(graph).value), "".join(lines).encode(), replace=clear)
    return len(lines)


def find_batches(triples: Iterable[ox.Triple], size: int) -> Iterator[list[ox.Triple]]:
    """Batches of about `size` triples that do not part what a blank node joins."""
    batch: list[ox.Triple] = []
    for group in _group(triples):
        if batch and len(batch) + len(group) > size:
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch


def _group(triples: Iterable[ox.Triple]) -> Iterable[list[ox.Triple]]:
    head: dict[str, str] = {}

    def find(node: str) -> str:
        while head.setdefault(node, node) != node:
            head[node] = node = head[head[node]]
        return node

    joined: list[tuple[str, ox.Triple]] = []
    for triple in triples:
        blanks = [str(term) for term in (triple.subject, triple.object) if isinstance(term, ox.BlankNode)]
        for other in blanks[1:]:
            head[find(blanks[0])] = find(other)
        joined.append((blanks[0] if blanks else "", triple))
    groups: dict[str, list[ox.Triple]] = defaultdict(list)
    for count, (blank, triple) in enumerate(joined):
        groups[find(blank) if blank else str(count)].append(triple)
    return groups.values()
