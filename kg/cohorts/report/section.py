"""What a section of the page is made of. Data only."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from kg.case.values.analytes import ALC, ANC, WBC

SHORT = {WBC: "WBC", ANC: "ANC", ALC: "ALC"}


class Section(NamedTuple):
    """A part of the page; `name` names its download."""

    name: str
    heading: str
    text: str
    figure: str
    table: pl.DataFrame


def say_share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
