"""Entry point: `kg …` and `python -m kg …`. Turns every error raised on purpose into one line and exit status 2."""

from __future__ import annotations

import gc
import sys

from kg.exceptions import LeukographError


def main() -> None:
    """Run the command line."""
    gc.disable()  # a short process that mostly loads data; the server switches it on again
    from kg.cli import cli

    try:
        cli(prog_name="kg")
    except LeukographError as error:
        sys.stderr.write(f"kg: {error}\n")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
