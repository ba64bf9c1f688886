"""The command that measures answers against cases whose cause is known."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kg.evaluation.cases import read_records
from kg.evaluation.reading import evaluate_reading, read_gold
from kg.evaluation.run import evaluate_cases
from kg.evaluation.scores import parse_peer


@click.group()
def evaluate() -> None:
    """Measure the answers against cases whose cause is known."""


@evaluate.command("cases")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--mask-decisive", is_flag=True, help="Leave out the findings that alone tell the cause.")
@click.option("--ablations", is_flag=True, help="The same model without each of its parts, in the same run.")
@click.option("--peer", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Causes of a peer: id, cause_1, …")
@click.option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An earlier run of the same file (-f json)."
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
def cases(file: Path, mask_decisive: bool, ablations: bool, peer: Path | None, against: Path | None, form: str) -> None:
    """Published cases, one JSON line each with `case` and `score`."""
    found = evaluate_cases(
        read_records(file),
        mask_decisive,
        ablations=ablations,
        peer=parse_peer(peer.read_text(encoding="utf-8")) if peer else None,
        earlier=json.loads(against.read_text(encoding="utf-8")) if against else None,
        tell=_tell,
    )
    if form == "json":
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo(render_table(found) if form == "md" else _render(found))


@evaluate.command("fit")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ridge", default=3.0, show_default=True, help="How strongly the numbers are held to the table.")
def fit(files: tuple[Path, ...], ridge: float) -> None:
    """Numbers of the model that make the true causes of published cases likeliest; prints them, changes nothing."""
    from kg.answering import get_knowledge
    from kg.evaluation.fit import fit_weights, gather

    known = get_knowledge()
    situations = gather((record for file in files for record in read_records(file)), known)
    found = fit_weights(situations, known, ridge)
    click.echo(f"{len(situations)} cases; unseen sources by five-fold cross-validation")
    click.echo("\n".join(f"{name:<8} {found[name]}" for name in ("now", "unseen", "fitted")))
    click.echo("\n".join(f"{name:<24} {old:>7.2f} -> {new:.2f}" for name, (old, new) in found["numbers"].items()))


def _tell(text: str) -> None:
    """Progress, for somebody who waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def render_table(found: Mapping[str, Any]) -> str:
    """The figures by category as a Markdown table."""
    rows = ["| cases | n | top 1 | top 3 | top 10 |", "|---|---:|---:|---:|---:|"]
    for name, score in found["categories"].items():
        cells = [f"{_percent(score[top])} ({_range(score['intervals'][top])})" for top in ("top1", "top3", "top10")]
        rows.append(f"| {name} | {score['top1'][1]} | {' | '.join(cells)} |")
    if peer := found.get("peer"):
        rows.append(
            f"| a language model on the same cases | {peer['top1'][1]} | {' | '.join(_percent(peer[t]) for t in _TOPS)} |"
        )
    return "\n".join(rows)


_TOPS = ("top1", "top3", "top10")


def _percent(share: tuple[int, int]) -> str:
    return f"{share[0] / share[1]:.0%}" if share[1] else "-"


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.0%} to {ends[1]:.0%}"


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
    leaked = f"; {len(found['leaked'])} left out, whose paper a row cites" if found["leaked"] else ""
    lines = [f"{found['cases']} cases{masked}{leaked}; data {found['versions']['data']}", ""]
    lines += [f"{name:<26} n {s['top1'][1]:>3}  {_tops(s)}  MRR {s['mrr']:.2f}" for name, s in found["categories"].items()]
    lines += ["", *(f"{name:<26} {_tops(s)}  MRR {s['mrr']:.2f}" for name, s in found["scores"].items() if name != "model")]
    lines += [f"{name:<26} {_tops(s)}  MRR {s['mrr']:.2f}" for name, s in found.get("ablations", {}).items()]
    if peer := found.get("peer"):
        lines.append(f"{'peer':<26} {_tops(peer)}  of its ten causes {peer['mean overlap of ten']} stand among our ten")
    lines += ["", *(_share(name, value, found["goals"]) for name, value in found["rest"].items())]
    lines += ["", *(_share(name, value, {}) for name, value in found["shelves"].items())]
    lines += _compared(found)
    lines += ["", f"misses ({len(found['misses'])})"]
    lines += [f"  {m['id']:<6} {m['category']:<16} {m['reason']}" for m in found["misses"]]
    lines += ["", "not understood"]
    lines += [f"  {case:<6} {'; '.join(texts)}" for case, texts in found["not_understood"].items()]
    return "\n".join(lines)


def _compared(found: Mapping[str, Any]) -> list[str]:
    if not (compared := found.get("compared")):
        return []
    lines = ["", f"against the earlier run ({compared['pairs']} pairs)"]
    for top in _TOPS:
        won, lost = compared[top]["won"], compared[top]["lost"]
        lines.append(f"  {top:<6} +{len(won)} -{len(lost)}  p {compared[top]['p']}  won {' '.join(won)}  lost {' '.join(lost)}")
    return lines


def _tops(score: Mapping[str, Any]) -> str:
    shown = []
    for top in _TOPS:
        ends = score.get("intervals", {}).get(top)
        shown.append(f"{top} {_percent(score[top]):>4}" + (f" ({_range(ends)})" if ends else ""))
    return "  ".join(shown)


def _share(name: str, value: Any, goals: Mapping[str, float]) -> str:
    if not isinstance(value, tuple | list):
        return f"{name:<26} {value}"
    goal = f" (goal {goals[name]:.0%})" if name in goals else ""
    return f"{name:<26} {value[0]}/{value[1]} {_percent(tuple(value))}{goal}"
