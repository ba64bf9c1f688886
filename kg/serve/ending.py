"""How the server ends: told by SIGTERM, SIGINT or SIGHUP, within its limit, with status 0.

uvicorn ends gracefully by itself; what it does not do is hear a signal while the workers load, take SIGHUP, and exit with 0.
"""

from __future__ import annotations

import asyncio
import signal
from types import FrameType

import uvicorn

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Ending:
    """Whether the server has been told to end. May be told from a signal, and waited for in the event loop."""

    def __init__(self) -> None:
        self.told = False
        self.failure = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()

    def tell(self, failure: str = "") -> None:
        """End; `failure` says why the server cannot go on."""
        self.told, self.failure = True, failure or self.failure
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Wait until told."""
        self._loop = asyncio.get_running_loop()
        if not self.told:
            await self._event.wait()


class Server(uvicorn.Server):
    """uvicorn's server, whose signals are told to an `Ending`."""

    def __init__(self, config: uvicorn.Config, ending: Ending) -> None:
        super().__init__(config)
        self.ending = ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.ending.tell()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self.ending.told

    def capture_signals(self):  # type: ignore[no-untyped-def]
        """uvicorn raises each signal again when all is done; ours has then been answered, so it meets a deaf ear."""
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGHUP, self.handle_exit)
        return super().capture_signals()
