"""A set of files among others that are not ours: written all or none, each with a seal by which we know it again.

The OWL files of `kg build` lie beside the curated tables, so no folder can be replaced. Each ends with a comment that holds the
digest of all before it: what was edited since, or came from elsewhere, is never overwritten. Must not know what is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from kg.authoring.folders import begin, mend, move_out, name_beside, remove, resolve
from kg.exceptions import InputError
from kg.files import MAX_RDF, read_bytes

OURS = b"https://w3id.org/leukograph/"  # stands in the head of each OWL file of ours
_SEAL = re.compile(rb"\n<!-- kg build: blake2b ([0-9a-f]{32}) -->\n\Z")


def write_files(folder: Path, name: str, files: Mapping[str, bytes], tell: Callable[[str], None]) -> list[Path]:
    """Write sealed files into a folder that holds others too: all or none, also for a run that is killed.

    `name` is the set's; the next run completes what a killed one had ready. A file of ours without a valid seal (edited, or from
    an older version) is kept under another name and told; one that is not ours is refused with InputError.
    """
    target = resolve(folder) / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mend(target)
        _check_places(target.parent, files)
        beside = name_beside(target, "part")
        begin(beside, name)
        for key, data in files.items():
            (beside / key).write_bytes(seal(data))
        _keep_edited(target.parent, files, tell)
        ready = name_beside(target, "ready")
        beside.rename(ready)
        move_out(ready, target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(folder)) from None
    finally:
        remove(name_beside(target, "part"))
    return [folder / key for key in files]


def seal(data: bytes) -> bytes:
    """XML with a closing comment that holds the digest of all before it."""
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    return data + f"\n<!-- kg build: blake2b {digest} -->\n".encode()


def is_sealed(data: bytes) -> bool:
    """Whether the content stands as `seal` left it."""
    found = _SEAL.search(data, max(0, len(data) - 100))
    return bool(found and hashlib.blake2b(data[: found.start()], digest_size=16).hexdigest().encode() == found[1])


def _check_places(folder: Path, files: Mapping[str, bytes]) -> None:
    for key in files:
        path = folder / key
        if path.exists() and not (path.is_file() and OURS in _read_head(path)):
            raise InputError("is no file that `kg build` wrote, so it is not replaced: move it away", str(path))


def _keep_edited(folder: Path, files: Mapping[str, bytes], tell: Callable[[str], None]) -> None:
    for key in files:
        path = folder / key
        if path.exists() and not is_sealed(read_bytes(path, MAX_RDF)):
            kept = next(p for n in range(1, 10_000) if not (p := path.with_name(f"{key}.{n}.kept")).exists())
            _copy(path, kept)
            tell(f"{path} was edited, or written by an older version; it is kept as {kept.name}")


def _read_head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _copy(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copy2(path, kept)
