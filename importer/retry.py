"""Asking again until the service answers: one policy for every command that waits, one wording when it gives up.

Reading commands use `Retry.ask`. The delivery loop has many requests in flight, so it keeps its own clock of an outage
(`delivery.engine.circuit_breaker`) and asks the same `RetryPolicy` when to give up.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from importer.errors import AccessRefused, AddressWrong, ContactMixedUp, Interrupted, ServiceUnreachable
from importer.model import MOST_MIXED_UP, Event, Halt, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

T = TypeVar("T")
# A service that fails this often in a row is announced as waited for; a single failure is not worth a line.
ANNOUNCED_ATTEMPT = 3
ANNOUNCED_SECONDS = 60.0
SILENT_SECONDS = 8.0
"""A single request without an answer is announced after so long: it may stay without one for a minute."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a service is waited for, and how fast it is asked again. All durations are seconds.

    `wait_seconds` is for a service that has answered before (`--wait-for-service`), `first_answer_seconds` for one that
    never has: a wrong address should not cost ten minutes. An answer of 429 (rate limit) counts as an answer, and also
    as an outage: a limit that is never lifted must end the command. `settle_seconds`: how long a request that may have
    been lost is given to arrive.
    """

    wait_seconds: float = 600.0
    first_answer_seconds: float = 20.0
    backoff_seconds: float = 0.5
    longest_backoff_seconds: float = 30.0
    settle_seconds: float = 2.0

    @property
    def whole_read_seconds(self) -> float:
        """How long one read may take to its end: as long as is waited, but the time in which a slow answer comes."""
        return max(self.wait_seconds, self.first_answer_seconds)

    def backoff(self, attempt: int, rng: random.Random) -> float:
        """Return the wait before attempt `attempt` + 1, with full jitter, so that clients do not come back together."""
        # The exponent is capped because 2.0 ** 1024 overflows.
        ceiling = min(self.backoff_seconds * 2.0 ** min(attempt, 30), self.longest_backoff_seconds)
        return rng.uniform(0.0, ceiling)

    def longest_wait(self, *, has_answered: bool) -> str:
        """Return in words how long a service that fails is waited for."""
        seconds = self.wait_seconds if has_answered else min(self.wait_seconds, self.first_answer_seconds)
        words = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
        return f"{words} at most{' (--wait-for-service)' if seconds == self.wait_seconds else ''}"

    def gives_up_at(self, asked_at: float | None, failing_since: float | None, *, has_answered: bool) -> float | None:
        """Return when waiting ends, None while nothing is waited for.

        `asked_at`: when the first request left; `failing_since`: when the first request failed since the last success.
        """
        limits = [] if failing_since is None else [failing_since + self.wait_seconds]
        if not has_answered and asked_at is not None:
            limits.append(asked_at + self.first_answer_seconds)
        return min(limits, default=None)


@dataclass(slots=True)
class Retry:
    """Asks a service again within `policy`, and stops when `stop` is set.

    One object serves a whole command, also when several requests are in flight: any success ends the outage.
    `paused_seconds` tells for how long the rate limiter lets nothing leave. `accepted` says that a write has been
    accepted, which decides the exit code of a refused key (design, "Rules where tools differ"). `clock`, `sleep` and
    `rng` are the seams for time and chance.
    """

    policy: RetryPolicy
    stop: asyncio.Event
    has_answered: Callable[[], bool] = lambda: True
    paused_seconds: Callable[[], float] = lambda: 0.0
    notify: Callable[[Event], None] = lambda event: None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)
    accepted: bool = False
    _failing_since: float | None = field(default=None, init=False)
    _last: NotSent = field(default=NotSent("no answer yet"), init=False)
    _is_announced: bool = field(default=False, init=False)
    _is_paused: bool = field(default=False, init=False)

    async def ask(self, read: Callable[[bool], Awaitable[T | NotSent | Unsure | Halt]]) -> T:
        """Return the answer of a read; `read(True)` repeats it until there is one.

        Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, ContactMixedUp.
        """
        asked_at, attempt, mixed_up = self.clock(), 0, 0
        self._heed_pause(asked_at)
        try:
            async with asyncio.timeout(None) as timeout:
                while True:
                    self.raise_if_stopped()
                    # A read may be cut off at any time, so the limit also ends one that hangs, or that waits for the
                    # rate limiter while Retry-After has paused it.
                    ends_at = self._gives_up_at(asked_at)
                    loop_now = asyncio.get_running_loop().time()
                    timeout.reschedule(None if ends_at is None else loop_now + ends_at - self.clock())
                    silence = asyncio.get_running_loop().call_later(SILENT_SECONDS, self._announce, "no answer yet")
                    left_at = self.clock()
                    try:
                        answer = await read(attempt > 0)
                    finally:
                        silence.cancel()

                    if isinstance(answer, Halt):
                        raise self.halted(answer)
                    if not isinstance(answer, (NotSent, Unsure)):
                        self.succeeded()
                        return answer
                    attempt += 1
                    if isinstance(answer, NotSent) and answer.shown_id:
                        # The service is there: it is this contact that it does not show.
                        self.succeeded()
                        mixed_up += 1
                        if mixed_up >= MOST_MIXED_UP:
                            raise self._mixed_up_error(answer)
                        await self._rest(max(self.policy.backoff(attempt, self.rng), self.policy.backoff_seconds / 2))
                        continue
                    # A read changes nothing, so one whose end is not known is simply repeated.
                    failure = answer if isinstance(answer, NotSent) else NotSent(answer.reason, answer.wait_seconds)
                    await self.wait(failure, attempt, asked_at, left_at)
        except TimeoutError:
            raise unreachable(self._last.reason, rate_limited=self._last.rate_limited) from None

    async def wait(
        self,
        answer: NotSent | Unsure,
        attempt: int,
        asked_at: float | None = None,
        left_at: float | None = None,
    ) -> None:
        """Wait before another try. Raises ServiceUnreachable at the end of the policy's patience.

        `left_at`: when the read that has failed was begun, if that is known.

        After Unsure the request may still arrive: it is given its time, and the caller looks whether it did.
        """
        seconds = max(self.policy.backoff(attempt, self.rng), answer.wait_seconds or 0.0)
        # Never at once: asking a failing service without a pause makes its trouble worse.
        seconds = max(seconds, self.policy.backoff_seconds / 2)
        if isinstance(answer, Unsure):
            if (answer.wait_seconds or 0.0) > self.policy.wait_seconds:
                # A longer pause than it is waited for; what became of the request is found out another time.
                await self._rest(self.policy.settle_seconds)
                raise unreachable(answer.reason)
            await self._rest(max(seconds, self.policy.settle_seconds))
            return
        now = self.clock()
        if self._failing_since is None:
            # A service that takes a minute to fail has been away for that minute.
            self._failing_since = now if left_at is None else left_at
        self._last = answer
        # A long wait that the service asks for is told at once: the person may have better things to do.
        is_long = (answer.wait_seconds or 0.0) >= ANNOUNCED_SECONDS
        if attempt == ANNOUNCED_ATTEMPT or is_long:
            self._announce(answer.reason)
        ends_at = self._gives_up_at(asked_at)
        if ends_at is not None and now + seconds >= ends_at:
            await self._rest(max(ends_at - now, 0.0))
            raise unreachable(answer.reason, rate_limited=answer.rate_limited)
        await self._rest(seconds)

    async def _rest(self, seconds: float) -> None:
        """Sleep, but no longer when the person asks to stop. Raises Interrupted then."""
        sleeping, stopped = asyncio.ensure_future(self.sleep(seconds)), asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({sleeping, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if sleeping.done():
                sleeping.result()
        finally:
            for task in (sleeping, stopped):
                task.cancel()
            await asyncio.gather(sleeping, stopped, return_exceptions=True)
        self.raise_if_stopped()

    def _heed_pause(self, now: float) -> None:
        """Wait as for a failing service where another process was told to send nothing for a while."""
        seconds = 0.0 if self.has_answered() else self.paused_seconds()
        if self._failing_since is not None or not seconds:
            return
        until = datetime.now().astimezone() + timedelta(seconds=seconds)
        reason = f"it asked for a pause until {until:%H:%M:%S %Z}"
        self._failing_since, self._last, self._is_paused = now, NotSent(reason, rate_limited=True), True
        if seconds >= ANNOUNCED_SECONDS:
            self._announce(reason)

    def _announce(self, reason: str) -> None:
        """Report that the service is waited for, once an outage."""
        if not self._is_announced:
            self._is_announced = True
            has_answered = self._is_paused or self.has_answered()
            self.notify(waiting_event(reason, self.policy.longest_wait(has_answered=has_answered)))

    def succeeded(self) -> None:
        """Record a usable answer: an outage is over."""
        self._failing_since, self._is_paused = None, False
        if self._is_announced:
            self._is_announced = False
            self.notify(resumed_event())

    def raise_if_stopped(self) -> None:
        """Raise Interrupted if the person asked to stop."""
        if self.stop.is_set():
            raise Interrupted

    def halted(self, answer: Halt) -> AccessRefused | AddressWrong:
        """Return the error for an answer that no repetition would change; exit code 2 before the first write."""
        error = halt_error(answer)
        error.exit_code = 3 if self.accepted else 2
        return error

    def _mixed_up_error(self, answer: NotSent) -> ContactMixedUp:
        """Return the error for a contact in whose place another one is shown; exit code 2 before the first write."""
        step = "Ask the service's support which of the two contacts is the person, then run the same command again."
        error = ContactMixedUp(f"A contact cannot be read: {answer.reason}.", step, answer.shown_id)
        error.exit_code = 3 if self.accepted else 2
        return error

    def _gives_up_at(self, asked_at: float | None) -> float | None:
        # A service that asked for a pause has answered, whichever request it answered.
        has_answered = self._is_paused or self.has_answered()
        return self.policy.gives_up_at(asked_at, self._failing_since, has_answered=has_answered)


def halt_error(answer: Halt) -> AccessRefused | AddressWrong:
    """Return the error that ends a command for an answer that no repetition would change."""
    return (AccessRefused if answer.kind == "access" else AddressWrong)(answer.message, answer.next_step)


def unreachable(reason: str, *, rate_limited: bool = False) -> ServiceUnreachable:
    """Return the error with which every command stops waiting for the service."""
    check = "the internet connection, --base-url and the service's status page"
    if rate_limited:
        check = "that no other program uses the same API key, and the service's status page"
    step = f"Check {check}, then run the same command again."
    return ServiceUnreachable(f"The service is not available ({reason}).", step)


def waiting_event(reason: str, longest_wait: str) -> Event:
    """Return the event that says that the service is waited for, and for how long."""
    text = f"The service is not available ({reason}). Waiting for it, {longest_wait}; nothing is lost. Ctrl-C stops."
    return Event("waiting", {"text": text, "warning": True, "reason": reason})


def resumed_event() -> Event:
    """Return the event that ends a `waiting`."""
    return Event("resumed", {"text": "The service is available again. Going on.", "warning": False})


async def ask_divided(
    find: Callable[[Sequence[str]], Awaitable[T]], external_ids: Sequence[str]
) -> AsyncIterator[tuple[Sequence[str], T]]:
    """Look external ids up in one request; if the service refuses it, ask for each id alone.

    One id that the service will not look up must not keep the others from being found. Gives the ids of each request
    with its answer; Refused only ever comes with a single id.
    """
    answer = await find(external_ids)
    if not isinstance(answer, Refused) or len(external_ids) == 1:
        yield external_ids, answer
        return
    for external_id in external_ids:
        yield [external_id], await find([external_id])
