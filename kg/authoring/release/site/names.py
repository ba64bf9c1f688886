"""File names of pages and the small parts of HTML that all of them use."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from kg.vocabulary import DISCLAIMER


def get_page_name(term_id: str) -> str:
    """File name of a term's page below `terms/`: CURIE with an underscore."""
    return term_id.replace(":", "_") + ".html"


def link(term_id: str, label: str, root: str = "") -> str:
    """Link to a term's page; `root` leads from the linking page to the folder `terms/`."""
    return f'<a href="{root}{get_page_name(term_id)}">{escape(label)}</a>'


def render_page(title: str, body: str, root: str) -> str:
    """A whole page; `root` leads to the site's top folder."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} – Leukograph</title>
<link rel="stylesheet" href="{root}assets/style.css">
<link rel="icon" href="data:,">
</head>
<body data-root="{root}">
<a class="skip" href="#main">Skip to content</a>
<header>
<a class="home" href="{root}index.html">Leukograph terms</a>
<search><label for="q">Search</label> <input id="q" type="search" autocomplete="off" spellcheck="false"
 placeholder="term, synonym or id" aria-controls="hits"><ul id="hits" hidden></ul>
<p id="told" class="hidden" aria-live="polite"></p></search>
</header>
<main id="main">
{body}
</main>
<footer><p>{escape(DISCLAIMER)}</p></footer>
<script src="{root}assets/terms.js"></script>
<script src="{root}assets/search.js"></script>
</body>
</html>
"""


def definition_list(rows: Iterable[tuple[str, str]]) -> str:
    """`<dl>` of rows whose second part (HTML) is not empty."""
    shown = [f"<dt>{escape(name)}</dt><dd>{html}</dd>" for name, html in rows if html]
    return f"<dl>{''.join(shown)}</dl>" if shown else ""


def bullets(items: Iterable[str]) -> str:
    """`<ul>` of HTML items, empty where there are none."""
    told = [f"<li>{item}</li>" for item in items]
    return f"<ul>{''.join(told)}</ul>" if told else ""
