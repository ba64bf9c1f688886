"""Values of one sample together: what contradicts, what follows.

Owns three rules: no line exceeds the total; a line is the total times its share, and a share alone decides nothing; the
total, less the other lines that are known, bounds each line from above. Every value counts at its own time.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.case.notes import Notes
from kg.case.raw import RawLab
from kg.case.values.analytes import ALC, ANC, BANDS, GRANULOCYTES, NEUTROPHIL_SHARE, SEGS, SHARES, WBC, WHITE_SHARES, Tests
from kg.case.values.labs import WHITE_LINES, Measured, read_value
from kg.case.values.units import tidy
from kg.exceptions import InputError

SAME_TIME = 0.02  # days: half an hour
BOUNDED = (ANC, ALC)  # the lines for which a bound can decide something
SHARE_ALONE = "a share alone decides nothing: give the white cell count of the same sample"
_COUNT_OF = {share: line for line, share in SHARES.items()} | {SEGS: ANC, BANDS: ANC}
Sample = dict[str, list[Measured]]


def read_values(labs: Sequence[tuple[RawLab, str]], tests: Tests, notes: Notes) -> list[Measured]:
    """Values of a case with those that follow from them, checked against each other. Raises InputError."""
    given = [found for lab, path in labs if (found := read_value(lab, path, tests, notes))]
    given.sort(key=_order)
    _check_possible(given, notes)
    counts = [*given, *_from_shares(given, tests, notes)]
    _check_possible(counts, notes)
    return sorted([*counts, *_from_totals(counts, tests)], key=_order)


def _order(m: Measured) -> tuple[float, str, float, str, str]:
    return m.days_ago, m.test.id, m.value, m.bound, m.how


def _samples(values: Sequence[Measured]) -> list[tuple[float, Sample]]:
    """Values by sample; values less than half an hour apart belong together."""
    found: list[tuple[float, Sample]] = []
    for measured in sorted(values, key=_order):
        if not found or measured.days_ago - found[-1][0] > SAME_TIME:
            found.append((measured.days_ago, {}))
        found[-1][1].setdefault(measured.test.id, []).append(measured)
    return found


def _check_possible(values: Sequence[Measured], notes: Notes) -> None:
    """No line above the total of its sample, and no shares beyond the whole. Raises InputError."""
    for _, sample in _samples(values):
        totals = [m for m in sample.get(WBC, ()) if m.bound in ("", "<", "<=")]
        for line in [m for test in WHITE_LINES for m in sample.get(test, ()) if m.bound in ("", ">", ">=")]:
            if totals and line.value > max(m.value for m in totals) * (1 + 1e-9):
                total = max(m.value for m in totals)
                message = f"{line.test.short} {line.value:g} is above the WBC {total:g} of the same time"
                raise InputError(message, notes.place(line.path))
        for band in sample.get(BANDS, ()):
            for segs in sample.get(SEGS) or sample.get(NEUTROPHIL_SHARE, []):
                if segs.value + band.value > 100.0 + 1e-9:
                    raise InputError(f"{segs.value:g} % and {band.value:g} % are more than all cells", notes.place(band.path))


def _from_shares(values: Sequence[Measured], tests: Tests, notes: Notes) -> list[Measured]:
    """Counts from the total and the share of the same sample; shares without a total are set aside."""
    found: list[Measured] = []
    for moment, sample in _samples(values):
        if WBC not in sample:
            _set_aside(sample, notes)
            continue
        total = min(sample[WBC], key=lambda m: m.value)
        for line in SHARES:
            if line not in sample and (share := _share(sample, line)):
                how = f"WBC {total.value:g} x {share[1]}"
                value = tidy(total.value * share[0] / 100.0)
                found.append(Measured(tests.by_id[line], value, moment, total.bound, how, "", total.path, total.assumptions))
    return found


def _set_aside(sample: Sample, notes: Notes) -> None:
    for test in sorted(WHITE_SHARES & sample.keys()):
        if _COUNT_OF[test] not in sample:
            for share in sample[test]:
                notes.refuse("test", f"{share.test.label} {share.value:g} %", SHARE_ALONE, share.path)


def _share(sample: Sample, line: str) -> tuple[float, str] | None:
    """Percent of the white cells and its words; neutrophils are segmented ones and bands together."""
    if line != ANC:
        shares = sample.get(SHARES[line])
        return (shares[0].value, f"{shares[0].value:g} %") if shares else None
    segs = next(iter(sample.get(SEGS) or sample.get(NEUTROPHIL_SHARE) or ()), None)
    bands = next(iter(sample.get(BANDS, ())), None)
    if segs is None:
        return None
    if bands is None:
        return segs.value, f"{segs.value:g} %"
    return segs.value + bands.value, f"({segs.value:g} % segmented + {bands.value:g} % bands)"


def _from_totals(values: Sequence[Measured], tests: Tests) -> list[Measured]:
    """Upper bounds of lines without a count of their own: the total, less the other lines that are known."""
    found: list[Measured] = []
    for moment, sample in _samples(values):
        totals = [m for m in sample.get(WBC, ()) if m.bound in ("", "<", "<=")]
        if ANC not in sample and (granulocytes := sample.get(GRANULOCYTES)):
            first = granulocytes[0]
            how = f"no more than the granulocytes {first.value:g}"
            found.append(Measured(tests.by_id[ANC], first.value, moment, "<=", how, "", first.path))
        if not totals:
            continue
        total = min(totals, key=lambda m: m.value)
        for line in [line for line in BOUNDED if line not in sample]:
            others = [sample[other][0] for other in SHARES if other != line and other in sample]
            others = [m for m in others if m.bound in ("", ">", ">=")]
            bound = tidy(max(total.value - sum(m.value for m in others), 0.0))
            less = "".join(f" less {m.test.short} {m.value:g}" for m in others)
            how = f"no more than the WBC {total.value:g}{less}"
            found.append(Measured(tests.by_id[line], bound, moment, "<=", how, "", total.path))
    return found
