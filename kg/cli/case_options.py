"""The options that give a case, for every command that asks about one. Owns the flags, not what they mean."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg import answering
from kg.case.readers.schema import MAX_BYTES
from kg.case.records import Case
from kg.cli.complete import complete_drug, complete_lab, complete_sign

Command = TypeVar("Command", bound=Callable[..., Any])


_OPTIONS = (
    click.option("--case", "case_file", metavar="FILE|-", help="Case as JSON (`kg schema case`), from a file or standard input."),
    click.option("--fhir", "fhir_file", metavar="FILE|-", help="Case as a FHIR R4 or R5 bundle."),
    click.option("--phenopacket", "phenopacket_file", metavar="FILE|-", help="Case as a GA4GH phenopacket (JSON)."),
    click.option(
        "--lab",
        "labs",
        multiple=True,
        metavar="NAME=VALUE[UNIT]@Nd",
        help="A laboratory value, N days ago (repeatable).",
        shell_complete=complete_lab,
    ),
    click.option(
        "--drug",
        "drugs",
        multiple=True,
        metavar="NAME@Nd",
        help="A drug, started N days ago; NAME@N..Md where it was stopped M days ago (repeatable).",
        shell_complete=complete_drug,
    ),
    click.option("--no-other-drugs", "drugs_complete", is_flag=True, help="The drugs given are all that are taken."),
    click.option(
        "-p",
        "--present",
        multiple=True,
        metavar="NAME",
        help="A finding that is present (repeatable).",
        shell_complete=complete_sign,
    ),
    click.option(
        "-n",
        "--absent",
        multiple=True,
        metavar="NAME",
        help="A finding that is absent (repeatable).",
        shell_complete=complete_sign,
    ),
    click.option("--age", metavar="DURATION", default="", help="Age as an ISO 8601 duration: P41Y, P9M, P2D."),
    click.option("--sex", metavar="WORD", default="", help="female or male, where limits differ."),
    click.option("--duffy", metavar="null|positive", default="", help="Duffy phenotype, where known."),
    click.option("--thresholds", metavar="PROFILE", default="", help="Named set of thresholds instead of the usual one."),
)


def case_options(command: Command) -> Command:
    """Add the options of a case; `read_options` takes what they gave."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_options(*findings: str, **options: Any) -> Case:
    """Resolved case of a command's findings and options. Raises InputError, UnknownTermError."""
    return answering.build_case(**gather_options(*findings, **options))


def gather_options(
    *findings: str,
    case_file: str | None,
    fhir_file: str | None,
    phenopacket_file: str | None,
    labs: tuple[str, ...],
    drugs: tuple[str, ...],
    drugs_complete: bool,
    present: tuple[str, ...],
    absent: tuple[str, ...],
    age: str,
    sex: str,
    duffy: str,
    thresholds: str,
) -> dict[str, Any]:
    """What a command's findings and options say, as `answering.build_case` takes it; standard input is read here, once."""
    files = [("case", case_file), ("fhir", fhir_file), ("phenopacket", phenopacket_file)]
    given = [(form, file) for form, file in files if file]
    if len(given) > 1:
        raise click.UsageError("give one of --case, --fhir and --phenopacket")
    form, file = given[0] if given else ("case", None)
    return {
        "findings": (*findings, *present),
        "absent": absent,
        "drugs": drugs,
        "labs": labs,
        "drugs_complete": drugs_complete,
        "age": age,
        "sex": sex,
        "duffy": duffy,
        "thresholds": thresholds,
        "source": _source(file),
        "form": form,
    }


def _source(file: str | None) -> bytes | Path | None:
    if file != "-":
        return Path(file) if file else None
    return sys.stdin.buffer.read(MAX_BYTES + 1)
