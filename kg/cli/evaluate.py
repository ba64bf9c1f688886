"""The command that measures answers against cases whose cause is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kg.evaluation.cases import evaluate_cases, read_records
from kg.evaluation.reading import evaluate_reading, read_gold


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


@evaluate.command("reading")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def reading(file: Path, form: str) -> None:
    """Texts of cases with their right reading, a tab-separated table as in tests/case/gold."""
    found = evaluate_reading(read_gold(file))
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if form == "json" else _render_reading(found))


def _render_reading(found: Mapping[str, Any]) -> str:
    lines = [f"{found['all']['right'][1]} texts; data {found['versions']['data']}", ""]
    for name, figures in (("all", found["all"]), *((f"half {half}", f) for half, f in found["halves"].items())):
        lines.append(f"{name:<8} " + "  ".join(f"{key} {n}/{of} ({n / max(of, 1):.1%})" for key, (n, of) in figures.items()))
    lines += ["", f"wrong ({len(found['wrong'])})"]
    for item in found["wrong"]:
        reasons = [f"wrong: {', '.join(item['wrong'])}"] * bool(item["wrong"]) + [f"missed: {', '.join(item['missed'])}"] * bool(
            item["missed"]
        )
        lines.append(f"  {item['case']:<6} {item['status']:<8} {item['text']!r}: {'; '.join(reasons)}")
    return "\n".join(lines)


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
