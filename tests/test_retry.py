"""Waiting for a service that does not come back: every command ends, at the same limit, in the same words."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from importer.errors import ContactMixedUp, Interrupted, ServiceUnreachable
from importer.model import Accepted, Event, NotSent, Refused
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.plan import plan
from importer.pipeline.run import run
from importer.pipeline.undo import undo
from importer.pipeline.verify import verify
from importer.pipeline.workspace.custom_fields import list_fields
from importer.retry import Retry, RetryPolicy, ask_divided
from importer.sandbox import Fault, Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from importer.errors import Stopped

WAIT_SECONDS = 0.6
# What ends late: the pause of the last try, slow computers, and the settle time of an undo.
SLACK_SECONDS = 8.0
MIRROR: dict[str, Any] = {"mirror": True, "source": "crm-2026", "max_deletes": 5}


class Bench:
    """A sheet of three people, imported into a workspace that may fail afterwards."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.events: list[Event] = []
        self.write(3)
        asyncio.run(run(self.job(**MIRROR)))

    def write(self, rows: int) -> None:
        lines = [f"P{number},Ada{number},+442079400{number:03d}" for number in range(rows)]
        (self.folder / "people.csv").write_text("\n".join(["ID,First Name,Phone", *lines]), encoding="utf-8")

    def job(self, *, folder: bool = False, **settings: Any) -> Job:
        usual = {"base_url": self.sandbox.url, "rate": 200.0, "out": self.folder / "out", "yes": True}
        # As the command line gives it: in minutes.
        usual |= {"wait_for_service": WAIT_SECONDS / 60, "map": (("ID", "external_id"),), "source": "crm-2026"}
        places = Places(cache=self.folder / "cache", state=self.folder / "state")
        hooks = Hooks(notify=self.events.append)
        file = self.folder / ("out" if folder else "people.csv")
        return Job(str(file), load({**usual, **settings}, {}), "x", SecretStr("sandbox-key"), hooks, places)

    def stopped(self, command: str) -> Stopped | None:
        """Run a command to its end; returns what ended it early."""
        try:
            if command == "undo":
                return asyncio.run(undo(self.job(folder=True))).stopped
            if command == "fields":
                asyncio.run(list_fields(self.job()))
            elif command == "mirror":
                self.write(2)
                return asyncio.run(run(self.job(**MIRROR))).stopped
            elif command == "run":
                self.write(4)
                return asyncio.run(run(self.job())).stopped
            elif command == "plan":
                asyncio.run(plan(self.job(trust_journal=False)))
            else:
                asyncio.run(verify(self.job(trust_journal=False)))
        except ServiceUnreachable as error:
            return error
        return None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Sandbox.start(rate=0) as sandbox:
        yield Bench(sandbox, tmp_path)


def assert_ends(bench: Bench, command: str, words: str) -> None:
    started = time.monotonic()
    error = bench.stopped(command)
    assert time.monotonic() - started < WAIT_SECONDS + SLACK_SECONDS
    assert isinstance(error, ServiceUnreachable)
    assert error.exit_code == 3
    assert words in error.message
    assert error.next_step.count("run the same command again") == 1


@pytest.mark.parametrize("command", ["run", "plan", "verify", "undo", "fields", "mirror"])
@pytest.mark.parametrize(("answer", "words"), [("429", "429"), ("503", "503"), ("refused", "no connection")])
def test_every_command_stops_waiting(bench: Bench, command: str, answer: str, words: str) -> None:
    """A service that answers 429 or 503 to everything, or takes no connection, ends each command at the same limit."""
    if answer == "refused":
        bench.sandbox.stop()
    else:
        bench.sandbox.add_faults(Fault(answer))
    assert_ends(bench, command, words)


@pytest.mark.parametrize("answer", ["429", "503", "drop"])
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("mirror", {"path": "/v1/contacts/*"}),
        ("run", {"path": "/v1/contacts"}),
        ("plan", {"path": "/v1/contacts"}),
        ("verify", {"path": "/v1/contacts"}),
        ("undo", {"start": 2, "method": "GET"}),
    ],
)
def test_a_service_that_goes_away_in_the_middle(bench: Bench, command: str, fault: dict[str, Any], answer: str) -> None:
    """The limit holds for every reading of a command, not only for the first: the same kinds of failure later on."""
    if command == "undo":
        # The second reading of an undo is of a contact whose DELETE had an unknown end.
        bench.sandbox.add_faults(Fault("lost-response", method="DELETE"))
    bench.sandbox.add_faults(Fault(answer, **fault))
    assert_ends(bench, command, "not available")


