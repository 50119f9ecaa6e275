"""`openphone-import undo DIR`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import DELIVERY, OUTPUT, ConsoleOptions, NoticeOptions, ServiceOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.cli.terminal.screen import Screen
    from importer.pipeline.undo import UndoReport
    from importer.report.undo import UndoPreview


def undo(
    folder: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    run_id: Annotated[str | None, Parameter(name="--run", group=DELIVERY)] = None,
    wait_for_service: Annotated[float | None, Parameter(group=DELIVERY)] = None,
    yes: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None,
    service: ServiceOptions | None = None,
    notice: NoticeOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Take the latest run back: delete what it made, restore what it changed, keep what somebody changed since.

    Parameters
    ----------
    folder
        The folder of the run's results, such as customers.import.
    run_id
        Another run than the latest that wrote something; its id stands in summary.json.
    wait_for_service
        Minutes to wait for a service that stopped answering (default 10).
    yes
        Ask no questions.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of
    from importer.cli.options import given
    from importer.cli.signals import run_until_stopped
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        import os

        from importer.pipeline.undo import undo as undo_job
        from importer.settings.model import load

        own = {"out": folder, "yes": yes, "wait_for_service": wait_for_service}
        settings = load({**given(service or ServiceOptions(), notice or NoticeOptions(), console), **own}, os.environ)
        screen.json = settings.json_events
        job = job_of(str(folder), settings, screen, needs_key=True, writes=True)
        agree = _agree(screen) if screen.person_is_there and not settings.yes else None
        return _show(screen, run_until_stopped(lambda: undo_job(job, run_id, agree), job.hooks), run_id)

    return perform(screen, str(folder), work)


def _agree(screen: Screen) -> Callable[[UndoPreview], bool]:
    def ask(prospect: UndoPreview) -> bool:
        question = f"Delete {prospect.deletes:,} and restore {prospect.restores:,} contacts? [y/N] "
        return screen.ask(question).lower() in {"y", "yes"}

    return ask


def _show(screen: Screen, report: UndoReport, run_id: str | None) -> int:
    """Print what was undone, and return the exit code."""
    import shlex

    from importer.cli.line import spoken
    from importer.report.undo import undo_lines

    screen.close()
    if report.nothing_left:
        wrote_nothing = f"run {run_id} wrote nothing" if run_id else "no run has written anything"
        done = f"run {report.run_ids[0]} was undone before" if report.run_ids else wrote_nothing
        screen.result([f"Nothing is left to undo in {report.out}: {done}."])
    else:
        if report.stopped is not None:
            screen.error(report.stopped.message, report.stopped.next_step, report.exit_code)
        file = str(report.out / report.files[0]) if report.files else ""
        again = shlex.join(["openphone-import", *spoken.get()])
        effort = {"requests": report.requests, "seconds": report.seconds}
        facts = {"file": file, "again": again, "left": report.left, **effort}
        screen.result(undo_lines(report.counts, report.reasons, facts))
    screen.summary(report.as_dict())
    return report.exit_code
