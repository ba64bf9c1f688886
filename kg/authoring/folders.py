"""Folders that commands write as a whole: all of it or none, and nothing is deleted that no command wrote.

A folder that we wrote holds a marker file which names its maker and the digest of each of its files. A command replaces only a
folder with its own marker in which nothing was added or changed; anything else is refused. The new folder is made beside the
old one, the old one is renamed aside, and removed last. For files among others see `kg.authoring.sealed`.

What a killed run leaves (names `.TARGET.PID.part`, `.old`, `.ready`, each with a marker inside) is mended at the next start.
Must not know what is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kg.exceptions import InputError
from kg.files import read_bytes

MARKER = ".leukograph-output.json"
_LEFT = re.compile(r"\.(?P<name>.+)\.(?P<pid>\d+)\.(?P<state>part|old|ready)")
Files = dict[str, str]  # path below the folder -> digest of its content


# --------------------------------------------------------------------------- whole folders


@contextmanager
def replace_folder(target: Path, maker: str, keep: bool = False) -> Iterator[Path]:
    """An empty folder to write into, which takes the target's place when all went well. `keep` carries earlier files over.

    Raises InputError for a target that `maker` did not write as it stands, and where the place cannot be written.
    """
    target = resolve(target)
    beside = name_beside(target, "part")
    try:
        mend(target)
        earlier = check_own(target, maker)
        begin(beside, maker)
        yield beside
        if keep:
            _carry_over(target, beside, earlier)
        _finish(beside, maker)
        check_own(target, maker)  # somebody may have written into it meanwhile
        _swap(beside, target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(target)) from None
    finally:
        remove(beside)


def check_own(target: Path, maker: str) -> Files:
    """Files of an earlier run in the target, none where it is absent or empty. Raises InputError for anything else."""
    if not target.exists():
        return {}
    if not target.is_dir():
        raise InputError("is a file; name a folder", str(target))
    found = _list(target)
    if not found:
        return {}
    made_by, files = _read_marker(target)
    if made_by != maker:
        what = f"was written by `{made_by}`" if made_by else f"is no empty folder and was not written by `{maker}`"
        raise InputError(f"{what}, so it is not replaced: name another folder", str(target))
    for name in sorted(found - {MARKER}):
        if name not in files:
            raise InputError(f"holds {name}, which `{maker}` did not write: move it away, or name another folder", str(target))
        if files[name] != _digest(target / name):
            raise InputError(f"{name} was changed after `{maker}` wrote it: move it away, or name another folder", str(target))
    return files


def mend(target: Path) -> None:
    """Tidy up after killed runs on this target: an old folder comes back where it is missing, what is left over goes."""
    for path, state in _find_left(target):
        if state == "old" and not target.exists():
            path.rename(target)
        elif state == "ready":
            move_out(path, target)
        else:
            remove(path)


def resolve(target: Path) -> Path:
    """The folder's own path, links followed. Raises InputError for what no folder can be put at."""
    try:
        resolved = target.resolve()
    except (OSError, ValueError, RuntimeError):
        raise InputError("is no name of a folder", repr(str(target))) from None
    if not resolved.name:
        raise InputError("is the root of a file system; name a folder", str(target))
    return resolved


def name_beside(target: Path, state: str) -> Path:
    """Where this process keeps what is on its way: `part` being written, `ready` to be moved out, `old` set aside."""
    return target.with_name(f".{target.name}.{os.getpid()}.{state}")


def begin(beside: Path, maker: str) -> None:
    """Make a folder that can be known as ours from its first moment."""
    beside.mkdir(parents=True)
    _write_marker(beside, maker, {})


def _finish(beside: Path, maker: str) -> None:
    _write_marker(beside, maker, {name: _digest(beside / name) for name in sorted(_list(beside) - {MARKER})})


def _carry_over(target: Path, beside: Path, earlier: Mapping[str, str]) -> None:
    for name in earlier:
        if (target / name).exists() and not (beside / name).exists():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target / name, beside / name)


def _swap(beside: Path, target: Path) -> None:
    aside = name_beside(target, "old")
    with contextlib.suppress(FileNotFoundError):
        target.rename(aside)
    try:
        beside.rename(target)
    except OSError:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
    if aside.exists():  # from here on it may not come back, so it takes the name of what is thrown away
        aside.rename(beside)
        remove(beside)


def remove(folder: Path) -> None:
    """Remove a folder of ours; its marker goes last, so that a killed removal is known for what it is."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != MARKER:
                path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _list(folder: Path) -> set[str]:
    """Files, links and empty folders below a folder, by their paths in it."""
    found = set()
    for root, folders, files in os.walk(folder):
        below = Path(root).relative_to(folder)
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        found |= {(below / name).as_posix() for name in (*files, *links)}
        if not files and not folders and Path(root) != folder:
            found.add(below.as_posix())
    return found


def _digest(path: Path) -> str:
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _read_marker(folder: Path) -> tuple[str, Files]:
    """Maker and files as the marker states them; an empty maker where there is no marker that can be read."""
    try:
        data = json.loads(read_bytes(folder / MARKER))
        return str(data["made_by"]), {str(name): str(digest) for name, digest in data["files"].items()}
    except (InputError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", {}


def _write_marker(folder: Path, maker: str, files: Mapping[str, str]) -> None:
    """Write beside and rename, so that a folder always has a marker that can be read."""
    beside = folder / (MARKER + ".part")
    beside.write_text(json.dumps({"made_by": maker, "files": files}, indent=1) + "\n", encoding="utf-8")
    beside.replace(folder / MARKER)


# --------------------------------------------------------------------------- what killed runs leave


def _find_left(target: Path) -> list[tuple[Path, str]]:
    """Folders of runs on this target that are no longer alive, with their state."""
    found = []
    for path in sorted(target.parent.glob(f".{_escape(target.name)}.*")) if target.parent.is_dir() else ():
        match = _LEFT.fullmatch(path.name)
        if match and match["name"] == target.name and _is_left(path, int(match["pid"])):
            found.append((path, match["state"]))
    return found


def _escape(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _is_left(path: Path, pid: int) -> bool:
    """A real folder, ours by its marker (or still empty), whose process is gone."""
    if path.is_symlink() or not path.is_dir():
        return False
    ours = bool(_read_marker(path)[0]) or {entry.name for entry in path.iterdir()} <= {MARKER + ".part"}
    return ours and not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # an earlier process had our number
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def move_out(ready: Path, target: Path) -> None:
    """Move each file of a complete set into the folder that the target lies in."""
    for path in sorted(ready.iterdir()):
        if path.name != MARKER:
            path.replace(target.parent / path.name)
    remove(ready)
