"""Pages as files: nothing is loaded, nothing of a text becomes code, empty and foreign answers say so, notebooks get a frame."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.answer.data import explanation_to_json
from kg.answer.page import render_answer, render_graph, render_json
from kg.answer.page.build import SCRIPTS
from kg.answer.page.template import unpack
from kg.answer.types import Answer
from kg.answering import Knowledge
from kg.case.records import Case, Observation
from kg.exceptions import InputError
from kg.knowledge.graph.traversal import Traversal
from kg.reasoning.records import Cause, Chain, Evidence, Explanation, Step
from kg.vocabulary import DISCLAIMER
from tests.page.conftest import load_small

NEUTROPENIA = "LEUKO:0001003"
# Texts that have broken pages elsewhere, and one that is only long.
PAYLOADS = [
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    '"><script>window.hit=1</script>',
    "'-window.hit=1-'",
    '\\";window.hit=1;//',
    "</title><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "<!--<script>window.hit=1",
    "--><script>window.hit=1</script>",
    "<![CDATA[<script>window.hit=1</script>]]>",
    "javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "vbscript:window.hit=1",
    "<a href=javascript:window.hit=1>x</a>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<math><mi xlink:href='javascript:window.hit=1'>",
    "<base href='https://example.org/'>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<object data=https://example.org/>",
    "<embed src=https://example.org/>",
    "<form action=https://example.org/><button>",
    "<video><source onerror=window.hit=1>",
    "<style>*{display:none}</style>",
    "<plaintext>",
    "<textarea>",
    "<template><script>window.hit=1</script></template>",
    "${window.hit=1}",
    "{{window.hit=1}}",
    "<%= window.hit=1 %>",
    "<!--data-->",
    "<!--scripts-->",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "&#60;script&#62;",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E",
    "\u202egnp.exe\u202c",
    "\u2066isolated\u2069 \u200f\u200e",
    "\u0000\u0007\u001b[31m",
    "\u2028window.hit=1\u2029",
    "__proto__",
    "constructor",
    "toString",
    "#s=<script>window.hit=1</script>",
    "x" * 10_000,
    "<b>" * 300,
    "' onmouseover='window.hit=1",
]


@pytest.fixture(scope="module")
def traversal(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Traversal:
    return load_small(small, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def answer(traversal: Traversal) -> Explanation:
    case = Case(observations=(Observation(NEUTROPENIA, "neutropenia"),))
    return Knowledge(graph=traversal.graph).engine.explain(case, {"data": str(traversal.graph.graph["version"])})


def hostile_answer() -> Explanation:
    """An answer whose every text is one of the payloads."""
    causes = []
    for index, text in enumerate(PAYLOADS):
        row = Evidence(f"LEUKO:1{index:06}", text, text, text, text, quantity=text)
        step = Step(
            f"X:{index}", text, "can cause", NEUTROPENIA, text, (row,), index % 2 == 0, "all", text if index % 7 == 0 else ""
        )
        chain = Chain(NEUTROPENIA, (step,), text)
        causes.append(Cause(f"X:{index}", text, (text,), text, text, "direct", (chain,), rank=index + 1, not_checked=(text,)))
    findings = ({"id": NEUTROPENIA, "label": PAYLOADS[1]},)
    return Explanation(
        "explained", findings, tuple(causes), alerts=tuple(PAYLOADS[:3]), versions={"data": PAYLOADS[2]}, disclaimer=PAYLOADS[0]
    )


def test_hostile_texts_stay_text(traversal: Traversal, open_page: Callable[..., Any], tmp_path: Path) -> None:
    """Fifty payloads as label, source, evidence, figure and reason: shown as text, never run, never loaded."""
    assert len(PAYLOADS) >= 50
    path = tmp_path / "hostile.html"
    path.write_text(render_answer(hostile_answer(), traversal), encoding="utf-8")
    page = open_page(path)
    for index, text in enumerate(PAYLOADS):
        page.evaluate(f"LK.select('X:{index}', true)")
        shown = page.evaluate("document.querySelector('#card h2').textContent")
        assert shown == text
        page.fill("#search", text[:200])
    page.evaluate("LK.picture()")
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('#card a').length") == 0
    assert page.evaluate("document.scripts.length") == len(SCRIPTS) + 2  # vis-network, our parts, the data


def test_a_page_holds_no_address_and_only_hashed_scripts(traversal: Traversal) -> None:
    """The policy lets the page's own scripts and style run by their hashes, and forbids every load."""
    page = render_graph(traversal, Knowledge(graph=traversal.graph).engine.explain)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("script", "style"):
        for block in re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S):
            digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy[1]
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.S).replace('<link rel="icon" href="data:,">', "")
    assert not re.findall(r"\b(?:src|href|srcset|action)\s*=", markup)
    assert "@license" in page  # vis-network's own notice travels with it


