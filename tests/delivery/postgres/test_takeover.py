"""Two workers and one journal: whatever one sleeps through, nothing is sent twice, and the other goes on."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from importer.delivery.journal import Journal
from importer.errors import FolderBusy, TakenOver
from importer.model import Status
from tests import warm
from tests.database import quick
from tests.delivery.postgres.worker import ROWS, SENT, TIMES, carry_out, carry_out_tasks, drafts
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess

    from importer.delivery.journal_place import DatabasePlace
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.delivery.conftest import Bench, MakeBench

FACTS = {"POST": ("sending", "settle"), "PATCH": ("updating", "settle"), "DELETE": ("undoing", "undone")}
"""What is written down before a request of each kind, and after its answer."""


@pytest.fixture
def bench(server: Sandbox, database: Server, make_bench: MakeBench) -> Bench:
    """A clean workspace and a journal in Postgres whose holder is dead after half a second of silence."""
    server.reset()
    return make_bench(server, database.place(TIMES))


@dataclass
class Worker:
    """The other process."""

    process: ForkServerProcess
    tasks: TextIO
    answers: TextIO

    def begin(self, bench: Bench, kind: str, moment: str, sign: str = "SIGSTOP") -> None:
        """Have it carry something out, up to a moment."""
        place: Any = bench.journal
        task = {
            "database": place.url,
            "journal": place.name,
            "url": bench.sandbox.url,
            "key": bench.sandbox.options.key,
            "kind": kind,
            "moment": moment,
            "sign": sign,
        }
        self.tasks.write(json.dumps(task) + "\n")
        self.tasks.flush()

    def wait_until_asleep(self) -> None:
        state = ""
        until = time.monotonic() + 60
        while state != "T" and time.monotonic() < until:
            time.sleep(0.02)
            state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        assert state == "T"

    def end(self) -> dict[str, str]:
        """How what it carried out ended."""
        answer: dict[str, str] = json.loads(self.answers.readline())
        return answer

    def wake(self) -> None:
        """Have it go on where it fell asleep."""
        os.kill(self.process.pid or 0, signal.SIGCONT)


@contextmanager
def another_worker() -> Iterator[Worker]:
    (given, tasks), (answers, told) = os.pipe(), os.pipe()
    process = warm.start((), ROOT, os.environ, {0: given, 1: told}, main=carry_out_tasks)
    os.close(given)
    os.close(told)
    with open(tasks, "w") as opened, open(answers) as read:  # noqa: PTH123
        try:
            yield Worker(process, opened, read)
        finally:
            process.kill()
            process.join()


def prepare(bench: Bench, kind: str) -> None:
    """Have what is to be changed or deleted there."""
    if kind != "POST":
        assert carry_out(bench, "POST", None) is None


def is_right(bench: Bench, kind: str) -> None:
    """What the service stores is what the sheet says, each contact once."""
    there = [(contact["externalId"], contact["defaultFields"]["lastName"]) for contact in bench.sandbox.contacts()]
    name = {"POST": "Lovelace", "PATCH": "Byron"}.get(kind, "")
    assert sorted(there) == ([] if kind == "DELETE" else [(f"id-{number}", name) for number in range(1, ROWS + 1)])


def requests_of(bench: Bench, kind: str) -> int:
    return sum(request.method == kind for request in bench.sandbox.requests())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks there whether a process sleeps")
@pytest.mark.parametrize("kind", FACTS)
def test_a_worker_that_slept_sends_nothing_twice(bench: Bench, database: Server, kind: str) -> None:
    """Asleep around an intent, a request or its end, woken after the take-over or just before: each is done once."""
    intent, end_fact = FACTS[kind]
    facts = [f"{side}:{fact}" for fact in (intent, end_fact) for side in ("before", "after")]
    with another_worker() as worker:
        for moment in (*facts, SENT):
            for woken_first in (False, True):
                bench.sandbox.reset()
                bench.journal = database.place(TIMES)
                prepare(bench, kind)
                before = requests_of(bench, kind)
                worker.begin(bench, kind, moment)
                worker.wait_until_asleep()
                time.sleep(TIMES.stale + 0.2)
                if woken_first:
                    worker.wake()
                error = None
                for _ in range(100):
                    error = carry_out(bench, kind, None)
                    if not isinstance(error, FolderBusy):
                        break
                worker.wake()
                end = worker.end()
                case = (kind, moment, woken_first, end)
                # One that woke in time may have gone on to its end; one that was taken over is no failure.
                assert end["error"] == "TakenOver" or woken_first, case
                assert error is None, case
                is_right(bench, kind)
                assert requests_of(bench, kind) - before == ROWS, case


def test_a_killed_worker_is_followed_at_once(bench: Bench) -> None:
    """The session of a process that was killed ends with it: no heartbeat is waited for, and nothing is sent twice."""
    with another_worker() as worker:
        worker.begin(bench, "POST", "after:sending", "SIGKILL")
        worker.process.join()
        begun = time.monotonic()
        bench.journal = quick(as_place(bench), stale=1000)
        assert carry_out(bench, "POST", None) is None
        assert time.monotonic() - begun < 500
    is_right(bench, "POST")


def as_place(bench: Bench) -> DatabasePlace:
    place: Any = bench.journal
    assert isinstance(place.name, str)
    return place  # type: ignore[no-any-return]


def test_a_living_holder_is_never_taken_over(bench: Bench) -> None:
    """A journal in use is refused by the name of its holder, however often another asks; the holder notices nothing."""
    place = as_place(bench)
    with Journal.open(place, "sandbox", "key") as journal:
        for _ in range(4):
            with pytest.raises(FolderBusy, match=rf"{place.name} is in use .*process {os.getpid()} on ") as caught:
                Journal.open(place, "sandbox", "key")
            with pytest.raises(FolderBusy):
                Journal.copy(place, "sandbox", "key")
        journal.remember_reading("still mine")
        assert "Wait until it has finished" in caught.value.next_step
    with Journal.open(place, "sandbox", "key") as journal:
        assert journal.reading == "still mine"


def test_one_key_is_used_by_one_journal_at_a_time(database: Server) -> None:
    """Two journals with one key of one service do not deliver together; those of other keys, and rehearsals, do."""
    address = "https://api.example.com"
    with Journal.open(database.place(), address, "key-1"):
        with pytest.raises(FolderBusy, match="The key is in use by another run"):
            Journal.open(database.place(), address, "key-1")
        Journal.open(database.place(), address, "key-2").close()
        Journal.open(database.place(), "sandbox", "key-1").close()
    Journal.open(database.place(), address, "key-1").close()


def test_nothing_is_sent_just_after_another_holder_of_the_key(database: Server) -> None:
    """The service counts the requests of a second, so the next holder of a key waits so long, and no other."""
    address, place = "https://api.example.com", database.place(replace(TIMES, quiet=30.0))
    with Journal.open(place, address, "key-3") as first:
        assert first.quiet_seconds == 0
    with Journal.open(replace(place, name=f"{place.name}-2"), address, "key-3") as second:
        assert 0 < second.quiet_seconds <= 30
    with Journal.open(replace(place, name=f"{place.name}-3"), address, "key-4") as third:
        assert third.quiet_seconds == 0


def orphan(database: Server, place: DatabasePlace, address: str) -> None:
    """Have a journal taken whose session ends with its worker, a day ago."""
    with Journal.open(place, address, "a-key"):
        database.rows("SELECT pg_terminate_backend(backend) FROM openphone_import.journals WHERE name = %s", place.name)
    query = "UPDATE openphone_import.journals SET taken_at = taken_at - interval '1 day' WHERE name = %s"
    database.rows(query, place.name)


def test_a_dead_worker_of_the_key_is_waited_for_once(database: Server) -> None:
    """Once a later holder of the key has waited for what a dead worker has sent, no other one waits for it again."""
    address = f"https://{time.time_ns()}.example.com"
    orphan(database, database.place(), address)
    waiting = database.place()
    with Journal.open(waiting, address, "a-key") as later:
        assert later.unsettled_seconds(2.0) > 2.0
        assert later.quiet_seconds > 0
    query = (
        "UPDATE openphone_import.journals SET taken_at = taken_at - interval '1 hour', "
        "left_at = left_at - interval '1 hour' WHERE name = %s"
    )
    database.rows(query, waiting.name)
    with Journal.open(database.place(), address, "a-key") as last:
        assert last.unsettled_seconds(2.0) == 0
        assert last.quiet_seconds == 0


def test_a_clock_that_was_set_back_holds_up_no_run(database: Server) -> None:
    """A journal that was released later than the clock of the database says is waited for no longer than any other."""
    address, place = f"https://{time.time_ns()}.example.com", database.place()
    Journal.open(place, address, "a-key").close()
    query = "UPDATE openphone_import.journals SET left_at = left_at + interval '1 hour' WHERE name = %s"
    database.rows(query, place.name)
    with Journal.open(database.place(), address, "a-key") as later:
        assert later.unsettled_seconds(2.0) <= place.times.deadline + 2.0


def test_an_intent_that_is_too_old_is_not_sent(bench: Bench) -> None:
    """Where so much time has passed since an intent was committed that another may be at it, no request leaves."""
    bench.journal = quick(as_place(bench), deadline=-1.0)
    result = bench.run(drafts(), wait_for_service=0.3, first_answer_seconds=0.3)
    assert result.counts[Status.UNFINISHED] == ROWS
    assert requests_of(bench, "POST") == 0
    bench.journal = quick(as_place(bench), deadline=5.0)
    assert carry_out(bench, "POST", None) is None
    is_right(bench, "POST")


def test_a_moved_fence_ends_a_worker_before_it_writes(bench: Bench, database: Server) -> None:
    """Whatever moved the fence: the next fact of the former holder is refused, and it says that another goes on."""
    place = as_place(bench)
    with Journal.open(place, "sandbox", "key") as journal:
        database.rows("UPDATE openphone_import.journals SET fence = fence + 1 WHERE name = %s", place.name)
        with pytest.raises(TakenOver, match="taken over the journal"):
            journal.remember_reading("too late")
    with Journal.open(place, "sandbox", "key") as journal:
        assert journal.reading == ""


def test_a_worker_that_was_followed_reads_no_more(bench: Bench, database: Server) -> None:
    """A lookup leaves only if the journal was seen to be ours a moment ago, as the next worker has the whole pace."""
    place = quick(as_place(bench), deadline=0.2)
    with Journal.open(place, "sandbox", "key") as journal:
        may_leave = journal.still_ours()
        assert may_leave is not None
        assert may_leave()
        time.sleep(0.25)
        assert not may_leave(), "it was asleep after it had asked"
        again = journal.still_ours()
        assert again is not None
        assert again()
        database.rows("UPDATE openphone_import.journals SET fence = fence + 1 WHERE name = %s", place.name)
        time.sleep(0.25)
        with pytest.raises(TakenOver, match="taken over the journal"):
            journal.still_ours()
