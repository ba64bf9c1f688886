"""From one patient to a hospital: tables of counts, drugs and diagnoses -> episodes, their causes, and one report page.

The room is not named `cohort`: that would hide `kg.cohort`.

Owns the readers of tables, the definition of an episode (`episodes`), the work in parts that a kill cannot spoil (`run`), and
the page. The thinking is `kg.reasoning.many`, the judging of values `kg.case`; what a count means stands there alone. Nothing
here distributes work over machines: that is Spark's (`spark`).

Engine: Polars. Measured against DuckDB on ten million counts (`python -m benchmarks cohort`): reading, sorting out the low
ones and counting them by group takes both about a tenth of the time that the thinking takes, so speed does not decide.
Polars hands numpy arrays to the thinking without a copy, keeps the order of rows (a part is the same rows in every run) and
brings the frames that `kg.cohort(frame)` gives back; DuckDB would bring SQL that nobody here needs.
"""

from __future__ import annotations

from typing import Any

__all__ = ["cohort"]


def cohort(frame: Any, mapping: Any = None, **options: Any) -> Any:
    """Episodes of low counts in a pandas or Polars frame, as a frame of the same kind, with their best causes.

    `mapping` says what the columns mean, as the file of `kg cohort --map` does; without it they are guessed from their
    names. `causes=True` gives a row for each cause on the first two shelves instead. Raises InputError.
    """
    from kg.cohorts.frames import explain_frame

    return explain_frame(frame, mapping, **options)