@pytest.mark.parametrize("command", ["undo", "mirror"])
def test_a_delete_of_unknown_end_that_asks_for_a_long_pause(bench: Bench, command: str) -> None:
    """A DELETE of which the end is not known, and a pause longer than the service is waited for, end a command, too."""
    bench.sandbox.add_faults(Fault("500", method="DELETE", retry_after=86400))
    assert_ends(bench, command, "not available")


def test_an_undo_whose_writes_are_limited_ends(bench: Bench) -> None:
    """The rate limit may refuse every DELETE while reads are answered: the undo ends and knows what is left."""
    bench.sandbox.add_faults(Fault("429", method="DELETE"))
    report = asyncio.run(undo(bench.job(folder=True)))
    assert isinstance(report.stopped, ServiceUnreachable)
    assert "API key" in report.stopped.next_step
    assert (report.exit_code, report.left, report.counts["reversed"]) == (3, 3, 0)
    bench.sandbox.clear_faults()
    again = asyncio.run(undo(bench.job(folder=True)))
    assert (again.exit_code, again.left, again.counts["reversed"]) == (0, 0, 3)


def test_a_wait_that_retry_after_would_exceed_is_not_begun(bench: Bench) -> None:
    """A 429 that asks for a longer wait than the person allows ends the command at the person's limit."""
    bench.sandbox.add_faults(Fault("429", retry_after=120))
    assert_ends(bench, "plan", "429")


@pytest.mark.parametrize("command", ["plan", "run"])
def test_a_retry_after_of_a_day_is_told_with_its_hour(bench: Bench, command: str) -> None:
    """A service that wants a day of silence ends the command at the person's limit, and its hour is in the message."""
    bench.sandbox.add_faults(Fault("503", retry_after=86400))
    assert_ends(bench, command, "wants nothing sent before")


# ------------------------------------------------------------------------------------------------------ the policy


def waiting(answers: Sequence[object], policy: RetryPolicy, *, answered: bool = True) -> tuple[object, list[float]]:
    """Ask a service that gives these answers, the last one again and again, by a clock of its own."""
    now, sleeps, left = [100.0], list[float](), list(answers)

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        now[0] += seconds

    async def read(again: bool) -> Any:
        assert again == (len(left) < len(answers) or bool(sleeps))
        return left.pop(0) if len(left) > 1 else left[0]

    async def main() -> object:
        retry = Retry(
            policy,
            asyncio.Event(),
            lambda: answered,
            clock=lambda: now[0],
            sleep=sleep,
            rng=random.Random(1),
        )
        return await retry.ask(read)

    try:
        return asyncio.run(main()), sleeps
    except (ServiceUnreachable, ContactMixedUp) as error:
        return error, sleeps


MIXED_UP = NotSent("200 with contact CT2 when asked for CT1", shown_id="CT2")


@pytest.mark.parametrize("policy", [RetryPolicy(), RetryPolicy(wait_seconds=0.1)])
@pytest.mark.parametrize("answers", [[MIXED_UP], [MIXED_UP, NotSent("503"), MIXED_UP, MIXED_UP]])
def test_a_contact_that_is_mixed_up_is_no_outage(policy: RetryPolicy, answers: list[NotSent]) -> None:
    """A service that shows another contact is there, however short it is waited for; it is asked three times."""
    result, sleeps = waiting(answers, policy)
    is_outage = policy.wait_seconds < 1 and len(answers) > 1
    assert isinstance(result, ServiceUnreachable if is_outage else ContactMixedUp)
    assert is_outage or len(sleeps) == max(2, len(answers) - 1)


@pytest.mark.parametrize(("answered", "limit"), [(True, 600.0), (False, 20.0)])
@pytest.mark.parametrize("failure", [NotSent("503"), NotSent("429", 30.0, rate_limited=True)])
def test_a_service_that_never_answered_gets_the_short_wait(answered: bool, limit: float, failure: NotSent) -> None:
    """Whatever it answers, a service is waited for as long as the policy says and not a second longer."""
    result, sleeps = waiting([failure], RetryPolicy(), answered=answered)
    assert isinstance(result, ServiceUnreachable)
    assert sum(sleeps) == pytest.approx(limit)


