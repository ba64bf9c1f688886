"""The command that measures answers against cases whose cause is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kg.evaluation.cases import evaluate_cases, read_records


@click.group()
def evaluate() -> None:
    """Measure the answers against cases whose cause is known."""


@evaluate.command("cases")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--mask-decisive", is_flag=True, help="Leave out the findings that alone tell the cause.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def cases(file: Path, mask_decisive: bool, form: str) -> None:
    """Published cases, one JSON line each with `case` and `score`."""
    found = evaluate_cases(read_records(file), mask_decisive)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if form == "json" else _render(found))


def _render(found: Mapping[str, Any]) -> str:
    masked = ", decisive findings left out" if found["masked"] else ""
    lines = [f"{found['cases']} cases{masked}; data {found['versions']['data']}", ""]
    lines += [f"{name:<18} {_counts(score, found['goals'])}" for name, score in found["scores"].items()]
    lines += ["", f"misses ({len(found['misses'])})"]
    lines += [f"  {m['id']:<6} {m['category']:<20} {m['reason']}" for m in found["misses"]]
    lines += ["", "not understood"]
    lines += [f"  {case:<6} {'; '.join(texts)}" for case, texts in found["not_understood"].items()]
    return "\n".join(lines)


def _counts(score: Mapping[str, Any], goals: Mapping[str, float]) -> str:
    parts = []
    for name, (reached, total) in score.items():
        goal = f" (goal {goals[name]:.0%})" if name in goals else ""
        parts.append(f"{name} {reached}/{total}{goal}" if total else f"{name} -")
    return "  ".join(parts)
