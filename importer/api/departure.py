"""The moment at which a request leaves: the last look before it, and the word after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from importer.api.failure import TooLate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

LATE = "this computer was asleep, or too busy"


class LeavingBody(httpx.AsyncByteStream):
    """The body of a request, empty or not; calls `left` when its last byte has left, which the rate is measured by."""

    def __init__(self, content: bytes, when_left: Callable[[], None]) -> None:
        self._content = content
        self._left = when_left

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._content:
            yield self._content
        # httpcore asks for the next part when the one before is with the system.
        self._left()


def last_look(may_leave: Callable[[], bool]) -> Callable[[str, Mapping[str, Any]], Awaitable[None]]:
    """Return a trace of httpcore that asks, before the first byte leaves, whether it may; else it raises TooLate."""

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started" and not may_leave():
            raise TooLate(LATE)

    return trace
