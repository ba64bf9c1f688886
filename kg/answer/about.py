"""What is known of one term, on one screen with its sources numbered below; in depth, every row. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.answer.lines import Line, Sources, cut, fold, labelled
from kg.answer.words import lower

MOST_LINES = 40
SHOWN, CITED = 4, 2
NAMES = 4


def build_about(found: Mapping[str, Any], width: int, detail: int = 0) -> list[Line]:
    """Lines of a term; with `detail` every row, each with its id, source and gist."""
    sources = Sources()
    lines = [*_head(found, width), *_body(found["about"], width, sources)]
    foot = [
        Line(cut(f"Data {found['versions']['data']}; every row: -v. For research and education, not a diagnosis.", width), "note")
    ]
    if detail:
        return [*lines, *sources.show(width, whole=True), *_rows(found, width), *foot]
    room = MOST_LINES - len(lines) - len(foot) - 1
    cited = sources.show(width)
    left = len(cited) - room
    shown = [*cited[: room - 1], Line(f"… {left + 1} more lines of sources: -v", "note")] if left > 0 else cited
    return [*lines, Line(""), *shown, *foot]


def _head(found: Mapping[str, Any], width: int) -> list[Line]:
    about = found["about"]
    marks = [text for text in (about["kind"], about["commonness"]) if text]
    lines = fold(f"{found['label']} ({found['id']}; {', '.join(marks)})", width, 2, "heading")
    lines += fold(found.get("definition", "imported term"), width, 0, most=2)
    if names := found.get("exact"):
        lines += labelled("Also", ", ".join(names[:NAMES]), width, "note", 1)
    return lines


def _body(about: Mapping[str, Any], width: int, sources: Sources) -> list[Line]:
    """One paragraph for each question that has an answer."""
    say = _Says(sources)
    miss = about["cant_miss"]
    alike = [f"{item['label']} ({', '.join(map(lower, item['shared'][:2]))})" for item in about["alike"][:SHOWN]]
    paragraphs = (
        ("Urgent", [f"can't miss: {miss['reason']} {sources.cite([miss['source']])}"] if miss else []),
        ("Needs", [f"{g['label']} ({g['need']}) {sources.cite(g['sources'])}" for g in about["exposures"][:SHOWN]]),
        ("Lowers", [say.lowered(item) for item in about["lowers"][:SHOWN]]),
        ("Often", [say.figure(item) for item in _best(about["figures"])]),
        ("When", [say.time(item) for item in _best(about["times"])]),
        ("How", say.claims(about["mechanisms"])),
        ("Leads to", say.claims(about["leads_to"])),
        ("Causes", say.claims(about["causes"], SHOWN * 2)),
        ("Genes", say.claims([*about["genes"], *about["inheritance"]])),
        ("Group", say.claims(about["groups"])),
        ("Signs", [say.feature(item) for item in about["signs"][: SHOWN * 2]]),
        ("Tests", [say.feature(item) for item in about["tests"][:SHOWN]]),
        ("Likelier", say.claims(about["risks"])),
        ("Against", say.claims(about["against"])),
        ("Then", say.claims(about["followed_by"])),
        ("Labels", say.claims(about["label_lists"], 2)),
        ("Alike", alike),
    )
    return [line for name, items in paragraphs if items for line in labelled(name, "; ".join(items), width, most=4)]


def _best(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first of each object, then the rest, a few."""
    first = {item["object"]: item for item in reversed(items)}
    return [*first.values(), *[item for item in items if item not in first.values()]][:SHOWN]


