"""The command that writes a synthetic hospital."""

from __future__ import annotations

from pathlib import Path

import click

from kg.answering import get_knowledge
from kg.exceptions import InputError, MissingExtraError


@click.command()
@click.option("-n", "--persons", type=click.IntRange(1), default=10_000, show_default=True, help="How many persons.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".parquet: counts; .ndjson: cases."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same hospital.")
@click.option(
    "--low", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Share of low counts (tables of counts)."
)
def hospital(persons: int, output: Path, seed: int, low: float) -> None:
    """Patients who do not exist, with known causes drawn from the graph's own priors."""
    try:
        from kg.cohorts.synthetic import Hospital
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"hospital ({error.name})", "cohort") from None
    drawn = Hospital(get_knowledge(), seed, low)
    if output.suffix == ".parquet":
        drawn.write_counts(output, persons)
    elif output.suffix in (".ndjson", ".jsonl"):
        drawn.write_cases(output, persons)
    else:
        raise InputError("give a name that ends in .parquet (counts) or .ndjson (full cases)", str(output))
    click.echo(f"{output}  {persons:,} persons who do not exist")
