"""The file that processes with one key share: how often it is opened, and how soon others see what was sent."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from importer.delivery.rate_limit.limiter import RateLimiter
from importer.delivery.rate_limit.shared_file import LedgerBusy, SharedFileLedger
from tests.delivery.rate_limit.virtual_time import run_virtually

if TYPE_CHECKING:
    from pathlib import Path

RATE = 10

# Python tells its audit hooks of every file that is opened.
COUNTED = """
import asyncio, sys
from pathlib import Path
from importer.delivery.rate_limit.limiter import RateLimiter
from tests.delivery.rate_limit.virtual_time import run_virtually

opened = []
sys.addaudithook(lambda event, facts: opened.append(facts[0]) if event == "open" else None)

async def main():
    pace = RateLimiter(int(sys.argv[2]), Path(sys.argv[1]), clock=asyncio.get_running_loop().time)

    async def send(number):
        permit = await pace.permit()
        await asyncio.sleep(0.002)
        permit.sent()
        await asyncio.sleep(0.1)
        permit.answered()

    await asyncio.gather(*(send(number) for number in range(400)))

run_virtually(main())
print(sum(str(path) == sys.argv[1] for path in opened))
"""


@pytest.mark.parametrize("rate", [10, 100])
def test_the_file_is_opened_once_a_request(tmp_path: Path, rate: int) -> None:
    """Of requests that wait for their turn each opens the shared file about once, since that costs much of its time."""
    command = [sys.executable, "-c", COUNTED, str(tmp_path / "pace.json"), str(rate)]
    opened = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 400 <= opened <= 400 * 1.6


def wait_of_another(path: Path, *, cancels: bool) -> float:
    """Seconds from the sending of all permits of a process, which gets no answer, to the first of another process."""

    async def main() -> float:
        clock = asyncio.get_running_loop().time
        sender, other = (RateLimiter(RATE, path, clock=clock) for _ in range(2))
        sender.has_answers = True
        sent = [await sender.permit() for _ in range(RATE)]
        waiting = asyncio.ensure_future(sender.permit())
        await asyncio.sleep(0)
        for permit in sent:
            permit.sent()
        sent_at = clock()
        if cancels:
            waiting.cancel()
        await other.permit()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return clock() - sent_at

    return run_virtually(main())


@pytest.mark.parametrize("cancels", [False, True])
def test_others_have_a_permit_back_after_its_second(tmp_path: Path, *, cancels: bool) -> None:
    """A request that is not answered, nor followed by another, holds its permit for a second, and not for its life."""
    assert 1.0 < wait_of_another(tmp_path / "pace.json", cancels=cancels) < 1.2


def test_a_permit_that_is_given_back_is_taken_at_once() -> None:
    """A request that was not sent after all leaves its permit to the next one without a nap."""

    async def main() -> float:
        clock = asyncio.get_running_loop().time
        pace = RateLimiter(RATE, clock=clock)
        taken = [await pace.permit() for _ in range(RATE)]
        for permit in taken[1:]:
            permit.sent()
        started_at = clock()
        taken[0].withdrawn()
        await pace.permit()
        return clock() - started_at

    assert run_virtually(main()) == 0.0


def test_earlier_versions_share_the_lock(tmp_path: Path) -> None:
    """The lock and that of `FileLock` over the same path, which earlier versions take, shut each other out."""
    path = tmp_path / "pace.json"
    earlier = FileLock(f"{path}.lock", mode=0o600)
    with earlier, pytest.raises(LedgerBusy), SharedFileLedger(path).open():
        pass
    with SharedFileLedger(path).open(), pytest.raises(TimeoutError):
        earlier.acquire(timeout=0)


@pytest.mark.parametrize("name", ["pace.json", "pace.json.lock"])
def test_the_file_is_not_opened_through_a_link(tmp_path: Path, name: str) -> None:
    """A link in place of the shared file, or of its lock, is not followed: it might lead to any file of the person."""
    target = tmp_path / "target"
    target.write_text("mine", encoding="utf-8")
    (tmp_path / name).symlink_to(target)
    with pytest.raises(OSError, match=name), SharedFileLedger(tmp_path / "pace.json").open():
        pass
    assert target.read_text(encoding="utf-8") == "mine"
