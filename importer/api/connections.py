"""Connections to one service, each in a pool of its own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Connections:
    """Up to `count` connections, of which a request takes the one that was used last.

    A pool of httpcore looks at all of its connections at the beginning and the end of each request, and may give
    several requests the same one, of which all but one ask again: with ten requests that leave together that took a
    third of the CPU time of each. Here each pool has one connection, and none is looked at that is not used.
    """

    def __init__(self, count: int, opened: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._opened = opened
        # The first is opened now, since it fails where the settings of this computer are wrong.
        self._all = [opened()]
        self._idle = list(self._all)
        self._free = asyncio.Semaphore(count)

    @asynccontextmanager
    async def lent(self, request: httpx.Request) -> AsyncIterator[httpx.AsyncBaseTransport]:
        """Lend an idle connection, or a new one, until its answer was read. Raises PoolTimeout if all stay busy."""
        if self._free.locked():
            try:
                async with asyncio.timeout(request.extensions["timeout"]["pool"]):
                    await self._free.acquire()
            except TimeoutError:
                raise httpx.PoolTimeout("all connections are busy", request=request) from None
        else:
            await self._free.acquire()
        if self._idle:
            connection = self._idle.pop()
        else:
            connection = self._opened()
            self._all.append(connection)
        try:
            yield connection
        finally:
            self._idle.append(connection)
            self._free.release()

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in self._all:
            await connection.aclose()
