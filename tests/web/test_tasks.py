"""Work of the server: one piece at a time for an import, stopped in good order, and heard of when it fails."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from importer.errors import SettingsError
from importer.model import Event
from importer.settings.model import Settings
from importer.web.session import Session
from importer.web.tasks import Tasks

if TYPE_CHECKING:
    from pathlib import Path

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


def test_questions_that_come_at_once_are_about_one_import(tmp_path: Path) -> None:
    """However many questions about a sheet come before it is known, all of them have the same import of it."""
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    askers = 16
    for _ in range(40):
        session, at_once = Session(Settings(), tmp_path), threading.Barrier(askers)

        def ask(session: Session = session, at_once: threading.Barrier = at_once) -> int:
            at_once.wait()
            return id(session.sheet("practice", "people.csv"))

        with ThreadPoolExecutor(askers) as pool:
            answers = [pool.submit(ask) for _ in range(askers)]
        assert len({answer.result() for answer in answers}) == 1


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
