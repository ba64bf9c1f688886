"""The explorer in a real browser, without a network: search, unfold, card, filters, address, keys, print, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Open = Callable[..., Any]
NEUTROPENIA, CHLORPROMAZINE, SULFONAMIDE, KOSTMANN = "LEUKO:0001003", "LEUKO:0003001", "LEUKO:0004002", "LEUKO:0006001"


def rows(page: Any) -> list[str]:
    """Labels of the rows that stand on the map."""
    found: list[str] = page.evaluate("[...LK.rows.values()].map((row) => LK.label(row.id))")
    return found


def click_row(page: Any, node: str) -> None:
    """Click where the map draws a row."""
    page.evaluate(f"LK.look({node!r})")
    corner = "{ x: r.x - r.w / 2 + 8, y: r.y + r.h / 2 - 5 }"  # the whole row takes clicks, not its middle only
    at = page.evaluate(f"(() => {{ const r = LK.rows.get({node!r}); return LK.network.canvasToDOM({corner}); }})()")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])


def card(page: Any) -> str:
    return str(page.locator("#card").inner_text())


def test_search_stands_ready_and_finds_by_label_synonym_and_id(small_pages: Path, open_page: Open) -> None:
    """The cursor is in the box; a name, a UK spelling or an id, and Enter, chooses the cause."""
    page = open_page(small_pages / "neutropenia.html")
    assert page.evaluate("document.activeElement.id") == "search"
    for text, heading in (
        ("chlorprom", "chlorpromazine exposure"),
        (KOSTMANN, "Kostmann syndrome"),
        ("splenomeg", "splenomegaly"),
    ):
        page.fill("#search", text)
        page.keyboard.press("Enter")
        assert page.locator("#card h2").inner_text() == heading
    page.fill("#search", "no such thing")
    assert "Nothing on this map" in page.locator("#nothing").inner_text()


def test_search_offers_synonyms_with_arrow_keys(small_pages: Path, open_page: Open) -> None:
    """Every term of the map is found under each of its names."""
    page = open_page(small_pages / "core.html")
    missed = page.evaluate(
        "LK.items.flatMap((i) => [LK.label(i.id), ...(LK.data.nodes[i.id].synonyms || [])]"
        ".filter((name) => !LK.find(name).some((hit) => hit.id === i.id)))"
    )
    assert missed == []
    page.fill("#search", "a")
    page.keyboard.press("ArrowDown")
    assert page.locator("#hits li[aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()


def test_a_block_unfolds_on_click_and_folds_again(small_pages: Path, open_page: Open) -> None:
    """The core map opens folded; a click shows what is in a block, a second one hides it."""
    page = open_page(small_pages / "core.html")
    assert "chlorpromazine exposure" not in rows(page)
    click_row(page, "drugs")
    if "chlorpromazine exposure" not in rows(page):  # blocks with several rows unfold in two steps
        click_row(page, "drugs/other")
    assert "chlorpromazine exposure" in rows(page)
    click_row(page, "drugs")
    assert "chlorpromazine exposure" not in rows(page)


def test_a_cause_shows_its_chain_and_fades_the_rest(small_pages: Path, open_page: Open) -> None:
    """Each step is a sentence with its source, asserted or inferred; all else fades but stays."""
    page = open_page(small_pages / "neutropenia.html")
    before = set(rows(page))
    click_row(page, SULFONAMIDE)
    text = card(page)
    assert "sulfonamide exposure can cause agranulocytosis in some cases." in text
    assert "SEED:24" in text
    assert "inferred, not stated by a source: why?" in text
    page.click("#card .proof summary")
    assert "inferred by the reasoner" in card(page)
    assert before - {"Drugs"} <= set(rows(page)) | {"Drugs"}
    assert page.evaluate("[...LK.rows.values()].some((row) => LK.faded(row))")
    assert not page.evaluate(f"LK.faded(LK.rows.get({SULFONAMIDE!r}))")
    dashed = page.evaluate("LK.lines.filter((line) => line.dashed).map((line) => line.from)")
    assert dashed == ["LEUKO:0001005"]


def test_sources_link_to_publications_only(small_pages: Path, open_page: Open) -> None:
    """PubMed, PMC and https pages become links; the founding text and anything odd stay text."""
    page = open_page(small_pages / "neutropenia.html")
    click_row(page, CHLORPROMAZINE)
    links = page.eval_on_selector_all("#card a.source", "links => links.map((a) => a.href)")
    assert links
    assert all(link.startswith("https://") for link in links)
    cases = {
        "PMID:123": "https://pubmed.ncbi.nlm.nih.gov/123/",
        "DOI:10.1000/x": "https://doi.org/10.1000/x",
        "javascript:alert(1)": "",
        "http://example.org/": "",
        "data:text/html,x": "",
        "PMID:1 onload=x": "",
        "https://a.b/ <img>": "",
    }
    for source, address in cases.items():
        assert page.evaluate("(s) => LK.sourceAddress(s)", source) == address


def test_filters_hide_kinds_relations_and_evidence(small_pages: Path, open_page: Open) -> None:
    """The legend's boxes take causes off the map and bring them back."""
    page = open_page(small_pages / "neutropenia.html")
    everything = page.evaluate("LK.shown().items.length")
    for name in ("inherited disease", "can bring about", "seed text"):
        box = page.locator("#filters label", has_text=name).first.locator("input")
        box.uncheck()
        assert page.evaluate("LK.shown().items.length") <= everything
        if name == "inherited disease":
            assert "Kostmann syndrome" not in rows(page)
        box.check()
        assert page.evaluate("LK.shown().items.length") == everything


