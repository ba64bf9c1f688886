"""Reading and writing single files: bounded, whole or not at all, and one clear line where it fails.

Owns what holds for every file, whatever stands in it: size, encoding, the ban on DOCTYPE in XML. Must not know cases, tables or
graphs.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
from pathlib import Path

from kg.exceptions import InputError

MAX_TEXT = 100_000_000  # bytes of a table, a query or an answer; more is no file of ours
MAX_RDF = 2_000_000_000
_DECLARATION = re.compile(rb"<!(?i:doctype|entity)")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


def read_bytes(path: Path, limit: int = MAX_TEXT) -> bytes:
    """Content of a file. Raises InputError where it cannot be read, or is larger than `limit` bytes (a device has no end)."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None
    except ValueError:  # a NUL in the name
        raise InputError("is no name of a file", repr(str(path))) from None
    if len(data) > limit:
        raise InputError(f"is larger than {limit / 1e6:.0f} MB, the most that is read of such a file", str(path))
    return data


def read_text(path: Path, limit: int = MAX_TEXT) -> str:
    """Content of a UTF-8 file, with or without a byte order mark. Raises InputError with the line that is no UTF-8."""
    data = read_bytes(path, limit)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"line {line} is not UTF-8: save the file as UTF-8", str(path)) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never half of one.

    Raises InputError where the place cannot be written; the old file then stands as it was.
    """
    if path.is_dir() or not path.name:
        raise InputError("is a folder; name a file in it", str(path))
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(path)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def check_rdf(path: Path, xml: bool = True) -> None:
    """An RDF file that may be parsed: a regular file of bearable size, and without DOCTYPE where it is XML.

    Entities of 500 bytes can unfold to gigabytes in a parser, so none are read at all. Raises InputError.
    """
    try:
        if not path.exists():
            raise InputError("no such file; `kg build` makes it", str(path))
        if not path.is_file() or path.stat().st_size > MAX_RDF:
            raise InputError(f"is no file of at most {MAX_RDF / 1e9:.0f} GB", str(path))
        if xml:
            with path.open("rb") as file:
                _check_content(file.fileno(), path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None


def _check_content(file: int, path: Path) -> None:
    if not os.fstat(file).st_size:
        return
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as data:
        check_xml(data, str(path))


def check_xml(data: bytes | mmap.mmap, place: str = "") -> None:
    """XML without DOCTYPE. Raises InputError; what is no UTF-8 is refused too, because a DOCTYPE could hide in it."""
    if data[:2] in _WIDE:
        raise InputError("is UTF-16; save it as UTF-8", place)
    if _DECLARATION.search(data):
        raise InputError("has a DOCTYPE, whose entities are not read: save it without (for example as Turtle, and back)", place)
