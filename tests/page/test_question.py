"""The question page in a real browser, served on loopback: three-state findings, values, drugs, the answer and what follows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kg.cli.ask import answering
from tests.page.serve import build_app, serve
from tests.page.test_pages import PAYLOADS

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def address(live_owl: Path) -> Iterator[str]:  # noqa: ARG001 - the ontology has to be built
    """Address of a server that answers from the live ontology: the small one has no laboratory tests."""
    with serve(build_app()) as url:
        yield url


def state(page: Any, text: str, word: str) -> None:
    """Set a finding to yes, no or not checked."""
    page.locator("fieldset.finding", has_text=text).locator("label", has_text=re.compile(f"^{word}$")).click()


ASKED = "LK.fillCase({labs: [{test: 'ANC', value: 0.9, unit: '10*9/L'}], drugs: [{name: 'clozapine', days_since_start: 50}],"
ASKED += " findings: [{text: 'Splenomegaly', status: 'absent'}, {text: 'Fever', status: 'present'}]})"


def ask(page: Any) -> None:
    """A case that leaves something to be asked; waits for what next."""
    page.evaluate(ASKED)
    page.locator("#next details").wait_for(timeout=60_000)


def causes(page: Any) -> list[str]:
    found: list[str] = page.locator("#causes .name").all_inner_texts()
    return found


def wait_until(page: Any, condition: str) -> None:
    """Poll a condition; the page's policy forbids Playwright's own way."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {condition}")


def wait_for(page: Any, text: str) -> None:
    page.locator("#answer").get_by_text(text, exact=False).first.wait_for()


def test_a_typed_count_is_answered_at_once(address: str, open_page: Open) -> None:
    """The cursor stands in the first value; a low count gives the ranked causes without a button."""
    page = open_page(f"{address}/")
    page.keyboard.type("0.4")
    wait_for(page, "causes could explain")
    assert len(causes(page)) == 10
    assert "agranulocytosis" in page.locator("#answer h2").first.inner_text()
    page.locator("#labs input").first.fill("3")
    wait_for(page, "Nothing to explain")


def test_findings_have_three_states(address: str, open_page: Open) -> None:
    """Yes, no and not checked reach the case as present, absent and nothing; absent strikes what needs the finding."""
    page = open_page(f"{address}/")
    page.keyboard.type("0.9")
    wait_for(page, "causes could explain")
    assert page.evaluate("LK.readCase().case.findings") == []
    state(page, "Splenomegaly", "no")
    page.locator("#struck .name").first.wait_for()
    assert page.evaluate("LK.readCase().case.findings") == [{"text": "Splenomegaly", "status": "absent"}]
    assert "splenomegaly" in page.locator("#struck .name").all_inner_texts()
    assert "absent" in page.locator("#struck .reason").first.inner_text()
    assert " left: " in page.locator("#changed").inner_text()
    state(page, "Splenomegaly", "yes")
    page.locator("#struck").wait_for(state="detached")
    state(page, "Splenomegaly", "not checked")
    page.wait_for_timeout(300)
    assert page.evaluate("LK.readCase().case.findings") == []


def test_drugs_take_dates_or_days(address: str, open_page: Open) -> None:
    """A drug is offered by name; a date gives its days and the days give its date; the cause comes first."""
    page = open_page(f"{address}/")
    page.keyboard.type("0.9")
    wait_for(page, "causes could explain")
    page.wait_for_selector("html[data-names]", state="attached")
    page.fill("#drug", "clozap")
    page.locator("#drug-hits li").first.click()
    page.locator(".drug input[type=date]").first.fill((date.today() - timedelta(days=20)).isoformat())
    assert page.locator(".drug input[type=text]").first.input_value() == "20"
    page.locator(".drug input[type=text]").nth(1).fill("3")
    assert page.locator(".drug input[type=date]").nth(1).input_value() == (date.today() - timedelta(days=3)).isoformat()
    drugs = page.evaluate("LK.readCase().case.drugs")
    assert drugs == [{"name": "clozapine exposure", "days_since_start": 20, "days_since_stop": 3}]
    wait_until(page, "() => document.querySelector('#causes .name')?.textContent === 'clozapine'")
    page.click("text=Sources and contributions >> nth=0")
    assert "given as taken" in page.locator("#causes .cause").first.inner_text()


def test_the_page_sends_the_case_of_the_schema(address: str, open_page: Open) -> None:
    """What the form sends is read by the same intake as `kg explain --case`, units, times and patient included."""
    page = open_page(f"{address}/")
    given = {
        "patient": {"age": "P8M", "sex": "female", "duffy": "null"},
        "labs": [
            {"test": "ANC", "value": 0.4, "unit": "10*9/L"},
            {"test": "hemoglobin", "value": 9.5, "unit": "g/dL", "days_ago": 2},
        ],
        "findings": [{"text": "Fever", "status": "present"}, {"text": "rash nobody knows", "status": "absent"}],
        "drugs": [{"name": "chlorpromazine", "days_since_start": 1.5}],
        "drugs_complete": True,
    }
    page.evaluate("(given) => LK.fillCase(given)", given)
    assert page.evaluate("LK.readCase().case") == given
    answering.read_case(given)


