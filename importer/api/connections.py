"""Connections to one service, each in a pool of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Connections(httpx.AsyncBaseTransport):
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

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over an idle connection, or a new one. Raises PoolTimeout if all stay busy."""
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
            response = await connection.handle_async_request(request)
        except BaseException:
            self._give_back(connection)
            raise
        stream = cast("httpx.AsyncByteStream", response.stream)
        response.stream = _Body(stream, lambda: self._give_back(connection))
        return response

    def _give_back(self, connection: httpx.AsyncBaseTransport) -> None:
        self._idle.append(connection)
        self._free.release()

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in self._all:
            await connection.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer; when it is closed, its connection is idle again."""

    def __init__(self, stream: httpx.AsyncByteStream, at_end: Callable[[], None]) -> None:
        self._stream = stream
        self._at_end: Callable[[], None] | None = at_end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if self._at_end is not None:
                self._at_end()
                self._at_end = None
