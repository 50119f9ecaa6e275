"""A stop before anything is sent."""

from __future__ import annotations

import asyncio

import pytest

from importer.errors import CannotStart, Interrupted
from importer.pipeline.workspace.cancellation import unless_stopped


async def _answer(left: list[str], seconds: float) -> str:
    try:
        await asyncio.sleep(seconds)
    finally:
        left.append("left")
    return "answer"


def test_what_is_read_comes_back() -> None:
    """Without a stop the answer is given on, and an error of the reading as it is."""

    async def read() -> str:
        return await unless_stopped(_answer([], 0.0), asyncio.Event())

    async def fail() -> None:
        raise CannotStart("No.", "Do something.")

    async def read_failing() -> None:
        await unless_stopped(fail(), asyncio.Event())

    assert asyncio.run(read()) == "answer"
    with pytest.raises(CannotStart):
        asyncio.run(read_failing())


def test_a_stop_does_not_wait_for_the_answer() -> None:
    """A stop ends the wait with Interrupted, and the reading has been left before that is said."""
    left: list[str] = []

    async def read() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, stop.set)
        await unless_stopped(_answer(left, 3600.0), stop)

    with pytest.raises(Interrupted):
        asyncio.run(read())
    assert left == ["left"]
