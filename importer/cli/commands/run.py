"""`openphone-import run FILE`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import DELIVERY, ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions, SyncOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.preflight.saved_plan import SavedPlan
    from importer.settings.model import Settings


def run(
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    plan: Annotated[Path | None, Parameter(group=DELIVERY)] = None,
    sheet: SheetOptions | None = None,
    sync: SyncOptions | None = None,
    service: ServiceOptions | None = None,
    notice: NoticeOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Import FILE; running it again goes on where it stopped and does nothing twice.

    Parameters
    ----------
    file
        The sheet: CSV, Excel and their kin, or - for stdin. With --plan it may be left out.
    plan
        Do exactly what this plan.json says: with its FILE and its options, and no row whose contact changed since.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, show
    from importer.cli.signals import run_until_stopped
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)
    groups = (sync or SyncOptions(), service or ServiceOptions(), notice or NoticeOptions(), console)

    def work() -> int:
        what, settings, planned = _chosen(screen, file, plan, sheet, *groups)
        job = job_of(what, settings, screen, needs_key=True, writes=True)
        job = replace(job, planned_by=planned.made_by if planned else None)
        from importer.pipeline.run import run as run_job

        return show(screen, run_until_stopped(lambda: run_job(job, planned), job.hooks), job)

    return perform(screen, file or str(plan or ""), work)


def _chosen(
    screen: Screen, file: str | None, plan: Path | None, sheet: SheetOptions | None, *groups: object
) -> tuple[str, Settings, SavedPlan | None]:
    """FILE and its settings, as they were given or as the plan has them.

    Raises SettingsError.
    """
    from importer.cli.jobs import settings_of
    from importer.errors import SettingsError

    if plan is not None:
        from importer.cli.plan_settings import of_plan

        return of_plan(screen, file, plan, sheet, *groups)
    if file is None:
        raise SettingsError("No FILE was given.", "Name the sheet to import, or a plan with --plan plan.json.")
    return file, settings_of(screen, sheet, file, *groups), None
