"""Writing the site: every page, the lists, the search index. All or nothing: it is built beside and moved."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import networkx as nx

from kg.authoring.folders import replace_folder
from kg.authoring.release.axioms import Ontology
from kg.authoring.release.diff import read_retired
from kg.authoring.release.site.entry import Catalogue
from kg.authoring.release.site.names import bullets, get_page_name, link, render_page
from kg.authoring.release.site.page import render_term
from kg.vocabulary import PREFIXES, contract

ASSETS = Path(__file__).with_name("assets")
_TITLES = {"other": "other terms", "range": "reference ranges", "category": "categories"}


def build_site(
    graph: nx.MultiDiGraph,
    ontology: Ontology,
    mappings: Sequence[Mapping[str, str]],
    target: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write the site into a folder; gives the number of term pages.

    Raises InputError where it cannot be written, or the folder holds anything but an earlier site that nobody touched.
    """
    with replace_folder(target, "kg site") as beside:
        (beside / "terms").mkdir()
        pages = _write_pages(_with_property_labels(graph, ontology), ontology, mappings, beside, progress)
    return pages  # noqa: RET504 - inside the block the folder is not yet in its place


def _with_property_labels(graph: nx.MultiDiGraph, ontology: Ontology) -> nx.MultiDiGraph:
    """The graph with the labels of properties at hand, for the values of tests and thresholds."""
    label = PREFIXES["rdfs"] + "label"
    properties = {iri for kind, iri in ontology.declarations if kind.endswith("Property")}
    labels = {contract(a.args[1]): a.args[2].value for a in ontology.axioms if a.args[0] == label and a.args[1] in properties}
    view = graph.copy(as_view=True)
    view.graph = {**graph.graph, "property_labels": labels}
    return view


def _write_pages(
    graph: nx.MultiDiGraph,
    ontology: Ontology,
    mappings: Sequence[Mapping[str, str]],
    folder: Path,
    progress: Callable[[str], None],
) -> int:
    catalogue = Catalogue(graph, mappings)
    nodes = sorted(graph)
    for number, node in enumerate(nodes):
        if number % 1000 == 0:
            progress(f"{number} of {len(nodes)} terms")
        (folder / "terms" / get_page_name(node)).write_text(render_term(catalogue.get(node), catalogue), encoding="utf-8")
    retired = read_retired(ontology)
    for id_, reason, replacement in retired:
        page = _retired(id_, reason, replacement if replacement in graph else "", catalogue)
        (folder / "terms" / get_page_name(id_)).write_text(page, encoding="utf-8")
    _write_lists(graph, ontology, folder)
    _write_assets(graph, folder)
    return len(nodes) + len(retired)


def _retired(id_: str, reason: str, replacement: str, catalogue: Catalogue) -> str:
    instead = f"<p>Use {link(replacement, catalogue.label(replacement))} instead.</p>" if replacement else ""
    return render_page(f"{id_}, obsolete", f"<h1>{escape(id_)}</h1><p>Obsolete: {escape(reason)}.</p>{instead}", "../")


def _write_lists(graph: nx.MultiDiGraph, ontology: Ontology, folder: Path) -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for node, data in graph.nodes(data=True):
        groups[data.get("kind") or data["category"]].append(node)
    for name, members in groups.items():
        labels = sorted((graph.nodes[n]["label"], n) for n in members)
        body = f"<h1>{escape(_title(name))}</h1>" + bullets(link(n, label, "terms/") for label, n in labels)
        (folder / _list_name(name)).write_text(render_page(_title(name), body, ""), encoding="utf-8")
    entries = (f'<a href="{_list_name(n)}">{escape(_title(n))}</a> ({len(groups[n])})' for n in sorted(groups))
    told = f"<p>Version {escape(ontology.version)}. Type in the search field, or open a list.</p>"
    body = f"<h1>Terms of Leukograph</h1>{told}{bullets(entries)}"
    (folder / "index.html").write_text(render_page("Terms", body, ""), encoding="utf-8")


def _title(name: str) -> str:
    return _TITLES.get(name) or (name[:-1] + "ies" if name.endswith("cy") else name if name.endswith("s") else name + "s")


def _list_name(name: str) -> str:
    return f"list-{name.replace(' ', '-')}.html"


def _write_assets(graph: nx.MultiDiGraph, folder: Path) -> None:
    """Styles, script and the search index; a script, because a page opened from disk may fetch nothing."""
    (folder / "assets").mkdir()
    for path in sorted(ASSETS.iterdir()):
        if path.suffix in (".css", ".js"):
            shutil.copyfile(path, folder / "assets" / path.name)
    terms = [
        [node, data["label"], data.get("kind") or data["category"], "; ".join([*data.get("exact", ()), *data.get("related", ())])]
        for node, data in sorted(graph.nodes(data=True))
    ]
    index = json.dumps(terms, ensure_ascii=False, separators=(",", ":"))
    (folder / "assets" / "terms.js").write_text(f"const TERMS = {index};\n", encoding="utf-8")
