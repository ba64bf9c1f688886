"""Laboratory tests of the graph: names, LOINC codes, units, and which share belongs to which count.

Owns finding a test by what a report calls it; names of reports beyond the graph's stand in `ontology/language/analytes.tsv`,
fluids that are no blood in `specimens.tsv`. Must not know thresholds nor values.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import NamedTuple

import networkx as nx

from kg.case.values.tables import read_table
from kg.knowledge.lexicon import normalize

WBC, ANC, ALC = "LEUKO:0030002", "LEUKO:0030001", "LEUKO:0030003"
GRANULOCYTES, TEMPERATURE = "LEUKO:0030007", "LEUKO:0030083"
SEGS, BANDS, NEUTROPHIL_SHARE = "LEUKO:0030008", "LEUKO:0030009", "LEUKO:0030011"
SEGS_COUNT, BANDS_COUNT = "LEUKO:0030100", "LEUKO:0030010"
IMMATURE = frozenset({"LEUKO:0030020", "LEUKO:0030018"})  # blasts and myelocytes, which normal blood has none of
HEMOGLOBIN, PLATELETS = "LEUKO:0030031", "LEUKO:0030034"
# Count of each white line and its share of the white cells; all of these are bounded by the total.
SHARES = {
    ANC: NEUTROPHIL_SHARE,
    ALC: "LEUKO:0030012",
    "LEUKO:0030004": "LEUKO:0030013",
    "LEUKO:0030005": "LEUKO:0030014",
    "LEUKO:0030006": "LEUKO:0030015",
}
WHITE_SHARES = frozenset({*SHARES.values(), SEGS, BANDS})
# Counts that may come as a share under the same name, and the way back.
_SUBSETS = {
    "LEUKO:0030024": "LEUKO:0030101",
    "LEUKO:0030025": "LEUKO:0030026",
    "LEUKO:0030027": "LEUKO:0030102",
    "LEUKO:0030029": "LEUKO:0030103",
    "LEUKO:0030030": "LEUKO:0030104",
}
_AS_SHARE = SHARES | _SUBSETS | {"LEUKO:0030038": "LEUKO:0030039", BANDS_COUNT: BANDS, SEGS_COUNT: SEGS}
_AS_COUNT = {share: count for count, share in _AS_SHARE.items()}
SHORT = {ANC: "ANC", WBC: "WBC", ALC: "ALC"}
_LOINC, _UNIT, _QUANTITY, _LOW, _HIGH = (f"LEUKO:000023{n}" for n in range(5))
# The long name of LOINC: component [property] in specimen by method.
_LOINC_NAME = re.compile(
    r"^(?P<component>.+?)(?P<share>/(?:100 )?(?:total )?(?:leu[ck]ocytes|cells|WBC|lymphocytes))?\s*(?:\[(?P<property>[^\]]*)\])?"
    r"(?:\s+(?:in|of)\s+(?P<specimen>.+?))?(?:\s+by\s+.+)?$",
    re.IGNORECASE,
)
_FRACTION = (
    "%",
    "percent",
    "pct",
    "fraction",
    "per cent",
    "prozent",
    "/100 wbc",
    "% of wbc",
    "% of leukocytes",
    "% of lymphocytes",
)


class Test(NamedTuple):
    """A laboratory test."""

    id: str
    label: str
    unit: str
    quantity: str
    low: str
    high: str
    names: tuple[str, ...]

    @property
    def short(self) -> str:
        """Name that an answer shows."""
        return SHORT.get(self.id, self.label)


class Tests:
    """Tests by name and code."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.by_id = {n: _read_test(n, d) for n, d in graph.nodes(data=True) if d.get("category") == "test"}
        self._graph = graph

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for label_only in (True, False):
            for test in sorted(self.by_id.values()):
                for name in (test.label,) if label_only else test.names:
                    found.setdefault(normalize(name), test.id)
        for row in read_table("language/analytes.tsv"):
            if row["test"] in self.by_id:
                found.setdefault(normalize(row["written"]), row["test"])
        return found

    @cached_property
    def _by_loinc(self) -> dict[str, str]:
        pairs = ((code, n) for n in self.by_id for code in self._graph.nodes[n].get("values", {}).get(_LOINC, ()))
        return dict(pairs)

    def find(self, name: str, unit: str = "") -> Test | None:
        """Test of blood that a report calls so; a percent sign in the unit turns a bare cell name into its share."""
        if find_fluid(name):
            return None
        for text in (name, _drop_brackets(name), *_inside_brackets(name)):
            key = normalize(text)
            if found := self._by_name.get(key) or self._by_name.get(_without_fillers(key)):
                return self._fit(self.by_id[found], unit)
        return self._find_long_name(name, unit)

    def _find_long_name(self, name: str, unit: str) -> Test | None:
        """By the long name of LOINC, whose property tells count from share."""
        match = _LOINC_NAME.match(name.strip())
        if match is None or not (match["property"] or match["specimen"] or match["share"]):
            return None
        if match["specimen"] and match["specimen"].casefold() not in _blood():
            return None
        key = normalize(re.sub(r"\s*\(.*?\)", "", match["component"]).replace(".", " "))
        found = self._by_name.get(key) or self._by_name.get(" ".join(reversed(key.split())))
        return self._fit(self.by_id[found], "%" if match["share"] else unit) if found else None

    def find_reason(self, name: str) -> str:
        """Why a known test is not used; empty where the name is not known."""
        match = _LOINC_NAME.match(name.strip())
        names = [name, _drop_brackets(name), match["component"] if match else name]
        return next((reason for text in names if (reason := _without_bearing().get(normalize(text)))), "")

    def find_loinc(self, code: str, unit: str = "") -> Test | None:
        """Test with this LOINC code."""
        found = self._by_loinc.get(code.strip().removeprefix("loinc:").removeprefix("LOINC:"))
        return self._fit(self.by_id[found], unit) if found else None

    def _fit(self, test: Test, unit: str) -> Test:
        """The unit decides between a count and a share of the same name."""
        is_share = unit.strip().casefold() in _FRACTION
        if is_share and test.quantity == "count":
            return self.by_id.get(_AS_SHARE.get(test.id, ""), test)
        if unit.strip() and not is_share and test.quantity == "percent" and unit.strip() != "1":
            return self.by_id.get(_AS_COUNT.get(test.id, ""), test)
        return test

    def suggest(self, name: str, limit: int = 4) -> list[str]:
        """Labels of tests that look like a name."""
        from rapidfuzz import fuzz, process

        hits = process.extract(normalize(name), list(self._by_name), scorer=fuzz.WRatio, limit=limit * 2, score_cutoff=75)
        return list(dict.fromkeys(self.by_id[self._by_name[key]].label for key, _, _ in hits))[:limit]


