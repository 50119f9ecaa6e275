"""`openphone-import run FILE`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions, ServiceOptions, SheetOptions


def run(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    sheet: SheetOptions | None = None,
    service: ServiceOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Import FILE; running it again goes on where it stopped and does nothing twice.

    Parameters
    ----------
    file
        The sheet: CSV, Excel and their kin, or - for stdin.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, settings_of, show
    from importer.cli.screen import Screen
    from importer.cli.signals import run_until_stopped

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        settings = settings_of(screen, sheet, file, service or ServiceOptions(), console)
        job = job_of(file, settings, screen, needs_key=True, writes=True)
        from importer.pipeline.run import run as run_job

        return show(screen, run_until_stopped(lambda: run_job(job), job.hooks), job)

    return perform(screen, file, work)
