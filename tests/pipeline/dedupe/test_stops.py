"""`dedupe` and its undo, killed, badly answered or overtaken: nothing is lost, and the same command goes on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from importer.api.client import Api
from importer.delivery.dedupe import Dedupe
from importer.delivery.journal import Journal, RunRecord
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.delivery.rate_limit.source_lock import SourceLock
from importer.delivery.unjoin import Unjoin
from importer.errors import ValuesLost
from importer.pipeline.job import Job
from importer.pipeline.workspace.connection import Connection
from importer.pipeline.workspace.twin_contacts import read_twin_contacts
from importer.retry import Retry, RetryPolicy
from importer.sandbox import KEY, Fault, Sandbox
from importer.settings.load import load
from tests.pipeline.dedupe.doubles import NUMBERS, add, command, images, names, twins

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.sandbox.exchange import Exchange

POLICY = RetryPolicy(30.0, 5.0, 0.01, 0.05, 0.05)


class Crash(Exception):
    """The process dies here."""


async def attempt(sandbox: Sandbox, what: str, fault: Callable[[str], None] | None = None) -> None:
    """One `dedupe` or `undo` as the command does it, with a short patience."""
    job = Job("dedupe", load({"base_url": sandbox.url, "rate": 1000.0}, {}))
    job.out.mkdir(exist_ok=True)
    async with Api(sandbox.url, SecretStr(KEY), RateLimiter(1000)) as api:
        retry = Retry(POLICY, asyncio.Event(), has_answered=lambda: api.answered)
        connection = Connection(api, api.base_url, SecretStr(KEY), retry, SourceLock(None, "", "", 0))
        with Journal.open(job.journal, connection.address, KEY, fault=fault) as journal:
            if what == "undo":
                target = journal.joins.targets()[-1]
                journal.enter(RunRecord(f"u{next(NUMBERS)}", "undo", "dedupe", None, "2026-07-01T10:00:00+00:00"))

                async def of_source(source: str) -> list[dict[str, Any]]:
                    return [contact for contact in sandbox.contacts() if contact["source"] == source]

                await Unjoin(journal, api, target, retry, lambda _: None, of_source).run()
                return
            found = await read_twin_contacts(job, connection, journal)
            run_id = f"r{next(NUMBERS)}"
            journal.enter(RunRecord(run_id, "dedupe", "dedupe", None, "2026-07-01T10:00:00+00:00"))
            ready = [group for group in found.groups if not group.left]
            await Dedupe(journal, api, retry, lambda _: None).run(ready, [])
            journal.undos.finish(run_id, "2026-07-01T10:00:00+00:00", {}, 0)


def crash_at(moment: int) -> Callable[[str], None]:
    """A fault that kills at the n-th moment around the commits of what is joined or undone."""
    met = 0

    def fault(name: str) -> None:
        nonlocal met
        if name.partition(":")[2] in {"joining", "joined", "remaking", "unjoined"}:
            met += 1
            if met == moment:
                raise Crash

    return fault


def test_killed_at_any_moment(sandbox: Sandbox, tmp_path: Path) -> None:
    """Killed around any commit, dedupe and undo go on with the same command: once done, once taken back, whole."""
    twins(sandbox)
    before = images(sandbox)
    after: list[object] = []
    for moment in range(1, 29, 3):
        with suppress(Crash):
            asyncio.run(attempt(sandbox, "dedupe", crash_at(moment)))
        asyncio.run(attempt(sandbox, "dedupe"))
        after.append([line[:6] for line in images(sandbox)])
        with suppress(Crash):
            asyncio.run(attempt(sandbox, "undo", crash_at(moment)))
        asyncio.run(attempt(sandbox, "undo"))
        assert images(sandbox) == before, moment
        for file in tmp_path.glob("dedupe.import/*"):
            file.unlink()
    assert after == [after[0]] * len(after)
    assert len(after[0]) == 5  # type: ignore[arg-type]


FAULTS = [
    Fault(kind, method=method, nth=nth % 3 + 1, delay_ms=20)
    for nth, kind in enumerate(("drop", "drop-after", "500-after", "late", "truncated-body"))
    for method in ("PATCH", "DELETE", "POST")
]


def test_lost_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever request or answer is lost, no person goes or comes twice, and undo restores every image."""
    twins(sandbox)
    before = images(sandbox)
    for fault in FAULTS:
        sandbox.add_faults(fault)
        asyncio.run(attempt(sandbox, "dedupe"))
        assert len(sandbox.contacts()) == 5, fault
        asyncio.run(attempt(sandbox, "undo"))
        assert images(sandbox) == before, fault
        sandbox.clear_faults()
        for file in tmp_path.glob("dedupe.import/*"):
            file.unlink()


