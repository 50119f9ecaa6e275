"""The commands as functions, for `import importer`: silent and typed; each that waits for the service has two forms.

`run_async` is a coroutine, for programs with an event loop of their own; `run` waits until it is done. All take a Job
(a sheet, its Settings, and Hooks that hear of the progress), return a report, and raise ImporterError if they fail.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from importer.pipeline import check as check_command
from importer.pipeline import plan as plan_command
from importer.pipeline import questions as questions_command
from importer.pipeline import run as run_command
from importer.pipeline import undo as undo_command
from importer.pipeline import verify as verify_command
from importer.pipeline.history import bug_report as bug_report_command
from importer.pipeline.history.row_trace import story
from importer.pipeline.history.runs import past_runs
from importer.pipeline.history.runs import row_counts as count_rows
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.preflight.saved_plan import SavedPlan
from importer.pipeline.reading.memory import recalled
from importer.pipeline.reading.questions import with_answer
from importer.pipeline.reading.source import open_source
from importer.plan.undo import UndoScope
from importer.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pydantic import SecretStr

    from importer.model import Event, Question, SourceTable, Status
    from importer.pipeline.history.bug_report import Bundle
    from importer.pipeline.job import Report
    from importer.pipeline.plan import PlanReport
    from importer.pipeline.undo import UndoReport
    from importer.pipeline.verify import VerifyReport
    from importer.report.history import Past
    from importer.report.undo import UndoPreview

P = ParamSpec("P")
T = TypeVar("T")

__all__ = [
    "answered",
    "bug_report",
    "check",
    "plan",
    "plan_async",
    "questions",
    "questions_async",
    "read",
    "row_counts",
    "run",
    "run_async",
    "runs",
    "story",
    "undo",
    "undo_async",
    "verify",
    "verify_async",
]


def _waiting(command: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Return a function that runs the coroutine `command` to its end, in an event loop of its own."""
    name = command.__name__

    @wraps(command)
    def wait(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            own_args = tuple(map(_with_own_stop, args))
            return asyncio.run(command(*own_args, **{key: _with_own_stop(value) for key, value in kwargs.items()}))
        raise RuntimeError(f"An event loop is running here already: use `await importer.{name}(...)` instead.")

    wait.__name__ = wait.__qualname__ = name.removesuffix("_async")
    return wait


def _with_own_stop(argument: Any) -> Any:
    """A Job or Hooks with a stop of its own: an asyncio.Event belongs to one loop, and each call has a new loop.

    The caller's own stop is looked at with each event of the command.
    """
    if isinstance(argument, Job):
        return replace(argument, hooks=_with_own_stop(argument.hooks))
    if not isinstance(argument, Hooks):
        return argument
    hooks, stop = argument, asyncio.Event()

    def notify(event: Event) -> None:
        hooks.notify(event)
        if hooks.stop.is_set():
            stop.set()

    if hooks.stop.is_set():
        stop.set()
    return replace(hooks, notify=notify, stop=stop)


def _with_rows(job: Job) -> Job:
    """The job with what its folder remembers, whose report holds what became of each row."""
    return replace(recalled(job), keep_rows=True)


def read(job: Job) -> SourceTable:
    """Open the sheet of `job`: its headers, how it is read, and its rows as text, a chunk at a time.

    >>> from importer import Job, Settings, read
    >>> table = read(Job("people.csv", Settings()))
    >>> table.headers
    ('Id', 'Name', 'Phone')
    >>> [chunk.cells.loc[2].tolist() for chunk in table.chunks()]
    [['1', 'Ann Lee', '+14155550101']]

    Raises SourceError if the file is not a sheet, SettingsError for an unknown region.
    """
    return open_source(recalled(job))


async def questions_async(job: Job) -> tuple[Question, ...]:
    """Return what a person has to decide about the sheet of `job`, what decides about others first; nothing is sent.

    Each has the evidence, its choices (with the option ready to type) and the choice that is proposed. An answer is
    taken with `answered`; ask again after it, since an answer may settle other questions or raise new ones.

    >>> from importer import Job, Settings, questions
    >>> questions(Job("people.csv", Settings()))
    ()

    With a key (or `sandbox`) the workspace is read too, for its custom fields. Raises CannotStart or Stopped.
    """
    return await questions_command.questions(recalled(job))


questions = _waiting(questions_async)


def answered(job: Job, question: Question, answer: str, *, save: bool = True) -> Job:
    """Return the job with an answer to one of its `questions`: the value of a choice, or a country, or a field.

    It is saved in `mapping.toml` of the output folder, which every later command reads, unless `save` is False. Raises
    SettingsError.
    """
    return with_answer(job, question, answer, save=save)


def check(job: Job) -> Report:
    """Read, map and validate the sheet of `job`, and write what was found into its folder; nothing is sent.

    >>> from importer import Job, Settings, check
    >>> report = check(Job("people.csv", Settings(out="people.import")))
    >>> report.summary.rows, report.summary.exit_code
    (1, 0)

    Raises CannotStart.
    """
    return check_command.check(_with_rows(job))


async def plan_async(job: Job) -> PlanReport:
    """Find out what `run` would do, with GET requests alone, and write it to `plan.json`.

    >>> from importer import Job, Settings, plan
    >>> planned = plan(Job("people.csv", Settings(sandbox=True, map={"Id": "external_id"})))
    >>> planned.outlook.create, planned.report.summary.exit_code
    (1, 0)

    Raises CannotStart or Stopped.
    """
    return await plan_command.plan(_with_rows(job))


plan = _waiting(plan_async)


async def run_async(job: Job, plan: Path | str | None = None) -> Report:
    """Import the sheet of `job`, or go on with it; with a `plan`, do exactly what that `plan.json` says.

    >>> from importer import Hooks, Job, Settings, run
    >>> heard = []
    >>> job = Job("people.csv", Settings(sandbox=True), hooks=Hooks(notify=lambda event: heard.append(event.name)))
    >>> report = run(job)
    >>> report.summary.rows, report.summary.exit_code, report.stopped
    (1, 0, None)
    >>> "delivered" in heard
    True

    Setting `job.hooks.stop` ends it early and in order: a run that stops early still returns its report, with `stopped`
    set. Raises CannotStart if nothing was sent, and Stopped if the run ended before all rows were read.
    """
    if plan is None:
        return await run_command.run(_with_rows(job))
    return await run_command.run(replace(job, keep_rows=True), SavedPlan.open(Path(plan)))


run = _waiting(run_async)


async def verify_async(job: Job, *, visibility: bool = False) -> VerifyReport:
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
    return await verify_command.verify(recalled(job), visibility=visibility)


verify = _waiting(verify_async)


async def undo_async(
    folder: Path | str,
    settings: Settings | None = None,
    *,
    run_id: str | None = None,
    every: bool = False,
    left_out: bool = False,
    key: SecretStr | None = None,
    hooks: Hooks | None = None,
    places: Places | None = None,
    agree: Callable[[UndoPreview], bool] | None = None,
) -> UndoReport:
    """Undo what the latest run in `folder` wrote (or the run `run_id`), except contacts that a person changed since.

    A run that did not end with exit code 0 or 1 is one with those that went on with it; `every`: all runs at once;
    `left_out`: only the contacts of people whose rows the last run left out. `agree` is called before the first write
    with what is about to be done; if it returns False, nothing is done.

    >>> from importer import Job, Settings, run, undo
    >>> settings = Settings(sandbox=True, out="people.import")
    >>> _ = run(Job("people.csv", settings))
    >>> report = undo("people.import", settings)
    >>> report.counts["reversed"], report.exit_code
    (1, 0)
    >>> undo("people.import", settings).nothing_left
    True

    An undo that stops early returns its report, with `stopped` set; calling it again goes on. Raises CannotStart or
    Stopped.
    """
    chosen = (settings or Settings()).model_copy(update={"out": Path(folder)})
    job = Job(str(folder), chosen, key=key, hooks=hooks or Hooks(), places=places or Places())
    return await undo_command.undo(job, UndoScope.of(run_id, every=every, left_out=left_out), agree)


undo = _waiting(undo_async)


def runs(folder: Path | str | None = None) -> tuple[Past, ...]:
    """Return the runs of a folder of results, oldest first, or of every folder here whose name ends in `.import`.

    >>> from importer import Job, Settings, run, runs
    >>> _ = run(Job("people.csv", Settings(sandbox=True, out="people.import")))
    >>> [(past.command, past.exit_code, past.counts["created"]) for past in runs("people.import")]
    [('run', 0, 1)]

    Nothing is locked or changed. Raises JournalError for a journal that is missing, newer or damaged.
    """
    history = past_runs(None if folder is None else Path(folder))
    if history.troubles:
        raise history.troubles[0]
    return history.runs


def row_counts(folder: Path | str) -> dict[Status, int]:
    """Return how many rows of the sheet that a folder of results is about ended in each of the eight ways.

    >>> from importer import Job, Settings, row_counts, run
    >>> _ = run(Job("people.csv", Settings(sandbox=True, out="people.import")))
    >>> row_counts("people.import")["created"]
    1

    Nothing is locked or changed, also while a run is at work. Raises JournalError.
    """
    return count_rows(Path(folder))


def bug_report(folder: Path | str | None = None, into: Path | str | None = None) -> Bundle:
    """Write a zip that helps to find a bug, without any value of a contact, about a folder of results.

    It is written into the folder `into`, or here. Raises SettingsError if there is nothing to report on, DiskFailed.
    """
    return bug_report_command.bug_report(None if folder is None else Path(folder), None if into is None else Path(into))
