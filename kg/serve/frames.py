"""What goes over the socket between the server and a worker: frames of one letter, a length and bytes.

server -> worker   Q  JSON request
worker -> server   H  JSON header {"status", "type", ...};  D  data;  E  end of the answer
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

_HEAD = struct.Struct("!cI")


def pack(kind: bytes, data: bytes = b"") -> bytes:
    """One frame."""
    return _HEAD.pack(kind, len(data)) + data


def pack_json(kind: bytes, value: Any) -> bytes:
    """One frame that carries JSON."""
    return pack(kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """Next frame of a blocking socket. Raises EOFError where the other side is gone."""
    kind, size = _HEAD.unpack(_receive_exactly(connection, _HEAD.size))
    return kind, _receive_exactly(connection, size)


def _receive_exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


async def read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Next frame of a stream. Raises asyncio.IncompleteReadError where the other side is gone."""
    kind, size = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    return kind, await reader.readexactly(size)
