"""Executes the notebooks in place: `python -m tests.notebooks.refresh`. Interactive pages give way to their still pictures.

A page is a megabyte that no code host shows; the picture that stands beside it in the same output is some kilobytes.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 50_000


def refresh(path: Path) -> None:
    """Run one notebook and write it back with small outputs, without times and counters of the run."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data and len(data.get("text/html", "")) > LARGEST:
                del data["text/html"]
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for found in sorted((ROOT / "notebooks").glob("*.ipynb")):
        refresh(found)
