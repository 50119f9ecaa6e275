"""The pace in real time, alone and shared between processes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from importer.delivery.rate_limit.limiter import RateLimiter, pace_file
from importer.delivery.rate_limit.permits import Slot
from importer.delivery.rate_limit.shared_file import LedgerBusy, SharedFileLedger
from importer.model import Event, RateBudget

if TYPE_CHECKING:
    from pathlib import Path


async def spend(pace: RateLimiter, number: int) -> list[float]:
    """Take permits and send at once; the moments at which that was."""
    moments = []
    for _ in range(number):
        permit = await pace.permit()
        moments.append(time.monotonic())
        permit.answered()
    return moments


def most_in_a_second(moments: list[float]) -> int:
    """The most that any second saw."""
    return max(sum(first <= moment < first + 1 for moment in moments) for first in moments)


def test_alone() -> None:
    """No second sees more than the rate."""
    moments = asyncio.run(spend(RateLimiter(20), 45))
    assert most_in_a_second(sorted(moments)) <= 20


def test_order_is_kept() -> None:
    """Permits are given in the order in which they were asked for."""
    order: list[int] = []

    async def main() -> None:
        pace = RateLimiter(5)

        async def one(number: int) -> None:
            permit = await pace.permit()
            order.append(number)
            permit.answered()

        await asyncio.gather(*(one(number) for number in range(8)))

    asyncio.run(main())
    assert order == list(range(8))


SENDER = """
import asyncio, json, pathlib, sys, time
from importer.delivery.rate_limit.limiter import RateLimiter

async def main():
    pace, moments = RateLimiter(20, pathlib.Path(sys.argv[1])), []
    while len(moments) < 25:
        permit = await pace.permit()
        moments.append(time.monotonic())
        permit.answered()
    print(json.dumps(moments))

asyncio.run(main())
"""


def test_two_processes_share_one_pace(tmp_path: Path) -> None:
    """Two runs with one key keep one limit together."""
    command = [sys.executable, "-c", SENDER, str(tmp_path / "state" / "pace.json")]
    senders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    moments = sorted(moment for sender in senders for moment in json.loads(sender.communicate()[0]))
    assert len(moments) == 50
    assert most_in_a_second(moments) <= 20
    assert (tmp_path / "state" / "pace.json").stat().st_mode & 0o777 == 0o600


def test_a_killed_process_leaves_no_permits_behind(tmp_path: Path) -> None:
    """Permits that a killed process held do not hold up the next run until they would expire."""
    killer = SENDER.replace("permit.answered()", "").replace("print", "import os; os.kill(os.getpid(), 9) #")
    path = tmp_path / "pace.json"
    subprocess.run([sys.executable, "-c", killer.replace("< 25", "< 20"), str(path)], check=False)
    left = [until for _, _, _, until, _ in json.loads(path.read_text())["slots"]]
    assert len(left) == 20
    assert asyncio.run(spend(RateLimiter(20, path), 1))[0] < min(left)


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff", b"[]", b'{"slots": 5}', b"9" * 5000])
def test_garbage_in_the_file_is_rebuilt(tmp_path: Path, content: bytes) -> None:
    """A damaged file is written anew."""
    path = tmp_path / "pace.json"
    path.write_bytes(content)
    asyncio.run(spend(RateLimiter(50, path), 3))
    assert set(json.loads(path.read_text())) == {
        "slots",
        "paused_until",
        "margin",
        "share",
        "dropped_at",
        "room",
        "room_at",
    }


def test_unusable_folder_keeps_the_pace_alone(tmp_path: Path) -> None:
    """Where the file cannot be had, the run goes on with a pace of its own, and says so once."""
    (tmp_path / "state").write_text("a file where the folder should be")
    events: list[Event] = []
    moments = asyncio.run(spend(RateLimiter(20, tmp_path / "state" / "pace.json", notify=events.append), 25))
    assert [event.name for event in events] == ["pace-alone"]
    assert "text" in events[0].facts
    assert most_in_a_second(sorted(moments)) <= 20


def test_a_held_lock_is_given_up(tmp_path: Path) -> None:
    """A process stopped while it holds the file does not stop the others for good."""
    path, events = tmp_path / "pace.json", list[Event]()
    holder = FileLock(f"{path}.lock", timeout=0)
    holder.acquire()
    with pytest.raises(LedgerBusy), SharedFileLedger(path).open():
        pass
    # Some other time: the pace gives up after two seconds by its own clock, which runs fast here.
    ticks = iter(range(1000))
    asyncio.run(spend(RateLimiter(20, path, clock=lambda: float(next(ticks)), notify=events.append), 1))
    assert [event.name for event in events] == ["pace-alone"]
    holder.release()


def test_cancelled_wait_takes_nothing() -> None:
    """A request withdrawn while it waits for its turn leaves the permits to others."""

    async def main() -> int:
        pace = RateLimiter(1)
        await spend(pace, 1)
        waiting = asyncio.ensure_future(pace.permit())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return len(await spend(pace, 1))

    assert asyncio.run(main()) == 1


def test_sent_counts_from_the_first_answer_on() -> None:
    """Before the first answer connections warm up: a permit's second begins with the answer, later with the sending."""
    now = [100.0]

    async def main() -> tuple[float, float]:
        pace = RateLimiter(1, clock=lambda: now[0])
        permit = await pace.permit()
        permit.sent()
        now[0] = 105.0
        permit.answered()
        pace.note_now()
        with pace._store.open() as ledger:
            first = ledger.slots[0].until
        now[0] = first
        permit = await pace.permit()
        permit.sent()
        sent_at, now[0] = now[0], now[0] + 5
        permit.answered()
        pace.note_now()
        with pace._store.open() as ledger:
            return first - 105.0, ledger.slots[0].until - sent_at

    cold, warm = asyncio.run(main())
    assert 1.0 < cold < 1.1
    assert 1.0 < warm < 1.1


