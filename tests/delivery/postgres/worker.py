"""A worker on another computer, as a process: it delivers rows and falls asleep, or dies, just where it is told to.

Each line of its input is a task; each line of its output says how one ended.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from importer.delivery.journal_place import DatabasePlace, LeaseTimes
from importer.errors import ImporterError
from importer.plan import OnMatch
from tests.delivery.conftest import Bench, body
from tests.delivery.conftest import draft as any_draft
from tests.delivery.undoing import undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import ContactDraft

# A worker is dead after half a second here, and what it would send then is too late.
TIMES = LeaseTimes(beat=0.1, stale=0.5, deadline=0.4, busy=0.2)
ROWS = 4
SENT = "sent"
"""The moment at which a request has left, and its answer has not been read."""


@dataclass
class _Options:
    key: str


@dataclass
class _Service:
    url: str
    options: _Options


def draft(number: int, **fields: Any) -> ContactDraft:
    """A row with a digest that all processes compute alike."""
    digest = blake2b(json.dumps(body(number, **fields)).encode(), digest_size=8).hexdigest()
    return any_draft(number, **fields)._replace(digest=digest)


def drafts(name: str = "Lovelace") -> list[ContactDraft]:
    """The rows of the sheet, whose people have one last name."""
    return [draft(number, lastName=name) for number in range(1, ROWS + 1)]


def asleep_at(moment: str, sign: signal.Signals, number: int = 2) -> Callable[[str], None]:
    """A fault that stops or kills this process the `number`-th time that a moment comes."""
    seen = 0

    def fault(at: str) -> None:
        nonlocal seen
        seen += at == moment
        if at == moment and seen == number:
            os.kill(os.getpid(), sign)

    return fault


class AsleepWhenSent(logging.Handler):
    """Stops this process when the second request of a method has left, before its answer is read."""

    def __init__(self, method: str) -> None:
        super().__init__()
        self._leaves = f"send_request_headers.started request=<Request [b'{method}']>"
        self._requests, self._has_slept = 0, False

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        self._requests += message == self._leaves
        if message.startswith("send_request_body.complete") and self._requests >= 2 and not self._has_slept:
            self._has_slept = True
            os.kill(os.getpid(), signal.SIGSTOP)


def carry_out_until_sent(bench: Bench, kind: str) -> BaseException | None:
    """Do as `carry_out`, asleep when a request has left."""
    logger, handler = logging.getLogger("httpcore.http11"), AsleepWhenSent(kind)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        return carry_out(bench, kind, None)
    finally:
        logger.removeHandler(handler)


def carry_out(bench: Bench, kind: str, fault: Callable[[str], None] | None) -> BaseException | None:
    """Create, change or delete the contacts of the sheet; return what stopped it."""
    if kind == "DELETE":
        try:
            return undo(bench, fault).error
        except ImporterError as error:
            return error
    name = "Byron" if kind == "PATCH" else "Lovelace"
    return bench.run(drafts(name), on_match=OnMatch.UPDATE, fault=fault).error


def carry_out_tasks() -> None:
    """Do what each line of the input says."""
    for line in sys.stdin:
        task = json.loads(line)
        place = DatabasePlace(task["database"], task["journal"], "DATABASE", times=TIMES)
        bench = Bench(None, place, service=_Service(task["url"], _Options(task["key"])))  # type: ignore[arg-type]
        bench.is_read = False
        if task["moment"] == SENT:
            error = carry_out_until_sent(bench, task["kind"])
        else:
            error = carry_out(bench, task["kind"], asleep_at(task["moment"], signal.Signals[task["sign"]]))
        print(json.dumps({"error": type(error).__name__, "text": str(error)}), flush=True)
