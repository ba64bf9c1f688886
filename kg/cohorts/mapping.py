"""What the columns or codes of a source mean: a small TOML file, one of ours by name, or a guess from the columns' names.

Owns the form of the map and the guess. Must not know how a source is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.case.resolve import Resolver
from kg.case.values.analytes import Test
from kg.case.values.units import convert
from kg.exceptions import InputError

MAPS = Path(__file__).parent / "maps"
FORMS = ("table", "meds", "omop", "fhir", "cases")
FIELDS = ("person", "time", "period", "unit", "sex", "age", "duffy", "code", "value")
# Names of columns, in lower case, that a guess knows.
KNOWN = {
    "person": ("person_id", "person", "patient_id", "patient", "subject_id", "subject", "mrn", "seqn", "id"),
    "time": ("time", "datetime", "date", "charttime", "collected", "measured_at", "sample_time", "days"),
    "period": ("cycle", "period", "month", "year"),
    "unit": ("unit", "ward", "department", "clinic", "location"),
    "sex": ("sex", "gender"),
    "age": ("age_years", "age_days", "age_months", "age"),
    "duffy": ("duffy", "duffy_phenotype"),
}
AGE_UNITS = {"years": 365.25, "months": 365.25 / 12, "days": 1.0}
_UNIT = re.compile(r"^(?P<name>.*?)\s*(?:\[(?P<unit>[^\]]*)\])?$")
_SUFFIX = re.compile(r"[_ .](?:g_?dl|fl|g_?l|k_?ul|x?10_?9_?l|percent|pct)$")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Codes of events that one pattern matches, and what they are."""

    kind: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Columns by field, tests by column or code (name and unit as written), and patterns of codes."""

    form: str
    columns: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Pattern, ...] = ()

    def as_toml(self) -> str:
        """The map as a file, to be saved and corrected."""
        lines = [f'form = "{self.form}"', *(f"{key} = {_quote(value)}" for key, value in self.columns.items())]
        for event in self.events:
            lines += ["", "[[events]]", f'kind = "{event.kind}"', f"pattern = '{event.pattern}'"]
        return "\n".join([*lines, "", "[tests]", *(f"{_quote(k)} = {_quote(v)}" for k, v in self.tests.items()), ""])


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_map(name: str) -> ColumnMap:
    """Map of a file, or of one of ours by its name. Raises InputError."""
    path = Path(name) if name.endswith(".toml") or Path(name).exists() else MAPS / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        ours = ", ".join(sorted(p.stem for p in MAPS.glob("*.toml")))
        raise InputError(f"is no file and no map of ours ({ours})", f"--map {name}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot be read: {error}", f"--map {name}") from None
    return parse_map(data, f"--map {name}")


def parse_map(data: Mapping[str, Any], place: str = "map") -> ColumnMap:
    """Map of parsed TOML. Raises InputError with the key that is wrong."""
    unknown = sorted(set(data) - {"form", "tests", "events", *FIELDS})
    if unknown:
        raise InputError(f"has no {unknown[0]!r}; it has form, tests, events and {', '.join(FIELDS)}", place)
    if data.get("form", "table") not in FORMS:
        raise InputError(f"form is one of {', '.join(FORMS)}, not {data['form']!r}", place)
    for event in data.get("events", ()):
        try:
            re.compile(event["pattern"])
            event["kind"]
        except (KeyError, re.error) as error:
            raise InputError(f"an event needs a kind and a pattern: {error}", place) from None
    columns = {key: str(data[key]) for key in FIELDS if key in data}
    tests = {str(key): str(value) for key, value in data.get("tests", {}).items()}
    return ColumnMap(
        data.get("form", "table"), columns, tests, tuple(Pattern(e["kind"], e["pattern"]) for e in data.get("events", ()))
    )


def guess_map(columns: Sequence[str], resolver: Resolver) -> ColumnMap:
    """What the columns seem to mean, by their names. Raises InputError where no white count is among them."""
    left = {name.casefold(): name for name in columns}
    found: dict[str, str] = {}
    for key, names in KNOWN.items():
        if known := next((left.pop(name) for name in names if name in left), None):
            found[key] = known + (f" [{_age_unit(known)}]" if key == "age" else "")
    tests = {name: f"{test.label} [{test.unit}]" for name in left.values() if (test := _guess_test(name, resolver))}
    if not any("white" in t or "neutrophil" in t or "lymphocyte" in t for t in tests.values()):
        raise InputError(f"no column is called like a white count; give --map (columns: {', '.join(columns)})")
    return ColumnMap("table", found, tests)


def _age_unit(column: str) -> str:
    return next((unit for unit in AGE_UNITS if unit in column.casefold()), "years")


def _guess_test(column: str, resolver: Resolver) -> Test | None:
    plain = _SUFFIX.sub("", column.casefold()).replace("_", " ").strip()
    is_share = column.casefold().endswith(("percent", "pct", "%"))
    return resolver.tests.find(plain, "%" if is_share else "")


def split_unit(text: str) -> tuple[str, str]:
    """Name and unit of `white blood cell count [10*9/L]`."""
    match = _UNIT.match(text)
    assert match is not None
    return match["name"], match["unit"] or ""


class TestColumn:
    """One column of a table: its test, and the factor to the unit of the test."""

    __slots__ = ("column", "factor", "test")

    def __init__(self, column: str, meaning: str, resolver: Resolver) -> None:
        name, unit = split_unit(meaning)
        found = resolver.tests.find(name, unit) or resolver.tests.find_loinc(name, unit)
        if found is None:
            hint = ", ".join(resolver.tests.suggest(name))
            raise InputError(f"no test is called {name!r}" + (f"; did you mean {hint}?" if hint else ""), f"map, tests.{column}")
        self.column, self.test = column, found
        self.factor = _factor(unit or found.unit, found, column)


def _factor(unit: str, test: Test, column: str) -> float:
    place = f"map, tests.{column}"
    one, two = (convert(value, unit, test.unit, test.label, test.quantity, place) for value in (1.0, 2.0))
    if abs(two - 2 * one) > 1e-9 * abs(two):
        raise InputError(f"the unit {unit!r} has no fixed factor to {test.unit}", place)
    return one


def check_columns(mapping: ColumnMap, columns: Iterable[str], place: str) -> None:
    """Every column that the map names is there. Raises InputError."""
    known = set(columns)
    named = [split_unit(name)[0] for key, name in mapping.columns.items() if key not in ("code", "value")] + list(mapping.tests)
    if missing := [name for name in named if name not in known]:
        raise InputError(f"has no column {missing[0]!r}, which the map names; it has {', '.join(sorted(known)[:30])}", place)
