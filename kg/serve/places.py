"""The folder that holds the socket between a server and its workers: private, known as ours by its lock, and cleared up after.

A server that was killed leaves its folder; the next one removes each folder whose lock nobody holds. Must not know who connects.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

PREFIX, LOCK, SOCKET = "leukograph-", "lock", "workers"


class Place(NamedTuple):
    """A folder of this process: `lock` is the open file whose lock says that it is in use."""

    folder: Path
    lock: int

    @property
    def socket(self) -> Path:
        """Address of the workers' socket."""
        return self.folder / SOCKET

    def remove(self) -> None:
        """Remove the folder, and let go of the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


def make_place() -> Place:
    """A new folder that only this user can enter; those of servers that are gone are removed."""
    remove_left()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / f"{LOCK}.new", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    (folder / f"{LOCK}.new").rename(folder / LOCK)  # so that no other start sees it unlocked
    return Place(folder, lock)


def remove_left() -> None:
    """Remove the folders of this user's servers that no longer run."""
    for folder in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            if not folder.is_symlink() and folder.stat().st_uid == os.getuid() and _is_left(folder):
                shutil.rmtree(folder)


def _is_left(folder: Path) -> bool:
    if not {path.name for path in folder.iterdir()} <= {LOCK, SOCKET}:
        return False
    lock = os.open(folder / LOCK, os.O_RDWR)  # raises where there is none: not ours, or not ours yet
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True