def test_the_same_answer_gives_the_same_bytes(traversal: Traversal, answer: Explanation) -> None:
    """A page is deterministic, and an answer read back from its JSON form is drawn like the answer itself."""
    first = render_answer(answer, traversal)
    assert first == render_answer(answer, traversal)
    again = json.loads(json.dumps(explanation_to_json(answer)))
    assert unpack(render_json(again, traversal)) == unpack(first)


def test_every_step_of_the_answer_is_on_the_page(traversal: Traversal, answer: Explanation) -> None:
    """No step, source or row is lost between the answer and the page."""
    data = unpack(render_answer(answer, traversal))
    predicates, sources = data["tables"]["predicates"], data["tables"]["sources"]
    shown = {(s, predicates[p], o): {sources[data["rows"][r][1]] for r in rows} for s, p, o, _, rows, *_ in data["steps"]}
    for cause in answer.causes:
        for step in (step for chain in cause.chains for step in chain.steps):
            assert shown[step.subject, step.predicate, step.object] == set(step.sources)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("no_finding", "nothing to explain"),
        ("none_in_scope", "No cause in this graph"),
        ("unknown_term", "did you mean neutropenia?"),
    ],
)
def test_an_answer_with_nothing_to_show_says_so(
    traversal: Traversal, open_page: Callable[..., Any], tmp_path: Path, status: str, words: str
) -> None:
    """Normal counts, no cause, an unknown name: a page with the reason and the safety line, no empty canvas."""
    items = ({"text": "neutropaenya", "suggestions": ["neutropenia"]},) if status == "unknown_term" else ()
    path = tmp_path / "empty.html"
    empty = Explanation(status, (), not_understood=items, versions={"data": "2026"}, disclaimer=DISCLAIMER)
    path.write_text(render_answer(empty, traversal), encoding="utf-8")
    page = open_page(path)
    assert words in page.locator("#card").inner_text()
    assert "not a diagnosis" in page.locator("#safety").inner_text()
    assert not page.locator("#map").is_visible()


def test_an_answer_of_another_version_says_so(
    traversal: Traversal, answer: Explanation, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    """A saved answer is drawn as it was, with a notice that the data have moved on."""
    path = tmp_path / "old.html"
    path.write_text(render_answer(replace(answer, versions={"data": "1999-01-01"}), traversal), encoding="utf-8")
    text = open_page(path).locator("#card").inner_text()
    assert "1999-01-01" in text
    assert str(traversal.graph.graph["version"]) in text


def test_an_empty_graph_says_so(open_page: Callable[..., Any], tmp_path: Path) -> None:
    """A graph without causes gives a page that says there is nothing to show."""
    import networkx as nx

    path = tmp_path / "none.html"
    empty = Knowledge(graph=nx.freeze(nx.MultiDiGraph()))
    path.write_text(render_graph(empty.traversal, empty.engine.explain), encoding="utf-8")
    assert "Nothing to show" in open_page(path).locator("#card").inner_text()


@pytest.mark.parametrize(
    "data", [[], "x", {}, {"status": "explained", "findings": [], "causes": [{}]}, {"status": 1, "findings": 2, "causes": 3}]
)
def test_what_is_no_answer_is_refused(traversal: Traversal, data: Any) -> None:
    """JSON of another shape gives one line that names the place."""
    with pytest.raises(InputError, match=r"^answer\.json"):
        render_json(data, traversal, "answer.json")


def test_notebooks_get_a_sandboxed_frame_and_a_still_picture(
    traversal: Traversal, answer: Explanation, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    """The frame runs the page without access to the notebook; where a code host strips it, the picture shows."""
    shown = Answer.of(answer, traversal)._repr_html_()
    assert 'sandbox="allow-scripts allow-downloads"' in shown
    assert "allow-same-origin" not in shown
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><html data-ready='yes'>{shown}", encoding="utf-8")
    page = open_page(path)
    frame = page.frame_locator("iframe")
    assert "causes could explain it" in frame.locator("#card").inner_text()
    assert not page.locator("img").is_visible()
    stripped = re.sub(r"<iframe.*</iframe>", "", shown, flags=re.S).replace('style="display:none"', "")
    (tmp_path / "host.html").write_text(f"<!DOCTYPE html><html data-ready='yes'>{stripped}", encoding="utf-8")
    host = open_page(tmp_path / "host.html")
    assert host.locator("img").is_visible()
    assert host.evaluate("document.querySelector('img').naturalWidth") > 400


def test_the_still_picture_names_causes_and_is_well_formed(traversal: Traversal, answer: Explanation) -> None:
    """The picture is XML, holds the labels as text, and is dashed where a step is inferred."""
    from xml.etree import ElementTree

    picture = Answer.of(answer, traversal).to_svg()
    texts = [element.text or "" for element in ElementTree.fromstring(picture).iter() if element.tag.endswith("text")]
    assert any("Kostmann syndrome" in text for text in texts)
    assert "stroke-dasharray" in picture
    ElementTree.fromstring(Answer.of(replace(hostile_answer(), causes=hostile_answer().causes[:5]), traversal).to_svg())
    assert html.unescape(picture).count("<svg") == 1