def test_the_address_holds_the_state(small_pages: Path, open_page: Open) -> None:
    """A copied link opens the same view; back and forward walk through what was chosen."""
    page = open_page(small_pages / "neutropenia.html")
    click_row(page, SULFONAMIDE)
    click_row(page, KOSTMANN)
    link = page.url
    assert f"#s={KOSTMANN.replace(':', '%3A')}" in link
    page.go_back()
    assert page.locator("#card h2").inner_text() == "sulfonamide exposure"
    page.go_forward()
    assert page.locator("#card h2").inner_text() == "Kostmann syndrome"
    again = open_page(small_pages / "neutropenia.html", fragment="#" + link.split("#")[1])
    assert again.locator("#card h2").inner_text() == "Kostmann syndrome"


def test_a_term_that_is_not_there_is_named(small_pages: Path, open_page: Open) -> None:
    """A link to a term that this map lacks gives a card that says so."""
    page = open_page(small_pages / "neutropenia.html", fragment="#s=LEUKO:9999999")
    assert "Not on this map" in card(page)
    assert "LEUKO:9999999" in card(page)


def test_everything_works_with_keys_alone(small_pages: Path, open_page: Open) -> None:
    """From the search box to the rows by Tab, along them by arrows, Enter chooses, Escape goes back, / searches."""
    page = open_page(small_pages / "neutropenia.html")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.row || ''"):
            break
    first = page.evaluate("document.activeElement.dataset.row")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.dataset.row")
    assert second != first
    assert page.evaluate("LK.focused") == second
    page.keyboard.press("ArrowRight")
    assert page.evaluate("LK.rows.get(document.activeElement.dataset.row).column") > 0
    page.keyboard.press("Enter")
    assert page.evaluate("LK.state.selected || [...LK.state.open].join()")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("LK.state.selected + [...LK.state.open].join()") == ""
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_print_shows_the_map_and_the_card(small_pages: Path, open_page: Open) -> None:
    """On paper the canvas is replaced by a picture, and the controls are gone."""
    page = open_page(small_pages / "neutropenia.html")
    click_row(page, KOSTMANN)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#printed > svg").is_visible()
    assert not page.locator("#map").is_visible()
    assert not page.locator("#search").is_visible()
    assert page.locator("#card h2").is_visible()
    assert "Kostmann syndrome" in page.locator("#printed").text_content()


def test_pictures_can_be_saved(small_pages: Path, open_page: Open, tmp_path: Path) -> None:
    """SVG and PNG of the map come as files with a name that tells what they show."""
    page = open_page(small_pages / "neutropenia.html")
    for button, start in (("#svg", b"<?xml"), ("#png", b"\x89PNG")):
        with page.expect_download() as download:
            page.click(button)
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.name.startswith("leukograph-what-could-explain-neutropenia")
        assert path.read_bytes().startswith(start)


