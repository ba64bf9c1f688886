"""The page's scripts as TypeScript and ESLint see them: types from JSDoc, no undefined name, no unused one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import skip

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDERS = ("kg/serve/static", "kg/serve/static/offline", "kg/serve/static/editor", "kg/answer/page/assets")
FOLDERS += ("kg/authoring/release/site/assets",)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of `package.json` from the root of the repository."""
    path = HERE / "node_modules" / ".bin" / tool
    if not path.exists() and shutil.which("npm"):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=False)
    if not path.exists():
        skip(f"no {tool} (npm ci in tests/page)")
    return subprocess.run([str(path), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def find_scripts() -> list[Path]:
    """Every script of ours; what others wrote (`*.min.js`) is theirs."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.js") if not path.name.endswith(".min.js"))


@pytest.mark.parametrize("config", ["tsconfig.json", "tsconfig.pages.json"])
def test_the_scripts_have_the_types_that_they_say(config: str) -> None:
    """Strict for the model and the reading of values, without implicit-any for what draws the page."""
    found = run("tsc", "-p", f"tests/page/{config}")
    assert found.stdout + found.stderr == ""


def test_the_type_checker_sees_the_scripts() -> None:
    """Every script of the question page asks to be checked, and is on the checker's list."""
    listed = run("tsc", "-p", "tests/page/tsconfig.pages.json", "--listFilesOnly").stdout
    scripts = [path for path in find_scripts() if path.parent.name in ("static", "offline")]
    assert len(scripts) > 15
    assert [path.name for path in scripts if path.name not in listed] == []
    assert [path.name for path in scripts if not path.read_text(encoding="utf-8").startswith("// @ts-check")] == []


def test_the_scripts_pass_the_linter() -> None:
    """No name that nobody defines, no variable that nobody reads, no shadow."""
    found = run("eslint", "-c", "tests/page/eslint.config.cjs", *(str(path.relative_to(ROOT)) for path in find_scripts()))
    assert found.stdout + found.stderr == ""


def test_the_model_stands_in_the_tables_not_in_the_scripts() -> None:
    """No number of the model in a script: whatever is no small whole number or power of ten comes from the tables."""
    import re

    scripts = [path for path in find_scripts() if path.parent.name == "offline" and path.name not in ("wording.js", "values.js")]
    code = {
        path.name: re.sub(r"/\*.*?\*/|//.*|\"[^\"]*\"|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.S)
        for path in scripts
    }
    numbers = {name: set(re.findall(r"(?<![\w.\[])\d+\.\d+|(?<![\w.\[])[1-9]\d+(?![\w.])", text)) for name, text in code.items()}
    assert {name: found - {"365.25", "12"} for name, found in numbers.items() if found - {"365.25", "12"}} == {}
