"""Entry point: `kg …` and `python -m kg …`. Whatever goes wrong is one line on standard error and an exit status.

2: something given is wrong, or cannot be read or written. 70: a fault of ours, which `KG_DEBUG=1` shows in full.
"""

from __future__ import annotations

import codecs
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from kg.exceptions import LeukographError

FAULT = 70


def main() -> None:
    """Run the command line, and exit."""
    gc.disable()  # a short process that mostly loads data; the server switches it on again
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit status."""
    make_streams_bear_any_text()
    code = _guard(lambda: _call(arguments))
    flushed = _guard(_flush)
    return code or flushed


def _call(arguments: Sequence[str]) -> int:
    from kg.cli import cli

    try:
        cli(list(arguments), prog_name="kg")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def _guard(step: object) -> int:
    """Status of a step, any error of it told in one line."""
    try:
        return step()  # type: ignore[operator, no-any-return]
    except LeukographError as error:
        return _tell(str(error), 2)
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        return _tell(f"cannot read or write: {error.strerror or error}", 2)
    except MemoryError:
        return _tell("there is not enough memory for this", 2)
    except RecursionError:
        return _tell("what was given is nested too deeply", 2)
    except Exception as error:
        return _tell_fault(error)


def _flush() -> int:
    if sys.stdout is not None:
        sys.stdout.flush()
    return 0


def _tell(message: str, status: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"kg: {message}\n")
    return status


def _tell_fault(error: Exception) -> int:
    if os.environ.get("KG_DEBUG"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return _tell(f"a fault in kg ({type(error).__name__} at {place}); please report it, KG_DEBUG=1 tells more", FAULT)


def _drop_output() -> None:
    """What could not be written is given up, so that Python does not try it once more at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make_streams_bear_any_text() -> None:
    """Characters that the terminal's encoding lacks are written as JSON and Turtle escape them (`\\u2265`)."""
    codecs.register_error("leukograph", _escape)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="leukograph")


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)), error.end


if __name__ == "__main__":
    main()
