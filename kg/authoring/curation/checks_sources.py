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
FIGURE = ("n", "total", "value", "low", "high")


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
    """A figure of a paper stands once for a claim, and one count does not serve two findings. A database may repeat itself."""
    same = SamePaper(curation)
    claims: dict[tuple[str, ...], list[Association]] = defaultdict(list)
    counts: dict[tuple[str, ...], list[Association]] = defaultdict(list)
    for row in curation.associations:
        figure = tuple(getattr(row, column) for column in FIGURE)
        if any((row.n, row.value, row.low, row.high)) and row.statement_kind != "curated database":
            paper = same.get_key(row.source)
            claims[paper, row.subject, row.predicate, row.object, *figure].append(row)
            if row.predicate == "can cause" and row.total and row.n not in ("0", row.total):
                counts[paper, row.subject, *figure, row.gist.casefold()].append(row)
    for first, *others in claims.values():
        for row in others:
            yield error("counted_twice", row.place, f"{first.id} gives the same figure of the same paper", "keep one row")
    for first, *others in counts.values():
        for row in others:
            if row.object != first.object:
                message = f"{first.id} gives the same count for {first.object_label}"
                yield error("composite_count", row.place, message, "a count of several findings together belongs into the gist")