def _drop_brackets(name: str) -> str:
    return re.sub(r"\s*[(\[][^)\]]*[)\]]", " ", name).strip()


def _inside_brackets(name: str) -> list[str]:
    return re.findall(r"\(([^)]*)\)", name)


@lru_cache(maxsize=1)
def _without_bearing() -> dict[str, str]:
    return {normalize(row["written"]): row["reason"] for row in read_table("language/tests_without_bearing.tsv")}


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    """Words that say how or where something was measured, not what."""
    return frozenset(normalize(row["written"]) for row in read_table("language/analytes.tsv") if row["test"] == "-")


@lru_cache(maxsize=1)
def _filler_pattern() -> re.Pattern[str]:
    longest_first = sorted(_fillers(), key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


def _without_fillers(key: str) -> str:
    return " ".join(_filler_pattern().sub(" ", key).split())


@lru_cache(maxsize=1)
def _fluids() -> re.Pattern[str]:
    words = sorted((row["word"] for row in read_table("language/specimens.tsv") if row["blood"] == "no"), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=1)
def _blood() -> frozenset[str]:
    return frozenset(row["word"] for row in read_table("language/specimens.tsv") if row["blood"] == "yes")


def find_fluid(text: str) -> str:
    """The fluid or tissue, other than blood, that a text names; empty where it names none."""
    match = _fluids().search(text)
    return match[0] if match else ""


def _read_test(node: str, data: dict[str, object]) -> Test:
    values = data.get("values", {})
    assert isinstance(values, dict)
    first = {key: values.get(key, [""])[0] for key in (_UNIT, _QUANTITY, _LOW, _HIGH)}
    names: list[str] = []
    for role in ("exact", "related"):
        texts = data.get(role, ())
        assert isinstance(texts, list | tuple)
        names += texts
    return Test(node, str(data["label"]), first[_UNIT], first[_QUANTITY], first[_LOW], first[_HIGH], tuple(names))
