"""A real Virtuoso on free loopback ports in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

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
CheckpointInterval = 0
NumberOfBuffers = 20000
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


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty Virtuoso that anyone on this machine may update."""
    if not shutil.which("virtuoso-t"):
        if os.environ.get("CI"):
            pytest.fail("Virtuoso is not installed (apt install virtuoso-opensource)")
        pytest.skip("Virtuoso is not installed (apt install virtuoso-opensource)")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(INI.format(folder=folder, sql=sql, http=http), encoding="utf-8")
    log = subprocess.DEVNULL
    subprocess.run(["virtuoso-t", "+wait", "-c", str(folder / "virtuoso.ini")], check=True, stdout=log, stderr=log, timeout=120)
    isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba"]
    subprocess.run(isql, input="\n".join(GRANTS), text=True, check=True, stdout=log, stderr=log, timeout=60)
    yield f"http://127.0.0.1:{http}/sparql"
    subprocess.run(isql, input="shutdown;", text=True, check=False, stdout=log, stderr=log, timeout=60)