def test_nothing_of_a_case_enters_an_address(address: str, open_page: Open) -> None:
    """After a whole case the page's address, its history and every request's address are free of it."""
    page = open_page(f"{address}/")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    ask(page)
    assert page.url == f"{address}/"
    assert urls
    assert {url.removeprefix(address) for url in urls} <= {"/api/explain", "/api/next", "/api/why-not", "/api/what-if"}
    assert (
        page.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])") == '[[],[],""]'
    )


def test_each_cause_has_its_chain_and_its_contributions(address: str, open_page: Open) -> None:
    """The chain is drawn from the cause to the finding, bars show what spoke for and against, steps name their sources."""
    page = open_page(f"{address}/")
    page.evaluate(
        "LK.fillCase({labs: [{test: 'ANC', value: 0.9, unit: '10*9/L'}], drugs: [{name: 'clozapine', days_since_start: 50}]})"
    )
    wait_for(page, "causes could explain")
    first = page.locator("#causes .cause").first
    assert first.locator(".pill").all_inner_texts()[0] == "clozapine"
    assert "penia" in first.locator(".pill").all_inner_texts()[-1]
    first.locator("summary").first.click()
    assert first.locator(".weightbar.for").count() > 0
    assert first.locator("a.source").count() > 0


def test_what_next_why_not_and_what_if_ask_the_server(address: str, open_page: Open) -> None:
    """A next question can be answered with one click; a missed cause and a dropped input are explained."""
    page = open_page(f"{address}/")
    page.evaluate(
        "LK.fillCase({labs: [{test: 'ANC', value: 0.9, unit: '10*9/L'}], drugs: [{name: 'clozapine', days_since_start: 50}]})"
    )
    page.locator("#next details").wait_for(timeout=30_000)
    page.locator("#next button", has_text="no").first.click()
    wait_until(page, "() => LK.readCase().case.findings.length === 1")
    page.locator("#changed").wait_for()
    page.click("#why-not-block summary")
    page.fill("#why-not", "prednisone")
    page.keyboard.press("Enter")
    page.locator("#why-not-block .why-not p").first.wait_for(timeout=60_000)
    assert "No:" in page.locator("#why-not-block .why-not").inner_text()
    page.click("#what-if summary")
    page.locator("#what-if button", has_text="clozapine").click()
    page.locator("#what-if li").first.wait_for(timeout=60_000)
    assert "clozapine" in page.locator("#what-if ul").inner_text()


def test_two_conditions_stand_side_by_side(address: str, open_page: Open) -> None:
    """Ticking two causes puts their contributions beside each other; a third replaces the first."""
    page = open_page(f"{address}/")
    ask(page)
    for index in range(3):
        page.locator("#causes .picked input").nth(index).check()
    assert page.locator("#versus .versus > div").count() == 2
    drawn = page.evaluate(
        """[...document.querySelectorAll('#versus .bars li')].map((li) => {
          const weight = li.querySelector('.weight').textContent.replace('−', '-');
          return [Number(li.querySelector('rect').getAttribute('width')), Math.abs(parseFloat(weight))];
        })"""
    )
    most = page.evaluate("LK.most")
    assert len(drawn) > 2
    slack = 0.5 + 0.05 / most * 46  # of a bar and of the printed weight
    assert [pair for pair in drawn if abs(pair[0] - pair[1] / most * 46) > slack + 0.1] == []  # one scale, but for rounding


def test_what_is_not_understood_is_said(address: str, open_page: Open) -> None:
    """An unknown finding is named, and the rest is answered."""
    page = open_page(f"{address}/")
    page.keyboard.type("0.9")
    wait_for(page, "causes could explain")
    page.fill("#finding", "blue toenails of unknown origin")
    page.keyboard.press("Enter")
    wait_for(page, "Not understood")
    assert causes(page)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("abc", "Neutrophils (ANC): abc is no number"), ("-1", "-1 is below zero"), ("400", "400"), ("0.4 bushels", "not known")],
)
def test_an_old_answer_is_greyed_where_a_new_value_is_not_valid(address: str, open_page: Open, typed: str, said: str) -> None:
    """The answer and the alert of the value before stay to be seen, greyed and out of reach, and that is said."""
    page = open_page(f"{address}/", expected="status of 422")  # the browser's own note of what the server refuses
    value = page.locator("#labs input").first
    value.fill("0.4")
    page.locator(".alert").first.wait_for()
    page.evaluate("document.getElementById('answer').scrollTop = 600")
    value.fill(typed)
    message = page.locator(".failed")
    message.wait_for()
    assert 0 <= message.bounding_box()["y"] < 200  # in sight, however far down one has read
    assert said in message.inner_text()
    assert "is for what stood here before" in message.inner_text()
    assert re.search(r"labs\[|--lab|10\*9", message.inner_text()) is None
    assert page.locator(".stale[inert] .alert").count() >= 1
    assert float(page.evaluate("getComputedStyle(document.querySelector('.stale')).opacity")) < 0.5
    assert page.locator("#answer > .alert").count() == 0
    value.fill("0.4")
    page.locator("#answer > .alert").first.wait_for()
    assert page.locator(".stale, .failed").count() == 0


