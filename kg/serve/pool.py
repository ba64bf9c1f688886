"""The server's side of the workers: who is free, who has to end, how the ended ones ended, and the answers as they come.

Owns time limits and the queue. A request whose worker died through no fault of its own is tried once more. Must not know SPARQL
or HTTP beyond the status of a refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from kg import config
from kg.serve import frames
from kg.serve.ending import Ending
from kg.serve.guard import Refusal
from kg.serve.places import make_place
from kg.serve.settings import Settings

GRACE = 1.0  # seconds that a worker's own alarm waits longer than the server does
HEARSAY = 0.5  # seconds in which the nursery tells how a worker ended
PAUSE = 1.0  # seconds before a nursery that died young is started again
# How a worker ended -> what is said of it, and whether the request was innocent and may be tried again.
CAUSES = {
    -signal.SIGALRM: ("the time limit is over; the evaluation was ended", False),
    -signal.SIGABRT: ("the request needed more memory than it may take (--memory); its worker was ended", False),
    -signal.SIGSEGV: ("the request needed a deeper stack than there is; its worker was ended", False),
    -signal.SIGBUS: ("the request needed a deeper stack than there is; its worker was ended", False),
    -signal.SIGKILL: ("the request's worker was killed from outside, by hand or because the machine is short of memory", True),
}
UNKNOWN = ("the request's worker ended, with all others of its nursery", True)


class WorkerGoneError(Exception):
    """The worker ended before the answer began."""

    def __init__(self, reason: str, innocent: bool) -> None:
        self.reason, self.innocent = reason, innocent
        super().__init__(reason)


@dataclass(slots=True, eq=False)
class Worker:
    """A connected worker process."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ended: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether a request may be given to it, as far as one can know."""
        return not self.ended and not self.reader.at_eof()

    def end(self) -> None:
        """End the process at once, whatever it does; its nursery starts the next."""
        with contextlib.suppress(ProcessLookupError):
            if self.is_usable:
                os.kill(self.pid, signal.SIGKILL)
        self.ended = True
        self.writer.close()


@dataclass(slots=True)
class Reply:
    """An answer: header, and either the whole body or a stream of pieces."""

    header: dict[str, Any]
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None


class Pool:
    """Workers of one server. Use as an async context manager."""

    def __init__(self, settings: Settings, ending: Ending) -> None:
        self.settings, self.ending = settings, ending
        self.triples = 0
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: dict[int, Worker] = {}
        self._ends: dict[int, int] = {}  # process -> how it ended, until somebody asks
        self._told = asyncio.Condition()
        self._waiting = 0
        self._place = make_place()
        self._ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Pool:
        self._server = await asyncio.start_unix_server(self._greet, str(self._place.socket), limit=1 << 20)
        self._nursery = await self._start()
        try:
            await self._wait_until_ready()
        except BaseException:
            await self.__aexit__()
            raise
        self._tasks.append(asyncio.create_task(self._keep_nursery()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(ProcessLookupError):
            self._nursery.kill()  # before its workers, or it would replace them
        self._end_workers()
        await self._nursery.wait()
        self._server.close()
        self._place.remove()

    async def ask(self, request: dict[str, Any]) -> Reply:
        """Run a request in a worker. Raises Refusal 503 when time, memory or workers run out."""
        over = asyncio.get_running_loop().time() + 2 * self.settings.timeout
        try:
            return await self._try(request, self.settings.timeout)
        except WorkerGoneError as gone:
            if not gone.innocent:
                raise Refusal(503, gone.reason, 5) from None
        try:
            return await self._try(request, min(self.settings.timeout, over - asyncio.get_running_loop().time()))
        except WorkerGoneError as gone:
            raise Refusal(503, f"{gone.reason}; so was a second try" if gone.innocent else gone.reason, 5) from None

    async def _try(self, request: dict[str, Any], seconds: float) -> Reply:
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
            raise WorkerGoneError(*await self._find_cause(worker.pid)) from None
        except BaseException:
            worker.end()
            raise
        if not header["whole"]:
            return Reply(header, stream=self._stream(worker, body, deadline))
        self._give_back(worker, last=header.get("last", False))
        return Reply(header, body)

    def _give_back(self, worker: Worker, last: bool = False) -> None:
        """Make a worker free for the next request, unless it said that this was its last."""
        if last:
            worker.end()
        else:
            self._idle.put_nowait(worker)

    async def _stream(self, worker: Worker, first: bytes, deadline: float) -> AsyncIterator[bytes]:
        done = False
        try:
            yield first
            while (frame := await _read_before(deadline, worker))[0] != b"E":
                yield frame[1]
            done = True
        finally:  # a reader that leaves, or a time that is over, ends the worker; the answer then lacks its end
            if done:
                self._give_back(worker)
            else:
                worker.end()

    async def _take(self, seconds: float) -> Worker:
        if self._waiting >= self.settings.max_waiting:
            raise Refusal(503, "too many requests are waiting", 5)
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                while not (worker := await self._idle.get()).is_usable:
                    worker.end()
                return worker
        except TimeoutError:
            raise Refusal(503, "all workers are busy", 5) from None
        finally:
            self._waiting -= 1

    async def _find_cause(self, pid: int) -> tuple[str, bool]:
        """How a worker ended, as the nursery tells; it may be gone itself."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARSAY), self._told:
                await self._told.wait_for(lambda: pid in self._ends)
        code = self._ends.pop(pid, None)
        if code is None:
            return UNKNOWN
        return CAUSES.get(code, (f"the request's worker failed (status {code})", True))

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            hello = json.loads((await frames.read(reader))[1])
            self.triples = hello["triples"]
            worker = Worker(hello["pid"], reader, writer)
            if hello["nursery"] != self._nursery.pid:
                worker.end()
                return
            self._workers[worker.pid] = worker
            self._idle.put_nowait(worker)
            self._ready.set()

    # ---- the nursery

    async def _start(self) -> asyncio.subprocess.Process:
        chosen = self.settings
        paths = [str(config.PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        arguments = [str(self._place.socket), str(chosen.owl), str(chosen.workers), str(chosen.max_memory)]
        nursery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.serve.worker", *arguments),
            stdin=asyncio.subprocess.PIPE,  # never written to: it closes when this process ends, however it does
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(self._hear(nursery)))
        return nursery

    async def _hear(self, nursery: asyncio.subprocess.Process) -> None:
        """Note how workers end."""
        assert nursery.stdout
        async for line in nursery.stdout:
            pid, code = map(int, line.split())
            self._workers.pop(pid, None)
            if len(self._ends) > 1000:  # of those nobody asked for
                self._ends.clear()
            async with self._told:
                self._ends[pid] = code
                self._told.notify_all()

    async def _wait_until_ready(self) -> None:
        ways = [asyncio.create_task(way) for way in (self._nursery.wait(), self._ready.wait(), self.ending.wait())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for task in ways:
            task.cancel()
        if not self._ready.is_set() and not self.ending.told:
            self.ending.tell("the workers did not start")

    async def _keep_nursery(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            born = loop.time()
            await self._nursery.wait()
            self._end_workers()  # orphans: nobody would replace them, or end them with us
            if loop.time() - born < 2 * PAUSE:
                await asyncio.sleep(PAUSE)
            self._nursery = await self._start()

    def _end_workers(self) -> None:
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()


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
