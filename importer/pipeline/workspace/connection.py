"""The connection of a job to its workspace: the real API or the sandbox, at the pace of its key."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.disk import real_path
from importer.errors import OutputError, out_of_room
from importer.retry import Retry, RetryPolicy
from importer.settings.api_key import SANDBOX_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from importer.api.client import Api
    from importer.delivery.journal import Journal
    from importer.delivery.rate_limit.source_lock import SourceLock
    from importer.pipeline.job import Job


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection. A journal belongs to its `address`, which is the base URL, or `sandbox`."""

    api: Api
    address: str
    key: SecretStr
    retry: Retry
    source_lock: SourceLock

    async def begin(self, journal: Journal) -> None:
        """Wait until this holder of the journal may send, and have reads end with its hold on the journal, too."""
        await asyncio.sleep(journal.quiet_seconds)
        self.api.before_reading = journal.still_ours

    async def take_source(self, journal: Journal, waiting: Callable[[int, str], None], patience_seconds: float) -> None:
        """Wait until no other import makes new people of this source, and until all that others made have arrived.

        Raises Stopped, as the lock does.
        """
        await self.source_lock.take(waiting, patience_seconds)
        await asyncio.sleep(journal.unsettled_seconds(self.retry.policy.settle_seconds))


@asynccontextmanager
async def connect(job: Job) -> AsyncIterator[Connection]:
    """Open the API of the job; with `--sandbox`, start the sandbox first."""
    # Imported here because `check` sends nothing, and the libraries of the network are slow to load.
    from importer.api.client import Api
    from importer.delivery.rate_limit.limiter import RateLimiter, pace_file
    from importer.delivery.rate_limit.source_lock import SourceLock

    settings = job.settings
    async with AsyncExitStack() as stack:
        if settings.sandbox:
            from importer.sandbox import Sandbox

            # Contacts of a rehearsal outlive it, so that it can be run again; without a folder they stay in memory.
            store = job.out / "sandbox.sqlite" if job.out.is_dir() else None
            try:
                sandbox = Sandbox.start(store, key=SANDBOX_KEY, rate=settings.rate)
            except (ValueError, OSError) as error:
                # A store in a folder from outside may be anything, a link among it.
                if (scarcity := out_of_room(error)) is not None:
                    raise scarcity from error
                reason = getattr(error, "strerror", None) or error
                raise OutputError(
                    f"The sandbox cannot use {store or 'this computer'}: {str(reason).rstrip('.')}.",
                    "Delete the file, or give another folder with --out.",
                ) from error
            stack.callback(sandbox.stop)
            base_url, key, file = sandbox.url, SecretStr(SANDBOX_KEY), None
        else:
            base_url, key = settings.base_url, job.key or SecretStr("")
            file = pace_file(job.places.state, base_url, key.get_secret_value())
        pace = RateLimiter(settings.rate, file, notify=job.hooks.notify)
        # The next command need not wait for permits whose requests have left long ago.
        stack.callback(pace.note_now)
        policy = RetryPolicy(settings.wait_for_service * 60, settle_seconds=job.hooks.settle_seconds)
        api = await stack.enter_async_context(
            # One read without an end would else take longer than the person waits for a service that is away.
            Api(base_url, key, pace, on_exchange=job.hooks.notify, whole_read_seconds=policy.whole_read_seconds)
        )
        retry = Retry(
            policy,
            job.hooks.stop,
            has_answered=lambda: api.answered,
            paused_seconds=pace.paused_seconds,
            notify=job.hooks.notify,
        )
        # Of all journals in a database one at a time is delivered with a key, so a former holder can send no more.
        place = job.journal
        holder = str(real_path(place)) if isinstance(place, Path) else f"database {place.url}"
        source_lock = SourceLock(file, settings.source, holder, job.hooks.settle_seconds)
        stack.callback(source_lock.release)
        yield Connection(api, SANDBOX_ADDRESS if settings.sandbox else api.base_url, key, retry, source_lock)
