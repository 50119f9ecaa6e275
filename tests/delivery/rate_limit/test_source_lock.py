"""One import at a time makes new people of a source with a key."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from importer.delivery.rate_limit.source_lock import SourceLock
from importer.errors import Stopped

if TYPE_CHECKING:
    from pathlib import Path


WAITING_SECONDS = 0.5
SETTLE_SECONDS = 0.4


def unheard(signs: int, process: str) -> None:
    """Take what the lock says, and do nothing."""


def test_second_waits_for_first(tmp_path: Path) -> None:
    """A second import of a source waits until the first one ends, and says which process that is."""
    first, second = (SourceLock(tmp_path / "pace.json", "crm", journal, 0) for journal in ("ann", "bob"))
    told = []

    async def both() -> None:
        await first.take(unheard, 60)
        waiting = asyncio.create_task(second.take(lambda *sign: told.append(sign), 60))
        await asyncio.sleep(WAITING_SECONDS)
        assert not waiting.done()
        first.release()
        await waiting

    asyncio.run(both())
    second.release()
    assert told == [(0, str(os.getpid()))]


def test_sources_do_not_wait(tmp_path: Path) -> None:
    """Imports of other sources wait for nothing, nor does one whose pace is shared with no other run."""

    async def all_at_once() -> None:
        for file, source in ((tmp_path / "pace.json", "crm"), (tmp_path / "pace.json", "shop"), (None, "crm")):
            await asyncio.wait_for(SourceLock(file, source, source, 0).take(unheard, 60), 10)

    asyncio.run(all_at_once())


def test_quiet_holder_ends_the_wait(tmp_path: Path) -> None:
    """An import that holds the others up and sends nothing ends their wait, with its process and a next step."""
    first, second = (SourceLock(tmp_path / "pace.json", "crm", journal, 0) for journal in ("ann", "bob"))

    async def both() -> None:
        await first.take(unheard, 60)
        await second.take(unheard, WAITING_SECONDS)

    with pytest.raises(Stopped, match=f"process {os.getpid()}.* has sent nothing for ") as stopped:
        asyncio.run(both())
    assert "another screen" in stopped.value.next_step
    first.release()


def test_busy_holder_is_waited_for(tmp_path: Path) -> None:
    """As long as requests of the key are noted in its pace file, the wait goes on."""
    pace_file = tmp_path / "pace.json"
    first, second = (SourceLock(pace_file, "crm", journal, 0) for journal in ("ann", "bob"))

    async def both() -> None:
        await first.take(unheard, 60)
        waiting = asyncio.create_task(second.take(unheard, WAITING_SECONDS))
        for request in range(8):
            pace_file.write_text(str(request), encoding="ascii")
            await asyncio.sleep(WAITING_SECONDS / 2)
        assert not waiting.done()
        first.release()
        await waiting

    asyncio.run(both())
    second.release()


def test_successor_does_not_wait(tmp_path: Path) -> None:
    """Who takes over the journal of a frozen process goes on at once; a run of another journal still waits."""
    frozen, successor, other = (SourceLock(tmp_path / "pace.json", "crm", name, 0) for name in ("ann", "ann", "bob"))

    async def take_over() -> None:
        await frozen.take(unheard, 60)
        await asyncio.wait_for(successor.take(unheard, 60), 10)
        successor.release()
        await other.take(unheard, WAITING_SECONDS)

    with pytest.raises(Stopped):
        asyncio.run(take_over())
    frozen.release()


@pytest.mark.parametrize("journal", ["bob", "ann"])
@pytest.mark.parametrize("end", ["killed", "stopped while sending", "done", "stopped before sending"])
def test_what_a_dead_import_sent_may_arrive(tmp_path: Path, end: str, journal: str) -> None:
    """After an import that died or stopped while it sent, another journal's gives its requests the time to arrive."""
    first, second = (SourceLock(tmp_path / "pace.json", "crm", name, SETTLE_SECONDS) for name in ("ann", journal))
    asyncio.run(first.take(unheard, 60))
    (lock_file,) = tmp_path.glob("*.lock")

    async def one_after_the_other() -> float:
        if end == "stopped before sending":
            first.release()
        elif end == "killed":
            # What a dead process leaves: the lock is free, the file as it was.
            content = lock_file.read_bytes()
            first.release()
            lock_file.write_bytes(content)
        else:
            with suppress(Stopped), first.sending():
                if end != "done":
                    raise Stopped("The service is gone.", "Run again.")
            first.release()
        begun = time.monotonic()
        await second.take(unheard, 60)
        return time.monotonic() - begun

    seconds = asyncio.run(one_after_the_other())
    second.release()
    is_in_doubt = end in ("killed", "stopped while sending") and journal == "bob"
    assert (seconds >= SETTLE_SECONDS) == is_in_doubt
