"""Rules for sources: no banned host, one id per paper, no figure of one paper counted twice.

Owns what makes two sources the same paper. What hosts are banned and which ids are equal stands in `banned_hosts.tsv`
and `papers.tsv`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from kg.authoring.curation.rules import at, error
from kg.authoring.records import Association, Curation, Paper, Violation

DOI_IN_PAGE = re.compile(r"^https?://.*[/=](10\.\d{4,}/[^?#\s]+)")
_SCHEME = re.compile(r"^https?://(www\.)?")


def check_hosts(curation: Curation) -> Iterator[Violation]:
    """No source lies on a host that the table bans, nor on a part of one."""
    banned = {row.host: row.reason for row in curation.banned_hosts}
    for row in curation.associations:
        if host := next((h for h in _find_domains(row.source) if h in banned), ""):
            mend = "name the paper, the label or the guideline itself, or put the claim into wanted.tsv"
            yield error("banned_host", at(row.place, "source"), f"{host}: {banned[host]}", mend)


def _find_domains(source: str) -> list[str]:
    """Host of a page and the domains above it, the longest first."""
    host = urlsplit(source).hostname or "" if source.startswith("http") else ""
    parts = host.split(".")
    return [".".join(parts[i:]) for i in range(len(parts) - 1)]


def check_papers(curation: Curation) -> Iterator[Violation]:
    """A page that prints a DOI is cited by it, and the rows cite a paper by one of its ids only."""
    for row in curation.associations:
        if found := DOI_IN_PAGE.match(row.source):
            yield error("doi_in_page", at(row.place, "source"), f"{row.source}", f"write DOI:{found[1]}")
    for paper in curation.papers:
        ids = {id_.casefold() for id_ in _find_ids(paper)}
        used = {row.source: row for row in reversed(curation.associations) if row.source.casefold() in ids}
        if len(used) > 1:
            place = max(used.values(), key=lambda row: row.id).place
            yield error("two_ids_of_a_paper", at(place, "source"), " = ".join(sorted(used)), "cite it by one of them everywhere")


def _find_ids(paper: Paper) -> list[str]:
    cells = (("PMID:", paper.pmid), ("PMC:", paper.pmcid), ("DOI:", paper.doi))
    return [prefix + cell for prefix, cell in cells if cell]


class SamePaper:
    """Which sources are one paper: equal by the table of papers, or pages that differ only in how they are written."""

    def __init__(self, curation: Curation) -> None:
        self._first = {id_.casefold(): ids[0] for ids in map(_find_ids, curation.papers) for id_ in ids}

    def get_key(self, source: str) -> str:
        """The same text for every source of one paper."""
        folded = source.casefold()
        return self._first.get(folded) or _SCHEME.sub("", folded).rstrip("/")


def check_counted_twice(curation: Curation) -> Iterator[Violation]:
    """A figure of a paper stands once for a claim. A database may repeat itself."""
    same = SamePaper(curation)
    claims: dict[tuple[str, ...], Association] = {}
    for row in curation.associations:
        if row.statement_kind != "curated database":
            keys = [(same.get_key(row.source), row.subject, row.predicate, row.object, *figure) for figure in _find_figures(row)]
            if first := next((claims[key] for key in keys if key in claims), None):
                yield error("counted_twice", row.place, f"{first.id} gives the same figure of the same paper", "keep one row")
            claims.update((key, row) for key in keys if key not in claims)


def _find_figures(row: Association) -> list[tuple[str, ...]]:
    """Each figure by itself, since one row may give the count and another the percentage."""
    figures = [("count", row.n, row.total), ("value", row.value, row.unit), ("range", row.low, row.high)]
    return [figure for figure in figures if figure[1] or (figure[0] == "range" and figure[2])]


def check_composite_counts(curation: Curation) -> Iterator[Violation]:
    """One count of a paper does not serve two findings: told in the same words, or the one a kind of the other by its name."""
    same = SamePaper(curation)
    counts: dict[tuple[str, ...], list[Association]] = defaultdict(list)
    for row in curation.associations:
        partial = row.n not in ("", "0", row.total) and row.statement_kind != "curated database"
        if row.predicate == "can cause" and row.total and partial:
            counts[same.get_key(row.source), row.subject, row.n, row.total].append(row)
    for rows in counts.values():
        for i, row in enumerate(rows):
            if other := next((first for first in rows[:i] if _are_one(first, row)), None):
                message = f"{other.id} gives the same count for {other.object_label}"
                yield error("composite_count", row.place, message, "a count of several findings together belongs into the gist")


def _are_one(a: Association, b: Association) -> bool:
    kin = a.object_label.endswith(b.object_label) or b.object_label.endswith(a.object_label)
    return a.object != b.object and (kin or a.gist.casefold() == b.gist.casefold())