@pytest.mark.parametrize("typed", ["<0.1", "0.4 K/uL", "0,4", "400 /uL", "≤ 0.4 x10^9/L"])
def test_values_are_read_as_they_are_typed(address: str, open_page: Open, typed: str) -> None:
    """A bound, a unit behind the number, a decimal comma."""
    page = open_page(f"{address}/")
    page.locator("#labs input").first.fill(typed)
    wait_for(page, "causes could explain")
    assert "ANC" in page.locator("#answer h2").first.inner_text()
    assert page.locator(".alert").count() >= 1


def test_a_busy_sign_stands_while_one_waits(address: str, open_page: Open) -> None:
    """An answer that takes longer than a blink is announced; the sign goes when it is there."""
    page = open_page(f"{address}/")
    page.evaluate(
        "() => { LK.solve = ((solve) => async (given) => {"
        " await new Promise((done) => setTimeout(done, 900)); return solve(given); })(LK.solve); }"
    )
    page.locator("#labs input").first.fill("0.9")
    page.locator("#busy").wait_for()
    wait_for(page, "causes could explain")
    assert not page.locator("#busy").is_visible()


def test_the_header_stays_when_a_panel_opens(address: str, open_page: Open) -> None:
    """Jumping to a part, opening it, comparing: only the answer scrolls, never the page."""
    page = open_page(f"{address}/")
    ask(page)
    for act in ("Struck out", "What if", "Why not"):
        page.locator("nav.jump button", has_text=act).click()
        page.wait_for_timeout(150)
        assert page.evaluate(
            "[document.documentElement.scrollTop, document.querySelector('.bar').getBoundingClientRect().top]"
        ) == [0, 0]
    page.evaluate("document.querySelector('#complete').scrollIntoView({ block: 'start' })")
    assert page.evaluate("document.querySelector('.bar').getBoundingClientRect().top") == 0
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


def test_shelves_variants_and_tiers_are_shown(address: str, open_page: Open) -> None:
    """Causes stand under the names of their shelves, forms are folded under their head, tiers say what the evidence is."""
    page = open_page(f"{address}/")
    engine = answering.get_engine()
    reached = engine.prepare(("LEUKO:0001003",))
    silent = next(c for c in engine.t.causes if engine.t.graph.nodes[c]["kind"] == "drug" and c not in reached)
    page.evaluate(
        "(name) => LK.fillCase({labs: [{test: 'ANC', value: 0.9, unit: '10*9/L'}],"
        " drugs: [{name: 'clozapine', days_since_start: 50}, {name}]})",
        engine.t.label(silent),
    )
    wait_for(page, "causes could explain")
    assert page.locator("#causes .shelf").first.inner_text() == "Fits best"
    answer = page.evaluate("LK.answer")
    folded = next(c for c in answer["causes"][:10] if c["variants"])
    box = page.locator(f"#causes [data-id='{folded['id']}'] .variants")
    box.locator("summary").click()
    assert box.locator("li").count() == len(folded["variants"])
    found = next(c for c in answer["causes"] if c["id"] == silent)
    assert found["tier"] == "no_evidence"
    words = page.evaluate("(cause) => LK.causeItem(cause, { high: 1, low: -3 }).textContent", found)
    assert "known drug, nothing found in our sources: absence of evidence, not safety" in words
    assert "absence of evidence, not safety" in page.locator("#drugs-given").inner_text()


@pytest.mark.usefixtures("address")
def test_it_degrades_without_the_later_calls(open_page: Open) -> None:
    """A server that only explains gives the answer, without panels that cannot work."""
    with serve(build_app(("explain",))) as url:
        page = open_page(f"{url}/", expected="status of 404")
        page.click("#example")
        wait_for(page, "causes could explain")
        page.wait_for_timeout(400)
        assert page.locator("#next details").count() == 0
        page.evaluate("LK.fillCase({labs: [{test: 'ANC', value: 0.8, unit: '10*9/L'}]})")
        wait_for(page, "causes could explain")
        assert page.locator("#causes .cause").count() > 0
        page.close()


