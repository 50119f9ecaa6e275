"""Stopping before anything is sent: what only reads is left at once, for nothing has to land."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from importer.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


async def unless_stopped(reading: Coroutine[object, object, T], stop: asyncio.Event) -> T:
    """Return what `reading` returns; a wait for an answer ends as soon as `stop` is set.

    Raises Interrupted then. `reading` must not write to the workspace.
    """
    work, asked = asyncio.ensure_future(reading), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise Interrupted.before_sending()
    finally:
        for task in (work, asked):
            task.cancel()
        await asyncio.gather(work, asked, return_exceptions=True)
