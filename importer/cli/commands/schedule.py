"""`openphone-import schedule FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Group, Parameter

from importer.cli.command import SheetFile, command
from importer.cli.options import NoticeOptions, ServiceOptions, SheetOptions, SyncOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext

SCHEDULE = Group("The schedule", sort_key=0)


@command(SheetOptions, SyncOptions, ServiceOptions, NoticeOptions)
def schedule(
    context: CommandContext,
    file: SheetFile,
    /,
    *,
    every: Annotated[str, Parameter(group=SCHEDULE)] = "night",
    scheduler: Annotated[
        Literal["cron", "systemd", "windows", "github"] | None, Parameter(name="--as", group=SCHEDULE)
    ] = None,
    install: Annotated[bool, Parameter(negative=(), group=SCHEDULE, show_default=False)] = False,
    remove: Annotated[bool, Parameter(negative=(), group=SCHEDULE, show_default=False)] = False,
) -> int:
    """Print what runs FILE every night, with the options given here; nothing is installed without --install.

    Parameters
    ----------
    file
        The sheet that each run reads.
    every
        night, hour, or a cron line in quotes such as "30 6 * * 1-5".
    scheduler
        Use only this scheduler: cron, systemd, windows (Task Scheduler) or github (a workflow); default: print all.
    install
        Set it up in your own cron or systemd; needs an earlier run of this sheet that ended with exit code 0 or 1.
    remove
        Remove what --install has set up for this sheet.
    """
    from importer.cli.jobs import load_sheet_settings
    from importer.cli.scheduled import check_finished_run, refuse_secrets, scheduled_job, shown
    from importer.errors import SettingsError

    if install and remove:
        raise SettingsError("--install and --remove are opposites.", "Leave one of them out.")
    settings = load_sheet_settings(context, file)
    if not remove:
        refuse_secrets(context, file, settings)
        if "://" not in file and not Path(file).exists():
            context.console.note(f"There is no file {file} now; each run fails until there is.", warning=True)
    job = scheduled_job(context, file, settings, every)
    if not (install or remove):
        context.console.verbatim(shown(job, context, settings, scheduler))
        context.console.summary({"name": job.name, "command": list(job.words), "exit_code": 0})
        return 0

    from importer.schedule import install as schedulers

    used = scheduler or schedulers.scheduler_here(job.name)
    if used not in ("cron", "systemd"):
        raise SettingsError(f"--install cannot reach {used}.", "Leave --install out and copy what is printed.")
    if install:
        check_finished_run(job.out)
        where = schedulers.install(job, used)
        lines = [f"Result:  {job.name} is installed ({used}): {job.times.text}", f"Next:    {where}"]
    else:
        was_there = schedulers.remove(job, used)
        lines = [f"Result:  {job.name} {'is removed' if was_there else 'was not there'} ({used})"]
    context.console.result(lines)
    context.console.summary({"name": job.name, "command": list(job.words), "exit_code": 0})
    return 0
