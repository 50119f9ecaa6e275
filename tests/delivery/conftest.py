"""A bench for delivery: a sheet is staged into a real journal and delivered to the sandbox over loopback."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from pydantic import SecretStr

from importer.api.client import Api
from importer.delivery.engine.loop import deliver
from importer.delivery.journal import Journal, RunRecord
from importer.delivery.options import DeliveryOptions
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.model import ContactDraft
from importer.plan import OnMatch, Policy, decide_all
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importer.delivery.journal_place import JournalPlace
    from importer.model import Event, Outcome, Problem, Status
    from importer.sandbox.options import Options

SOURCE = "spreadsheet-import"
QUICK = DeliveryOptions(
    settle_seconds=0.02,
    backoff_seconds=0.01,
    longest_backoff_seconds=0.1,
    # A loaded computer may be busy elsewhere for seconds: only what waits for the end of the wait shortens it.
    wait_for_service=60.0,
    first_answer_seconds=60.0,
)
_RUNS = count(1)


def body(number: int, **fields: Any) -> dict[str, Any]:
    """A contact as the importer sends it; `fields` replace default fields."""
    default = {
        "firstName": f"Ada{number}",
        "lastName": "Lovelace",
        "company": None,
        "role": None,
        "phoneNumbers": [{"name": "mobile", "value": f"+1415555{number % 10000:04d}"}],
        "emails": [{"name": "work", "value": f"ada{number}@example.com"}],
    }
    return {"externalId": f"id-{number}", "source": SOURCE, "defaultFields": {**default, **fields}, "customFields": []}


def draft(number: int, row: int | None = None, **fields: Any) -> ContactDraft:
    """The draft of a row; its digest is of what it says."""
    sent = body(number, **fields)
    return ContactDraft(row or number + 1, sent["externalId"], sent, f"{hash(str(sent)) % 2**64:016x}")


@dataclass
class Result:
    """What one run left: outcomes by row, counts, problems, events, and what stopped it."""

    outcomes: dict[int, Outcome]
    counts: dict[Status, int]
    problems: list[Problem]
    events: list[Event] = field(default_factory=list)
    error: BaseException | None = None
    requests: int = 0

    def ids(self) -> dict[str, str]:
        """Contact id by external id, of rows that have one."""
        return {outcome.external_id: outcome.contact_id for outcome in self.outcomes.values() if outcome.contact_id}


class Service(Protocol):
    """What a bench needs of the service that it delivers to."""

    url: str
    options: Options


@dataclass
class Bench:
    """Runs sheets against one sandbox and one journal; `service`, where it is set, takes the place of the sandbox.

    `is_read`: what a run has left is read from its journal.
    """

    sandbox: Sandbox
    journal: JournalPlace
    options: DeliveryOptions = QUICK
    seed: int = 7
    service: Service | None = None
    is_read: bool = True

    def run(
        self,
        drafts: Sequence[ContactDraft],
        *,
        on_match: OnMatch | Policy = OnMatch.CREATE_ONLY,
        fault: Callable[[str], None] | None = None,
        stop_after: int | None = None,
        read_seconds: float = 60.0,
        **options: Any,
    ) -> Result:
        """One run, as the command does it; an error that stops it is in the result, a crash leaves nothing more."""
        settings = replace(self.options, on_match=on_match, **options)
        events: list[Event] = []
        error: BaseException | None = None
        try:
            with Journal.open(self.journal, "sandbox", "key", fault=fault) as journal:
                try:
                    stage(journal, drafts, on_match)
                    requests = asyncio.run(self._deliver(journal, settings, events, stop_after, read_seconds))
                except BaseException as stopped:  # noqa: BLE001 - crashes are what is tested
                    error, requests = stopped, 0
        except BaseException as crashed:  # noqa: BLE001
            error, requests = error or crashed, 0
        if not self.is_read:
            return Result({}, {}, [], events, error, requests)
        return self.read(drafts, on_match, events, error, requests)

    def read(
        self,
        drafts: Sequence[ContactDraft],
        on_match: OnMatch | Policy,
        events: list[Event],
        error: BaseException | None,
        requests: int,
    ) -> Result:
        """The state of the journal as its files show it after a run."""
        with Journal.open(self.journal, "sandbox", "key") as journal:
            outcomes = {outcome.row: outcome for outcome in journal.outcomes()}
            return Result(outcomes, journal.counts(), list(journal.problems()), events, error, requests)

    def lose_journal(self) -> None:
        """Have the next run find no journal, as when its folder or its lines were deleted."""
        if isinstance(self.journal, Path):
            for path in self.journal.parent.iterdir():
                path.unlink()
        else:
            self.journal = replace(self.journal, name=f"{self.journal.name}+")

    async def _deliver(
        self,
        journal: Journal,
        settings: DeliveryOptions,
        events: list[Event],
        stop_after: int | None,
        read_seconds: float,
    ) -> int:
        stop = asyncio.Event()

        def notify(event: Event) -> None:
            events.append(event)
            if stop_after is not None and sum(event.name == "delivered" for event in events) >= stop_after:
                stop.set()

        pace = RateLimiter(1000)
        service = self.service or self.sandbox
        key = SecretStr(service.options.key)
        async with Api(service.url, key, pace, read_seconds=read_seconds, on_exchange=notify) as api:
            # An importer asks for the custom fields first; so the service's clock and presence are known.
            await api.custom_fields()
            await deliver(journal, api, settings, rng=random.Random(self.seed), stop=stop, notify=notify)
            return api.traffic.requests


def stage(journal: Journal, drafts: Sequence[ContactDraft], on_match: OnMatch | Policy = OnMatch.CREATE_ONLY) -> None:
    """Enter a run and its rows."""
    journal.begin(RunRecord(f"run-{next(_RUNS)}-{time.time_ns()}", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
    ids = [draft.external_id for draft in drafts]
    journal.stage(decide_all(drafts, journal.seen(ids), journal.known(ids), on_match))


class MakeBody(Protocol):
    """`body` as a fixture."""

    def __call__(self, number: int, **fields: Any) -> dict[str, Any]: ...


class MakeBench(Protocol):
    """`Bench` as a fixture."""

    def __call__(self, sandbox: Sandbox, journal: JournalPlace, options: DeliveryOptions = QUICK) -> Bench: ...


class MakeDraft(Protocol):
    """`draft` as a fixture."""

    def __call__(self, number: int, row: int | None = None, **fields: Any) -> ContactDraft: ...


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """One sandbox without a limit for the tests of a module."""
    with Sandbox.start(rate=0) as sandbox:
        yield sandbox


STORES = ("sqlite", "postgres")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have tests that are marked so run on both stores: what a journal promises holds for each."""
    if "journal_place" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_stores"):
        metafunc.parametrize("journal_place", STORES, indirect=True)


@pytest.fixture
def journal_place(request: pytest.FixtureRequest, tmp_path: Path) -> JournalPlace:
    """A place for a journal: a file, or one in Postgres."""
    if getattr(request, "param", STORES[0]) == "postgres":
        return request.getfixturevalue("database").place()  # type: ignore[no-any-return]
    return tmp_path / "journal.sqlite"


@pytest.fixture
def bench(server: Sandbox, journal_place: JournalPlace) -> Bench:
    """A clean workspace and a place for a journal."""
    server.reset()
    return Bench(server, journal_place)


@pytest.fixture
def make_body() -> MakeBody:
    """The maker of bodies."""
    return body


@pytest.fixture
def make_draft() -> MakeDraft:
    """The maker of drafts."""
    return draft


@pytest.fixture
def make_bench() -> MakeBench:
    """The maker of benches, for tests with a sandbox of their own."""
    return Bench
