"""The question page as one file without a server: the page, its scripts, the names, the model's tables, what values mean.

Owns what goes into the file. Nothing is computed here: the tables come from `kg.answer.page.tables`, the meaning of values
from `kg.serve.judged`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kg import answering
from kg.answer.page.tables import build_tables
from kg.answer.page.template import fill_page
from kg.answer.page.vocabulary import build_start, build_vocabulary
from kg.exceptions import LeukographError
from kg.serve.judged import build_judged, build_units, find_possible
from kg.serve.pages import SCRIPTS, STATIC, STYLES, read_part

Json = dict[str, Any]
# Scripts that a page without a server has beside those of the served one: the model, then the reading of a case.
_MODEL = "world wording features findings exposure demography adder ranking sets alerts drugs answer"
MODEL = tuple(f"offline/{name}.js" for name in _MODEL.split())
READING = ("offline/values.js", "offline/reading.js")
COUNTS = ("10*9/L", "/uL", "10*3/uL")
# Units that the form offers (`form.js`), beside the test's own.
UNITS = dict.fromkeys(("ANC", "WBC", "lymphocytes", "monocytes", "platelets"), COUNTS) | {
    "hemoglobin": ("g/dL", "g/L", "mmol/L"),
    "temperature": ("Cel", "[degF]"),
    "CRP": ("mg/L", "mg/dL"),
    "vitamin B12": ("pg/mL", "pmol/L"),
    "folate": ("ng/mL", "nmol/L"),
    "copper": ("ug/dL", "umol/L"),
    "ferritin": ("ng/mL", "ug/L"),
}


def render_app() -> str:
    """The exported page. Deterministic; well under a megabyte."""
    scripts = [read_part(name) for name in (*SCRIPTS[:-1], *MODEL, *READING, SCRIPTS[-1])]
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    mark = '<meta http-equiv="Content-Security-Policy" content="<!--policy-->">'
    title = "Leukograph: what could explain a low white-cell count?"
    return fill_page(page.replace("<!--policy-->", mark, 1), title, build_data(), [read_part(name) for name in STYLES], scripts)


def build_data() -> Json:
    """Everything that the exported page knows."""
    tables = build_tables(answering.get_engine())
    numbers = {term[0].lower(): number for number, term in enumerate(tables["terms"])}
    names = [[numbers[ids[0]], *synonyms] for _, _, synonyms, ids in build_vocabulary(answering.load())]
    return build_start(answering.get_versions()) | {"offline": True, "names": names, "tables": tables, "judged": _judged()}


def _judged() -> Json:
    """What values mean, which values of each test can be, and how each unit is turned into the test's own."""
    judged = build_judged(answering.get_resolver())
    for name, test in judged["tests"].items():
        if test["unit"] == "%":
            test |= {"units": {"%": [1.0, 0.0]}, "possible": [0.0, 100.0]}
            continue
        read = partial(_read_value, name, test["id"])
        test |= {"units": build_units(UNITS.get(name, ()), read), "possible": find_possible(read, test["unit"])}
    return judged


def _read_value(name: str, test: str, value: float, unit: str) -> float | None:
    """The value in the unit of its test, as the intake reads it; None where it refuses it."""
    try:
        readings = answering.read_case({"labs": [{"test": name, "value": value, "unit": unit}]}).readings
    except LeukographError:
        return None
    return next((r.value for r in readings if r.test == test), None)
