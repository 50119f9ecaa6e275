"""`openphone-import forget PERSON [DIR]`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.options import SETTINGS, TASK

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command()
def forget(
    context: CommandContext,
    person: Annotated[str, Parameter(allow_leading_hyphen=True)],
    folder: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    region: Annotated[str | None, Parameter(group=TASK)] = None,
    yes: Annotated[bool, Parameter(negative=(), group=SETTINGS, show_default=False)] = False,
) -> int:
    """Remove a person from a folder of results: from its journal, outputs and logs; sends nothing.

    Parameters
    ----------
    person
        A phone number, an email address, the number of a row of the sheet, or the id of a contact.
    folder
        The folder of the results, such as customers.import (default: the only one here).
    region
        Country of a phone number without a country code (default: as the folder remembers it).
    yes
        Ask no questions and go ahead.
    """
    from importer.errors import SettingsError
    from importer.pipeline.forget import forget as forget_person
    from importer.pipeline.history.runs import past_runs
    from importer.report.forgetting import forget_lines

    console = context.console
    # The person is not repeated in the last event, which is kept in logs.
    context.file = str(folder or "")
    if folder is None:
        folders = past_runs().folders
        if len(folders) != 1:
            names = ", ".join(map(str, folders)) or "none"
            raise SettingsError(f"It is not clear which folder is meant (here: {names}).", "Name the folder as well.")
        folder = folders[0]
    if not console.is_interactive and not yes:
        raise SettingsError(
            "This cannot be undone, and there is no terminal to ask for confirmation.", "Add --yes to go ahead."
        )

    def agrees(preview: str) -> bool:
        return console.ask(f"{preview} Forget this person? [y/N] ").lower() in {"y", "yes"}

    report = forget_person(folder, person, region, None if yes else agrees)
    if report is None:
        console.result(["Result:  nothing was removed, as you said"])
        console.summary({"entries": 0, "files": [], "contact_ids": [], "exit_code": 0})
        return 0
    console.result(forget_lines(report))
    files = [*report.changed, *report.removed]
    contact_ids = list(report.contact_ids)
    console.summary({"entries": report.entries, "files": files, "contact_ids": contact_ids, "exit_code": 0})
    return 0
