"""Asking until there is an answer: what is not an answer is waited for, within bounds, and a stop is heard."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from importer.delivery.options import DeliveryOptions, backoff
from importer.errors import AccessRefused, AddressWrong, Interrupted, ServiceUnreachable
from importer.model import Halt, NotSent, Unsure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


@dataclass(slots=True)
class Patience:
    """Waits for a service within `options`; `sleep` and `rng` are the seams for time and chance.

    `accepted` says that a write has been accepted, which decides the exit code of a refused key (design, "Rules where
    tools differ"). Until `has_answered`, the service is waited for no longer than `first_answer_seconds`.
    """

    options: DeliveryOptions
    stop: asyncio.Event
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)
    accepted: bool = False
    has_answered: Callable[[], bool] = lambda: True
    reason: str = "no answer yet"

    async def ask(self, read: Callable[[bool], Awaitable[T | NotSent | Unsure | Halt]]) -> T:
        """Return the answer of a read, asked again (`read(True)`) until there is one.

        Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong.
        """
        try:
            async with asyncio.timeout(None if self.has_answered() else self.options.first_answer_seconds) as limit:
                return await self._ask(read, limit)
        except TimeoutError:
            raise _away(self.reason) from None

    async def _ask(self, read: Callable[[bool], Awaitable[T | NotSent | Unsure | Halt]], limit: asyncio.Timeout) -> T:
        waited, attempt = 0.0, 0
        while True:
            self.go_on()
            answer = await read(attempt > 0)
            if self.has_answered():
                limit.reschedule(None)
            if isinstance(answer, Halt):
                raise self.halted(answer)
            if not isinstance(answer, (NotSent, Unsure)):
                return answer
            attempt, self.reason = attempt + 1, answer.reason
            waited += await self.wait(answer, attempt)
            self.check(waited, answer)

    async def wait(self, answer: NotSent | Unsure, attempt: int) -> float:
        """Wait before another try; returns the seconds that were spent on a service that is away (429 is not)."""
        asked = answer.wait_seconds or 0.0
        seconds = max(backoff(self.options, attempt, self.rng), asked, self.options.backoff_seconds / 2)
        if isinstance(answer, Unsure):
            # A request that may still be landing is given its time.
            seconds = max(seconds, self.options.settle_seconds)
        await self.sleep(seconds)
        return 0.0 if isinstance(answer, NotSent) and answer.rate_limited else seconds

    def check(self, waited_seconds: float, answer: NotSent | Unsure) -> None:
        """Raise ServiceUnreachable once the service has been away for longer than it is waited for."""
        if waited_seconds > max(self.options.wait_for_service, self.options.first_answer_seconds):
            raise _away(answer.reason)

    def go_on(self) -> None:
        """Raise Interrupted where somebody asked to stop."""
        if self.stop.is_set():
            raise Interrupted

    def halted(self, answer: Halt) -> AccessRefused | AddressWrong:
        """Return what stops the work for an answer that no repetition would change."""
        kind = AccessRefused if answer.kind == "access" else AddressWrong
        error = kind(answer.message, answer.next_step)
        error.exit_code = 3 if self.accepted else 2
        return error


def _away(reason: str) -> ServiceUnreachable:
    step = "Check the internet connection and the service's status page, then run the same command again."
    return ServiceUnreachable(f"The service is not available ({reason}).", step)
