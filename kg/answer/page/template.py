"""Puts data, scripts and styles into one HTML file. Owns escaping and the content security policy.

Data enter packed, in a script element that is never run; scripts and styles are allowed by their hashes only, so that
no text of a term, a source or a case can become code. No address is ever loaded from.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).with_name("assets")


def read_asset(name: str) -> str:
    """Text of a file beside this module."""
    return (ASSETS / name).read_text(encoding="utf-8")


def read_shapes() -> dict[str, Any]:
    """Sign and colour of every kind of node, shared by the page's scripts and the still pictures."""
    shapes: dict[str, Any] = json.loads(read_asset("shapes.json"))
    return shapes


def fill_page(page: str, title: str, data: Mapping[str, Any], styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The page template with its parts; every part stands between marks of the form `<!--name-->`."""
    style = "\n".join(styles)
    blocks = list(scripts)
    parts = {
        "policy": build_policy(blocks, style),
        "title": html.escape(title),
        "style": f"<style>{style}</style>",
        "data": f'<script type="application/octet-stream" id="data">{pack(data)}</script>',
        "scripts": "\n".join(f"<script>{block}</script>" for block in blocks),
    }
    for name, part in parts.items():
        page = page.replace(f"<!--{name}-->", part, 1)
    return page


def pack(data: Mapping[str, Any]) -> str:
    """Data as compressed JSON in base64: a fifth of the size, and nothing in it that HTML could read as markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def encode(data: Mapping[str, Any]) -> str:
    """Data as JSON that HTML cannot read as markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def unpack(page: str) -> dict[str, Any]:
    """Data of a finished page."""
    packed = page.split('id="data">', 1)[1].split("<", 1)[0]
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found


def build_policy(scripts: Iterable[str], style: str) -> str:
    """Content security policy that lets exactly these scripts and this style run, and nothing be loaded."""
    allowed = " ".join(f"'sha256-{_digest(block)}'" for block in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'sha256-{_digest(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