def test_retry_after_is_kept() -> None:
    """A service that says how long to wait is not asked before."""
    result, sleeps = waiting([NotSent("429", 7.0, rate_limited=True), Accepted({"id": "1"})], RetryPolicy())
    assert (result, sleeps) == (Accepted({"id": "1"}), [7.0])


def test_an_outage_is_announced_once() -> None:
    """A single failure is not worth a line; an outage is reported at its beginning and at its end."""
    answers = [*[NotSent("503")] * 5, Accepted(), NotSent("503"), Accepted()]
    events: list[str] = []

    async def main() -> None:
        async def sleep(_: float) -> None: ...

        async def read(_: bool) -> Any:
            return answers.pop(0)

        retry = Retry(RetryPolicy(), asyncio.Event(), notify=lambda event: events.append(event.name), sleep=sleep)
        await retry.ask(read)
        await retry.ask(read)

    asyncio.run(main())
    assert events == ["waiting", "resumed"]


def test_a_stop_is_heard_between_two_tries() -> None:
    """Ctrl-C ends the waiting before the next try."""

    async def main() -> None:
        stop = asyncio.Event()

        async def sleep(_: float) -> None:
            stop.set()

        async def read(_: bool) -> NotSent:
            return NotSent("503")

        await Retry(RetryPolicy(), stop, sleep=sleep).ask(read)

    with pytest.raises(Interrupted):
        asyncio.run(main())


def test_a_stop_ends_a_pause_at_once() -> None:
    """Ctrl-C ends the pause between two tries, however long it is."""

    async def main() -> None:
        stop = asyncio.Event()

        async def read(_: bool) -> NotSent:
            asyncio.get_running_loop().call_later(0.05, stop.set)
            return NotSent("503", 300.0)

        await asyncio.wait_for(Retry(RetryPolicy(), stop).ask(read), 20.0)

    with pytest.raises(Interrupted):
        asyncio.run(main())


def test_a_request_without_an_answer_is_announced() -> None:
    """A service that keeps a request open without a word is announced within seconds, and so is the way to stop."""
    events: list[Event] = []

    async def main() -> None:
        announced = asyncio.Event()

        def notify(event: Event) -> None:
            events.append(event)
            announced.set()

        async def read(_: bool) -> Accepted:
            await announced.wait()
            return Accepted()

        retry = Retry(RetryPolicy(), asyncio.Event(), notify=notify)
        await asyncio.wait_for(retry.ask(read), 20.0)

    asyncio.run(main())
    assert [event.name for event in events] == ["waiting", "resumed"]
    assert "no answer yet" in events[0].facts["text"]
    assert "Ctrl-C" in events[0].facts["text"]


def test_a_refused_batch_is_asked_one_by_one() -> None:
    """One id that the service will not look up does not keep the others from being found."""
    requests: list[Sequence[str]] = []

    async def find(external_ids: Sequence[str]) -> str | Refused:
        requests.append(external_ids)
        return Refused(400, ("no",)) if "b" in external_ids else f"found {external_ids[0]}"

    async def main(external_ids: list[str]) -> list[tuple[Sequence[str], str | Refused]]:
        return [entry async for entry in ask_divided(find, external_ids)]

    refused = Refused(400, ("no",))
    assert asyncio.run(main(["a", "c"])) == [(["a", "c"], "found a")]
    assert asyncio.run(main(["b"])) == [(["b"], refused)]
    assert asyncio.run(main(["a", "b", "c"])) == [(["a"], "found a"), (["b"], refused), (["c"], "found c")]
    assert len(requests) == 6


def test_a_read_that_fails_late_has_failed_since_it_was_asked() -> None:
    """A read that takes as long to fail as the person waits is not asked again for as long once more."""
    now, asked = [0.0], []

    async def read(again: bool) -> Accepted | NotSent:
        asked.append(again)
        now[0] += 50.0
        return NotSent("no whole answer in time")

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async def main() -> None:
        retry = Retry(RetryPolicy(wait_seconds=60.0), asyncio.Event(), clock=lambda: now[0], sleep=sleep)
        await retry.ask(read)

    with pytest.raises(ServiceUnreachable):
        asyncio.run(main())
    assert len(asked) == 2
    assert now[0] < 110
