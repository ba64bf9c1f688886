"""What a map page shows, as plain data: nodes, blocks, causes with their chains, steps with their evidence.

Every step and every evidence row stands once and is referred to by number, so that the whole core map stays small.
Must not know HTML or positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.answer.page import grouping
from kg.answer.page.proofs import build_proof
from kg.knowledge.graph.families import MECHANISM_FAMILIES, find_families, find_mechanism_family
from kg.knowledge.graph.traversal import Link, Traversal
from kg.reasoning.chains import build_evidence
from kg.reasoning.records import Cause, Chain, Contribution, Evidence, Explanation, Step
from kg.vocabulary import PREDICATES

Json = dict[str, Any]
FINDINGS = ("finding", "reading")


class MapModel:
    """Builder of the data of one map; `encode` gives it as JSON-ready tables."""

    def __init__(self, traversal: Traversal, weighed: bool = True) -> None:
        self.t, self.weighed = traversal, weighed  # a map of no case has nothing to weigh
        self.nodes: dict[str, Json] = {}
        self.causes: dict[str, Json] = {}
        self.groups: dict[str, Json] = {}
        self.proofs: dict[str, list[str]] = {}
        self._steps: dict[tuple[str, str, str, str], int] = {}
        self._rows: dict[str, int] = {}
        self._tables: dict[str, dict[str, int]] = {name: {} for name in ("predicates", "sources", "kinds", "directions")}
        self.steps: list[list[Any]] = []
        self.rows: list[list[Any]] = []

    # ------------------------------------------------------------------ causes of an answer

    def add_causes(self, answer: Explanation) -> None:
        """Causes of an answer, in its order; one that is already there is left as it is."""
        for cause in (*answer.causes, *answer.struck_out):
            if cause.id not in self.causes:
                self._add_cause(cause)

    def _add_cause(self, cause: Cause) -> None:
        via = [link for link in self._own_links(cause.id, "can act via") if link.supported]
        mechanisms = dict.fromkeys([o for chain in cause.chains for o in self._mechanisms(chain)] + [m.object for m in via])
        families = find_families(self.t, mechanisms)
        stated = dict.fromkeys(f for chain in cause.chains if (f := self._stated(chain)))
        self._add_node(cause.id, cause.label)
        self.causes[cause.id] = {
            "rank": cause.rank,
            "tier": cause.tier,
            "family": families[0],
            "chains": [[chain.finding, chain.weakest, [self._add_step(step) for step in chain.steps]] for chain in cause.chains],
            "via": [self._add_link(link) for link in via],
            "flow": sorted(self._flow(mechanisms, stated)),
            **(self._weighing(cause) if self.weighed else {}),
        }

    def _weighing(self, cause: Cause) -> Json:
        parts = [_contribution(part) for part in cause.contributions]
        lists = {"unchecked": list(cause.not_checked), "unexplained": list(cause.not_explained)}
        return _present(contributions=parts, struck=cause.struck, **lists)

    def _own_links(self, cause: str, *predicates: str) -> list[Link]:
        return self.t.out(cause, *predicates) if cause in self.t.graph else []

    def _mechanisms(self, chain: Chain) -> list[str]:
        return [step.object for step in chain.steps if self.t.category(step.object) == "mechanism"]

    def _stated(self, chain: Chain) -> str:
        """The finding that the sources of a chain speak of, which may be a kind of the one that is asked about."""
        return next((step.object for step in chain.steps if self.t.category(step.object) in FINDINGS), chain.finding)

    def _flow(self, mechanisms: Iterable[str], stated: Iterable[str]) -> set[tuple[str, str]]:
        """Where a cause runs through the map: (mechanism or nothing, finding)."""
        for mechanism in mechanisms:
            self._add_node(mechanism, self.t.label(mechanism))
        return {(m, end) for m in list(mechanisms) or [""] for end in list(stated)[:2] or [""]}

    def _cells(self, mechanism: str) -> list[str]:
        out = self.t.graph.out_edges(mechanism, keys=True) if mechanism in self.t.graph else ()
        return sorted(obj for _, obj, key in out if key == "acts on cell")

    # ------------------------------------------------------------------ blocks

    def place_causes(self) -> None:
        """Give every cause its block and row."""
        groups = grouping.find_drug_groups(self.t, self.causes)
        places = {
            c: grouping.find_place(self.t, c, data["family"], groups) for c, data in self.causes.items() if c in self.t.graph
        }
        sizes: dict[tuple[str, str], int] = {}
        for place in places.values():
            sizes[place.block, place.row] = sizes.get((place.block, place.row), 0) + 1
        for block, label in grouping.BLOCKS.items():
            rows = {p.row: p for p in places.values() if p.block == block}
            if rows:
                self.groups[block] = {"label": label, "column": 0}
            for row in sorted(rows.values(), key=lambda p: grouping.order_row(p, sizes[p.block, p.row])):
                self.groups[f"{block}/{row.row}"] = {"label": row.label, "column": 0, "parent": block}
        for cause, place in places.items():
            self.nodes[cause]["group"] = f"{place.block}/{place.row}"

    def place_mechanisms(self) -> None:
        """Blocks of mechanisms and cells that the causes run through."""
        flows = {m for data in self.causes.values() for m, _ in data["flow"]}
        used = {self.nodes[m]["group"] for m in flows if m} | ({"m:none"} if "" in flows else set())
        cells = {c for m in flows if m for c in self.nodes[m]["cells"]}
        stages = {grouping.find_stage(self.t, cell) for cell in cells}
        labels = {f"m:{family}": label for family, (_, label) in MECHANISM_FAMILIES.items()}
        self.groups |= {key: {"label": label, "column": 1} for key, label in labels.items() if key in used}
        for stage in (s for s in grouping.STAGE_ORDER if s in stages):
            self.groups[f"c:{stage}"] = {"label": grouping.CELL_STAGES[stage][1], "column": 2}
        for order, cell in enumerate(sorted(cells, key=lambda c: grouping.order_cell(self.t, c))):
            self.nodes[cell]["order"] = order

    def place_findings(self, findings: Iterable[str]) -> None:
        """Blocks of findings by the cells that are low, where there are too many to stand alone."""
        blocks = {finding: grouping.find_lineage(self.t, finding) for finding in sorted(findings)}
        for block, label in grouping.LINEAGES.items():
            if block in blocks.values():
                self.groups[f"f:{block}"] = {"label": label, "column": 3}
        for finding, block in blocks.items():
            self.nodes[finding]["group"] = f"f:{block}"

    # ------------------------------------------------------------------ nodes, steps, rows

    def _add_node(self, node: str, label: str) -> None:
        if node in self.nodes:
            return
        data: Mapping[str, Any] = self.t.graph.nodes[node] if node in self.t.graph else {}
        category = str(data.get("category", "other"))
        names = [*data.get("exact", ()), *data.get("related", ())]
        kind = str(data.get("kind", "")) if category == "cause" else category
        self.nodes[node] = {"label": label, "kind": kind or "cause"} | _present(
            synonyms=[n for n in names if n != label],
            definition=str(data.get("definition", "")),
            codes=list(data.get("xrefs", ()))[:4],
        )
        if category == "mechanism":
            self._add_mechanism(node)
        elif category == "cell":
            self.nodes[node]["group"] = f"c:{grouping.find_stage(self.t, node)}"

    def _add_mechanism(self, node: str) -> None:
        self.nodes[node]["group"] = f"m:{find_mechanism_family(self.t, node)}"
        self.nodes[node]["cells"] = self._cells(node)
        processes = [o for _, o, key in sorted(self.t.graph.out_edges(node, keys=True)) if key == "disturbs process"]
        self.nodes[node] |= _present(processes=[self.t.label(p) for p in processes])
        for cell in self.nodes[node]["cells"]:
            self._add_node(cell, self.t.label(cell))

    def add_node(self, node: str) -> None:
        """A term of the graph, under its label."""
        self._add_node(node, self.t.label(node))

    def add_neighbour(self, node: str, group: str, step: Step) -> None:
        """A term that one step joins to the term of the page. It may stand on both sides, so its key names the group."""
        key = node if node not in self.causes else f"{node} {group}"
        number = self._add_step(step)
        self.nodes[key] = self.nodes[node] | {"group": group}
        weakest = step.evidence[-1].statement_kind if step.evidence else ""
        self.causes[key] = {
            "rank": len(self.causes) + 1,
            "tier": "",
            "chains": [[step.object, weakest, [number]]],
            "via": [],
            "flow": [],
        }

    def _add_step(self, step: Step) -> int:
        key = step.subject, step.predicate, step.object, step.struck
        if key not in self._steps:
            self._add_node(step.subject, step.subject_label)
            self._add_node(step.object, step.object_label)
            rows = [self._add_row(evidence) for evidence in step.evidence]
            self._steps[key] = len(self.steps)
            predicate = self._number("predicates", step.predicate)
            flags = int(step.asserted) + 2 * (step.scope == "some")
            self.steps.append([step.subject, predicate, step.object, flags, rows, *([step.struck] if step.struck else [])])
            if not step.asserted:
                self.proofs[f"{step.subject}|{step.object}"] = build_proof(self.t, step.subject, step.object)
        return self._steps[key]

    def _add_link(self, link: Link) -> int:
        labels = self.t.label(link.subject), self.t.label(link.object)
        evidence = tuple(build_evidence(row) for row in link.rows)
        return self._add_step(Step(link.subject, labels[0], link.predicate, link.object, labels[1], evidence, True, link.scope))

    def _add_row(self, evidence: Evidence) -> int:
        if evidence.association not in self._rows:
            self._rows[evidence.association] = len(self.rows)
            source = self._number("sources", evidence.source)
            numbers = self._number("kinds", evidence.statement_kind), self._number("directions", evidence.direction)
            self.rows.append([evidence.association, source, *numbers, evidence.quantity, evidence.gist])
        return self._rows[evidence.association]

    def _number(self, table: str, value: str) -> int:
        return self._tables[table].setdefault(value, len(self._tables[table]))

    # ------------------------------------------------------------------ the whole

    def encode(self) -> Json:
        """The tables of the page."""
        return {
            "nodes": self.nodes,
            "groups": self.groups,
            "causes": self.causes,
            "steps": self.steps,
            "rows": self.rows,
            "proofs": self.proofs,
            "tables": {name: list(values) for name, values in self._tables.items()},
        }


def group_links(traversal: Traversal, term: str, outgoing: bool) -> dict[str, list[Step]]:
    """Steps from or to a term by relation, is-a included; claims first."""
    graph = traversal.graph
    edges = graph.out_edges(term, keys=True, data=True) if outgoing else graph.in_edges(term, keys=True, data=True)
    rows: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for subject, obj, key, data in edges:
        rows.setdefault((subject, str(data["predicate"]), obj), []).append({"id": key} | data)
    found: dict[str, list[Step]] = {}
    for (subject, predicate, obj), data in sorted(rows.items()):
        evidence = tuple(build_evidence(row) for row in data if "source" in row)
        asserted = all(row.get("asserted", True) for row in data)
        step = Step(subject, traversal.label(subject), predicate, obj, traversal.label(obj), evidence, asserted)
        found.setdefault(predicate, []).append(step)
    order = [*PREDICATES]
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0])))


def _present(**values: Any) -> Json:
    """Values that say something; what is empty takes no place in the page."""
    return {key: value for key, value in values.items() if value}


def _contribution(part: Contribution) -> list[Any]:
    return [part.factor, part.label, round(part.weight, 3), part.reason]