def test_text_of_a_card_can_be_copied(small_pages: Path, open_page: Open) -> None:
    """The copied text has every step with its sources, the data version and the safety line."""
    page = open_page(small_pages / "neutropenia.html")
    click_row(page, KOSTMANN)
    text = page.evaluate(f"LK.cardText({KOSTMANN!r})")
    assert "Kostmann syndrome always shows agranulocytosis" in text
    assert "[SEED:18]" in text
    assert "(inferred)" in text
    assert "not a diagnosis" in text
    page.click("text=Copy text")
    page.wait_for_selector("#toast:not([hidden])")


def test_positions_come_from_python_and_nothing_moves(small_pages: Path, open_page: Open) -> None:
    """The page's own stacking gives the positions and bundles that pyvis brought along; physics is off."""
    page = open_page(small_pages / "core.html")
    given = page.evaluate("LK.data.network.nodes.map((n) => [n.id, n.x, n.y])")
    stacked = page.evaluate("[...LK.rows.values()].map((r) => [r.id, r.x, r.y])")
    assert sorted(given) == sorted(stacked)
    bundles = page.evaluate("LK.bundles().map((b) => [b.from, b.to, b.items.size])")
    assert sorted(bundles) == sorted(page.evaluate("LK.data.network.edges.map((e) => [e.from, e.to, e.count])"))
    assert page.evaluate("LK.network.physics.physicsEnabled") is False
    places = "LK.network.getPositions()"
    before = page.evaluate(places)
    page.wait_for_timeout(400)
    assert page.evaluate(places) == before


@pytest.mark.parametrize("name", ["core", "neutropenia", "splenomegaly"])
def test_rows_never_overlap_and_keep_their_place(small_pages: Path, open_page: Open, name: str) -> None:
    """Folded, unfolded, on a phone: no row stands on another, and the map is as wide as the screen allows."""
    for width in (1280, 400):
        page = open_page(small_pages / f"{name}.html", width=width)
        page.evaluate("Object.keys(LK.data.groups).forEach((g) => LK.state.open.add(g)); LK.changed(false)")
        boxes = page.evaluate("[...LK.rows.values()].map((r) => [r.x - r.w / 2, r.y - r.h / 2, r.x + r.w / 2, r.y + r.h / 2])")
        for index, a in enumerate(boxes):
            assert not [b for b in boxes[index + 1 :] if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        scale = page.evaluate("LK.network.getScale()")
        assert max(box[2] for box in boxes) * scale <= page.evaluate("document.getElementById('map').clientWidth")


@pytest.mark.parametrize("name", ["core", "neutropenia", "splenomegaly"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (400, False), (400, True)])
def test_pages_are_accessible(
    small_pages: Path, open_page: Open, check_access: Callable[[Any], list[str]], name: str, width: int, dark: bool
) -> None:
    """axe-core finds nothing, folded or with a card open, light or dark, wide or narrow."""
    page = open_page(small_pages / f"{name}.html", width=width, dark=dark)
    assert check_access(page) == []
    page.evaluate("LK.select(LK.items[0].id, true)")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert check_access(page) == []


def test_dark_mode_follows_the_system_and_the_button(small_pages: Path, open_page: Open) -> None:
    """The paper is dark where the system is, and the button turns it round."""
    page = open_page(small_pages / "core.html", dark=True)
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(18, 22, 28)"
    page.click("#theme")
    assert page.evaluate(background) == "rgb(251, 250, 247)"
    assert page.evaluate("LK.colors().paper") == "#fbfaf7"


def test_the_answer_stands_above_the_fold(small_pages: Path, open_page: Open) -> None:
    """At 1280 x 800 and on a phone, the best supported cause and the safety line are in sight without scrolling."""
    for width, height in ((1280, 800), (400, 800)):
        page = open_page(small_pages / "neutropenia.html", width=width, height=height)
        for selector in (".top li:first-child", "#safety", "#versions"):
            box = page.locator(selector).bounding_box()
            assert 0 <= box["y"] < height - 10
        assert re.search(r"\d{4}-\d\d-\d\d|data", page.locator("#versions").inner_text())
