"""The folded map as a pyvis network: the only home of pyvis.

pyvis gives the network model and the vis-network script of its own package; the page around it is ours, because pyvis's
page links to addresses outside, simulates physics for seconds, and cannot fold.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.answer.page import layout

Json = dict[str, Any]
OPTIONS: Json = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"shape": "custom"},
    "interaction": {
        "dragNodes": False,
        "hover": False,
        "selectConnectedEdges": False,
        "hoverConnectedEdges": False,
        "tooltipDelay": 3600000,
    },
}


def read_vis_network() -> str:
    """The vis-network script that the installed pyvis carries, its licence (Apache-2.0 or MIT) in its head."""
    import pyvis

    found = sorted(Path(pyvis.__file__).parent.glob("lib/vis-9.1*/vis-network.min.js"))
    return found[-1].read_text(encoding="utf-8")


def build_network(data: Json) -> Json:
    """Nodes, edges and options of the folded map, positions given."""
    from pyvis.network import Network

    network = Network(directed=True)
    network.set_options(json.dumps(OPTIONS))
    boxes = layout.stack(_columns(data), data["geometry"]["columns"])
    for node, box in boxes.items():
        network.add_node(node, label=" ", x=box.x, y=box.y, physics=False, shape="custom", w=box.width, h=box.height)
    for (start, end), count in sorted(Counter(find_edges(data)).items()):
        if start in boxes and end in boxes:
            network.add_edge(start, end, count=count)
    nodes = [{k: v for k, v in node.items() if k != "color"} for node in network.nodes]
    return {"nodes": nodes, "edges": network.edges, "options": OPTIONS}


def _columns(data: Json) -> dict[int, list[tuple[str, int]]]:
    rows: dict[int, list[tuple[str, int]]] = {}
    heights = layout.ROWS
    for group, value in data["groups"].items():
        if "parent" not in value:
            wide = value["column"] == 0 or data["mode"] == "neighbourhood"
            height = heights["block"] if wide else heights["group"]
            rows.setdefault(value["column"], []).append((group, height))
    for node in data["ends"]:
        rows.setdefault(data["endColumn"], []).append((node, heights["finding"]))
    return dict(sorted(rows.items()))


def find_edges(data: Json) -> Iterator[tuple[str, str]]:
    """Edges between folded rows, once for every cause that runs along them."""
    for cause, value in data["causes"].items():
        block = _top(data, data["nodes"][cause].get("group", ""))
        if data["mode"] == "neighbourhood":
            end = data["ends"][0]
            yield (block, end) if data["groups"][block]["column"] == 0 else (end, block)
        else:
            yield from _run(data, block, value["flow"])


def _run(data: Json, block: str, flow: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Distinct edges of one cause, from its block over mechanism and cell to the finding."""
    edges = set()
    for mechanism, end in flow:
        family = data["nodes"][mechanism]["group"] if mechanism else "m:none"
        stages = {data["nodes"][cell]["group"] for cell in data["nodes"][mechanism]["cells"]} if mechanism else set()
        edges.add((block, family))
        target = data["nodes"][end].get("group", end) if end else ""
        edges |= {(family, stage) for stage in stages} | {(stage, target) for stage in stages}
        if not stages:
            edges.add((family, target))
    return edges


def _top(data: Json, group: str) -> str:
    while "parent" in data["groups"].get(group, {}):
        group = data["groups"][group]["parent"]
    return group
