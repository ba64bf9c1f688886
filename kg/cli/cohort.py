"""The command that reads a whole cohort."""

from __future__ import annotations

from pathlib import Path

import click

from kg.exceptions import InputError, MissingExtraError


@click.command()
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the results.")
@click.option("--map", "map_name", default="", metavar="FILE|NAME", help="What the columns or codes mean (TOML); else a guess.")
@click.option("--guess", is_flag=True, help="Show what the columns seem to mean, and stop.")
@click.option("--thresholds", default="", metavar="PROFILE", help="Named set of thresholds instead of the usual one.")
@click.option("--hide-diagnoses", is_flag=True, help="Do not read diagnosis codes.")
@click.option("--title", default="", help="Heading of the page; else the name of the source.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Processes; 0 for one a core.")
@click.option("--fresh", is_flag=True, help="Begin anew where the folder holds another run.")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True)
@click.option("--master", default="local[*]", show_default=True, help="Master of Spark.")
def cohort(
    source: Path,
    output: Path,
    map_name: str,
    guess: bool,
    thresholds: str,
    hide_diagnoses: bool,
    title: str,
    jobs: int,
    fresh: bool,
    engine: str,
    master: str,
) -> None:
    """Episodes of low counts in a table, what could explain each, and one page about all of them.

    INPUT is Parquet or CSV with a row a count, NDJSON of cases, MEDS, or a folder of MEDS, OMOP or FHIR Bulk Data.
    """
    try:
        from kg.cohorts.run import run_cohort
        from kg.cohorts.thinking import Settings
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"cohort ({error.name})", "cohort") from None
    if guess:
        return _guess(source)
    settings = Settings(thresholds, hide_diagnoses)
    common = {"map_name": map_name, "settings": settings, "fresh": fresh, "tell": _tell, "title": title}
    if engine == "spark":
        from kg.cohorts.spark import run_spark

        summary = run_spark(source, output, master=master, **common)  # type: ignore[arg-type]
    else:
        summary = run_cohort(source, output, jobs=jobs, **common)  # type: ignore[arg-type]
    if summary.rows:
        click.echo(f"{summary.rows:,} rows in {summary.seconds:.1f} s")
    click.echo(f"{output / 'report.html'}  opens in a browser without a network")
    return None


def _guess(source: Path) -> None:
    from kg.answering import get_resolver
    from kg.cohorts.mapping import guess_map
    from kg.cohorts.readers.table import read_columns

    if not source.is_file():
        raise InputError("is no file", str(source))
    click.echo(guess_map(read_columns(source), get_resolver()).as_toml(), nl=False)


def _tell(text: str) -> None:
    click.echo(text, err=True)