def test_hostile_texts_stay_text_on_the_served_page(address: str, open_page: Open) -> None:
    """Fifty payloads as finding and drug, echoed by the server: text, never run; the policy forbids inline scripts."""
    page = open_page(f"{address}/")
    policy = page.request.get(f"{address}/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for start in range(0, len(PAYLOADS), 10):
        some = [text.replace("\x00", "") for text in PAYLOADS[start : start + 10]]
        given = {
            "labs": [{"test": "ANC", "value": 0.9}],
            "findings": [{"text": t} for t in some],
            "drugs": [{"name": t} for t in some],
        }
        page.evaluate(
            "(given) => LK.fillCase({...given, findings: given.findings.map((f) => ({...f, status: 'present'}))})", given
        )
        wait_for(page, "causes could explain")
        wait_for(page, "Not understood")
        assert page.evaluate("window.hit") is None
    assert page.locator("#answer script, #answer img, #answer iframe, #case script").count() == 0


def test_the_safety_line_and_versions_are_always_in_sight(address: str, open_page: Open) -> None:
    """Empty, answered, scrolled, wide and narrow: the safety line and the data version stay on the screen."""
    for width, height in ((1280, 800), (400, 800)):
        page = open_page(f"{address}/", width=width, height=height)
        for act in ("0", "document.getElementById('example').click()", "window.scrollTo(0, 900)"):
            page.evaluate(act)
            page.wait_for_timeout(300)
            for selector in ("#safety", "#versions"):
                box = page.locator(selector).bounding_box()
                assert box["height"] > 8
                assert 0 <= box["y"] <= height - box["height"]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_answer_stands_above_the_fold(address: str, open_page: Open) -> None:
    """The first cause is in sight at 1280 x 800; on a phone the first causes stand at the foot while one types."""
    page = open_page(f"{address}/")
    page.click("#example")
    wait_for(page, "causes could explain")
    assert page.locator("#causes .cause").first.bounding_box()["y"] < 400
    assert "clozapine: could explain it, rank 1" in page.locator("#drugs-given").inner_text()
    phone = open_page(f"{address}/", width=400, height=800)
    phone.click("#example")
    phone.locator("#glance button").wait_for()
    assert phone.locator("#glance").bounding_box()["y"] < 800
    phone.click("#glance button")
    assert phone.locator("#answer").bounding_box()["y"] < 100


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (400, False), (400, True)])
def test_the_question_page_is_accessible(
    address: str, open_page: Open, check_access: Callable[[Any], list[str]], width: int, dark: bool
) -> None:
    """axe-core finds nothing: empty, with an answer, with everything unfolded."""
    page = open_page(f"{address}/", width=width, dark=dark)
    assert check_access(page) == []
    ask(page)
    opened = "#answer > .block, #next .block, .told, #causes .cause:nth-child(-n+2) details"
    page.evaluate("(opened) => document.querySelectorAll(opened).forEach((d) => { d.open = true; })", opened)
    page.locator("#causes .picked input").nth(0).check()
    page.locator("#causes .picked input").nth(1).check()
    page.wait_for_timeout(200)
    assert check_access(page) == []


def test_the_whole_page_works_with_keys_alone(address: str, open_page: Open) -> None:
    """Value, finding and drug by keyboard: Tab, arrows and Enter are enough."""
    page = open_page(f"{address}/")
    page.keyboard.type("0.9")
    page.focus("fieldset.finding >> nth=0 >> input[value='']")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("LK.readCase().case.findings[0].status") == "absent"
    page.wait_for_selector("html[data-names]", state="attached")
    page.focus("#drug")
    page.keyboard.type("clozap")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("LK.readCase().case.drugs[0].name") == "clozapine exposure"
    wait_for(page, "causes could explain")


def test_the_map_is_served_with_links_to_term_pages(address: str, open_page: Open) -> None:
    """`/explore/{term}` draws a term's map under its own policy; its cards link to the term page; an unknown term is a 404."""
    page = open_page(f"{address}/explore/neutropenia")
    page.evaluate("LK.select(LK.items[0].id, true)")
    href = page.locator("#card a.button").get_attribute("href")
    assert href == "/explore/" + page.evaluate("encodeURIComponent(LK.items[0].id)") + "?scope=neighbourhood"
    about = open_page(address + href)
    assert "What is known of" in about.locator("h1").inner_text()
    assert about.locator(".tools a").first.get_attribute("href") == "/"
    answer = page.request.get(f"{address}/explore/nosuchthing")
    assert answer.status == 404
    assert "unknown term" in answer.text()
    assert page.request.get(f"{address}/static/..%2fpages.py").status == 404
    assert json.loads(page.request.get(f"{address}/static/vocabulary.json").text())
