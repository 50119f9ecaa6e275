"""`openphone-import whoami`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import command
from importer.cli.options import ServiceOptions, WaitOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(ServiceOptions, WaitOptions)
def whoami(context: CommandContext) -> int:
    """Show which workspace the key opens and what the key may do; reads only."""
    from dataclasses import asdict

    from importer.cli.jobs import load_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.pipeline.workspace.account import whoami as ask
    from importer.report.account import account_lines

    console = context.console
    settings = load_settings(context)
    job = make_job(context, "-", settings, key_required=True, writes=False)
    account = run_until_stopped(lambda: ask(job), job.hooks)
    organization, fields = account.organization, account.fields
    console.result(
        account_lines(
            account.address,
            organization,
            account.users,
            None if fields is None else len(fields),
            account.budget,
            account.may_not,
            asdict(account.diagnosis) if account.diagnosis else None,
        )
    )
    budget = account.budget
    console.summary(
        {
            "address": account.address,
            "workspace": organization.facts() if organization else None,
            "users": None if account.users is None else len(account.users),
            "fields": None if fields is None else len(fields),
            "limit_per_second": budget.quota / budget.window_seconds if budget else None,
            "may_read": list(account.may),
            "may_not_read": list(account.may_not),
            "exit_code": 0,
        }
    )
    return 0
