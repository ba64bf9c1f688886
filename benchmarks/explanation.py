"""How long an answer takes: any finding, a full case, a cold process, and how the time grows with the graph.

Times are processor time of a running process unless a row says otherwise; each is the median of several runs. Growth is
measured on synthetic graphs: the live one with every cause copied, either onto the same findings (the answer grows with
the graph) or with findings of each copy's own (the graph grows, the answer does not).
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import networkx as nx

from kg import answering, config
from kg.case.records import Case, Observation
from kg.knowledge.graph.cache import load_graph
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.explain import Engine

Row = dict[str, Any]
NEUTROPENIA = "LEUKO:0001003"
FULL_CASE: dict[str, Any] = {
    "findings": ["fever", "oral ulcers", "low platelets"],
    "absent": ["splenomegaly", "lymphadenopathy"],
    "labs": ["ANC=0.4", "ANC=4.1@200d", "WBC=1.9", "HGB=11.2[g/dL]"],
    "drugs": ["clozapine@50d", "valproate@400d", "omeprazole@20d"],
    "age": "P41Y",
}
QUICK, FULL = (1, 10, 20), (1, 10, 100)  # the last one takes two minutes and 2 GB
PER_FINDING_GOAL, FULL_GOAL = "at most 5 ms", "at most 10 ms"


def run(full: bool = False) -> list[Row]:
    """All rows; under a minute unless `full`, which goes up to 100 times the graph."""
    scales = FULL if full else QUICK
    return [*measure_findings(), *measure_case(), *measure_questions(), *measure_cold_start(), *measure_growth(scales)]


def _row(what: str, ours: float | str, goal: str = "", peer: float | str = "", ratio: float | str = "") -> Row:
    return {"what": what, "ours": ours, "peer": peer, "ratio": ratio, "goal": goal}


def _median_ms(action: Callable[[], object], runs: int = 7) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append((time.process_time() - start) * 1000)
    return round(statistics.median(times), 2)


# --------------------------------------------------------------------------- a running process


def measure_findings() -> list[Row]:
    """Every finding and reading of the graph, asked for alone: the first time, and again."""
    graph = answering.load()
    names = [node for node, data in sorted(graph.nodes(data=True)) if data["category"] in ("finding", "reading")]
    engine = Engine(Traversal(graph))
    engine.explain(_ask(names[0]), {})  # the index of features is made once
    first, again = {}, {}
    for node in names:
        first[node] = _median_ms(lambda n=node: engine.explain(_ask(n), {}), 1)  # type: ignore[misc]
        again[node] = _median_ms(lambda n=node: engine.explain(_ask(n), {}), 5)  # type: ignore[misc]
    slowest = max(again, key=lambda n: again[n])
    return [
        _row(f"one finding, median of {len(names)} (ms)", statistics.median(again.values()), PER_FINDING_GOAL),
        _row(f"one finding, slowest: {graph.nodes[slowest]['label']} (ms)", again[slowest], PER_FINDING_GOAL),
        _row("one finding, the first time it is asked, slowest (ms)", max(first.values())),
    ]


def _ask(term: str) -> Case:
    return Case(observations=(Observation(term, term),))


def measure_case() -> list[Row]:
    """One full case: read, ranked with sets, and with the chains of the causes that a page shows."""
    engine, case = answering.get_engine(), answering.build_case(**FULL_CASE)
    engine.explain(case, {})

    def with_chains() -> None:
        for cause in engine.explain(case, {}).causes[:10]:
            list(cause.chains)

    count = len(engine.explain(case, {}).causes)
    return [
        _row("full case, read from names and values (ms)", _median_ms(lambda: answering.build_case(**FULL_CASE))),
        _row(f"full case, ranked with sets, {count} causes (ms)", _median_ms(lambda: engine.explain(case, {}), 15), FULL_GOAL),
        _row("full case, ranked with sets and chains of the first ten (ms)", _median_ms(with_chains, 15), FULL_GOAL),
    ]


def measure_questions() -> list[Row]:
    """The questions about an answer."""
    case = answering.build_case(**FULL_CASE)
    plain = {key: value for key, value in FULL_CASE.items() if key != "absent"}
    asked: list[tuple[str, Callable[[], object]]] = [
        ("why chlorpromazine leukopenia (ms)", lambda: answering.why("chlorpromazine", "leukopenia")),
        ("why-not methimazole, full case (ms)", lambda: answering.why_not("methimazole", case)),
        ("what-if, full case (ms)", lambda: answering.what_if(["absent:splenomegaly"], [], **plain)),
        ("next, full case (ms)", lambda: answering.next_tests(case)),
    ]
    for _, action in asked:
        action()
    return [_row(what, _median_ms(action, 3)) for what, action in asked]


# --------------------------------------------------------------------------- whole processes


def measure_cold_start(runs: int = 7) -> list[Row]:
    """`kg explain neutropenia` against importing networkx and rdflib, as whole processes in turn."""
    ours = [sys.executable, "-m", "kg", "explain", "neutropenia"]
    peer = [sys.executable, "-c", "import networkx, rdflib"]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}  # compile once, as installed
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for turn in range(runs + 1):
        for name, command in (("ours", ours), ("peer", peer)):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=env)
            if turn:  # the first one fills caches
                times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: round(statistics.median(values)) for name, values in times.items()}
    ratio = round(medians["ours"] / medians["peer"], 2)
    return [_row("cold process: kg explain neutropenia (ms)", medians["ours"], "at most 2 x the peer", medians["peer"], ratio)]


# --------------------------------------------------------------------------- growth


def measure_growth(scales: tuple[int, ...] = QUICK) -> list[Row]:
    """Time of a case on graphs of so many times 700 causes, per edge that the answer touches."""
    live = load_graph(answering.find_owl(), config.get_queries_dir(), config.get_cache_dir())
    rows = []
    for spread in (False, True):
        base = 0.0
        for scale in scales:
            touched, ms = _measure_scaled(scale_graph(live, scale, spread))
            per_edge = ms * 1000 / touched
            base = base or per_edge
            which = "other findings" if spread else "the same findings"
            what = f"{scale} x 700 causes, copies on {which}: {touched} edges touched in {ms:.1f} ms (us per edge)"
            goal = "no more than at 1 x" if scale > 1 else ""
            rows.append(_row(what, round(per_edge, 3), goal, round(base, 3), round(per_edge / base, 2)))
    return rows


def _measure_scaled(graph: nx.MultiDiGraph) -> tuple[int, float]:
    engine = Engine(Traversal(graph))
    fever, platelets = "HP:0001945", "HP:0001873"
    observed = (Observation(NEUTROPENIA, ""), Observation(fever, "fever"), Observation(platelets, "platelets", False))
    case = Case(observations=observed)
    answer = engine.explain(case, {})
    prepared = engine.prepare(engine.find_targets(case))
    routes = sum(len(route.links) for p in prepared.values() for route in p.routes)
    told = sum(len(cause.contributions) for cause in (*answer.causes, *answer.struck_out))
    gc.disable()  # as timeit does: with it, each full collection walks the whole graph, which a server should freeze
    taken = _median_ms(lambda: engine.explain(case, {}), 5)
    gc.enable()
    return routes + told, taken


def scale_graph(live: nx.MultiDiGraph, scale: int, spread: bool) -> nx.MultiDiGraph:
    """The live graph with about 700 of its causes, each `scale` times.

    With `spread` everything is copied, findings and mechanisms too, so that the answer stays as it is.
    """
    causes = sorted(node for node, data in live.nodes(data=True) if data["category"] == "cause")
    left_out = set(causes) - set(causes[:: max(1, len(causes) // 700)])
    graph = live.subgraph(node for node in live if node not in left_out).copy()
    copied = [node for node in graph if spread or graph.nodes[node]["category"] == "cause"]
    edges = list(graph.out_edges(copied, keys=True, data=True))
    nodes = {node: graph.nodes[node] for node in copied}
    for copy in range(2, scale + 1):
        name = {node: f"{node}/{copy}" for node in copied}
        graph.add_nodes_from((name[node], data) for node, data in nodes.items())
        graph.add_edges_from((name[s], name.get(o, o), key, data) for s, o, key, data in edges)
    return nx.freeze(graph)


if __name__ == "__main__":
    for row in run("--full" in sys.argv):
        print("\t".join(str(row[key]) for key in ("what", "ours", "peer", "ratio", "goal")))  # noqa: T201
