"""`kg site`: a page for every term, whose links all resolve and which asks nothing of the outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.authoring.release.export import Sources
from kg.authoring.release.site import build_site, get_page_name
from kg.exceptions import InputError


class _Page(HTMLParser):
    """Links, anchors and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.headings = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := told.get(name))]
        self.ids |= {told["id"] or ""} if "id" in told else set()
        self.headings += tag == "h1"


@pytest.fixture(scope="module")
def site(ontology_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the live ontology."""
    sources = Sources(ontology_dir)
    folder = tmp_path_factory.mktemp("site") / "site"
    build_site(sources.graph, sources.ontology, sources.mappings, folder)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    return {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_link_leads_to_a_page_of_the_site(pages: dict[Path, _Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in set(page.links):
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            if not link.startswith("data:") and (not target.exists() or (anchor and anchor not in pages[target].ids)):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_no_page_asks_an_outside_address(site: Path, pages: dict[Path, _Page]) -> None:
    assert [link for page in pages.values() for link in page.links if re.match(r"(https?:)?//", link)] == []
    for path in (site / "assets").iterdir():
        if path.name != "terms.js":
            assert "//" not in re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_term_has_a_page_with_one_heading(ontology_dir: Path, site: Path, pages: dict[Path, _Page]) -> None:
    graph = Sources(ontology_dir).graph
    missing = [node for node in graph if not (site / "terms" / get_page_name(node)).exists()]
    assert missing == []
    assert {page.headings for page in pages.values()} == {1}


def test_an_association_can_be_linked_to_on_the_page_of_its_subject(
    ontology_dir: Path, site: Path, pages: dict[Path, _Page]
) -> None:
    graph = Sources(ontology_dir).graph
    subject, _, key = next(e for e in sorted(graph.edges(keys=True)) if e[2].startswith("LEUKO:1"))
    assert key.replace(":", "_") in pages[(site / "terms" / get_page_name(subject)).resolve()].ids


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_keeps_to_aa_contrast_in_light_and_dark(site: Path) -> None:
    css = (site / "assets" / "style.css").read_text(encoding="utf-8")
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{([^}]*)\}", css)]
    assert len(schemes) == 2
    for scheme in schemes:
        for text in ("text", "muted", "link", "against"):
            for ground in ("page", "soft", "own"):
                dark, light = sorted((_luminance(scheme[text]), _luminance(scheme[ground])))
                assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{text} on {ground}"


def test_a_folder_with_other_things_in_it_is_left_alone(ontology_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    sources = Sources(ontology_dir)
    with pytest.raises(InputError, match="no empty folder"):
        build_site(sources.graph, sources.ontology, sources.mappings, tmp_path)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"
