"""Values of one sample together: what contradicts, what follows.

Owns four rules: no line exceeds the total; two values of one test at one time contradict each other, and both are said; a line
is the total times its share, and a share alone decides nothing; the total, less the other lines that are known, bounds each line
from above. Every value counts at its own time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.case.notes import Notes
from kg.case.raw import RawLab
from kg.case.values.analytes import (
    ALC,
    ANC,
    BANDS,
    BANDS_COUNT,
    GRANULOCYTES,
    NEUTROPHIL_SHARE,
    SEGS,
    SEGS_COUNT,
    SHARES,
    WBC,
    WHITE_SHARES,
    Tests,
)
from kg.case.values.labs import WHITE_LINES, Measured, read_value
from kg.case.values.units import tidy

SAME_TIME = 0.02  # days: half an hour
AGREE = 1.05  # two values of one time that differ by less are one value, rounded or from two machines
BOUNDED = (ANC, ALC)  # the lines for which a bound can decide something
SHARE_ALONE = "a share alone decides nothing: give the white cell count of the same sample"
_COUNT_OF = {share: line for line, share in SHARES.items()} | {SEGS: ANC, BANDS: ANC}
Sample = dict[str, list[Measured]]


def read_values(labs: Sequence[tuple[RawLab, str]], tests: Tests, notes: Notes) -> list[Measured]:
    """Values of a case with those that follow from them; what cannot be, or contradicts another, is noted."""
    every = _once(found for lab, path in labs for found in read_value(lab, path, tests, notes))
    judged = [m for m in every if m.is_judged_only]
    given = sorted((m for m in every if not m.is_judged_only), key=_order)
    _note_contradictions(given, notes)
    given = _keep_possible(given, notes)
    counts = _keep_possible([*given, *_from_shares(given, tests, notes)], notes)
    return [*sorted([*counts, *_from_totals(counts, tests)], key=_order), *judged]


def _once(values: Iterable[Measured]) -> list[Measured]:
    """Values without those that are given twice."""
    found: dict[tuple[object, ...], Measured] = {}
    for m in values:
        value = m.flag if m.is_judged_only else m.value
        found.setdefault((m.test.id, value, m.bound, m.days_ago), m)
    return list(found.values())


def _note_contradictions(given: Sequence[Measured], notes: Notes) -> None:
    """Different values of one test at one time: all stay, and it is said."""
    for _, sample in _samples(given):
        for values in sample.values():
            exact = [m for m in values if not m.bound]
            if len(exact) > 1 and max(m.value for m in exact) > min(m.value for m in exact) * AGREE:
                text = " and ".join(f"{m.test.short} {m.value:g}" for m in exact)
                notes.contradict(f"{text} at one time: each is judged; say which holds, or when each was taken")


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


def _keep_possible(values: Sequence[Measured], notes: Notes) -> list[Measured]:
    """Values without lines above the total of their sample, and without shares beyond the whole; these are noted."""
    wrong: list[Measured] = []
    for _, sample in _samples(values):
        for measured, reason in (*_above_total(sample), *_beyond_whole(sample)):
            notes.refuse("test", f"{measured.test.short} {measured.value:g}", reason, measured.path)
            wrong.append(measured)
    return [m for m in values if m not in wrong]


def _above_total(sample: Sample) -> Iterator[tuple[Measured, str]]:
    totals = [m for m in sample.get(WBC, ()) if m.bound in ("", "<", "<=")]
    for line in [m for test in WHITE_LINES for m in sample.get(test, ()) if m.bound in ("", ">", ">=")]:
        if totals and line.value > (total := max(m.value for m in totals)) * (1 + 1e-9):
            yield line, f"{line.test.short} {line.value:g} is above the WBC {total:g} of the same time"


def _beyond_whole(sample: Sample) -> Iterator[tuple[Measured, str]]:
    for band in sample.get(BANDS, ()):
        for segs in sample.get(SEGS) or sample.get(NEUTROPHIL_SHARE, []):
            if segs.value + band.value > 100.0 + 1e-9:
                yield band, f"{segs.value:g} % and {band.value:g} % are more than all cells"


def _from_shares(values: Sequence[Measured], tests: Tests, notes: Notes) -> list[Measured]:
    """Counts from the total and the share of the same sample; shares without a total are set aside."""
    found: list[Measured] = []
    for moment, sample in _samples(values):
        if ANC not in sample and (segs := sample.get(SEGS_COUNT)):
            found.append(_from_segmented(segs[0], sample.get(BANDS_COUNT, []), tests))
            sample[ANC] = [found[-1]]
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


def _from_segmented(segs: Measured, bands: Sequence[Measured], tests: Tests) -> Measured:
    """Neutrophils as segmented ones and bands together; without bands the segmented ones stand for them."""
    value = tidy(segs.value + sum(m.value for m in bands[:1]))
    how = f"segmented {segs.value:g}" + "".join(f" + bands {m.value:g}" for m in bands[:1])
    return Measured(tests.by_id[ANC], value, segs.days_ago, segs.bound, how, segs.flag, segs.path, segs.assumptions)


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
