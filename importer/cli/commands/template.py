"""`openphone-import template [FILE]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.options import COLUMNS, ServiceOptions, WaitOptions
from importer.shell import shell_quote

if TYPE_CHECKING:
    from importer.cli.command import CommandContext

FILE = Path("contacts-template.xlsx")


@command(ServiceOptions, WaitOptions)
def template(
    context: CommandContext,
    file: Path = FILE,
    /,
    *,
    fields: Annotated[Path | None, Parameter(group=COLUMNS)] = None,
) -> int:
    """Write an empty sheet with exactly this workspace's fields, ready to be filled in and imported.

    Parameters
    ----------
    file
        The sheet to write: CSV (.csv) or Excel (.xlsx), by the end of its name.
    fields
        JSON file with the custom fields as the API returns them (default: ask the API, or use its last answer).
    """
    import asyncio
    import os

    from importer.cli.jobs import load_settings
    from importer.pipeline.job import Hooks, Job
    from importer.pipeline.template import fields_for, write_template
    from importer.settings.api_key import has_key, load_key

    context.file = str(file)  # also if it is the default
    settings = load_settings(context, fields=fields)
    # Without a key the fields are those of the last answer, so that a template can be made offline.
    key = load_key(settings, os.environ) if has_key(settings, os.environ) else None
    hooks = Hooks(notify=context.console)
    custom_fields = asyncio.run(fields_for(Job(file="-", settings=settings, key=key, hooks=hooks)))
    write_template(file, custom_fields)
    count = len(custom_fields)
    context.console.result(
        [
            f"Written: {file}, with {count} custom fields. Rows that begin with #example are skipped on import.",
            f"Next:    fill it in, then: openphone-import check {shell_quote(str(file))}",
        ]
    )
    context.console.summary({"file": str(file), "fields": [field.name for field in custom_fields], "exit_code": 0})
    return 0
