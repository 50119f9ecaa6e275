"""The commands as functions, for `import importer`: silent, typed, each of those that wait in two forms.

`run` waits until the work is done; `run_async` is the same as a coroutine, for programs that have a loop of their own.
All take a Job (a sheet, its Settings, and Hooks that hear of progress), give back a report, and raise ImporterError
where they cannot do their work.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from importer.pipeline import plan as planning
from importer.pipeline import run as running
from importer.pipeline import undo as undoing
from importer.pipeline import verify as verifying
from importer.pipeline.check import check
from importer.pipeline.history import bug_report as reporting
from importer.pipeline.history import row_trace as telling
from importer.pipeline.history.runs import past_runs
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.preflight.saved_plan import SavedPlan
from importer.pipeline.reading.sheet import open_source
from importer.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pydantic import SecretStr

    from importer.model import Event, SourceTable
    from importer.pipeline.history.bug_report import Bundle
    from importer.pipeline.job import Report
    from importer.pipeline.plan import PlanReport
    from importer.pipeline.undo import UndoReport
    from importer.pipeline.verify import VerifyReport
    from importer.report.history import Past
    from importer.report.row_trace import Story
    from importer.report.undo import UndoPreview

T = TypeVar("T")

__all__ = [
    "bug_report",
    "check",
    "plan",
    "plan_async",
    "read",
    "run",
    "run_async",
    "runs",
    "story",
    "undo",
    "undo_async",
    "verify",
    "verify_async",
]


def read(job: Job) -> SourceTable:
    """Open the sheet of `job`: what was decided about it, its headers, and its rows as text, a chunk at a time.

    >>> from importer import Job, Settings, read
    >>> table = read(Job("people.csv", Settings()))
    >>> table.headers
    ('Id', 'Name', 'Phone')
    >>> [chunk.cells.loc[2].tolist() for chunk in table.chunks()]
    [['1', 'Ann Lee', '+14155550101']]

    Raises SourceError for a file that is no sheet, SettingsError for an unknown region.
    """
    return open_source(job)


def plan(job: Job) -> PlanReport:
    """Find out what `run` would do, with GET alone, and write it to `plan.json`.

    >>> from importer import Job, Settings, plan
    >>> planned = plan(Job("people.csv", Settings(sandbox=True, map={"Id": "external_id"})))
    >>> planned.outlook.create, planned.report.summary.exit_code
    (1, 0)

    Raises CannotStart or Stopped.
    """
    return _now(plan_async(_alone(job)), "plan")


async def plan_async(job: Job) -> PlanReport:
    """The same as `plan`, as a coroutine."""
    return await planning.plan(job)


def run(job: Job, plan: Path | str | None = None) -> Report:
    """Import the sheet of `job`, or go on with it; with a `plan`, do exactly what that `plan.json` says.

    >>> from importer import Hooks, Job, Settings, run
    >>> heard = []
    >>> job = Job("people.csv", Settings(sandbox=True), hooks=Hooks(notify=lambda event: heard.append(event.name)))
    >>> report = run(job)
    >>> report.summary.rows, report.summary.exit_code, report.stopped
    (1, 0, None)
    >>> "delivered" in heard
    True

    A run that stops early still returns its report, with `stopped` set. Raises CannotStart where nothing was sent, and
    Stopped where the run ended before it knew its rows.
    """
    return _now(run_async(_alone(job), plan), "run")


async def run_async(job: Job, plan: Path | str | None = None) -> Report:
    """The same as `run`, as a coroutine; `job.hooks.stop` ends it early, in good order."""
    return await running.run(job, None if plan is None else SavedPlan.open(Path(plan)))


def verify(job: Job, *, visibility: bool = False) -> VerifyReport:
    """Read every contact of the sheet back and compare it field by field.

    >>> from importer import Job, Settings, run, verify
    >>> job = Job("people.csv", Settings(sandbox=True))
    >>> verify(job).balance.kinds["never-arrived"]
    1
    >>> _ = run(job)
    >>> report = verify(job, visibility=True)
    >>> report.exit_code, report.balance.kinds["there"], report.balance.unknown, report.visibility.later
    (0, 1, 0, 1)

    Raises CannotStart or Stopped.
    """
    return _now(verify_async(_alone(job), visibility=visibility), "verify")


async def verify_async(job: Job, *, visibility: bool = False) -> VerifyReport:
    """The same as `verify`, as a coroutine."""
    return await verifying.verify(job, visibility=visibility)


def undo(
    folder: Path | str,
    settings: Settings | None = None,
    *,
    run_id: str | None = None,
    key: SecretStr | None = None,
    hooks: Hooks | None = None,
    places: Places | None = None,
    agree: Callable[[UndoPreview], bool] | None = None,
) -> UndoReport:
    """Take back what the latest run in `folder` wrote (or the run `run_id`), but for what somebody changed since.

    `agree` is asked before the first write, with what is about to be done; without it nobody is asked.

    >>> from importer import Job, Settings, run, undo
    >>> settings = Settings(sandbox=True, out="people.import")
    >>> _ = run(Job("people.csv", settings))
    >>> report = undo("people.import", settings)
    >>> report.counts["reversed"], report.exit_code
    (1, 0)
    >>> undo("people.import", settings).nothing_left
    True

    An undo that stops early returns its report, with `stopped` set; doing it again goes on. Raises CannotStart or
    Stopped.
    """
    own = _own_stop(hooks or Hooks())
    asked = undo_async(folder, settings, run_id=run_id, key=key, hooks=own, places=places, agree=agree)
    return _now(asked, "undo")


async def undo_async(
    folder: Path | str,
    settings: Settings | None = None,
    *,
    run_id: str | None = None,
    key: SecretStr | None = None,
    hooks: Hooks | None = None,
    places: Places | None = None,
    agree: Callable[[UndoPreview], bool] | None = None,
) -> UndoReport:
    """The same as `undo`, as a coroutine."""
    chosen = (settings or Settings()).model_copy(update={"out": Path(folder)})
    job = Job(str(folder), chosen, key=key, hooks=hooks or Hooks(), places=places or Places())
    return await undoing.undo(job, run_id, agree)


def runs(folder: Path | str | None = None) -> tuple[Past, ...]:
    """Return the runs of a folder of results, oldest first, or of every folder here whose name ends in `.import`.

    >>> from importer import Job, Settings, run, runs
    >>> _ = run(Job("people.csv", Settings(sandbox=True, out="people.import")))
    >>> [(past.command, past.exit_code, past.counts["created"]) for past in runs("people.import")]
    [('run', 0, 1)]

    Nothing is locked or changed. Raises JournalError for a journal that is missing, newer or damaged.
    """
    found = past_runs(None if folder is None else Path(folder))
    if found.troubles:
        raise found.troubles[0]
    return found.runs


def story(past: Past, row: int) -> Story:
    """Return what is known of a row of a run: how it was read, what was asked and answered, how it ended.

    >>> from importer import Job, Settings, run, runs, story
    >>> _ = run(Job("people.csv", Settings(sandbox=True, out="people.import")))
    >>> told = story(runs("people.import")[-1], 2)
    >>> str(told.outcome.status), [cell.value for cell in told.read.cells]
    ('created', ['1', 'Ann Lee', '+14155550101'])

    Raises SettingsError where nothing is known of it, JournalError.
    """
    return telling.story(past, row)


def bug_report(folder: Path | str | None = None, into: Path | str | None = None) -> Bundle:
    """Write a zip that helps to find a bug, without a value of any contact, about a folder of results.

    It lies in the folder `into`, else here. Raises SettingsError where there is nothing to report on, DiskFailed.
    """
    return reporting.bug_report(None if folder is None else Path(folder), None if into is None else Path(into))


def _alone(job: Job) -> Job:
    return replace(job, hooks=_own_stop(job.hooks))


def _own_stop(hooks: Hooks) -> Hooks:
    """The hooks with a stop of their own: an asyncio.Event belongs to one loop, and each call here has a new one.

    The caller's stop is looked at with each event of the work.
    """
    stop = asyncio.Event()

    def heard(event: Event) -> None:
        hooks.notify(event)
        if hooks.stop.is_set():
            stop.set()

    if hooks.stop.is_set():
        stop.set()
    return replace(hooks, notify=heard, stop=stop)


def _now(work: Coroutine[Any, Any, T], name: str) -> T:
    """Return what `work` gives, in a loop of its own; a running loop has to be used by its own means."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise RuntimeError(f"An event loop is running here already: use `await importer.{name}_async(...)` instead.")
