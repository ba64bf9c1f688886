"""Changes of a raw case for what-if: `--add drug:clozapine@50d`, `--drop absent:splenomegaly`, `--drop lab:ANC`.

Owns the grammar of such changes. An addition is read like a flag and replaces what says the opposite; a removal matches by
meaning, so that `drop drug:Clozaril` finds clozapine. The changed case is then resolved anew, so that what was derived from
a value goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg.case.raw import RawCase, RawFinding, RawLab
from kg.case.readers.flags import Flags, read_drug
from kg.case.records import Case
from kg.case.resolve import Resolver
from kg.exceptions import InputError, UnknownTermError

KINDS = {"finding": "findings", "absent": "absent", "drug": "drugs", "lab": "labs"}


def edit_case(
    raw: RawCase, typed: Mapping[str, str], add: Iterable[str], drop: Iterable[str], resolver: Resolver
) -> tuple[RawCase, dict[str, str]]:
    """The case without what is dropped and with what is added, and the flag behind each path, as `Flags.add_to` gives it.

    Raises InputError for a change that cannot be read, or that drops what the case does not have.
    """
    additions = list(add)
    for text in drop:
        raw = _drop(raw, *_split(text, "--drop"), resolver)
    words: dict[str, tuple[str, ...]] = {}
    for kind, name in (_split(text, "--add") for text in additions):
        words[KINDS[kind]] = (*words.get(KINDS[kind], ()), name)
    for kind, opposite in (("absent", "present"), ("findings", "absent")):
        for name in words.get(kind, ()):
            matches = _match_stated(name, resolver, opposite)
            raw = replace(raw, findings=tuple(f for f in raw.findings if not matches(f)))
    patient = {path: flag for path, flag in typed.items() if path.startswith("patient")}
    edited, flags = Flags(**words).add_to(raw)  # type: ignore[arg-type]
    return edited, patient | flags


def check_additions(case: Case, flags: Mapping[str, str]) -> None:
    """What a change adds must be understood: the question is the change. Raises InputError, or UnknownTermError for a name."""
    added = {flag for path, flag in flags.items() if not path.startswith("patient")}
    for item in case.not_understood:
        if item["path"] in added and item["reason"] == f"no {item['kind']} has this name":
            raise UnknownTermError(item["text"], item.get("suggestions", ()))
        if item["path"] in added:
            raise InputError(item["reason"], item["path"])


def _split(text: str, option: str) -> tuple[str, str]:
    kind, _, name = text.partition(":")
    if kind not in KINDS or not name.strip():
        raise InputError(f"is not KIND:NAME, with KIND one of {', '.join(KINDS)}", f"{option} {text}")
    return kind, name.strip()


def _drop(raw: RawCase, kind: str, name: str, resolver: Resolver) -> RawCase:
    matches = _MATCHERS[kind](name, resolver)
    field = "findings" if kind == "absent" else KINDS[kind]
    items: tuple[Any, ...] = getattr(raw, field)
    kept = tuple(item for item in items if not matches(item))
    if len(kept) == len(items):
        raise InputError(f"the case has no such {kind}; it has {_list(items, kind)}", f"--drop {kind}:{name}")
    return replace(raw, places=(), **{field: kept})  # type: ignore[arg-type]


def _list(items: Iterable[Any], kind: str) -> str:
    if kind in ("finding", "absent"):
        status = "present" if kind == "finding" else "absent"
        names = [f.text or f.id for f in items if f.status == status]
    elif kind == "drug":
        names = [d.name or d.rxnorm or d.atc for d in items]
    else:
        names = [lab.test or lab.loinc for lab in items]
    return ", ".join(name or "" for name in names) or "none"


# --------------------------------------------------------------------------- does an item of the case mean the same?

Matcher = Callable[[Any], bool]


def _match_drug(name: str, resolver: Resolver) -> Matcher:
    wanted = {m.term or m.substance for m in resolver.drugs.read(read_drug(name)) if m.known}
    return lambda drug: drug.name == name or bool(wanted & {m.term or m.substance for m in resolver.drugs.read(drug)})


def _match_finding(name: str, resolver: Resolver) -> Matcher:
    return _match_stated(name, resolver, "present")


def _match_absent(name: str, resolver: Resolver) -> Matcher:
    return _match_stated(name, resolver, "absent")


def _match_stated(name: str, resolver: Resolver, status: str) -> Matcher:
    wanted = _terms(RawFinding(text=name), resolver)

    def matches(finding: RawFinding) -> bool:
        return finding.status == status and (name in (finding.text, finding.id) or bool(wanted & _terms(finding, resolver)))

    return matches


def _terms(finding: RawFinding, resolver: Resolver) -> set[str]:
    meaning = resolver.text.read(finding.text or finding.id or "", True)
    return {*meaning.present, *meaning.absent, finding.id or ""} - {""}


def _match_lab(name: str, resolver: Resolver) -> Matcher:
    """By the name of the test, or by name and value (`ANC=0.4`)."""
    test, _, value = name.partition("=")
    wanted = resolver.tests.find(test.strip()) or resolver.tests.find_loinc(test.strip())

    def matches(lab: RawLab) -> bool:
        found = resolver.tests.find_loinc(lab.loinc) if lab.loinc else resolver.tests.find(lab.test or "", lab.unit or "")
        same = test.strip() in (lab.test, lab.loinc) or (wanted is not None and found is not None and wanted.id == found.id)
        shown = f"{lab.value:g}" if isinstance(lab.value, float | int) else (lab.value or "")
        return same and (not value or value.strip() == shown)

    return matches


_MATCHERS: dict[str, Callable[[str, Resolver], Matcher]] = {
    "drug": _match_drug,
    "finding": _match_finding,
    "absent": _match_absent,
    "lab": _match_lab,
}
