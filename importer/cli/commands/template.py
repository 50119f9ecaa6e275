"""`openphone-import template [FILE]`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import COLUMNS, ConsoleOptions, ServiceOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen

FILE = Path("contacts-template.xlsx")


def template(
    file: Path = FILE,
    /,
    *,
    fields: Annotated[Path | None, Parameter(group=COLUMNS)] = None,
    service: ServiceOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Write an empty sheet with exactly this workspace's fields, ready to be filled in and imported.

    Parameters
    ----------
    file
        The sheet to write, by its ending CSV (.csv) or Excel (.xlsx).
    fields
        JSON file with the workspace's custom fields as the API answers them (default: asked, or the last answer).
    """
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)
    return perform(screen, str(file), lambda: _write(screen, file, fields, service or ServiceOptions(), console))


def _write(screen: Screen, file: Path, fields: Path | None, service: ServiceOptions, console: ConsoleOptions) -> int:
    import asyncio

    from importer.cli.options import given
    from importer.pipeline.job import Hooks, Job
    from importer.pipeline.template import fields_for, write_template
    from importer.settings.api_key import has_key, load_key
    from importer.settings.model import load

    settings = load({**given(service, console), "fields": fields}, os.environ)
    key = load_key(settings, os.environ) if has_key(settings, os.environ) else None
    found = asyncio.run(fields_for(Job(file="-", settings=settings, key=key, hooks=Hooks(notify=screen))))
    write_template(file, found)
    screen.result(
        [
            f"Written: {file}, with {len(found)} custom fields. Rows that begin with #example are skipped on import.",
            f"Next:    fill it in, then: openphone-import check {file}",
        ]
    )
    screen.summary({"file": str(file), "fields": [one.name for one in found], "exit_code": 0})
    return 0
