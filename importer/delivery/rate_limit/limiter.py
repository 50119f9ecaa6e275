"""One rate limit for all requests of a key, in this process and in every other one on the machine."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from importer.delivery.rate_limit import permits
from importer.delivery.rate_limit.shared_file import InMemoryLedger, LedgerBusy, SharedFileLedger
from importer.model import Event

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.rate_limit.permits import Ledger
    from importer.model import RateBudget

Sleep = Callable[[float], Awaitable[None]]
# A machine may be so busy that it takes seconds; a limit of one's own in that time would be a second one.
BUSY_SECONDS = 10.0
BUSY_NAP_SECONDS = 0.005
# Others have no use for a permit that comes back before its second is over.
SOON_SECONDS = 0.25
LONGEST_LEAD_SECONDS = 0.005
SIGHTINGS = 5
# On a busy machine a tenth of the requests may arrive a window later than they left, and is not another program's.
_WHOLE_SHARE = 0.9
MOST_OVERTAKING = 200


def pace_file(folder: Path, base_url: str, key: str) -> Path:
    """Return the file in `folder` (the user's state folder) through which all runs with this key share one rate limit.

    The name is a slow hash of both, so that it does not reveal the key.
    """
    name = hashlib.pbkdf2_hmac("sha256", key.encode(), base_url.encode(), 20_000, dklen=12).hex()
    return folder / f"pace-{name}.json"


def _is_alive(pid: int) -> bool:
    # Windows has no harmless signal 0; there a dead process's permits come back after the longest request.
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class RateLimiter:
    """Lets at most `rate` requests leave in any one second, and hardly fewer; below 1, one per 1/`rate` seconds.

    `path` is the ledger that all processes with this key share (see `pace_file`), None for a limit of this process
    alone. If it cannot be locked or written, the limit is of this process alone too, with an event `pace-alone`.
    What the service says of its limit is heeded: it may be lower, and other programs may use a part of it. Each is said
    once, in an event `pace`. With a `path`, `clock` must be the machine's monotonic clock.
    """

    def __init__(
        self,
        rate: float,
        path: Path | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        notify: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self.allowance = permits.Allowance.of(rate)
        self._rate = self._quota_rate = rate
        self._told: set[str] = set()
        # How many permits the last answers left us, as the service states them.
        self._rooms: deque[int] = deque(maxlen=SIGHTINGS)
        self.clock = clock
        self._sleep = sleep
        self._notify = notify
        self._store: InMemoryLedger | SharedFileLedger = InMemoryLedger() if path is None else SharedFileLedger(path)
        self._changes: list[Callable[[Ledger], None]] = []
        self._note_soon: asyncio.TimerHandle | None = None
        self._turn, self._queue = asyncio.Lock(), asyncio.Lock()
        # Before that moment no permit was free when the last one was taken: the ledger need not be asked.
        self._next_look_at = 0.0
        self._numbers = count(1)
        self._name = f"{os.getpid()}.{os.urandom(4).hex()}"
        # Before the service has answered this process, its connections may still be warming up.
        self.has_answers = False
        # How long the last requests took from their permit to the wire, in seconds.
        self.leads: deque[float] = deque(maxlen=20)
        self._round_trips: deque[float] = deque(maxlen=100)
        # When the requests that were answered last had taken their permits.
        self.answered: deque[float] = deque(maxlen=MOST_OVERTAKING)

    async def permit(self, *, urgent: bool = False) -> Permit:
        """Wait until one more request may leave, first come first served, but the `urgent` ones before all others."""
        if urgent:
            return await self._permit()
        # Only one of the others waits for its turn at a time, so an urgent request has at most that one before it.
        async with self._queue:
            return await self._permit()

    async def _permit(self) -> Permit:
        token = f"{self._name}.{next(self._numbers)}"
        since, own = 0.0, 0
        busy_since: float | None = None

        def take(ledger: Ledger) -> float:
            nonlocal since, own
            # The time is read when the ledger is ours, so it is later than all that others wrote while we waited.
            since = self.clock()
            # Put there already, if the ledger could not be written then.
            permits.withdraw(ledger, token)
            slot = permits.Slot(token, os.getpid(), since, since + permits.LONGEST_REQUEST_SECONDS)
            wait = permits.take(ledger, self.allowance, slot, _is_alive)
            own = permits.own_uses(ledger, self.allowance.period_seconds, since)
            self._next_look_at = since + permits.nap_seconds(ledger, self.allowance, since)
            return wait

        async with self._turn:
            wait = self._next_look_at - self.clock()
            while True:
                if wait > 0:
                    await self._sleep(min(wait, permits.LONGEST_NAP_SECONDS))
                try:
                    wait = self._change(take)
                    busy_since = None
                except LedgerBusy:
                    wait, busy_since = BUSY_NAP_SECONDS, busy_since or self.clock()
                    # A process stopped inside its tiny critical section would otherwise hold up all others for good.
                    if self.clock() - busy_since > BUSY_SECONDS:
                        self._stop_sharing("another process holds it")
                else:
                    if not wait:
                        return Permit(self, token, since, own)

    def paused_seconds(self) -> float:
        """Return for how long the service wants nothing sent, as this or another process was told; 0 if unknown."""
        try:
            with self._store.open() as ledger:
                return permits.pause_seconds(ledger, self.clock())
        except (LedgerBusy, OSError):
            return 0.0

    def _change(self, act: Callable[[Ledger], float]) -> float:
        """Apply the pending changes, then `act`, to the shared ledger; a file that fails is not used any more."""
        try:
            with self._store.open() as ledger:
                for change in self._changes:
                    change(ledger)
                self._changes.clear()
                return act(ledger)
        except OSError as error:
            self._stop_sharing(error.strerror or str(error))
            return self._change(act)

    def note_now(self) -> None:
        """Record the pending changes, which wait for the next ones if another process has the ledger."""
        self._note_soon = None
        if self._changes:
            with suppress(LedgerBusy):
                self._change(lambda _: 0.0)

    def note_soon(self, change: Callable[[Ledger], None]) -> None:
        """Record a change with the next one, and in a quarter of a second if there is none until then."""
        self._changes.append(change)
        # A ledger in memory is read with the next change only.
        if self._note_soon is None and isinstance(self._store, SharedFileLedger):
            self._note_soon = asyncio.get_running_loop().call_later(SOON_SECONDS, self.note_now)

    def note_later(self, change: Callable[[Ledger], None]) -> None:
        """Record a change with the next one: it is of no use to others before."""
        self._changes.append(change)

    def free(self, token: str) -> None:
        """Take back a permit that was not used, so that another request can have it at once."""
        self._next_look_at = 0.0
        self._changes.append(lambda ledger: permits.withdraw(ledger, token))
        self.note_now()

    def adopt_limit(self, budget: RateBudget, own: int) -> None:
        """Take over the limit that the service states; `own` of the requests that it counted were sent from here."""
        quota_rate = budget.quota / budget.window_seconds
        if quota_rate != self._quota_rate:
            self._quota_rate = quota_rate
            self.allowance = permits.Allowance.of(min(self._rate, quota_rate))
        if quota_rate < self._rate:
            self._tell(f"The service allows this key {quota_rate:g} requests a second; no more are sent.", "limit")
        if budget.remaining is None or budget.window_seconds != self.allowance.period_seconds:
            return

        # An answer may count a request that overtook it and is not answered yet: the most generous of some is right.
        self._rooms.append(budget.quota - max(budget.quota - budget.remaining - own, 0))
        room, now = max(self._rooms), self.clock()
        if len(self._rooms) == SIGHTINGS:
            self.note_later(lambda ledger: permits.leave_room(ledger, room, now))
            if room <= self.allowance.permits * _WHOLE_SHARE:
                self._tell("Other programs use this API key too; this one leaves them their share.", "others")

    def _tell(self, text: str, kind: str) -> None:
        if kind not in self._told:
            self._told.add(kind)
            self._notify(Event("pace", {"text": text, "warning": False}))

    def _stop_sharing(self, reason: str) -> None:
        path = None
        if isinstance(self._store, SharedFileLedger):
            path, ledger = self._store.path, self._store.known
            # Requests of the last second count all the same, those of others too.
            self._store = InMemoryLedger(ledger)
        text = (
            f"{path} cannot be used ({reason}), so this run cannot share the rate limit with other runs. "
            "Do not start another run with the same API key while this one is running."
        )
        self._notify(Event("pace-alone", {"text": text, "warning": True, "reason": reason}))

    def back_at(self, moment: float, ledger: Ledger) -> float:
        """Return when the permit of a request that left at `moment` is free again.

        The next request will not leave at once either, so the usual time from permit to wire is subtracted.
        """
        lead = sum(self.leads) / max(len(self.leads), 1)
        return moment + self.allowance.period_seconds + ledger.margin - min(lead, LONGEST_LEAD_SECONDS)

    def later_than_usual(self, round_trip: float) -> float:
        """Return how many seconds later an answer came than the last hundred did on average (below 0: earlier)."""
        self._round_trips.append(round_trip)
        return round_trip - sum(self._round_trips) / len(self._round_trips)


class Permit:
    """The right to send one request. Call `sent` when it really left, then `answered`, `failed` or `withdrawn`.

    Nothing may be sent with one that is not `is_current` any more.
    """

    def __init__(self, limiter: RateLimiter, token: str, since: float, own: int) -> None:
        self._limiter = limiter
        self._token = token
        self._since = since
        self._own = own
        self._sent_at: float | None = None

    def is_current(self) -> bool:
        """Whether the request may begin to leave now: a process that was stopped for long has lost its permits."""
        return self._limiter.clock() - self._since < permits.LATEST_SEND_SECONDS

    def sent(self) -> None:
        """The last byte of the request has left."""
        if not self._limiter.has_answers or self._sent_at is not None:
            return
        self._sent_at = self._limiter.clock()
        self._limiter.leads.append(self._sent_at - self._since)
        self._come_back(self._sent_at)

    def answered(
        self, *, rate_limited: bool = False, wait_seconds: float | None = None, budget: RateBudget | None = None
    ) -> None:
        """A response came; `rate_limited` for a 429, `wait_seconds` from its Retry-After, `budget` from its headers."""
        now = self._limiter.clock()
        self._limiter.has_answers = True
        if self._sent_at is None:
            self._come_back(now)
        else:
            surprise = self._limiter.later_than_usual(now - self._sent_at)
            self._limiter.note_later(lambda ledger: permits.allow_for(ledger, self._limiter.allowance, surprise))
        if budget is not None:
            # The service has counted requests with a later permit too, if they were answered before.
            last = self._since + self._limiter.allowance.period_seconds
            overtaken_by = sum(self._since < since <= last for since in self._limiter.answered)
            self._limiter.adopt_limit(budget, self._own + overtaken_by)
        self._limiter.answered.append(self._since)
        if rate_limited:
            self._limiter.note_later(lambda ledger: permits.slow_down(ledger, self._since, now, wait_seconds))
            self._limiter.note_now()
        else:
            self._limiter.note_later(permits.go_on)

    def failed(self) -> None:
        """No response came: the request may have arrived as late as now."""
        self._come_back(self._limiter.clock())

    def withdrawn(self) -> None:
        """The request was not sent after all."""
        self._limiter.free(self._token)

    def _come_back(self, moment: float) -> None:
        limiter, token = self._limiter, self._token
        limiter.note_soon(lambda ledger: permits.hand_back(ledger, token, moment, limiter.back_at(moment, ledger)))
