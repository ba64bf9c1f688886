"""Kinds of case whose text is kept as golden text at 80 columns, made on the fixture (`python -m tests.regenerate`)."""

from __future__ import annotations

from typing import Any

MANY_DRUGS = ["chlorpromazine", "promethazine", "sulfonamides", "prednisolone", "amlodipine", "qqqq", "metformin", "ibuprofen"]
# Name of the file -> words of `answering.explain`; `show_all` and `detail` go to the rendering.
CASES: dict[str, dict[str, Any]] = {
    "bare-neutropenia": {"findings": ["neutropenia"]},
    "bare-leukopenia": {"findings": ["leukopenia"]},
    "bare-agranulocytosis": {"findings": ["agranulocytosis"]},
    "bare-lymphopenia": {"findings": ["lymphopenia"]},
    "bare-monocytopenia": {"findings": ["monocytopenia"]},
    "two-lines": {"findings": ["neutropenia", "lymphopenia"]},
    "attributed-finding": {"findings": ["drug-induced neutropenia"]},
    "reading": {"findings": ["low ANC"]},
    "sign-beside-it": {"findings": ["neutropenia", "splenomegaly"]},
    "only-a-sign": {"findings": ["splenomegaly"]},
    "absent-sign": {"findings": ["neutropenia"], "absent": ["splenomegaly"]},
    "contradiction": {"findings": ["neutropenia"], "absent": ["neutropenia"]},
    "drug-taken": {"findings": ["agranulocytosis"], "drugs": ["chlorpromazine"]},
    "drug-with-days": {"findings": ["agranulocytosis"], "drugs": ["chlorpromazine@40d"]},
    "drug-stopped": {"findings": ["neutropenia"], "drugs": ["chlorpromazine@90..60d"]},
    "drug-of-class": {"findings": ["neutropenia"], "drugs": ["promethazine"]},
    "drug-group": {"findings": ["neutropenia"], "drugs": ["sulfonamides"]},
    "drug-unknown": {"findings": ["neutropenia"], "drugs": ["qqqq"]},
    "drug-misspelt": {"findings": ["neutropenia"], "drugs": ["chlorpromazin"]},
    "many-drugs": {"findings": ["neutropenia"], "drugs": MANY_DRUGS},
    "no-other-drugs": {"findings": ["neutropenia"], "drugs_complete": True},
    "child": {"findings": ["neutropenia"], "age": "P2Y", "sex": "female"},
    "verbose": {"findings": ["agranulocytosis"], "drugs": ["chlorpromazine"], "detail": 1},
    "sums": {"findings": ["neutropenia"], "absent": ["splenomegaly"], "detail": 2},
    "all": {"findings": ["leukopenia"], "show_all": True},
    "info-drug": {"about": "chlorpromazine exposure"},
    "info-disease": {"about": "Kostmann syndrome"},
    "info-mechanism": {"about": "inadequate granulopoiesis"},
}
ONE_SCREEN = sorted(name for name, case in CASES.items() if not {"detail", "show_all"} & case.keys())


def make_text(name: str) -> str:
    """The text of one case."""
    from kg import answering
    from kg.answer.about import build_about
    from kg.answer.lines import WIDTH, as_text
    from kg.answer.text import render_explanation

    case = dict(CASES[name])
    if "about" in case:
        return as_text(build_about(answering.tell_about(case["about"]), WIDTH))
    form = {key: case.pop(key) for key in ("show_all", "detail") if key in case}
    return render_explanation(answering.explain(*case.pop("findings"), **case), **form)
