"""Runs that are entered as a command enters them, and undos of the latest one, for tests."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from importer.api.client import Api
from importer.delivery.journal import Journal, RunRecord
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.delivery.undo import Undo
from importer.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal.undo_results import UndoneContact, UndoTarget
    from importer.model import ContactDraft, Event
    from tests.delivery.conftest import Bench, MakeDraft, Result

_UNDOS = count(1)


class Crash(Exception):
    """The process dies here."""


@dataclass
class Undoing:
    """How an undo ended."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: list[UndoneContact] = field(default_factory=list)
    error: BaseException | None = None
    requests: int = 0
    finished_before: bool = False

    @property
    def reasons(self) -> dict[str, str]:
        return {line.external_id: line.reason for line in self.lines}


def undo(
    bench: Bench, fault: Callable[[str], None] | None = None, which: int = -1, stop_after: int | None = None
) -> Undoing:
    """One undo of the latest writing run, as the command does it; an error that stops it is in the result."""
    result = Undoing()
    try:
        with Journal.open(bench.journal, "sandbox", "key", fault=fault) as journal:
            writing = journal.undos.targets()[which]
            result.finished_before = journal.undos.is_finished(writing)
            journal.undos.gather(writing)
            run_id = f"undo-{next(_UNDOS)}"
            journal.enter(RunRecord(run_id, "undo", writing.file, None, "2026-01-02", {"undoes": writing.run_ids[0]}))
            try:
                result.requests = asyncio.run(_undo(bench, journal, writing, stop_after))
            except Exception as error:  # noqa: BLE001 - what stops it is what is tested
                result.error = error
            if not isinstance(result.error, Crash):
                journal.undos.mark_rows()
                result.counts = journal.undos.results(writing)
                result.lines = list(journal.undos.lines(writing))
                code = 0 if result.error is None else 3
                journal.undos.finish(run_id, datetime.now(UTC).isoformat(), result.counts, code)
    except Crash as crash:
        result.error = crash
    return result


async def _undo(bench: Bench, journal: Journal, writing: UndoTarget, stop_after: int | None) -> int:
    stop, done = asyncio.Event(), []

    def notify(event: Event) -> None:
        done.append(event)
        if stop_after is not None and len(done) >= stop_after:
            stop.set()

    service = bench.service or bench.sandbox
    key = SecretStr(service.options.key)
    async with Api(service.url, key, RateLimiter(1000), read_seconds=2.0) as api:
        retry = Retry(bench.options.retry, stop, rng=random.Random(3), has_answered=lambda: api.answered)
        await Undo(journal, api, writing, retry, notify).run()
        return api.traffic.requests


def shown(contact: dict[str, Any]) -> dict[str, Any]:
    """What a person sees of a contact: everything but ids and times."""
    fields = contact["defaultFields"]
    arrays = {
        name: sorted((item["name"], item["value"]) for item in fields[name]) for name in ("phoneNumbers", "emails")
    }
    customs = {item["key"]: item["value"] for item in contact["customFields"]}
    return {**fields, **arrays, "custom": customs, "url": contact["sourceUrl"], "external_id": contact["externalId"]}


def workspace(bench: Bench) -> dict[str, dict[str, Any]]:
    return {contact["externalId"] or contact["id"]: shown(contact) for contact in bench.sandbox.contacts()}


def play(bench: Bench, drafts: list[ContactDraft], **options: Any) -> Result:
    """A run from its begin to its end, as the command enters it; one that crashed has none."""
    result = bench.run(drafts, **options)
    if not isinstance(result.error, Crash):
        with Journal.open(bench.journal, "sandbox", "key") as journal:
            last = journal.runs()[-1]
            journal.finish(last.run_id, result.counts, 0 if result.error is None else 3)
        if result.error is not None:
            with (
                Journal.open(bench.journal, "sandbox", "key") as journal,
                journal._store.writing("stopped") as transaction,
            ):
                transaction.execute("UPDATE runs SET stopped = 1 WHERE run_id = ?", (last.run_id,))
    return result


def contact(bench: Bench, number: int) -> dict[str, Any]:
    return next(contact for contact in bench.sandbox.contacts() if contact["externalId"] == f"id-{number}")


def people(make_draft: MakeDraft, *numbers: int, **fields: Any) -> list[ContactDraft]:
    return [make_draft(number, **fields) for number in numbers]