class _Says:
    """Words of the items, each with its numbered sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def claims(self, items: Iterable[Mapping[str, Any]], most: int = SHOWN) -> list[str]:
        """Labels with their sources; what only sources against speak of is marked."""
        found = list(items)
        said = [self._claim(item) for item in found[:most]]
        return said + ([f"{len(found) - most} more"] if len(found) > most else [])

    def _claim(self, item: Mapping[str, Any]) -> str:
        if not item["sources"]:
            return f"not {lower(item['label'])} {self._sources.cite(item['sources_against'][:CITED])}"
        return f"{lower(item['label'])} {self._sources.cite(item['sources'][:CITED])}"

    def lowered(self, item: Mapping[str, Any]) -> str:
        """`agranulocytosis (severe; cohort) [1, 2]`."""
        words = ("in some" * (item["scope"] == "some"), *item["severities"][:1], item["evidence"])
        how = "; ".join(word for word in words if word)
        claim = self._claim(item)
        return claim.replace(" [", f" ({how}) [", 1) if how else claim

    def figure(self, item: Mapping[str, Any]) -> str:
        """`agranulocytosis 16/2260 (Finland 1975) [3]`."""
        return f"{item['label']} {say_figure(item)} {self._sources.cite([item['source']])}"

    def time(self, item: Mapping[str, Any]) -> str:
        """`onset day 6 to 180, median 56 [4]`."""
        return f"{say_time(item)} {self._sources.cite([item['source']])}"

    def feature(self, item: Mapping[str, Any]) -> str:
        """`fever 62 % [5]`; without a figure of a source no number is shown."""
        share = f" {item['probability']:.0%}" if item["stated"] else ""
        return f"{lower(item['label'])}{share} {self._sources.cite(item['sources'][:1])}"


def say_figure(item: Mapping[str, Any]) -> str:
    """A typed figure as its source gives it."""
    unit = item.get("unit", "")
    unit = f" {unit}" if unit else ""
    span = f" ({item['low']:g} to {item['high']:g})" if "low" in item and "high" in item else ""
    value = f"{item['value']:g}{unit}{span}" if "value" in item else f"{span.strip(' ()')}{unit}" if span else ""
    counts = f"{item['n']:g}/{item['total']:g}" if "n" in item and "total" in item else ""
    measure = item.get("measure", "")
    kind = f"{measure} " if measure and not measure.startswith("frequency") else ""
    words = (
        ", ".join(text for text in (value, counts) if text) or str(item.get("frequency", "")) or f"{item.get('n', 0):g} reported"
    )
    return kind + words


def say_time(item: Mapping[str, Any]) -> str:
    """Days of onset, nadir or recovery, with the median where a source gives it."""
    said = [_span(name, item.get(f"{name}_min"), item.get(f"{name}_max")) for name in ("onset", "recovery")]
    kind = item.get("time_kind", "")
    if kind and not any(text.startswith(kind) for text in said):
        said.append(_span(kind, item.get("time_min"), item.get("time_max")) or kind)
    median = f"median day {item['time_median']:g}" if "time_median" in item else ""
    return ", ".join(text for text in (*said, median) if text)


def _span(name: str, low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"{name} from day {low:g}" if low is not None else f"{name} up to day {high:g}"
    return f"{name} day {low:g} to {high:g}" if low != high else f"{name} day {low:g}"


def _rows(found: Mapping[str, Any], width: int) -> list[Line]:
    """The place of the term and every row that names it."""
    lines = [Line(""), Line("Rows", "heading")]
    for key, name in (("exact", "synonyms"), ("related", "related"), ("xrefs", "xrefs")):
        if found.get(key):
            lines += fold(f"  {name}: {', '.join(found[key])}", width, 4)
    for parent in found["parents"]:
        lines += fold(f"  is a {parent['label']} ({'asserted' if parent['asserted'] else 'inferred'})", width, 4)
    if found["children"]:
        lines += fold(f"  kinds of it: {', '.join(child['label'] for child in found['children'])}", width, 4)
    for row in found["associations"]:
        claim = f"{row['subject_label']} {row['predicate']} {row['object_label']}"
        cited = f"[{row['source']}; {row['statement_kind']}; {row['direction']}]"
        lines += fold(f"  {row['id']}  {claim}  {cited} {row['gist']}", width, 4)
    return lines
