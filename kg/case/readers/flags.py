"""A case from flags: `--lab ANC=0.4@200d`, `--drug clozapine@50d`, `-p`, `-n`, alone or on top of a case file.

Owns the grammar of flags. The path of each is handed on, so that what is not understood names the flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kg.case.raw import RawCase, RawDrug, RawFinding, RawLab, RawPatient
from kg.exceptions import InputError

_TIME = re.compile(r"@(\d+(?:\.\d+)?)d?$")
_COURSE = re.compile(r"@(\d+(?:\.\d+)?)d?(?:\.\.(\d+(?:\.\d+)?)d?)?$")
_LAB = re.compile(r"^(?P<name>[^=<>]+?)\s*(?P<sign><=|>=|=|<|>)\s*(?P<value>.+)$")
_LOINC = re.compile(r"^(?:loinc:)?\d{3,7}-\d$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Flags of one question, as typed."""

    findings: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    drugs_complete: bool = False
    age: str = ""
    sex: str = ""
    duffy: str = ""

    def add_to(self, case: RawCase) -> tuple[RawCase, dict[str, str]]:
        """The case with the flags on top, and the flag behind each path that came from one. Raises InputError."""
        flags: dict[str, str] = {}
        findings = [RawFinding(text=text) for text in self.findings]
        findings += [RawFinding(text=text, status="absent") for text in self.absent]
        names = [*(repr(text) for text in self.findings), *(f"--absent {text!r}" for text in self.absent)]
        return replace(
            case,
            findings=_append("findings", case.findings, findings, names, flags),
            labs=_append("labs", case.labs, map(read_lab, self.labs), [f"--lab {t}" for t in self.labs], flags),
            drugs=_append("drugs", case.drugs, map(read_drug, self.drugs), [f"--drug {t}" for t in self.drugs], flags),
            drugs_complete=case.drugs_complete or self.drugs_complete,
            patient=self._patient(case.patient, flags),
        ), flags

    def _patient(self, given: RawPatient, flags: dict[str, str]) -> RawPatient:
        if self.age:
            given, flags["patient.age"] = replace(given, age=self.age), f"--age {self.age}"
        if self.sex:
            given = replace(given, sex=self.sex)
        if self.duffy:
            if self.duffy not in ("null", "positive"):
                raise InputError("is null or positive", f"--duffy {self.duffy}")
            given = replace(given, duffy="null" if self.duffy == "null" else "positive")
        return given


def _append(
    kind: str, given: tuple[Any, ...], added: Iterable[Any], names: Iterable[str], flags: dict[str, str]
) -> tuple[Any, ...]:
    """Items of a file, then those of flags; the paths of the latter are noted."""
    items = list(given)
    for item, name in zip(added, names, strict=True):
        flags[f"{kind}[{len(items)}]"] = name
        items.append(item)
    return tuple(items)


def read_lab(text: str) -> RawLab:
    """Value of `NAME=VALUE[UNIT]@Nd`, or of a line of a report; the name may be a LOINC code. The value stays as written."""
    days = _TIME.search(text)
    plain = text[: days.start()] if days else text
    when = float(days[1]) if days else None
    if (match := _LAB.match(plain)) is None:
        return RawLab(value=plain.strip(), days_ago=when)
    sign, name = match["sign"].removeprefix("=") if match["sign"] == "=" else match["sign"], match["name"].strip()
    loinc = name if _LOINC.match(name) else None
    return RawLab(value=f"{sign} {match['value']}".strip(), test=None if loinc else name, loinc=loinc, days_ago=when)


def read_drug(text: str) -> RawDrug:
    """Drug of `NAME@Nd` (days since the start) or `NAME@N..Md` (started N, stopped M days ago). Raises InputError."""
    course = _COURSE.search(text)
    name = (text[: course.start()] if course else text).strip()
    if not name or "@" in name:
        raise InputError("is not NAME, NAME@DAYSd or NAME@START..STOPd", f"--drug {text}")
    start, stop = (float(n) if n else None for n in course.groups()) if course else (None, None)
    code = re.fullmatch(r"(rxnorm|atc):(\S+)", name, re.IGNORECASE)
    if code:
        kind = code[1].casefold()
        return RawDrug(**{kind: code[2]}, days_since_start=start, days_since_stop=stop)
    return RawDrug(name=name, days_since_start=start, days_since_stop=stop)
