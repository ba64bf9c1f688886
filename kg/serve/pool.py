"""The server's side of the workers: who is free, who has to end, and the answers as they come.

Owns time limits and the queue. Must not know SPARQL or HTTP beyond the status of a refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import config
from kg.serve import frames
from kg.serve.guard import Refusal
from kg.serve.settings import Settings

GRACE = 1.0  # seconds that a worker's own alarm waits longer than the server does
ENDED = "the request ended its worker: it needed more memory or a deeper stack than it may take"


@dataclass(slots=True)
class Worker:
    """A connected worker process."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def end(self) -> None:
        """End the process at once, whatever it does; its nursery starts the next."""
        with contextlib.suppress(ProcessLookupError):
            if not self.reader.at_eof():
                os.kill(self.pid, signal.SIGKILL)
        self.writer.close()


@dataclass(slots=True)
class Reply:
    """An answer: header, and either the whole body or a stream of pieces."""

    header: dict[str, Any]
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None


class Pool:
    """Workers of one server. Use as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.triples = 0
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._waiting = 0
        self._folder = Path(tempfile.mkdtemp(prefix="leukograph-"))  # readable by this user only
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Pool:
        place = self._folder / "workers"
        self._server = await asyncio.start_unix_server(self._greet, str(place), limit=1 << 20)
        self._nursery = await self._start(place)
        try:
            await self._wait_until_ready()
        except BaseException:
            await self.__aexit__()
            raise
        self._watch = asyncio.create_task(self._keep_nursery(place))
        return self

    async def __aexit__(self, *_: object) -> None:
        if hasattr(self, "_watch"):
            self._watch.cancel()
        with contextlib.suppress(ProcessLookupError):
            self._nursery.kill()
        await self._nursery.wait()
        while not self._idle.empty():
            self._idle.get_nowait().end()
        self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def ask(self, request: dict[str, Any]) -> Reply:
        """Run a request in a worker. Raises Refusal 503 when time, memory or workers run out."""
        seconds = self.settings.timeout
        worker = await self._take(seconds)
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(deadline):
                worker.writer.write(frames.pack_json(b"Q", request | {"seconds": seconds + GRACE}))
                header, body = await _read_start(worker)
        except TimeoutError:
            worker.end()
            raise Refusal(503, f"the time limit of {seconds:g} s is over; the evaluation was ended", 5) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            worker.end()
            raise Refusal(503, ENDED, 5) from None
        except BaseException:
            worker.end()
            raise
        if not header["whole"]:
            return Reply(header, stream=self._stream(worker, body, deadline))
        self._idle.put_nowait(worker)
        return Reply(header, body)

    async def _stream(self, worker: Worker, first: bytes, deadline: float) -> AsyncIterator[bytes]:
        done = False
        try:
            yield first
            while (frame := await _read_before(deadline, worker))[0] != b"E":
                yield frame[1]
            done = True
        finally:  # a reader that leaves, or a time that is over, ends the worker; the answer then lacks its end
            if done:
                self._idle.put_nowait(worker)
            else:
                worker.end()

    async def _take(self, seconds: float) -> Worker:
        if self._waiting >= self.settings.max_waiting:
            raise Refusal(503, "too many requests are waiting", 5)
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                while True:
                    worker = await self._idle.get()
                    if not worker.reader.at_eof():
                        return worker
                    worker.end()
        except TimeoutError:
            raise Refusal(503, "all workers are busy", 5) from None
        finally:
            self._waiting -= 1

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            hello = json.loads((await frames.read(reader))[1])
            self.triples = hello["triples"]
            self._idle.put_nowait(Worker(hello["pid"], reader, writer))
            self._ready.set()

    async def _start(self, place: Path) -> asyncio.subprocess.Process:
        chosen = self.settings
        paths = [str(config.PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        arguments = [str(place), str(chosen.owl), str(chosen.workers), str(chosen.max_memory)]
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.serve.worker", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )

    async def _wait_until_ready(self) -> None:
        ended = asyncio.create_task(self._nursery.wait())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, ready):
            task.cancel()
        if not self._ready.is_set():
            raise RuntimeError("the workers did not start")

    async def _keep_nursery(self, place: Path) -> None:
        while True:
            await self._nursery.wait()
            await asyncio.sleep(1)
            self._nursery = await self._start(place)


async def _read_before(deadline: float, worker: Worker) -> tuple[bytes, bytes]:
    async with asyncio.timeout_at(deadline):
        return await frames.read(worker.reader)


async def _read_start(worker: Worker) -> tuple[dict[str, Any], bytes]:
    """Header and first piece of an answer, and its end where it is whole."""
    header = json.loads((await frames.read(worker.reader))[1])
    _, body = await frames.read(worker.reader)
    if header["whole"]:
        await frames.read(worker.reader)
    return header, body
