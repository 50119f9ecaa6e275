"""`openphone-import dedupe`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command, command_line
from importer.cli.options import GUARDS, OUTPUT, SETTINGS, TASK, NoticeOptions, ServiceOptions, WaitOptions
from importer.errors import ValuesLost
from importer.shell import shell_join, shell_split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.cli.command import CommandContext
    from importer.pipeline.dedupe import DedupeReport
    from importer.plan.join import Join


@command(ServiceOptions, WaitOptions, NoticeOptions)
def dedupe(
    context: CommandContext,
    *,
    plan: Annotated[bool, Parameter(negative=(), group=TASK, show_default=False)] = False,
    max_deletes: Annotated[int | None, Parameter(group=GUARDS)] = None,
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    yes: Annotated[bool | None, Parameter(negative=(), group=SETTINGS, show_default=False)] = None,
) -> int:
    """Merge contacts of the workspace that are the same person: keep one with all that they hold, delete the others.

    Parameters
    ----------
    plan
        Only show what would be done; nothing is changed.
    max_deletes
        Stop before the first change if more contacts than this would be deleted.
    out
        Folder for the journal and dedupe.csv (default dedupe.import, in the current folder).
    yes
        Ask no questions and go ahead, for example under a scheduler.
    """
    from importer.cli.jobs import load_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.pipeline.dedupe import dedupe as dedupe_job
    from importer.report.dedupe import dedupe_lines, group_lines

    console = context.console
    settings = load_settings(context, out=out, yes=yes, max_deletes=max_deletes)
    job = make_job(context, "dedupe", settings, key_required=True, writes=not plan)

    def lines_of(groups: Sequence[Join]) -> list[str]:
        return group_lines([(group.kept, group.others, group.adds, group.left) for group in groups])

    def agrees(groups: Sequence[Join]) -> bool:
        ready = [group for group in groups if not group.left]
        for line in lines_of([*ready, *(group for group in groups if group.left)]):
            console.line(line)
        deletes, changes = sum(len(group.others) for group in ready), sum(bool(group.patch) for group in ready)
        question = f"Change {changes:,} and delete {deletes:,} contacts? [y/N] "
        return console.ask(question).lower() in {"y", "yes"}

    # Without a terminal the command was refused by `make_job`, unless --yes or --sandbox was given.
    confirm = agrees if console.is_interactive and not settings.yes else None
    report: DedupeReport = run_until_stopped(lambda: dedupe_job(job, confirm, plan_only=plan), job.hooks)
    if report.stopped is not None:
        console.error(report.stopped.message, report.stopped.next_step, report.exit_code)
    if plan:
        console.result(lines_of(report.groups))
    file = str(report.out / report.files[0])
    console.result(dedupe_lines(report.as_dict(), file, _next_step(report)))
    console.summary(report.as_dict())
    return report.exit_code


def _next_step(report: DedupeReport) -> str:
    from importer.settings.command_line import other_command
    from importer.text import counted

    if isinstance(report.stopped, ValuesLost):
        return report.stopped.next_step
    if report.stopped is not None:
        return f"go on with: {command_line()}"
    if report.is_plan and report.deleted:
        again = [word for word in shell_split(command_line()) if word != "--plan"]
        return f"if that is right: {shell_join(again)}"
    if report.left:
        people = counted(report.left, "person", "people")
        return f"decide in the app about the {people} left as they are; dedupe.csv has the reasons"
    undo = other_command(command_line(), "undo", folder=report.out)
    if report.with_row:
        return (
            f"{report.with_row:,} of the deleted contacts belong to rows of sheets imported here; the next run of "
            f"these sheets goes on with the kept contacts, so keep the folder {report.out}; to take it back: {undo}"
        )
    if report.deleted:
        return f"to take it back: {undo}"
    return "nothing to do"
