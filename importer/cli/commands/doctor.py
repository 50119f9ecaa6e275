"""`openphone-import doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.options import SETTINGS, ServiceOptions, WaitOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(ServiceOptions, WaitOptions)
def doctor(
    context: CommandContext,
    *,
    yes: Annotated[bool | None, Parameter(negative=(), group=SETTINGS, show_default=False)] = None,
) -> int:
    """Test how the service treats this workspace, with one contact that is deleted at the end.

    Parameters
    ----------
    yes
        Ask no questions and go ahead.
    """
    from dataclasses import asdict

    from importer.cli.jobs import load_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.errors import Declined
    from importer.pipeline.workspace.doctor import NAME
    from importer.pipeline.workspace.doctor import doctor as examine
    from importer.report.doctor import diagnosis_lines

    console = context.console
    settings = load_settings(context, yes=yes)
    job = make_job(context, "doctor", settings, key_required=True, writes=True)
    if job.hooks.confirm is not None:
        question = f"Make a contact called {NAME} at {settings.base_url}, change it and delete it? [y/N] "
        if console.ask(question).lower() not in {"y", "yes"}:
            raise Declined("Nothing was sent, as you said.", "Run doctor again when you are ready.")
    diagnosis, leftovers = run_until_stopped(lambda: examine(job), job.hooks)
    console.result(diagnosis_lines(asdict(diagnosis), leftovers))
    exit_code = 1 if leftovers else 0
    console.summary({**asdict(diagnosis), "left": list(leftovers), "exit_code": exit_code})
    return exit_code
