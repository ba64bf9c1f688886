"""The case as it was given: names, numbers and units, nothing resolved.

The fields are those of the case schema; pydantic reads their metadata (`kg.case.readers.schema`), so that the schema stands once.
Must not know terms, units or thresholds, and imports nothing heavy: flags build it without pydantic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FORBID = {"extra": "forbid"}
Status = Literal["present", "absent"]
Duffy = Literal["null", "positive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPatient:
    """Whom the case is about."""

    __pydantic_config__ = FORBID
    age: str | None = field(default=None, metadata={"description": "ISO 8601 duration, such as P41Y, P9M, P2D or PT36H"})
    sex: str | None = field(default=None, metadata={"description": "female, male, or any other word"})
    duffy: Duffy | None = field(default=None, metadata={"description": "Duffy phenotype or genotype, where known"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLab:
    """A laboratory value. `bound` is set where a text gives a limit only (`ANC below 0.5`)."""

    __pydantic_config__ = FORBID
    value: float | str | None = field(
        default=None,
        metadata={
            "description": "the number, or the text as reported (`<0.1`, `77,000 then 49,000`); without it, flag says what it was"
        },
    )
    test: str | None = field(
        default=None, metadata={"description": "name of the test; this or loinc, unless value is a whole line of a report"}
    )
    loinc: str | None = field(default=None, metadata={"description": "LOINC code of the test", "pattern": r"^\d{1,7}-\d$"})
    unit: str | None = field(default=None, metadata={"description": "unit, UCUM or as commonly written"})
    days_ago: float | None = field(
        default=None, metadata={"description": "days before now; fractions allowed", "ge": 0, "allow_inf_nan": False}
    )
    bound: Literal["", "<", "<=", ">", ">="] = field(default="", metadata={"description": "set where value is only a limit"})
    flag: Literal["", "high", "low", "normal"] = field(default="", metadata={"description": "the laboratory's own judgement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """A finding in words or by identifier, present or absent."""

    __pydantic_config__ = FORBID
    text: str | None = field(default=None, metadata={"description": "the finding in words; either this or id"})
    id: str | None = field(default=None, metadata={"description": "CURIE of the finding, such as HP:0001945"})
    status: Status = field(default="present", metadata={"description": "whether the patient has it"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDrug:
    """A drug with its time, in days before now."""

    __pydantic_config__ = FORBID
    name: str | None = field(default=None, metadata={"description": "name of the drug; or rxnorm, or atc"})
    rxnorm: str | None = field(default=None, metadata={"description": "RxNorm concept identifier"})
    atc: str | None = field(default=None, metadata={"description": "ATC code"})
    days_since_start: float | None = field(
        default=None, metadata={"description": "days since the first dose", "ge": 0, "allow_inf_nan": False}
    )
    days_since_stop: float | None = field(
        default=None, metadata={"description": "days since the last dose", "ge": 0, "allow_inf_nan": False}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHistory:
    """An earlier or lasting condition, an exposure, a circumstance."""

    __pydantic_config__ = FORBID
    text: str = field(metadata={"description": "the condition in words"})


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that the reader of a form could not take: what it was, why, and where it stands."""

    kind: str
    text: str
    reason: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFields:
    """A case as given; nothing is required but one finding or value."""

    __pydantic_config__ = FORBID
    id: str | None = field(default=None, metadata={"description": "name of the case; not used"})
    patient: RawPatient = field(default_factory=RawPatient)
    labs: tuple[RawLab, ...] = ()
    findings: tuple[RawFinding, ...] = ()
    drugs: tuple[RawDrug, ...] = ()
    drugs_complete: bool = field(default=False, metadata={"description": "true where no drug is taken beyond those listed"})
    history: tuple[RawHistory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCase(CaseFields):
    """A case as given, with what its reader had to leave aside or take for granted."""

    unread: tuple[Unread, ...] = ()
    assumptions: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()  # path of an item here, and its path in the input
