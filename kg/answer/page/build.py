"""From an answer, a graph or a term to a finished page."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

from kg.answer.drugs import list_drugs
from kg.answer.graph import Explain
from kg.answer.page import layout, network, template
from kg.answer.page.model import FINDINGS, Json, MapModel
from kg.answer.page.neighbourhood import build_neighbourhood
from kg.answer.page.reading import read_answer
from kg.case.records import Case, Observation
from kg.exceptions import InputError
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Explanation
from kg.vocabulary import DISCLAIMER

SCRIPTS = tuple(f"{name}.js" for name in "common combo store draw map lines view panel search export main boot".split())
SCOPES = ("causes", "neighbourhood", "whole")
# The finding whose causes are the core map; what it does not reach comes from the others.
CORE = "LEUKO:0001001"
CORE_HEADING = "Why a white-cell count is low: the core map"


def render_answer(answer: Explanation, traversal: Traversal, term_base: str = "") -> str:
    """Page of an answer: its causes, their chains, what spoke for and against each."""
    model = MapModel(traversal)
    model.add_causes(answer)
    labels = ", ".join(str(finding["label"]) for finding in answer.findings)
    ends = [str(finding["id"]) for finding in answer.findings]
    heading = f"What could explain {labels}?" if labels else "Nothing to explain"
    data = _map_data(model, "causes", heading, ends) | _of_answer(answer, traversal)
    return render_data(data | {"termBase": term_base})


def render_json(data: Any, traversal: Traversal, place: str = "answer") -> str:
    """Page of an answer in its JSON form. Raises InputError for what is no answer."""
    return render_answer(read_answer(data, place), traversal)


def render_graph(traversal: Traversal, explain: Explain, terms: Sequence[str] = (), scope: str = "", term_base: str = "") -> str:
    """Page of the core map (no term), of the causes of findings, or of what stands around a term.

    Raises InputError for a scope that is not one of `SCOPES` or does not fit the terms.
    """
    if scope and scope not in SCOPES:
        raise InputError(f"scope {scope!r} is none of {', '.join(SCOPES)}")
    if not terms or scope == "whole":
        return render_data(_core(traversal, explain) | {"termBase": term_base, "select": list(terms[:1])})
    findings = [term for term in terms if traversal.category(term) in FINDINGS]
    if scope == "causes" and len(findings) < len(terms):
        raise InputError("scope 'causes' needs findings; use 'neighbourhood' for other terms")
    if findings and scope != "neighbourhood":
        answer = explain(_case(traversal, findings), _versions(traversal))
        return render_answer(answer, traversal, term_base)
    return render_data(build_neighbourhood(traversal, terms[0]) | _versioned(traversal) | {"termBase": term_base})


def _case(traversal: Traversal, findings: Sequence[str]) -> Case:
    return Case(observations=tuple(Observation(term, traversal.label(term)) for term in findings))


def _core(traversal: Traversal, explain: Explain) -> Json:
    """Causes of every finding and reading, each with the chains to the first finding that it explains."""
    model = MapModel(traversal, weighed=False)
    nodes = sorted(traversal.graph.nodes(data=True))
    others = [node for node, data in nodes if data.get("category") in FINDINGS and node != CORE]
    ends = [term for term in (CORE, *others) if term in traversal.graph]
    for term in ends:
        model.add_causes(explain(_case(traversal, [term]), {}))
    used = {end for data in model.causes.values() for _, end in data["flow"]}
    return _map_data(model, "core", CORE_HEADING, [e for e in ends if e in used or e == CORE]) | _versioned(traversal)


def _map_data(model: MapModel, mode: str, heading: str, ends: Sequence[str]) -> Json:
    model.place_causes()
    model.place_mechanisms()
    stated = {end for data in model.causes.values() for _, end in data["flow"] if end}
    for end in ends:
        model.add_node(end)
    if mode == "core":
        model.place_findings(stated | set(ends))
    return {
        "mode": mode,
        "heading": heading,
        "columnLabels": ["Causes", "How", "Where it acts", "Finding"],
        "asked": list(ends),
        "ends": [] if mode == "core" else [*ends, *sorted(stated - set(ends), key=model.t.label)],
        "endColumn": 3,
        **model.encode(),
    }


def _of_answer(answer: Explanation, traversal: Traversal) -> Json:
    versions = dict(answer.versions)
    current = _versions(traversal)["data"]
    notices = []
    if versions.get("data") and versions["data"] != current:
        notices = [f"This answer comes from data version {versions['data']}; the graph here has version {current or 'unknown'}."]
    return {
        "status": answer.status,
        "alerts": list(answer.alerts),
        "drugsGiven": list_drugs(answer),
        "noBearing": list(answer.no_bearing),
        "notices": notices,
        "versions": versions or _versions(traversal),
        "coverage": dict(answer.coverage),
        "notUnderstood": [dict(item) for item in answer.not_understood],
        "disclaimer": answer.disclaimer or DISCLAIMER,
    }


def _versions(traversal: Traversal) -> dict[str, str]:
    return {"data": str(traversal.graph.graph.get("version", ""))}


def _versioned(traversal: Traversal) -> Json:
    return {"versions": _versions(traversal), "disclaimer": DISCLAIMER, "notices": [], "alerts": []}


def render_data(data: Mapping[str, Any]) -> str:
    """The finished file of a page's data; `geometry` and the folded network are added here."""
    used = {group["column"] for group in data["groups"].values()}
    data = dict(data) | {"geometry": layout.build_geometry(data["mode"], used)}
    data["network"] = network.build_network(data)
    scripts = [network.read_vis_network(), *(template.read_asset(name) for name in SCRIPTS)]
    styles = [template.read_asset("theme.css"), template.read_asset("explorer.css")]
    shapes = template.read_shapes()
    title = f"{data['heading']} · Leukograph"
    return template.fill_page(template.read_asset("explorer.html"), title, data | {"shapes": shapes}, styles, scripts)


def render_frame(page: str, picture: str, title: str) -> str:
    """A page in a frame of its own, for notebooks: no access to the notebook around it.

    Where frames and styles are stripped (a code host), the still picture behind it comes to the front.
    """
    still = ""
    if picture:
        encoded = base64.b64encode(picture.encode()).decode()
        still = f'<img alt="{html.escape(title)}" src="data:image/svg+xml;base64,{encoded}" style="display:none">'
    frame = f'<iframe title="{html.escape(title)}" sandbox="allow-scripts allow-downloads" width="100%" height="720"'
    return f'{frame} style="border:1px solid #8888" srcdoc="{html.escape(page)}"></iframe>{still}'