def test_failed_request_may_have_arrived_late() -> None:
    """After a timeout the request may have arrived only just now, so its second begins then."""
    now = [100.0]

    async def main() -> float:
        pace = RateLimiter(1, clock=lambda: now[0])
        pace.has_answers = True
        permit = await pace.permit()
        permit.sent()
        now[0] = 130.0
        permit.failed()
        with pace._store.open() as ledger:
            return ledger.slots[0].until

    assert asyncio.run(main()) > 131.0


# ------------------------------------------------------------------------------------------ the service's own word


class Window:
    """A service in invented time, which counts requests of ours and of others, and tells of its limit."""

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self.moments: list[float] = []

    def ask(self, now: float) -> RateBudget | None:
        """Count a request; None if it is refused."""
        self.moments = [moment for moment in self.moments if moment > now - 1]
        if len(self.moments) >= self.quota:
            return None
        self.moments.append(now)
        return RateBudget(self.quota, 1.0, self.quota - len(self.moments))


def converse(rate: float, quota: int, others_rate: float, seconds: float = 20.0) -> tuple[int, int, list[str]]:
    """Send one request after the other; returns how many were answered and refused, and what was said."""
    now, events = [1000.0], list[Event]()
    service, others_at, refused = Window(quota), 1000.0, 0

    async def sleep(wait: float) -> None:
        now[0] += wait

    async def main() -> int:
        nonlocal others_at, refused
        pace = RateLimiter(rate, clock=lambda: now[0], sleep=sleep, notify=events.append)
        answered = 0
        while now[0] < 1000.0 + seconds:
            permit = await pace.permit()
            while others_rate and others_at < now[0]:
                service.ask(others_at)
                others_at += 1 / others_rate
            budget = service.ask(now[0])
            refused += budget is None
            permit.sent()
            now[0] += 0.01
            permit.answered(rate_limited=budget is None, budget=budget or RateBudget(quota, 1.0, 0))
            answered += budget is not None
        return answered

    answered = asyncio.run(main())
    return answered, refused, [str(event.facts["text"]) for event in events if event.name == "pace"]