def test_edited_meanwhile(sandbox: Sandbox) -> None:
    """A contact that a person changes between the reading and its turn is not deleted, nor taken back over its edit."""
    kept = add(sandbox, "Ann", "Lee", ["+14155550101"], ["ann@example.com"], company="Acme")
    other = add(sandbox, "Ann", "Lee", ["+14155550101"], customFields={"tags": ["a"]})

    def edit_before(name: str) -> None:
        if name == "after:joining" and len(sandbox.contacts()) == 2:
            sandbox.edit(other["id"], role="CTO")

    asyncio.run(attempt(sandbox, "dedupe", edit_before))
    assert len(sandbox.contacts()) == 2
    sandbox.edit(kept["id"], role="CEO")
    asyncio.run(attempt(sandbox, "undo"))
    assert {contact["defaultFields"]["role"] for contact in sandbox.contacts()} == {"CTO", "CEO"}


def test_a_service_that_loses_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the first change is not stored as it was sent, nothing is deleted and no second change leaves."""
    monkeypatch.chdir(tmp_path)
    changes: list[str] = []

    def lose(exchange: Exchange) -> None:
        if exchange.method == "PATCH":
            changes.append(exchange.path)
            losing.edit(exchange.path.rpartition("/")[2], sourceUrl=None)

    with Sandbox.start(rate=0, key=KEY, heard=lose) as losing:
        for number in range(3):
            add(losing, "Ann", f"Lee{number}", [f"+1415555010{number}"], company="Acme", role="CEO")
            add(losing, "Ann", f"Lee{number}", [f"+1415555010{number}"], sourceUrl="https://crm.example/1")
        with pytest.raises(ValuesLost, match="Nothing was deleted"):
            asyncio.run(attempt(losing, "dedupe"))
        assert (len(losing.contacts()), len(changes)) == (6, 1)


def test_both_of_a_person_deleted(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """If the kept contact goes while the other is deleted, the run ends and names the undo that brings one back."""
    kept = add(sandbox, "Ann", "Lee", ["+14155550101"], company="Acme")
    add(sandbox, "Ann", "Lee", ["+14155550101"])
    before = images(sandbox)

    def delete_the_kept(name: str) -> None:
        # Another computer's dedupe keeps what is about to be deleted here.
        if name == "after:joining":
            sandbox.delete(kept["id"])

    with pytest.raises(ValuesLost, match=r"Both contacts of Ann Lee, .* were deleted"):
        asyncio.run(attempt(sandbox, "dedupe", delete_the_kept))
    assert sandbox.contacts() == []

    # Nothing is found any more, yet the next run does not end well.
    assert command("dedupe", "--yes") == 3
    said = capsys.readouterr().err
    assert "Ann Lee" in said
    assert "openphone-import undo dedupe.import" in said
    assert command("undo", "dedupe.import", "--yes") == 0
    assert len(sandbox.contacts()) == 1
    assert images(sandbox)[0] in before
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee"]


def test_killed_while_both_are_deleted(sandbox: Sandbox) -> None:
    """A run that is killed between a deletion and the look at the kept contact leaves that look to the next run."""
    for _ in range(2):
        add(sandbox, "Ann", "Lee", ["+14155550101"])

    def crash_once_deleted(name: str) -> None:
        if len(sandbox.contacts()) == 1 and name == "before:joined":
            raise Crash

    with pytest.raises(Crash):
        asyncio.run(attempt(sandbox, "dedupe", crash_once_deleted))
    sandbox.delete(sandbox.contacts()[0]["id"])
    assert command("dedupe", "--yes") == 3
    assert command("undo", "dedupe.import", "--yes") == 0
    assert names(sandbox) == ["Ann Lee"]
    assert command("dedupe", "--yes") == 0
