"""The notebooks run from a clean kernel, and hold narrative and calls only."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks.refresh import LARGEST

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the kernel's own libraries, not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(path: Path) -> None:
    """Every cell runs, and the answer shows itself as a sandboxed frame with a still picture behind it."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = [output["data"] for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    frames = [data["text/html"] for data in shown if "<iframe" in data.get("text/html", "")]
    if path.stem == "01_first_answer":
        assert frames
        assert 'sandbox="allow-scripts allow-downloads"' in frames[0]
        assert "data:image/svg+xml" in frames[0]


def test_committed_outputs_show_a_still_picture_and_no_page() -> None:
    """On a code host the first notebook shows the picture; pages of a megabyte stay out of the repository."""
    notebook = nbformat.read(ROOT / "notebooks" / "01_first_answer.ipynb", as_version=4)
    shown = [output["data"] for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    assert any("<svg" in data.get("image/svg+xml", "") for data in shown), "run python -m tests.notebooks.refresh"
    assert all(len(data.get("text/html", "")) < LARGEST for data in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_defines_nothing(path: Path) -> None:
    """A notebook tells a story in calls; what would be a function belongs into the package."""
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    assert not re.findall(r"^\s*(?:def|class)\s", code, re.M)