@pytest.mark.parametrize(("rate", "quota"), [(10, 5), (10, 10), (10, 50), (3, 10), (50, 50)])
def test_the_limit_that_the_service_tells_is_kept(rate: float, quota: int) -> None:
    """The pace is the lower of `--rate` and the service's limit: nothing is refused, and hardly any speed is lost."""
    answered, refused, texts = converse(rate, quota, 0.0)
    assert refused <= (5 if quota < rate else 0), "the first answer came after the first burst"
    assert answered >= 0.85 * min(rate, quota) * 20
    assert [text for text in texts if "allows this key" in text] == (
        ["The service allows this key 5 requests a second; no more are sent."] if quota < rate else []
    )
    assert not [text for text in texts if "Other programs" in text]


def test_what_others_use_is_left_to_them() -> None:
    """Where other programs use a part of the limit, the pace leaves it to them, and says so once."""
    answered, refused, texts = converse(10, 10, 4.0)
    assert refused <= 6
    assert answered >= 0.75 * 6 * 20
    assert texts == ["Other programs use this API key too; this one leaves them their share."]


def test_pace_file_hides_the_key(tmp_path: Path) -> None:
    """The file's name tells keys and addresses apart and shows neither."""
    names = {pace_file(tmp_path, url, key).name for url in ("https://a", "https://b") for key in ("sk_1", "sk_2")}
    assert len(names) == 4
    assert not any("sk_" in name for name in names)
    assert pace_file(tmp_path, "https://a", "sk_1") == pace_file(tmp_path, "https://a", "sk_1")


def test_locks_die_with_their_process(tmp_path: Path) -> None:
    """A lock is free again as soon as its holder is dead, and not before."""
    code = "import sys, pathlib\nfrom importer.delivery.rate_limit.shared_file import SharedFileLedger\n"
    code += "with SharedFileLedger(pathlib.Path(sys.argv[1])).open():\n"
    code += "    print('held', flush=True); sys.stdin.read()"
    path = tmp_path / "pace.json"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LedgerBusy), SharedFileLedger(path).open():
            pass
        holder.kill()
        holder.wait()
        with SharedFileLedger(path).open():
            pass
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {
        "pace.json": 0o600,
        "pace.json.lock": 0o600,
    }


def test_what_others_write_is_read(tmp_path: Path) -> None:
    """Two processes' ledgers over one file see each other's permits, and damage done by hand in between."""
    path = tmp_path / "pace.json"
    one, other = SharedFileLedger(path), SharedFileLedger(path)
    for number, ledger in enumerate((one, one, other, one)):
        with ledger.open() as found:
            assert [slot.token for slot in found.slots] == [f"t{before}" for before in range(number)]
            found.slots.append(Slot(f"t{number}", 1, 1.0, 2.0))
    path.write_text("{}", encoding="utf-8")
    with one.open() as found:
        assert not found.slots


def test_a_change_that_failed_is_forgotten(tmp_path: Path) -> None:
    """What was changed in memory and never written does not come back with the next reading."""
    ledger = SharedFileLedger(tmp_path / "pace.json")
    with ledger.open():
        pass
    with suppress(ZeroDivisionError), ledger.open() as found:
        found.slots.append(Slot("t1", 1, 1.0, 2.0))
        raise ZeroDivisionError
    with ledger.open() as found:
        assert not found.slots


def test_a_change_goes_before_other_requests() -> None:
    """A request that changes a contact waits for at most one of those that came before it."""
    order: list[str] = []

    async def ask(pace: RateLimiter, name: str, *, urgent: bool) -> None:
        (await pace.permit(urgent=urgent)).failed()
        order.append(name)

    async def act() -> None:
        pace = RateLimiter(20)
        reads = [asyncio.ensure_future(ask(pace, f"read {number}", urgent=False)) for number in range(30)]
        await asyncio.sleep(0)
        change = asyncio.ensure_future(ask(pace, "change", urgent=True))
        await asyncio.gather(change, *reads)

    asyncio.run(act())
    # Twenty leave at once; of the ten that wait, one was at the head already.
    assert order.index("change") <= 21
