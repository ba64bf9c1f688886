"""The words around a drug's name in a chart: salts, forms, routes, doses, frequencies, and when it was begun or ended.

The words stand in `ontology/language/drug_words.tsv` and `drug_times.tsv`. Must not know drugs.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg import config
from kg.knowledge.lexicon import to_ascii

_NUMBERS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_NUMBERS |= {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "several": 4}
_NUMBER = r"(?P<number>\d+(?:\.\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo|years?|yrs?|y)"
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 365.25 / 12, "y": 365.25}
_SCHEDULE = r"\b[0-2½]\s?-\s?[0-2½]\s?-\s?[0-2½](?:\s?-\s?[0-2½])?\b"  # 1-0-1, morning, noon and night
_DOTTED = re.compile(r"^([A-Za-z]{1,4})\.(?=[^\s.])")  # Inj.Vancomycin
_KEY = re.compile(r"[a-z0-9+]+")


class Course(NamedTuple):
    """A drug's name without the words of its time, and the days since start and stop that they state."""

    name: str
    start: float | None = None
    stop: float | None = None
    ended: bool = False


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of `ontology/language`."""
    path = config.find_share() / "ontology" / "language" / name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def key(text: str) -> str:
    """Comparable form of a drug's name: lower case, no accents, words and numbers only."""
    return " ".join(_KEY.findall(to_ascii(text).casefold()))


# --------------------------------------------------------------------------- what is no part of the name


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Details (forms, routes, doses, frequencies, manners), and salts."""
    words: dict[str, list[str]] = {}
    for row in read_table("drug_words.tsv"):
        words.setdefault(row["kind"], []).append(row["word"])
    units = _any(words.pop("unit"))
    dose = rf"(?<![\w.+-])\d[\d.,]*\s*(?:{units})(?:\s*/\s*[\d.]*\s*(?:{units}))*(?![\w])"
    bare = r"(?<![\w.+-])\d[\d.,/]*(?![\w+-])"
    salts = _any(words.pop("salt"))
    words.pop("element")
    details = _any([word for group in words.values() for word in group])
    return (
        re.compile(rf"{_SCHEDULE}|{dose}|{bare}|(?<![\w-])(?:{details})(?![\w-])|(?<=[\s/])/", re.IGNORECASE),
        re.compile(rf"(?<![\w-])(?:{salts})(?![\w-])", re.IGNORECASE),
    )


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))


def strip_details(text: str) -> str:
    """The name without form, route, dose, frequency and manner: `Inj. Vancomycin 1g BD` is `Vancomycin`."""
    return _tidy(_patterns()[0].sub(" ", _DOTTED.sub(r"\1. ", text.strip())))


def strip_salts(text: str) -> str:
    """The name without the words of its salt; what is nothing but a salt (`potassium chloride`) stays."""
    return _tidy(_patterns()[1].sub(" ", text)) or text


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,;.:-()[]/'\"")


def list_forms(name: str) -> Iterator[str]:
    """Ever shorter forms of a name: as given, without and within brackets, without details, without its salt."""
    outside, inside = re.sub(r"\([^()]*\)", " ", name), " ".join(re.findall(r"\(([^()]*)\)", name))
    seen: set[str] = set()
    for text in (name, outside, inside):
        bare = strip_details(text)
        for form in (_tidy(text), bare, strip_salts(bare)):
            if form and form.casefold() not in seen:
                seen.add(form.casefold())
                yield form


# --------------------------------------------------------------------------- when


@lru_cache(maxsize=1)
def _times() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["meaning"], _compile_time(row["pattern"])) for row in read_table("drug_times.tsv"))


def _compile_time(pattern: str) -> re.Pattern[str]:
    filled = pattern.replace("{number}", _NUMBER).replace("{unit}", _UNIT)
    return re.compile(rf"[,;(]*\s*\b(?:{filled})\b\s*\)?", re.IGNORECASE)


def read_course(name: str) -> Course:
    """What the words beside a name say of its time: `rituximab, last infusion two weeks ago` ended 14 days ago."""
    start: float | None = None
    stop: float | None = None
    ended = False
    given = name
    for meaning, pattern in _times():
        if match := pattern.search(name):
            days = _count_days(match)
            start = days if meaning in ("start", "both") and start is None else start
            stop = days if meaning in ("stop", "both") and stop is None else stop
            ended = ended or meaning != "start"
            name = f"{name[: match.start()]} {name[match.end() :]}"
    return Course(_tidy(name) if name != given else given.strip(), start, stop, ended)


def _count_days(match: re.Match[str]) -> float | None:
    found = match.groupdict()
    if not found.get("number"):
        return None
    number = found["number"].casefold()
    days = _DAYS[(found.get("unit") or "d")[0].casefold()]
    return (float(number) if number[0].isdigit() else _NUMBERS[number]) * days
