"""The law of the pace: whatever delays there are, no second of any phase sees more requests leave than the rate."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.delivery.rate_limit import permits
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.model import Event
from tests.delivery.rate_limit.virtual_time import run_virtually

SECONDS = 30.0


@dataclass
class Process:
    """A process that sends at a pace: `stall` is how long one task, or all of it, may be held up, `spread` how often.

    `refused` is the part of the requests that is answered by 429.
    """

    pace: RateLimiter
    dice: random.Random
    stall: float = 0.0
    spread: float = 0.0
    refused: float = 0.02
    frozen_until: float = 0.0
    sent: list[float] = field(default_factory=list)

    async def be_held_up(self, most: float) -> None:
        """Wait a moment, and now and then for much longer: for the network, or since the process gets no processor."""
        longest = most if self.dice.random() < self.spread else 0.01
        await asyncio.sleep(self.dice.uniform(0, longest))
        await asyncio.sleep(self.frozen_until - now())

    async def send(self, *, urgent: bool) -> None:
        """One request, held up at every point; it leaves at some moment between the last two of them."""
        permit = await self.pace.permit(urgent=urgent)
        if self.dice.random() < self.spread / 20:
            self.frozen_until = now() + self.dice.uniform(0, self.stall)
        # The commit of the intent, and a connection that is opened.
        await self.be_held_up(self.stall)
        if self.dice.random() < 0.05:
            permit.withdrawn()
            return
        if not permit.is_current():
            permit.failed()
            return
        begun = now()
        await self.be_held_up(min(self.stall, permits.LONGEST_REQUEST_SECONDS - permits.LATEST_SEND_SECONDS - 1))
        self.sent.append(self.dice.uniform(begun, now()))
        permit.sent()
        await self.be_held_up(self.stall)
        if self.dice.random() < 0.05:
            permit.failed()
        else:
            is_limited = self.dice.random() < self.refused
            permit.answered(rate_limited=is_limited, wait_seconds=self.dice.choice((None, 0.5)) if is_limited else None)

    async def work(self) -> list[float]:
        """Send for a while from several tasks, some requests of which go first; return when they left."""
        end = now() + SECONDS + self.stall

        async def task() -> None:
            while now() < end:
                await self.send(urgent=self.dice.random() < 0.3)
                await self.be_held_up(0.5)

        await asyncio.gather(*(task() for _ in range(14)))
        return self.sent


def now() -> float:
    """The invented time, which all processes have."""
    return asyncio.get_running_loop().time()


def most_within(moments: list[float], seconds: float) -> int:
    """The most that any stretch of so many seconds saw."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


@settings(max_examples=12, deadline=None)
@given(
    rate=st.sampled_from([0.5, 1, 3, 10, 10, 10, 25]),
    processes=st.integers(1, 3),
    stall=st.sampled_from([0.0, 0.05, 0.6, 1.5, 10.0]),
    spread=st.sampled_from([0.02, 0.2, 1.0]),
    seed=st.integers(0, 10**6),
)
def test_no_second_sees_more_than_the_rate(rate: float, processes: int, stall: float, spread: float, seed: int) -> None:
    """In any sliding second at most `rate` requests leave, of all processes and kinds together, however late."""

    async def main(file: Path) -> list[float]:
        path = file if processes > 1 else None
        dice = random.Random(seed)
        crew = [Process(RateLimiter(rate, path, clock=now), dice, stall, spread) for _ in range(processes)]
        sent = await asyncio.gather(*(process.work() for process in crew))
        return [moment for moments in sent for moment in moments]

    with tempfile.TemporaryDirectory() as folder:
        sent = run_virtually(main(Path(folder) / "pace.json"))
    allowance = permits.Allowance.of(rate)
    assert most_within(sent, allowance.period_seconds) <= allowance.permits


def test_an_answer_in_no_time_frees_no_permit_before_its_second() -> None:
    """However late a request left after its permit was taken, and however soon others are answered."""
    ledger, allowance = permits.Ledger(), permits.Allowance.of(10)
    for number in range(10):
        permits.take(ledger, allowance, permits.Slot(f"{number}", 1, 1000.0, 1075.0), lambda _: True)
        permits.hand_back(ledger, f"{number}", 1003.0, 1004.0 + ledger.margin)
    for _ in range(100):
        permits.allow_for(ledger, allowance, -60.0)
    assert min(slot.until for slot in ledger.slots) >= 1004.0 + permits.MARGIN_FLOOR


def test_a_process_that_was_stopped_for_long_has_lost_its_permits(tmp_path: Path) -> None:
    """Of two processes one is stopped before it sends: when the other has its permits, they are lost."""

    async def main() -> tuple[list[bool], list[bool]]:
        stopped, other = (RateLimiter(10, tmp_path / "pace.json", clock=now) for _ in range(2))
        lost = [await stopped.permit() for _ in range(10)]
        before = [permit.is_current() for permit in lost]
        await asyncio.sleep(permits.LATEST_SEND_SECONDS + 14)
        await other.permit()
        return before, [permit.is_current() for permit in lost]

    before, after = run_virtually(main())
    assert (before, after) == ([True] * 10, [False] * 10)


def test_a_file_that_is_lost_gives_no_second_limit(tmp_path: Path) -> None:
    """Where the shared file cannot be used any more, what has just left counts all the same."""
    path, events = tmp_path / "pace.json", list[Event]()

    async def main() -> list[float]:
        process = Process(RateLimiter(10, path, clock=now, notify=events.append), random.Random(1), refused=0.0)

        async def lose() -> None:
            # All permits have just been used.
            await asyncio.sleep(2.2)
            path.unlink()
            path.mkdir()

        return (await asyncio.gather(process.work(), lose()))[0]

    sent = run_virtually(main())
    assert [event.name for event in events] == ["pace-alone"]
    assert most_within(sent, 1.0) <= 10
    assert len(sent) >= 9.5 * SECONDS


def test_a_lock_that_is_long_held_gives_no_second_limit(tmp_path: Path) -> None:
    """What is sent while another process has the file is noted once it is free, and takes its permit until then."""
    path = tmp_path / "pace.json"
    holder = FileLock(f"{path}.lock")

    async def main() -> list[float]:
        process = Process(RateLimiter(10, path, clock=now), random.Random(1), refused=0.0)

        async def hold() -> None:
            for _ in range(5):
                await asyncio.sleep(0.9)
                holder.acquire()
                await asyncio.sleep(0.02)
                holder.release()

        return (await asyncio.gather(process.work(), hold()))[0]

    assert most_within(run_virtually(main()), 1.0) <= 10


@pytest.mark.parametrize("sent", [True, False, None, 1000.4])
def test_the_file_of_another_version_is_read(sent: object) -> None:
    """A file that says only whether a request has left is that of the version before, which may run beside this one."""
    slot = ["t", os.getpid(), 1000.0, 1001.5, sent]
    known = {"paused_until": 0.0, "margin": 0.029, "share": 1.0, "dropped_at": 0.0, "room": 10_000, "room_at": 0.0}
    (read,) = permits.from_document({"slots": [slot], **known}).slots
    assert read.sent_at == {True: 1000.0, 1000.4: 1000.4}.get(sent)  # type: ignore[call-overload]
