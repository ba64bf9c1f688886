"""What changed between two releases: terms and associations added, changed, obsoleted, removed. Reads two built files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.authoring.release.axioms import And, Axiom, Literal, Ontology, Some, read_ontology
from kg.vocabulary import LEUKO, PREFIXES, contract, expand

_LABEL, _DEPRECATED = PREFIXES["rdfs"] + "label", PREFIXES["owl"] + "deprecated"
_REASON, _REPLACED = expand("IAO:0000231"), expand("IAO:0100001")
_ASSOCIATION = expand("LEUKO:0000183")
_INFERRED = expand("oboInOwl:is_inferred")


@dataclass
class Entry:
    """One term or association of a release: its label, whether it is obsolete, and every statement about it as text."""

    label: str = ""
    kind: str = "term"
    obsolete: str = ""  # why, and what replaces it
    statements: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Change:
    """What happened to one entry; `lines` are the statements that came (`+`) and went (`-`)."""

    id: str
    label: str
    kind: str
    what: str  # added, changed, obsoleted, removed
    lines: tuple[str, ...] = ()


def read_entries(path: Path) -> dict[str, Entry]:
    """Own terms and associations of a built file (or of the one in a folder), by id. Raises InputError."""
    ontology = read_ontology(path / "leukograph.owl" if path.is_dir() else path)
    entries = {contract(iri): Entry() for _, iri in ontology.declarations if iri.startswith(LEUKO)}
    labels = _labels(ontology)
    for axiom in ontology.axioms:
        subject = contract(str(axiom.args[1 if axiom.kind in ("AnnotationAssertion", "ClassAssertion") else 0]))
        if subject in entries:
            _add(entries[subject], axiom, labels)
    return entries


def _labels(ontology: Ontology) -> dict[str, str]:
    return {a.args[1]: a.args[2].value for a in ontology.axioms if a.args[0] == _LABEL and a.kind == "AnnotationAssertion"}


def _add(entry: Entry, axiom: Axiom, labels: Mapping[str, str]) -> None:
    if any(prop == _INFERRED for prop, _ in axiom.notes):
        return
    if axiom.kind == "AnnotationAssertion":
        prop, _, value = axiom.args
        if prop == _LABEL:
            entry.label = value.value
        if prop in (_DEPRECATED, _REASON, _REPLACED):
            text = value.value if isinstance(value, Literal) else f"replaced by {_show(value, labels)}"
            entry.obsolete = "; ".join(filter(None, (entry.obsolete, "" if text == "true" else text))) or "obsolete"
        entry.statements.add(f"{_show(prop, labels)}: {_show(value, labels)}")
    elif axiom.kind == "ClassAssertion":
        entry.kind = "association" if axiom.args[0] == _ASSOCIATION else entry.kind
    else:
        entry.statements.add(f"{axiom.kind}: " + " ".join(_show(arg, labels) for arg in axiom.args[1:]))


def _show(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Some):
        return f"{_show(value.property, labels)} some {_show(value.filler, labels)}"
    if isinstance(value, And):
        return " and ".join(_show(part, labels) for part in value.parts)
    return f"'{labels[value]}'" if value in labels else contract(str(value))


def compare(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[Change]:
    """Changes by id."""
    changes = []
    for id_ in sorted({*old, *new}):
        if (change := _compare(id_, old.get(id_), new.get(id_))) is not None:
            changes.append(change)
    return changes


def _compare(id_: str, old: Entry | None, new: Entry | None) -> Change | None:
    if new is None:
        assert old is not None
        return Change(id_, old.label, old.kind, "removed")
    if new.obsolete and (old is None or not old.obsolete):
        return None if old is None else Change(id_, old.label, old.kind, "obsoleted", (new.obsolete,))
    if old is None:
        return Change(id_, new.label, new.kind, "added")
    lines = [f"- {s}" for s in sorted(old.statements - new.statements)]
    lines += [f"+ {s}" for s in sorted(new.statements - old.statements)]
    return Change(id_, new.label, new.kind, "changed", tuple(lines)) if lines else None


def render_changes(changes: list[Change], lines: int = 20) -> str:
    """Markdown: a count, then each kind of change; associations are counted, and listed where they changed or went."""
    titles = [(kind, what) for kind in ("term", "association") for what in ("added", "changed", "obsoleted", "removed")]
    parts = ["# Changes between two releases", ""]
    for kind, what in titles:
        parts.append(f"- {kind}s {what}: {sum(c.kind == kind and c.what == what for c in changes)}")
    for kind, what in titles:
        chosen = [c for c in changes if c.kind == kind and c.what == what]
        if chosen:
            parts += ["", f"## {kind.capitalize()}s {what}", ""]
            parts += [line for change in chosen for line in _render(change, lines)]
    return "\n".join(parts) + "\n"


def _render(change: Change, limit: int) -> list[str]:
    more = len(change.lines) - limit
    shown = [f"  {line}" for line in change.lines[:limit]] + ([f"  … and {more} more"] if more > 0 else [])
    return [f"- {change.id} {change.label}", *shown]


def read_retired(ontology: Ontology) -> list[tuple[str, str, str]]:
    """(id, reason, replacement or "") of the obsolete classes of a file, by id."""
    values = ontology.get_values()
    classes = [iri for kind, iri in ontology.declarations if kind == "Class"]
    found = []
    for iri in classes:
        told = {axiom.args[0]: axiom.args[2] for axiom in values.get(iri, ())}
        if _DEPRECATED in told:
            reason = told.get(_REASON)
            found.append(
                (contract(iri), reason.value if isinstance(reason, Literal) else "", contract(str(told.get(_REPLACED, ""))))
            )
    return found
