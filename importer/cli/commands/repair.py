"""`openphone-import repair FILE [ID]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import SheetFile, command
from importer.cli.options import ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(SheetOptions, ServiceOptions)
def repair(context: CommandContext, file: SheetFile, repair_id: str | None = None, /) -> int:
    """Correct many cells of FILE at once: list the corrections on offer, or make one; FILE itself is not changed.

    Parameters
    ----------
    file
        The sheet: CSV, Excel or a similar format.
    repair_id
        The correction to make, by its name in the list (default: only list them). It is written to corrections.csv.
    """
    from importer.cli.jobs import load_sheet_settings, make_job
    from importer.settings.command_line import repeated
    from importer.text import counted

    console = context.console
    job = make_job(context, file, load_sheet_settings(context, file), key_required=False, writes=False)
    # Imported last in each command: a wrong option is reported without waiting for pandas.
    from importer.pipeline.worksheet import open_worksheet

    worksheet = open_worksheet(job)
    if repair_id is not None:
        changes = worksheet.repair(repair_id)
        rows = counted(len({change.row for change in changes}), "row")
        console.result(
            [
                f"Changed: {counted(len(changes), 'cell')} in {rows}, in {job.out / 'corrections.csv'}",
                f"Next:    see what they become: {repeated(job.command_line, command='check')}",
            ]
        )
        console.summary({"repair": repair_id, "cells": len(changes), "exit_code": 0})
        return 0

    offered = worksheet.repairs()
    lines = [
        line
        for repair_offered in offered
        for line in (f"{repair_offered.id}", f"         {repair_offered.title}. {repair_offered.detail}")
    ]
    again = repeated(job.command_line)
    if offered:
        step = f"make the first correction: {again} {offered[0].id}"
    else:
        step = "nothing to do; there is no correction of many cells"
    console.result([*lines, f"Next:    {step}"])
    console.summary({"repairs": [repair_offered.id for repair_offered in offered], "exit_code": 0})
    return 0
