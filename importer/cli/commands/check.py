"""`openphone-import check FILE`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions


def check(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    sheet: SheetOptions | None = None,
    service: ServiceOptions | None = None,
    notice: NoticeOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Read, map and validate FILE and report every problem; sends nothing.

    Parameters
    ----------
    file
        The sheet: CSV, Excel and their kin, or - for stdin.
    """
    import os

    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, settings_of, show
    from importer.cli.terminal.screen import Screen
    from importer.settings.api_key import has_key

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        settings = settings_of(screen, sheet, file, service or ServiceOptions(), notice or NoticeOptions(), console)
        job = job_of(file, settings, screen, needs_key=has_key(settings, os.environ), writes=False)
        from importer.pipeline.check import check as check_job

        return show(screen, check_job(job), job)

    return perform(screen, file, work)
