"""A real Virtuoso on free loopback ports in a temporary folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip

INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
CheckpointInterval = 0
NumberOfBuffers = 80000
MaxDirtyBuffers = 60000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000000
"""
GRANTS = (
    'GRANT SPARQL_UPDATE TO "SPARQL";',
    'GRANT EXECUTE ON DB.DBA.SPARQL_INSERT_DICT_CONTENT TO "SPARQL";',
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_virtuoso(folder: Path, files: str = "", graph: str = "") -> Iterator[str]:
    """A Virtuoso that anyone on this machine may update, loaded with `files` (a pattern in `folder`); gives its address."""
    sql, http = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(INI.format(folder=folder, sql=sql, http=http), encoding="utf-8")
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 600}
    subprocess.run(["virtuoso-t", "+wait", "-c", str(folder / "virtuoso.ini")], check=True, **quiet)
    isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba"]
    try:
        load = (f"ld_dir('{folder}', '{files}', '{graph}');", "rdf_loader_run();", "checkpoint;") if files else ()
        subprocess.run(isql, input="\n".join((*GRANTS, *load)), text=True, check=True, **quiet)
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        subprocess.run(isql, input="shutdown;", text=True, check=False, **quiet)


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty Virtuoso."""
    if not shutil.which("virtuoso-t"):
        skip("no Virtuoso (apt-get install virtuoso-opensource)")
    with run_virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address
