"""Work of the server: one piece at a time for an import, stopped in good order, and heard of when it fails."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from importer.errors import SettingsError
from importer.model import Event
from importer.web.tasks import Tasks

if TYPE_CHECKING:
    from importer.pipeline.job import Hooks


async def until_stopped(hooks: Hooks) -> str:
    """Work that goes on until it is told to stop."""
    await hooks.stop.wait()
    return "stopped"


async def at_once(hooks: Hooks) -> str:
    """Work that tells how far it is and ends."""
    hooks.notify(Event("reading", {"rows": 7}))
    await asyncio.sleep(0)
    return "done"


def test_what_only_reads_gives_way() -> None:
    """A comparison that runs is stopped when a person looks at what would be done; that one runs instead."""
    tasks = Tasks()
    verify = tasks.start("a", "verify", until_stopped)
    plan = tasks.start("a", "plan", at_once)
    tasks.wait()
    assert (verify.is_done, verify.result) == (True, "stopped")
    assert (plan.result, plan.progress.rows, tasks.get("a") is plan) == ("done", 7, True)


def test_what_writes_is_not_disturbed() -> None:
    """While an import runs nothing else begins, whatever is asked for; another sheet has work of its own."""
    tasks = Tasks()
    run = tasks.start("a", "run", until_stopped)
    assert tasks.start("a", "plan", at_once) is run
    assert tasks.start("b", "plan", at_once) is not run
    before = tasks.running
    tasks.stop()
    tasks.wait()
    assert (before, tasks.running) == (True, False)
    assert run.facts()["result"] == "stopped"


def test_a_failure_is_told_in_words() -> None:
    """An expected error is its message and next step; a bug is named by its kind and place, never by its text."""

    def refuse(_: Hooks) -> None:
        raise SettingsError("The file is gone.", "Put it back.")

    def break_down(_: Hooks) -> None:
        raise ValueError("a cell of a contact")

    tasks = Tasks()
    tasks.start("a", "plan", refuse)
    tasks.start("b", "plan", break_down)
    tasks.wait()
    refused, broken = (task.failure for name in "ab" if (task := tasks.get(name)) is not None)
    assert refused == {"message": "The file is gone.", "next": "Put it back.", "kind": "SettingsError"}
    assert broken is not None
    assert "ValueError at tests.web.test_tasks" in broken["message"]
    assert "a cell of a contact" not in str(broken)
