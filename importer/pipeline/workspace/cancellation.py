"""Stopping before anything is sent: work that only reads can be cancelled at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from importer.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


async def unless_stopped(reading: Coroutine[object, object, T], stop: asyncio.Event) -> T:
    """Return the result of `reading`, which must not write to the workspace; cancel it as soon as `stop` is set.

    Raises Interrupted if it was cancelled.
    """
    work, stopped = asyncio.ensure_future(reading), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise Interrupted.before_sending()
    finally:
        # Cancelling an answered task does nothing; waiting for both keeps the loop free of pending tasks.
        for task in (work, stopped):
            task.cancel()
        await asyncio.gather(work, stopped, return_exceptions=True)
