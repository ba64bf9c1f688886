"""Run the measurements and print one table; `--write` puts it into the README between its markers."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
MARKERS = re.compile(r"(<!-- benchmarks -->\n).*?(<!-- /benchmarks -->)", re.DOTALL)
COLUMNS = ("what", "ours", "peer", "ratio", "goal")


def main() -> None:
    """Modules named on the command line, or all."""
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    found = names or sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    rows: list[dict[str, Any]] = []
    for name in found:
        sys.stderr.write(f"{name} …\n")
        rows += import_module(f"benchmarks.{name}").run()
    table = render(rows)
    sys.stdout.write(table)
    if "--write" in sys.argv:
        README.write_text(MARKERS.sub(lambda m: f"{m[1]}{table}{m[2]}", README.read_text("utf-8")), encoding="utf-8")


def render(rows: list[dict[str, Any]]) -> str:
    """Markdown table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(_cell(row.get(column, "")) for column in COLUMNS) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "/")


if __name__ == "__main__":
    main()
