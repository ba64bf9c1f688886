"""The question page as one file without a server: the page, its scripts, the names, the scoring tables, the limits of tests.

Owns what goes into the file. Limits are not read anew: each test is tried by `kg.case` at and between its limits, and
what the intake makes of it is written down.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from kg import answering
from kg.answer.page.tables import build_tables
from kg.answer.page.template import fill_page
from kg.answer.page.vocabulary import build_start, build_vocabulary
from kg.case.records import Case
from kg.case.values.plausible import find_range
from kg.exceptions import InputError
from kg.serve.pages import SCRIPTS, STATIC, STYLES, read_part

Json = dict[str, Any]
# Tests of the form (`form.js`) that an exported page judges, with the unit in which it does so.
TESTS = {
    "ANC": "10*9/L",
    "WBC": "10*9/L",
    "lymphocytes": "10*9/L",
    "monocytes": "10*9/L",
    "hemoglobin": "g/dL",
    "platelets": "10*9/L",
    "MCV": "fL",
    "temperature": "Cel",
    "CRP": "mg/L",
    "LDH": "U/L",
    "vitamin B12": "pg/mL",
    "folate": "ng/mL",
    "copper": "ug/dL",
    "ferritin": "ng/mL",
}
FACTORS = {"/uL": 0.001, "10*3/uL": 1.0, "g/L": 0.1}  # to the unit above, where the form offers another
_GRID = (0.01, 0.1, 1.0, 10.0, 20.0, 30.0, 34.0, 40.0, 42.0, 45.0, 50.0, 100.0, 300.0, 500.0, 1e3, 3e3, 1e4, 1e5, 1e6)
_ANALYTE, _LIMITS = "LEUKO:0000236", ("LEUKO:0000238", "LEUKO:0000239")


def render_app() -> str:
    """The exported page. Deterministic; about a megabyte."""
    scripts = [read_part(name) for name in (*SCRIPTS[:-1], "scoring.js", "exported.js", SCRIPTS[-1])]
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    mark = '<meta http-equiv="Content-Security-Policy" content="<!--policy-->">'
    title = "Leukograph: what could explain a low white-cell count?"
    return fill_page(page.replace("<!--policy-->", mark, 1), title, _data(), [read_part(name) for name in STYLES], scripts)


def _data() -> Json:
    names = {"offline": True, "vocabulary": build_vocabulary(answering.load()), "factors": FACTORS}
    tables = {
        "tables": build_tables(answering.get_engine()),
        "labs": {test: build_steps(test) for test in TESTS if _is_known(test)},
    }
    return build_start(answering.get_versions()) | names | tables


def _is_known(test: str) -> bool:
    return answering.get_lexicon().find(test, "test") is not None


def build_steps(test: str) -> list[list[Any]]:
    """What a value of a test means, as [from, to, whether the two ends belong to it, meaning]."""
    unit = TESTS[test]
    ends = sorted({0.0, *_GRID, *_find_limits(answering.resolve(test, "test"))})
    steps: list[list[Any]] = []
    for low, high in pairwise(ends):
        steps += [[low, low, 1, 1, _try(test, low, unit)], [low, high, 0, 0, _try(test, (low + high) / 2, unit)]]
    return _merge([*steps, [ends[-1], ends[-1], 1, 1, _try(test, ends[-1], unit)]])


def _find_limits(test: str) -> set[float]:
    """Every limit of any threshold or range of the test, and what it can be at all; a limit in words (LLN) is none."""
    rows = [d.get("values", {}) for _, d in answering.load().nodes(data=True) if d.get("category") in ("threshold", "range")]
    texts = [text for row in rows if test in row.get(_ANALYTE, ()) for key in _LIMITS for text in row.get(key, ())]
    possible = find_range(answering.get_resolver().tests.by_id[test])
    ends = {end for end in (possible.lowest, possible.highest) if end < float("inf")}
    return ends | {float(text) for text in texts if text.replace(".", "", 1).isdigit()}


def _try(test: str, value: float, unit: str) -> Json:
    try:
        return _meaning(answering.read_case({"labs": [{"test": test, "value": value, "unit": unit}]}))
    except InputError as error:
        return {"refused": str(error).split(": ", 1)[-1].replace(f"be {value:g} ", "be that ", 1)}


def _meaning(case: Case) -> Json:
    readings = [
        [r.label, r.decides, r.decides_label, int(bool(r.rules_out)), r.rule, r.source, r.test, r.bound] for r in case.readings
    ]
    signs = [[o.term, o.label, int(o.present)] for o in case.observations]
    return {"readings": readings, "signs": signs, "missed": len(case.not_understood)}


def _merge(steps: list[list[Any]]) -> list[list[Any]]:
    """Neighbours with one meaning as one step."""
    merged = [steps[0]]
    for step in steps[1:]:
        low, _, from_low, _, meaning = merged[-1]
        if meaning == step[4]:
            merged[-1] = [low, step[1], from_low, step[3], meaning]
        else:
            merged.append(step)
    return merged
